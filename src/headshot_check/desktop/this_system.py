"""Selects the launcher of the operating system."""

from __future__ import annotations

import sys

from headshot_check.desktop.installing import DesktopError
from headshot_check.desktop.launcher import Launcher


def launcher(*, on_desktop: bool = False) -> Launcher:
    """The launcher for this operating system and this interpreter.

    Parameters
    ----------
    on_desktop
        Also an icon on the Desktop folder (Linux only).

    Raises
    ------
    DesktopError
        The user has no home folder.
    """
    try:
        return _of_this_system(on_desktop)
    except RuntimeError as error:  # of Path.home
        raise DesktopError("this user has no home folder to install an icon in: set HOME") from error


def _of_this_system(on_desktop: bool) -> Launcher:
    if sys.platform == "win32":
        from headshot_check.desktop.windows import send_to

        return send_to()
    if sys.platform == "darwin":
        from headshot_check.desktop.macos import quick_action

        return quick_action()
    from headshot_check.desktop.linux import application_entry

    return application_entry(on_desktop=on_desktop)
