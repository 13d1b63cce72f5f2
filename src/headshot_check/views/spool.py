"""Where a report's parts wait until what stands before them is known."""

from __future__ import annotations

import tempfile
from typing import IO, Final

_HELD_BYTES: Final = 1 << 23
"""What is beyond this waits on disk."""


def spool_file() -> IO[bytes]:
    """A file for bytes that are written once and read once: in memory, and on disk when they are many."""
    return tempfile.SpooledTemporaryFile(max_size=_HELD_BYTES)
