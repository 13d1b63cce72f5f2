"""Parses the header of a JPEG: size, tables, colour profile, EXIF, XMP, quality, number of scans.

The libraries do not replace it: Pillow parses files with thousands of scans or millions of segments for minutes before
they can be refused, and simplejpeg reports size and colour space only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_SOF = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_DECODABLE_SOF = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # baseline, extended, progressive; the last two arithmetic coded
_PROGRESSIVE_SOF = {0xC2, 0xCA}
_TABLES = _SOF | {0xC4, 0xCC, 0xDB, 0xDD}
_NO_LENGTH = {0x01, *range(0xD0, 0xD8)}
_MAX_SCANNED = 60_000_000_000  # pixels of all scans together, 6 s; 200 megapixels in 10 scans are 2,000,000,000
_MAX_SCANS = 500  # a few KB with thousands of scans take minutes; the limit of libjpeg-turbo's fuzzers
_MAX_SEGMENTS = 20_000  # a profile or XMP of 100 MB takes 1,600
_NOT_FILL = re.compile(rb"[^\xff]")
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # stuffed zeros, fill bytes and restarts belong to the scan

_XMP = b"http://ns.adobe.com/xap/1.0/\0"

# Luminance table of ITU-T T.81 annex K, row by row, which libjpeg scales by its quality setting.
_BASE_LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)


class JpegError(ValueError):
    """The header cannot be parsed; the message says why. `supported` is False for unsupported kinds of JPEG."""

    def __init__(self, cause: str, *, supported: bool = True) -> None:
        super().__init__(cause)
        self.supported = supported


class JpegFacts(NamedTuple):
    """The contents of a JPEG's header.

    Attributes
    ----------
    width, height
        Stored size (before EXIF orientation), px.
    components
        1 (grey), 3 (colour) or 4 (CMYK).
    exif, icc, xmp
        As embedded; b"" if there is none.
    quality
        1..100 on libjpeg's scale (`quality_of_table`); None without a quantisation table.
    tables
        The segments that a decoder needs before the first scan.
    scan, scan_length
        Offset and length of the first scan's header (SOS segment), bytes.
    scans
        Number of scans.
    complete
        Whether the scans contain every coefficient at full precision.
    coefficients
        Memory in which a decoder keeps the coefficients of a multi-scan file, bytes; 0 for a single scan.
    zero_is_end_of_block
        Whether a run of zero bits is valid in the first scan, as a run of empty blocks.
    """

    width: int
    height: int
    components: int
    progressive: bool
    exif: bytes
    icc: bytes
    quality: float | None
    xmp: bytes
    tables: tuple[bytes, ...]
    scan: int
    scan_length: int
    scans: int
    complete: bool
    coefficients: int
    zero_is_end_of_block: bool


def read_jpeg(data: bytes) -> JpegFacts:
    """Parse the segments of a JPEG up to its first scan.

    Raises
    ------
    JpegError
        The file ends before its first scan, is inconsistent, or is of an unsupported kind.
    """
    frame: tuple[int, bytes] | None = None
    exif = xmp = b""
    icc_parts: list[bytes] = []
    tables: dict[int, NDArray[np.int64]] = {}
    needed: list[bytes] = []
    jfif, transform = False, None
    at = length = 0
    for marker, at, length in _segments(data):
        body = data[at + 4 : at + length]
        if marker in _TABLES:
            needed.append(data[at : at + length])
        if marker in _SOF:
            if frame is not None:
                raise JpegError("the header gives the size twice")
            frame = marker, body
        elif marker == 0xDB:
            tables.update(_quantisation_tables(body))
        elif marker == 0xE0 and body.startswith(b"JFIF\0"):
            jfif = True
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            exif = exif or body
        elif marker == 0xE1 and body.startswith(_XMP):
            xmp = xmp or body[len(_XMP) :]
        elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
            icc_parts.append(body[12:])
        elif marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
            transform = body[11]
    if frame is None or len(frame[1]) < 9:
        raise JpegError("the header does not give the size")
    kind, body = frame
    width, height = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
    if width == 0 or height == 0:
        raise JpegError("the header gives a size of zero")
    if kind not in _DECODABLE_SOF or body[0] != 8 or body[5] not in (1, 3, 4):
        raise JpegError(f"a rare kind of JPEG ({body[0]} bits, {body[5]} channels, SOF{kind & 15})", supported=False)
    progressive = kind in _PROGRESSIVE_SOF
    scans, complete = 1, True
    if progressive or data[at + 4 : at + 5] < body[5:6]:
        scans, complete = _scans(data, at, body[5], progressive)
        if scans * width * height > _MAX_SCANNED:
            raise JpegError(f"its {scans} scans of {width} x {height} pixels would take too long to decode")
    table = tables.get(body[8])
    return JpegFacts(
        width,
        height,
        body[5],
        progressive,
        exif,
        _join_icc(icc_parts),
        quality_of_table(table) if table is not None else None,
        xmp,
        (_colour_segment(jfif, transform, body[5]), *needed),
        at,
        length,
        scans,
        complete,
        2 * _samples(width, height, body) if scans > 1 or progressive else 0,
        scans > 1 or _zero_is_end_of_block(needed, int.from_bytes(data[at + 6 : at + 7], "big") & 15),
    )


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, offset, length including the marker) of each segment up to the header of the first scan, inclusive."""
    at = 2
    for _ in range(_MAX_SEGMENTS):
        at = data.find(b"\xff", at)
        marker_byte = _NOT_FILL.search(data, at) if at >= 0 else None
        if marker_byte is None or marker_byte.start() + 3 > len(data):
            raise JpegError("the file ends before the picture starts")
        at = marker_byte.start() - 1
        marker = data[at + 1]
        if marker == 0 or marker in _NO_LENGTH:
            at += 2
            continue
        if marker == 0xD9:
            raise JpegError("the file ends before the picture starts")
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 4 or at + length > len(data):
            raise JpegError("the file ends inside its header")
        yield marker, at, length
        if marker == 0xDA:
            return
        at += length
    raise JpegError(f"its header has more than {_MAX_SEGMENTS:,} parts")


