"""What the markers of a JPEG file say before anything is decoded: size, tables, profile, EXIF, XMP, quality.

Kept beside the libraries: Pillow opens a file with thousands of scans or millions of segments before anything can be
refused, and follows both for minutes; simplejpeg tells size and colour space only. Both would cost a second reading.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_SOF = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_DECODABLE_SOF = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # baseline, extended, progressive; the last two arithmetic coded
_PROGRESSIVE_SOF = {0xC2, 0xCA}
_TABLES = _SOF | {0xC4, 0xCC, 0xDB, 0xDD}
_NO_LENGTH = {0x01, *range(0xD0, 0xD8)}
_MAX_SCANNED = 60_000_000_000  # pixels of all scans together: 6 s; 200 megapixels in 10 scans have 2,000,000,000
_MAX_SCANS = 500  # a file of a few KB with thousands of scans costs minutes; libjpeg-turbo's own fuzzers stop at 500
_MAX_SEGMENTS = 20_000  # a profile or XMP of 100 MB has 1,600
_NOT_FILL = re.compile(rb"[^\xff]")
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # stuffed zeros, fill bytes and restarts belong to the scan

_XMP = b"http://ns.adobe.com/xap/1.0/\0"

# Luminance table of ITU-T T.81 annex K, row by row: the base that libjpeg scales by its quality setting.
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
    """The markers cannot be followed to a first scan; the text says why. `supported` is False for rare JPEG kinds."""

    def __init__(self, cause: str, *, supported: bool = True) -> None:
        super().__init__(cause)
        self.supported = supported


class JpegFacts(NamedTuple):
    """`width`, `height` in px as stored (before EXIF orientation); `components` 1 (grey), 3 (colour) or 4 (CMYK);
    `exif`, `xmp` and `icc` as embedded, b"" when there are none; `quality` 1..100 on libjpeg's scale, None without a
    table; `tables` are the segments that a decoder needs before the first scan, whose own header stands at `scan` and
    has `scan_length` bytes; `scans` counts the scans, and `complete` says that they give every coefficient in full;
    `zero_is_end_of_block` says that the first scan may hold any number of zero bits: its blocks may be empty;
    `coefficients` is how many bytes a decoder keeps until it has read the last of several, 0 when there is but one."""

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
    """Follows the markers of `data` up to the first scan.

    Raises
    ------
    JpegError
        The file ends before its first scan, contradicts itself, or is of a kind no decoder here reads.
    """
    frame: tuple[int, bytes] | None = None
    exif = xmp = b""
    icc_parts: list[bytes] = []
    tables: dict[int, NDArray[np.int64]] = {}
    needed: list[bytes] = []
    jfif, transform = False, None
    at = 2
    for _ in range(_MAX_SEGMENTS):
        at = data.find(b"\xff", at)
        behind = _NOT_FILL.search(data, at) if at >= 0 else None
        if behind is None or behind.start() + 3 > len(data):
            raise JpegError("the file ends before the picture starts")
        at = behind.start() - 1
        marker = data[at + 1]
        if marker == 0 or marker in _NO_LENGTH:
            at += 2
            continue
        if marker == 0xD9:
            raise JpegError("the file ends before the picture starts")
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(data):
            raise JpegError("the file ends inside its header")
        if marker == 0xDA:
            break
        body = data[at + 4 : at + 2 + length]
        if marker in _TABLES:
            needed.append(data[at : at + 2 + length])
        elif marker == 0xE0 and body.startswith(b"JFIF\0"):
            jfif = True
        elif marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
            transform = body[11]
        if marker in _SOF:
            if frame is not None:
                raise JpegError("the header gives the size twice")
            frame = marker, body
        elif marker == 0xDB:
            tables.update(_quantisation_tables(body))
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            exif = exif or body
        elif marker == 0xE1 and body.startswith(_XMP):
            xmp = xmp or body[len(_XMP) :]
        elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
            icc_parts.append(body[12:])
        at += 2 + length
    else:
        raise JpegError(f"its header has more than {_MAX_SEGMENTS:,} parts")
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
        2 + length,
        scans,
        complete,
        2 * _samples(width, height, body) if scans > 1 or progressive else 0,
        scans > 1 or _zero_is_end_of_block(needed, int.from_bytes(data[at + 6 : at + 7], "big") & 15),
    )


def is_frame(segment: bytes) -> bool:
    """Whether a segment is the frame header, which gives the size."""
    return segment[1:2] != b"" and segment[1] in _SOF


def _colour_segment(jfif: bool, transform: int | None, components: int) -> bytes:
    """The one segment by which libjpeg tells in which colours the components are, as it would have taken it."""
    if jfif and components != 4:
        return b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    if transform is None:
        return b""
    known = {3: (0, 1), 4: (0, 2)}.get(components, (0,))
    return b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([transform if transform in known else known[-1]])


def _zero_is_end_of_block(segments: list[bytes], number: int) -> bool:
    """Whether the all-zero code of an AC table (by its number) ends a block; True when there is no such table."""
    found = []
    for segment in segments:
        body = segment[4:] if segment[1] == 0xC4 else b""
        while len(body) > 17:
            if body[0] == 0x10 | number:
                found.append(body[17])
            body = body[17 + sum(body[1:17]) :]
    return not found or 0 in found


def _scans(data: bytes, at: int, components: int, progressive: bool) -> tuple[int, bool]:
    """How many scans follow from `at` on, and whether they give every coefficient of so many components in full.

    They end with the picture: what stands behind it is another's.

    Raises
    ------
    JpegError
        More than any encoder makes.
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
    """How many coefficients the components of a frame have together, about."""
    factors = [(factor >> 4) * (factor & 15) for factor in frame[7 : 6 + 3 * frame[5] : 3]]
    most = max((factor >> 4) for factor in frame[7 : 6 + 3 * frame[5] : 3]) * max(
        (factor & 15) for factor in frame[7 : 6 + 3 * frame[5] : 3]
    )
    return width * height * sum(factors) // max(most, 1)


def quality_of_table(table: NDArray[np.int64]) -> float:
    """Quality setting of libjpeg whose luminance table is nearest to `table` (64,), in any order of the entries.

    1..100. Exact for files written by libjpeg and its kin; for encoders with tables of their own it is the libjpeg
    setting that throws away about as much.
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
            break  # libjpeg refuses such a file, and says so when it decodes
        values = np.frombuffer(body, ">u2" if size == 128 else "u1", 64, 1)
        found[body[0] & 15] = values.astype(np.int64)
        body = body[1 + size :]
    return found


def _join_icc(parts: list[bytes]) -> bytes:
    """The profile out of its numbered parts; b"" when one is missing."""
    parts = sorted(part for part in parts if len(part) > 2)
    if [part[0] for part in parts] != list(range(1, len(parts) + 1)) or any(part[1] != len(parts) for part in parts):
        return b""
    return b"".join(part[2:] for part in parts)
