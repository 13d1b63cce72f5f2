"""Temporary storage for parts of a report that are written after parts that are not known yet."""

from __future__ import annotations

import tempfile
from typing import IO, Final

_HELD_BYTES: Final = 1 << 23
"""kept in memory; more goes to a file on disk"""


def spool_file() -> IO[bytes]:
    """A file for bytes that are written once and read once: in memory, or on disk if there are many."""
    return tempfile.SpooledTemporaryFile(max_size=_HELD_BYTES)
