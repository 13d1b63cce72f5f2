"""Suppresses the start-up messages that C++ libraries write to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from headshot_check.nets.opening import OPENING


@contextmanager
def without_startup_notes(*starts: bytes) -> Iterator[None]:
    """Drop lines that start with one of `starts`; everything else that is written meanwhile reaches standard error.

    C++ writes to file descriptor 2, which belongs to the whole process, so one thread at a time redirects it. Neither
    LiteRT (2.3.0) nor MediaPipe (1.2.2) has an option for its logger.
    """
    with OPENING:
        try:
            saved = os.dup(2)
        except OSError:  # standard error is closed
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
    """A temporary file, in memory on Linux, which needs no writable folder and saves the import of tempfile (1 ms)."""
    if sys.platform == "linux":
        with suppress(OSError):  # an old kernel, or a sandbox that does not allow it
            return os.fdopen(os.memfd_create("startup notes"), "w+b")
    from tempfile import TemporaryFile

    return TemporaryFile()
