"""Installs and uninstalls launchers; a record lists the files to remove."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from headshot_check.desktop.launcher import Launcher
from headshot_check.desktop.mime_defaults import keep_defaults, release_defaults
from headshot_check.desktop.tools import output_of
from headshot_check.errors import HeadshotCheckError
from headshot_check.part_files import write_whole
from headshot_check.text import to_json

State = Literal["installed", "outdated", "not installed"]


class DesktopError(HeadshotCheckError):
    """A launcher cannot be installed or uninstalled."""

    code = "desktop"


@dataclass(frozen=True, slots=True)
class Installed:
    """The record of an installation."""

    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    """that were created, the outer ones first"""
    defaults: tuple[tuple[str, str], ...] = ()
    """(MIME type, application) of the default applications that were made explicit to keep them"""


def install(launcher: Launcher) -> None:
    """Install a launcher, replacing an earlier one.

    Raises
    ------
    DesktopError
        A file cannot be written; what was installed so far has been removed.
    """
    uninstall(launcher)
    folders: list[Path] = []
    files: list[Path] = []
    defaults: tuple[tuple[str, str], ...] = ()
    try:
        for path in (launcher.record, *launcher.files):
            folders += _make_folders(path.parent)
        with keep_defaults(launcher.mime_types) as defaults_kept:
            for path, content in launcher.files.items():
                files.append(path)
                write_whole(path, content, mode=0o755 if path in launcher.runnable else 0o644)
            _tell(launcher)
        defaults = tuple(defaults_kept)
        for entry in launcher.trust:
            _trust(entry)
        document = {
            "files": [str(path) for path in files],
            "folders": [str(path) for path in folders],
            "defaults": [list(pair) for pair in defaults],
        }
        write_whole(launcher.record, to_json(document, indent=2).encode())
    except OSError as error:
        release_defaults(defaults)
        _remove(Installed(tuple(files)))
        _tell(launcher)  # the indices name the files, and lie in the folders
        _remove(Installed(folders=tuple(folders)))
        raise DesktopError(f"the {launcher.kind} cannot be installed: {error}") from error


def uninstall(launcher: Launcher) -> bool:
    """Remove what `install` installed, and nothing else; return whether it was installed.

    Raises
    ------
    DesktopError
        A file cannot be removed.
    """
    earlier = installed(launcher)
    if earlier is None:
        return False
    try:
        release_defaults(earlier.defaults)
        _remove(Installed(earlier.files))
        _tell(launcher)
        _remove(Installed((launcher.record,), earlier.folders))
    except OSError as error:
        raise DesktopError(f"the {launcher.kind} cannot be removed: {error}") from error
    return True


def installed(launcher: Launcher) -> Installed | None:
    """The record of the installation; None when there is none, or it cannot be read."""
    try:
        document: Any = json.loads(launcher.record.read_text(encoding="utf-8"))
        files, folders = (tuple(Path(one) for one in document[key]) for key in ("files", "folders"))
        return Installed(files, folders, tuple((kind, app) for kind, app in document["defaults"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def state(launcher: Launcher) -> State:
    """Whether the installed files equal those that this version and this interpreter would install."""
    earlier = installed(launcher)
    if earlier is None:
        return "not installed"
    same = all(path.is_file() and path.read_bytes() == content for path, content in launcher.files.items())
    return "installed" if same else "outdated"


def _make_folders(folder: Path) -> list[Path]:
    """Create a folder with its parents; return those that were created, the outer ones first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove(what: Installed) -> None:
    for path in what.files:
        path.unlink(missing_ok=True)
    for folder in reversed(what.folders):
        _remove_empty_cache(folder)
        with contextlib.suppress(OSError):  # it has other files by now
            folder.rmdir()


def _remove_empty_cache(folder: Path) -> None:
    """Remove the index of `update-desktop-database` if it is empty without our entry."""
    index = folder / "mimeinfo.cache"
    with contextlib.suppress(OSError):
        if index.read_text(encoding="utf-8").strip() == "[MIME Cache]":
            index.unlink()


def _tell(launcher: Launcher) -> None:
    for command in launcher.after:
        output_of(command)


def _trust(entry: Path) -> None:
    from headshot_check.desktop.linux import trust

    trust(entry)
