"""Whether a file is complete: an interrupted copy must not be judged as if it were the photo."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

MISSING: Final = 128
"""grey level that stands for rows that are not there"""
_TAIL: Final = 32
"""bytes at the end in which a mark must lie; cameras pad what they write to an even length"""
_SHORTEST: Final = 16
"""bytes; no format says its size, its kind and a pixel in fewer"""
_NOT_BLACK: Final = 1 / 8
"""of a row: as much of it has to turn black at once, or its end and the rows behind it are taken for black pixels"""
_PNG_END: Final = b"IEND\xaeB`\x82"


def looks_whole(path: str) -> bool:
    """Whether the file has the end that its format asks for. True where the format asks for none, or there is no file.

    Photos with something behind the picture, such as a phone's short film, do not look whole and yet may be.
    """
    try:
        with Path(path).open("rb", buffering=0) as file:
            return has_end(file)
    except OSError:
        return True


def has_end(file: BinaryIO) -> bool:
    """As `looks_whole`, of an open file."""
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
        return tail.rstrip(b"\0").endswith(b"\0;")  # the last block's end, and the trailer
    if head.startswith(b"RIFF"):
        return size >= 8 + int.from_bytes(head[4:8], "little")
    if head.startswith(b"BM"):
        return size >= int.from_bytes(head[2:6], "little")
    if head[4:8] == b"ftyp":
        return _boxes_end_at(file, size)
    return any(tail)  # a file whose room was set aside beforehand ends in zeros until it is full


def filled_to(data: bytes, least: int) -> int:
    """Where the zeros begin that a download left at the end of a file, bytes; its size where they are under `least`."""
    return len(data.rstrip(b"\0")) if least <= len(data) and not any(data[-least:]) else len(data)


def rows_there(data: bytes, start: int, stride: int, rows: int) -> int:
    """How many of the rows of uncompressed pixels are in the file.

    Fewer than `rows` where the file ends early, or where zeros that a download left begin within a row. Black rows are
    zeros as well, and begin where a row does.

    Parameters
    ----------
    start
        Where the first row begins, bytes.
    stride
        Bytes of a row.
    """
    filled = max(filled_to(data, 2 * stride), start)  # the header of a black picture ends in zeros, too
    row, at = divmod(filled - start, stride)
    before = data[start + (row - 1) * stride + at : start + row * stride] if row else b""  # its columns, a row earlier
    if at == 0 or (row and len(before) - before.count(0) < stride * _NOT_BLACK):
        filled = len(data)
    return min(max((filled - start) // stride, 0), rows)


def filled_up(data: bytes, start: int, stride: int, there: int, rows: int) -> bytes:
    """The file with grey pixels for the rows that it lacks, and nothing behind them; arguments as of `rows_there`."""
    return data[: start + there * stride] + bytes((MISSING,)) * ((rows - there) * stride)


def _boxes_end_at(file: BinaryIO, size: int) -> bool:
    """Whether the boxes of a HEIC or AVIF fill it to the end and hold a picture (ISO/IEC 14496-12, section 4.2)."""
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