def is_frame(segment: bytes) -> bool:
    """Whether a segment is the frame header, which gives the size."""
    return segment[1:2] != b"" and segment[1] in _SOF


def _colour_segment(jfif: bool, transform: int | None, components: int) -> bytes:
    """A JFIF or Adobe segment from which libjpeg infers the same colour space as from the whole header."""
    if jfif and components != 4:
        return b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    if transform is None:
        return b""
    known = {3: (0, 1), 4: (0, 2)}.get(components, (0,))
    return b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([transform if transform in known else known[-1]])


def _zero_is_end_of_block(segments: list[bytes], number: int) -> bool:
    """Whether the all-zero code of an AC Huffman table (by its number) is "end of block"; True without such a table."""
    found = []
    for segment in segments:
        body = segment[4:] if segment[1] == 0xC4 else b""
        while len(body) > 17:
            if body[0] == 0x10 | number:
                found.append(body[17])
            body = body[17 + sum(body[1:17]) :]
    return not found or 0 in found


def _scans(data: bytes, at: int, components: int, progressive: bool) -> tuple[int, bool]:
    """Number of scans from `at` to the end of the picture, and whether they contain every coefficient in full.

    Raises
    ------
    JpegError
        More than `_MAX_SCANS`.
    """
    scans, full = 0, np.zeros((256, 64), np.bool_)
    while True:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            scans += 1
            if scans > _MAX_SCANS:
                raise JpegError(f"the picture is split into more than {_MAX_SCANS} scans")
            head = data[at + 4 : at + 2 + length]
            first, last, bits = head[-3:] if progressive and len(head) > 3 else (0, 63, 0)
            full[list(head[1:-3:2]), first : last + 1] |= bits & 15 == 0
        found = _MARKER_IN_SCAN.search(data, at + 2 + length) if marker != 0xD9 else None
        if found is None or found.end() + 2 > len(data):
            return scans, int(full.all(axis=1).sum()) >= components
        at = found.start()


def _samples(width: int, height: int, frame: bytes) -> int:
    """Approximate number of coefficients of all components of a frame, from their sampling factors."""
    across = [factor >> 4 for factor in frame[7 : 6 + 3 * frame[5] : 3]]
    down = [factor & 15 for factor in frame[7 : 6 + 3 * frame[5] : 3]]
    blocks = sum(x * y for x, y in zip(across, down, strict=True))
    return width * height * blocks // max(max(across) * max(down), 1)


def quality_of_table(table: NDArray[np.int64]) -> float:
    """The quality setting of libjpeg, 1..100, whose luminance table is nearest to `table` (64,), in any order.

    Exact for files written by libjpeg; for encoders with other tables it is the libjpeg setting that discards about as
    much.
    """
    distance = np.abs(_libjpeg_tables() - np.sort(table)).sum(axis=1)
    return float(np.argmin(distance) + 1)


@lru_cache(maxsize=1)
def _libjpeg_tables() -> NDArray[np.int64]:
    """(100, 64) luminance tables of the qualities 1..100, entries sorted (see jpeg_set_quality in libjpeg)."""
    quality = np.arange(1, 101)
    scale = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    tables = np.clip((_BASE_LUMINANCE.reshape(1, 64) * scale[:, None] + 50) // 100, 1, 255)
    return np.sort(tables, axis=1)


def _quantisation_tables(body: bytes) -> dict[int, NDArray[np.int64]]:
    found: dict[int, NDArray[np.int64]] = {}
    while body:
        size = 128 if body[0] >> 4 else 64
        if len(body) < 1 + size:
            break  # libjpeg will report it
        values = np.frombuffer(body, ">u2" if size == 128 else "u1", 64, 1)
        found[body[0] & 15] = values.astype(np.int64)
        body = body[1 + size :]
    return found


def _join_icc(parts: list[bytes]) -> bytes:
    """Join the numbered parts of an ICC profile; b"" if one is missing."""
    parts = sorted(part for part in parts if len(part) > 2)
    if [part[0] for part in parts] != list(range(1, len(parts) + 1)) or any(part[1] != len(parts) for part in parts):
        return b""
    return b"".join(part[2:] for part in parts)
