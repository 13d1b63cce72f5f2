"""What is known about a file without reading it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from headshot_check.scan.walk import FoundPhoto

_CLOCK_TICK_NS = 2_000_000_000
"""resolution of modification times on FAT: a file may change again within it and keep its modification time"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a file without reading it."""

    result: int | None = None
    """number of its result"""
    digest: str | None = None
    """digest of its content"""
    earlier: bool = False
    """whether the result is from an earlier run"""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What identifies a file without reading it."""

    path: str
    """absolute path"""
    size: int
    """bytes"""
    modified_ns: int
    """time of the last change, ns since 1970"""
    inode: int
    settled: bool = True
    """whether the last change was long enough ago that another one will have a different modification time"""

    @property
    def key(self) -> bytes:
        """The path as bytes, because names need not be valid text."""
        return os.fsencode(self.path)


def facts_now(photo: FoundPhoto) -> FileFacts | None:
    """What identifies a photo that was just found; None if it could not be examined."""
    if photo.size is None or photo.modified_ns is None:
        return None
    settled = photo.modified_ns < time.time_ns() - _CLOCK_TICK_NS
    return FileFacts(photo.path, photo.size, photo.modified_ns, photo.inode, settled)
