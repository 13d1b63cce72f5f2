"""Allocator settings: freed memory is kept for the next photo."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Callable
from functools import lru_cache

import numpy as np

_ENOUGH = 8 << 20
"""bytes: about twice the largest block for a JPEG of 12 megapixels. With 16 MB, a process that reads HEIC, whose
decoder allocates blocks of 12 MB, would keep 23 MB more"""


@lru_cache(maxsize=1)
def keep_what_is_freed() -> None:
    """Raise glibc's trim threshold by allocating and freeing a large block, once per process.

    glibc returns freed memory to the system above M_TRIM_THRESHOLD (mallopt(3): twice the largest block freed so far,
    at most 64 MB). Otherwise every photo would cause 1,400 page faults, 3 ms of CPU time. The block is not written
    to. No effect with other allocators.
    """
    np.empty(_ENOUGH, np.uint8)


def freed_memory_to_the_system() -> Callable[[], object]:
    """A function that returns freed memory to the system; without effect if the allocator is not glibc's."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # musl
            trim = ctypes.CDLL(None).malloc_trim
            return lambda: trim(0)
    return lambda: None
