"""File names: suffixes of photos, photos of a folder in natural order, errors for missing files."""

from __future__ import annotations

import re
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from headshot_check.errors import PhotoError

SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp", ".gif"}
)
"""Suffixes of the files in a folder that are checked."""


def photos_in(place: str | PathLike[str]) -> list[str]:
    """Paths of the photos in a folder, without subfolders, in natural order; for a file, its own path.

    Raises
    ------
    PhotoError
        "not_found" when a folder holds none, "permission_denied" or "read_error" when it cannot be read.
    """
    if not fspath(place):  # Path("") is the current folder
        raise missing("", "folder or file")
    folder = Path(place)
    try:
        if not folder.is_dir():
            return [fspath(place)]
        names = [
            path
            for path in folder.iterdir()
            if path.suffix.lower() in SUFFIXES and path.name[0] != "." and path.is_file()
        ]
    except PermissionError as error:
        remedy = "Make the folder readable for the user who runs the check."
        raise PhotoError("permission_denied", fspath(place), "reading this folder is not permitted", remedy) from error
    except OSError as error:
        cause = f"it cannot be accessed ({error.strerror or error})"
        raise PhotoError("read_error", fspath(place), cause, "Check the name of the folder.") from error
    if not names:
        raise PhotoError("not_found", fspath(place), "there are no photos in this folder", "Name a folder with photos.")
    return [str(path) for path in sorted(names, key=lambda path: natural(path.name))]


def missing(name: str, what: str = "file") -> PhotoError:
    """The error for a path that does not exist; patterns and web addresses get a remedy of their own.

    >>> print(missing("holiday/*.jpg"))
    holiday/*.jpg: no file matches this pattern. Check the folder and the ending.
    """
    if re.match(r"[a-z][a-z0-9+.-]+://", name, re.IGNORECASE):
        cause, remedy = "this is a web address, and nothing is fetched from the web", "Download the photo first."
        return PhotoError("not_found", name, cause, remedy)
    if re.search(r"[*?]|\[.+\]", name):
        return PhotoError("not_found", name, f"no {what} matches this pattern", "Check the folder and the ending.")
    return PhotoError("not_found", name, f"there is no such {what}")


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key for natural order: digits as numbers, the rest without regard to case."""
    parts = re.split(r"(\d+)", name)
    return [(0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part.casefold()) for part in parts]
