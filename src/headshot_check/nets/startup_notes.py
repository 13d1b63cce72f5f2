"""Keeps what C++ libraries write about their own start off standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from headshot_check.nets.opening import OPENING


@contextmanager
def without_startup_notes(*starts: bytes) -> Iterator[None]:
    """Drop the lines that begin with one of `starts`; anything else written meanwhile still gets to standard error.

    The lines come from C++ on file descriptor 2, which is the whole process's: one thread at a time turns it away.
    LiteRT (2.3.0) exports no switch for its logger, MediaPipe (1.2.2) neither.
    """
    with OPENING:
        try:
            saved = os.dup(2)
        except OSError:  # standard error is closed: nothing to keep clean
            yield
            return
        with _nameless_file() as caught:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(caught.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(saved, 2)
                os.close(saved)
                caught.seek(0)
                if rest := b"".join(line for line in caught if not line.startswith(starts)):
                    os.write(2, rest)


def _nameless_file() -> BinaryIO:
    """In memory on Linux: it needs no folder to write in, nor tempfile, whose import takes a millisecond."""
    if sys.platform == "linux":
        with suppress(OSError):  # an old kernel, or a sandbox that does not allow it
            return os.fdopen(os.memfd_create("startup notes"), "w+b")
    from tempfile import TemporaryFile

    return TemporaryFile()
