"""Detects files that are truncated or were not completely downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

MISSING: Final = 128
"""grey level of missing rows"""
_TAIL: Final = 32
"""bytes at the end in which the end marker must lie; cameras pad files to an even length"""
_SHORTEST: Final = 16
"""bytes; no format has a valid file that is shorter"""
_NOT_BLACK: Final = 1 / 8
"""share of a row that must be non-zero one row above the zeros; otherwise they are taken for black pixels"""
_PNG_END: Final = b"IEND\xaeB`\x82"


def looks_whole(path: str) -> bool:
    """Whether the file has its format's end marker or length. True if the format has neither, or there is no file.

    Complete photos with data after the picture, such as the short film of a motion photo, fail the test.
    """
    try:
        with Path(path).open("rb", buffering=0) as file:
            return has_end(file)
    except OSError:
        return True


def has_end(file: BinaryIO) -> bool:
    """`looks_whole` for an open file."""
    head = file.read(_SHORTEST)
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    if len(head) < _SHORTEST:
        return False
    if head.startswith(b"\xff\xd8"):
        return b"\xff\xd9" in tail
    if head.startswith(b"\x89PNG"):
        return _PNG_END in tail
    if head.startswith(b"GIF8"):
        return tail.rstrip(b"\0").endswith(b"\0;")  # block terminator and trailer
    if head.startswith(b"RIFF"):
        return size >= 8 + int.from_bytes(head[4:8], "little")
    if head.startswith(b"BM"):
        return size >= int.from_bytes(head[2:6], "little")
    if head[4:8] == b"ftyp":
        return _boxes_end_at(file, size)
    return any(tail)  # a download that preallocates its file leaves zeros at the end


def filled_to(data: bytes, least: int) -> int:
    """Offset of the zeros that an unfinished download left at the end; the size if there are fewer than `least`."""
    return len(data.rstrip(b"\0")) if least <= len(data) and not any(data[-least:]) else len(data)


def rows_there(data: bytes, start: int, stride: int, rows: int) -> int:
    """Number of complete rows of uncompressed pixels in the file, 0..rows.

    Less than `rows` if the file is truncated, or if the zeros of an unfinished download begin within a row. Black rows
    are zeros as well, but begin at the start of a row.

    Parameters
    ----------
    start
        Offset of the first row, bytes.
    stride
        Length of a row, bytes.
    rows
        Number of rows in the picture.
    """
    filled = max(filled_to(data, 2 * stride), start)  # the header before a black picture may end in zeros as well
    row, at = divmod(filled - start, stride)
    before = data[start + (row - 1) * stride + at : start + row * stride] if row else b""  # same columns, one row above
    if at == 0 or (row and len(before) - before.count(0) < stride * _NOT_BLACK):
        filled = len(data)
    return min(max((filled - start) // stride, 0), rows)


def filled_up(data: bytes, start: int, stride: int, there: int, rows: int) -> bytes:
    """The file with grey pixels in place of the missing rows, and nothing after them; arguments as in `rows_there`."""
    return data[: start + there * stride] + bytes((MISSING,)) * ((rows - there) * stride)


def _boxes_end_at(file: BinaryIO, size: int) -> bool:
    """Whether the top-level boxes of a HEIC or AVIF (ISO/IEC 14496-12) end with the file and include media data."""
    at, pictured = 0, False
    while at < size:
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return False
        length = int.from_bytes(head[:4], "big")
        pictured = pictured or head[4:8] == b"mdat"
        if length == 0:  # up to the end of the file
            return True
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length < 8:
            return False
        at += length
    return pictured and at == size
