"""Linux: an application entry that takes files and folders (freedesktop.org's Desktop Entry Specification 1.4)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from headshot_check.desktop.launcher import ARGUMENTS, TITLE, Launcher, icon
from headshot_check.desktop.tools import output_of

ENTRY = "headshot-check.desktop"
_ICON = "headshot-check"
MIME_TYPES = (
    "inode/directory",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "image/heif",
    "image/avif",
    "image/gif",
    "image/tiff",
    "image/bmp",
)


def application_entry(*, on_desktop: bool = False, python: str = sys.executable) -> Launcher:
    """The entry in the applications menu and in "Open with", and with `on_desktop` an icon on the Desktop folder."""
    data = data_home()
    entry = desktop_entry(python).encode()
    files = {
        data / "applications" / ENTRY: entry,
        data / "icons" / "hicolor" / "scalable" / "apps" / f"{_ICON}.svg": icon("icon.svg"),
        data / "icons" / "hicolor" / "256x256" / "apps" / f"{_ICON}.png": icon("icon.png"),
    }
    shown: tuple[Path, ...] = ()
    if on_desktop:
        shown = (desktop_folder() / ENTRY,)
        files[shown[0]] = entry
    return Launcher(
        kind="application entry",
        files=files,
        record=data / "headshot-check" / "desktop.json",
        use=f'Drop photos or folders on "{TITLE}", or choose it under "Open with".',
        runnable=frozenset(shown),
        after=(("update-desktop-database", "-q", str(data / "applications")),),
        trust=shown,
        mime_types=MIME_TYPES,
    )


def desktop_entry(python: str) -> str:
    """The text of the entry. It starts in the interpreter's folder: nothing is imported from a dropped folder."""
    command = " ".join([*_program(python), *ARGUMENTS, "%F"])
    keys = {
        "Type": "Application",
        "Version": "1.4",
        "Name": TITLE,
        "Comment": "Checks profile pictures: drop photos or folders here",
        "Exec": key_value(command),
        "TryExec": key_value(python),
        "Path": key_value(str(Path(python).parent)),
        "Icon": _ICON,
        "Terminal": "false",
        "StartupNotify": "false",
        "Categories": "Graphics;Photography;",
        "Keywords": "headshot;portrait;profile picture;photo;",
        "MimeType": "".join(f"{kind};" for kind in MIME_TYPES),
    }
    return "[Desktop Entry]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())


def key_value(text: str) -> str:
    """`text` escaped as the value of a key.

    >>> print(key_value("C:" + chr(92) + "x" + chr(10) + "y"))
    C:\\\\x\\ny
    """
    for plain, escaped in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return "\\s" + text[1:] if text.startswith(" ") else text


def _program(python: str) -> list[str]:
    """The interpreter at the start of an Exec line.

    The specification does not allow = in the path of a program, and GLib does not unescape %% there. Such a path is
    passed to the shell as an argument, where both are allowed.
    """
    named = [_exec_argument(python)]
    return ["/bin/sh", "-c", _exec_argument('exec "$0" "$@"'), *named] if set("%=") & set(python) else named


def _exec_argument(text: str) -> str:
    """`text` quoted as one argument of an Exec line, with field codes and variables escaped, before `key_value`."""
    for plain in ("\\", '"', "`", "$"):
        text = text.replace(plain, "\\" + plain)
    return '"' + text.replace("%", "%%") + '"'


def data_home() -> Path:
    """The user's data folder (XDG Base Directory Specification: a relative path counts as not set)."""
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".local" / "share"


def desktop_folder() -> Path:
    """The Desktop folder, whose name depends on the user's settings and language."""
    said = (output_of(["xdg-user-dir", "DESKTOP"]) or "").strip()
    # the home folder means that there is no Desktop folder
    return Path(said) if said and Path(said) != Path.home() else Path.home() / "Desktop"


def trust(entry: Path) -> None:
    """Mark the entry as trusted for the file managers of GNOME and Xfce; others ask the user once."""
    import hashlib

    digest = hashlib.sha256(entry.read_bytes()).hexdigest()
    for name, value in (("metadata::trusted", "true"), ("metadata::xfce-exe-checksum", digest)):
        output_of(["gio", "set", "-t", "string", str(entry), name, value])
