"""Atomic writes: a file is written under a temporary name in its folder and then renamed."""

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
"""characters of the name in the temporary name: file systems allow 255 bytes, which the name alone may need"""


def open_part(path: Path) -> tuple[Path, BinaryIO]:
    """Open a new temporary file beside `path`, locked so that `clear_parts` of other processes leaves it alone."""
    part = path.with_name(f".{path.name[:_KEPT]}.{os.urandom(8).hex()}.part")
    stream = part.open("xb")
    _taken(stream)
    return part, stream


def write_whole(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file atomically.

    Parameters
    ----------
    mode
        Its permissions; default: those of any new file.

    Raises
    ------
    OSError
        It cannot be written; an existing file is unchanged.
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
    """Delete temporary files of these names that killed processes have left."""
    kept = {name[:_KEPT] for name in names}
    with suppress(OSError):
        for path in folder.iterdir():
            found = _PART.fullmatch(path.name)
            if found is not None and found[1] in kept:
                with suppress(OSError), path.open("r+b") as stream:
                    if _taken(stream):
                        path.unlink()  # fails on Windows, where the file is open here: deleted below
                if sys.platform == "win32":
                    with suppress(OSError):
                        path.unlink()


def _taken(stream: BinaryIO) -> bool:
    """Lock a file; whether that succeeded. Windows needs no lock, as open files cannot be deleted there."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # locked by another process, or the file system does not support locks
        return False
    return True
