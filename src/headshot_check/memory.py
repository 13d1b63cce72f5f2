"""Allocator settings: the memory of one photo is kept for the next."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Callable
from functools import lru_cache

import numpy as np

_ENOUGH = 8 << 20
"""bytes: about twice the largest block for a JPEG of 12 megapixels. With 16 MB a process that reads HEIC, whose decoder
asks for blocks of 12, would keep 23 MB more"""


@lru_cache(maxsize=1)
def keep_what_is_freed() -> None:
    """Show the allocator a block larger than a photo needs, once in a process; nothing is written to it.

    GNU's allocator hands freed memory back to the system as soon as there is more of it than it has seen blocks of
    (mallopt(3), M_TRIM_THRESHOLD: twice the largest block freed so far, at most 64 MB). Every photo then pays for its
    memory again, page by page: 1,400 page faults, 3 ms of the processor. Where the allocator is another, this does
    nothing.
    """
    np.empty(_ENOUGH, np.uint8)


def freed_memory_to_the_system() -> Callable[[], object]:
    """A function that returns freed memory to the system; it does nothing where the allocator is not glibc's."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # musl
            trim = ctypes.CDLL(None).malloc_trim
            return lambda: trim(0)
    return lambda: None
