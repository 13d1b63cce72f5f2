"""Which launcher this system has."""

from __future__ import annotations

import sys

from headshot_check.desktop.launcher import Launcher


def launcher(*, on_desktop: bool = False) -> Launcher:
    """The launcher of the system that this runs on, for the interpreter that this runs in.

    Parameters
    ----------
    on_desktop
        Also an icon on the Desktop folder (Linux only; the others have no such thing).
    """
    if sys.platform == "win32":
        from headshot_check.desktop.windows import send_to

        return send_to()
    if sys.platform == "darwin":
        from headshot_check.desktop.macos import quick_action

        return quick_action()
    from headshot_check.desktop.linux import application_entry

    return application_entry(on_desktop=on_desktop)
