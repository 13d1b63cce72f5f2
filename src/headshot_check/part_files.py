"""Atomic writes: a file is written under another name in its folder and then renamed."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

if sys.platform != "win32":
    import fcntl

_PART: Final = re.compile(r"\.(.+)\.[0-9a-f]{16}\.part")
_KEPT: Final = 50
"""letters of the name in that of its part: file systems take 255 bytes, of which the name may need all"""


def open_part(path: Path) -> tuple[Path, BinaryIO]:
    """A new file beside `path`, open for writing, in which `clear_parts` of other processes sees that it is in use."""
    part = path.with_name(f".{path.name[:_KEPT]}.{os.urandom(8).hex()}.part")
    stream = part.open("xb")
    _taken(stream)
    return part, stream


def write_whole(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file in one step.

    Parameters
    ----------
    mode
        Its permissions; default: those of any new file.

    Raises
    ------
    OSError
        It cannot be written; what was there is as it was.
    """
    part, stream = open_part(path)
    try:
        with stream:
            stream.write(data)
        if mode is not None:
            part.chmod(mode)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def clear_parts(folder: Path, names: Collection[str]) -> None:
    """Delete what killed processes have left of the files with these names."""
    kept = {name[:_KEPT] for name in names}
    with suppress(OSError):
        for path in folder.iterdir():
            found = _PART.fullmatch(path.name)
            if found is not None and found[1] in kept:
                with suppress(OSError), path.open("r+b") as stream:
                    if _taken(stream):
                        path.unlink()  # Windows refuses while it is open, here as well, and clears it below
                if sys.platform == "win32":
                    with suppress(OSError):
                        path.unlink()


def _taken(stream: BinaryIO) -> bool:
    """Whether the file could be marked as this process's; Windows needs no mark: nobody deletes what is open."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process has it, or the file system knows no locks
        return False
    return True
