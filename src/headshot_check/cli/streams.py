"""Makes commands finish although a standard stream is closed, its reader is gone, or its disk is full."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any, TextIO, cast

_GONE = {errno.EPIPE, *((errno.EINVAL,) if os.name == "nt" else ())}
"""errors of writing to a pipe whose reader has ended"""


class _Tolerant(io.RawIOBase):
    """A raw stream whose `write` never fails: after the first error all output is discarded."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.refusal: OSError | None = None
        """the first error"""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self.refusal is None:
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:
                raise
            except OSError as error:
                self.refusal = error
        return len(data)


_output: list[_Tolerant] = []
"""the stream below standard output, if `prepare` has replaced it"""


def prepare() -> None:
    """Open closed standard streams on the null device, and make writing to the others never fail.

    Closed streams must be opened first: the next file that is opened, such as the store of results, would get the file
    descriptor of a standard stream, and libraries would print into it.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout, raw = _tolerant(sys.stdout, 1)
    if raw is not None:
        _output.append(raw)
    sys.stderr, _ = _tolerant(sys.stderr, 2)


def reader_gone() -> bool:
    """Whether the reader of standard output has ended, such as head or less."""
    return any(raw.refusal is not None and raw.refusal.errno in _GONE for raw in _output)


def refusal() -> OSError | None:
    """The error of writing to standard output; None if there was none, or its reader has ended."""
    sys.stdout.flush()
    return next((raw.refusal for raw in _output if raw.refusal and raw.refusal.errno not in _GONE), None)


def _tolerant(stream: TextIO | None, descriptor: int) -> tuple[TextIO, _Tolerant | None]:
    """A stream on top of a `_Tolerant`; terminals and streams that are not files are returned unchanged."""
    encoding, errors, by_line = "utf-8", "backslashreplace", False
    if stream is not None:
        try:
            if stream.fileno() != descriptor or stream.isatty() or not isinstance(stream, io.TextIOWrapper):
                return stream, None
        except (OSError, ValueError):
            return stream, None
        encoding, errors, by_line = stream.encoding, stream.errors or "strict", stream.line_buffering
        stream.flush()
    raw = _Tolerant(descriptor)
    return io.TextIOWrapper(io.BufferedWriter(cast(Any, raw)), encoding, errors, line_buffering=by_line), raw
