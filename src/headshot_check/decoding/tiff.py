"""TIFF: decodes the first page that is not a thumbnail.

The directories are parsed here because Pillow reads every entry of every page (12 million strips take a minute and
4 GB), decodes the first page even if it is a thumbnail, and issues warnings about damaged entries. It is given a file
with a single directory that has the entries needed for decoding.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice

import numpy as np
from PIL import TiffImagePlugin, TiffTags

from headshot_check.decoding import tiff_damage
from headshot_check.decoding.colour_profile import Colours
from headshot_check.decoding.completeness import filled_up, rows_there
from headshot_check.decoding.decoded import LARGE_PIXELS, Decoded, Plan, step_of
from headshot_check.decoding.exif import read_exif, xmp_note
from headshot_check.decoding.flatten import Box
from headshot_check.decoding.sniff import DecodeError
from headshot_check.decoding.tiff_pixels import UNSIGNED, pixels_of

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 258, 259, 262
_ORIENTATION, _CHANNELS, _ROWS_PER_STRIP, _TILE_WIDTH, _TILE_HEIGHT = 274, 277, 278, 322, 323
_PLANES, _SUB_IFDS, _EXTRA, _SAMPLE_FORMAT, _XMP, _DNG_VERSION = 284, 330, 338, 339, 700, 50706
# needed for decoding: size, pixel format, strips or tiles, palette, fax and JPEG tables, YCbCr, colour profile
_NEEDED = frozenset(
    {256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293, 317, 320, 322, 323, 324, 325, 332, 338, 339}
    | {347, 512, 513, 514, 519, 520, 521, 529, 530, 531, 532, 34675}
)
_PARTS = _STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 273, 279, 324, 325
_JPEG_TABLES = 347
_MOST_PARTS = 200_000  # the tallest picture allowed has 65,535 strips of one row
_MOST_PAGES = 1_000
_MOST_ENTRIES = 4_096
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WHOLE = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q"}
_REAL_KINDS = (5, 10, 11, 12)
_REAL_TAGS = (529, 532)  # YCbCrCoefficients, ReferenceBlackWhite
_OF_BYTES = (1, 2, 7)
"""types of entries of which many bytes are one value: BYTE, ASCII, UNDEFINED"""


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    count: int
    at: int
    """offset of its value"""
    raw: bytes
    """the entry as stored in the directory"""


_Page = dict[int, _Entry]


class _Tiff:
    """The directories of a TIFF or BigTIFF."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.order = "<" if data[:2] == b"II" else ">"
        self.big = data[2:4] == b"+\0"
        self.first = 8 if self.big else 4  # offset of the first directory's offset
        self.field = self.order + ("Q" if self.big else "I")

    def pages(self) -> Iterator[_Page]:
        """The directories in order, by tag; the list ends at a loop or a damaged link."""
        size, entry = (8, 20) if self.big else (2, 12)
        link, seen = self.first, set[int]()
        while len(seen) < _MOST_PAGES and link + struct.calcsize(self.field) <= len(self.data):
            at = struct.unpack_from(self.field, self.data, link)[0]
            if at < 8 or at in seen or at + size > len(self.data):
                return
            seen.add(at)
            count = struct.unpack_from(self.order + ("Q" if self.big else "H"), self.data, at)[0]
            yield self._page(at + size, min(count, _MOST_ENTRIES), entry)
            link = at + size + count * entry

    def _page(self, at: int, count: int, size: int) -> _Page:
        found: _Page = {}
        for place in range(at, min(at + count * size, len(self.data) - size + 1), size):
            tag, kind, length = struct.unpack_from(self.order + ("HHQ" if self.big else "HHI"), self.data, place)
            bytes_needed = _SIZES.get(kind, 0) * length
            room = 8 if self.big else 4
            where = place + size - room
            if bytes_needed > room:
                where = struct.unpack_from(self.field, self.data, where)[0]
            if 0 < bytes_needed <= len(self.data) - where:
                found.setdefault(tag, _Entry(kind, length, where, self.data[place : place + size]))
        return found

    def number(self, page: _Page, tag: int, default: int) -> int:
        """The first value of an integer entry."""
        entry = page.get(tag)
        code = _WHOLE.get(entry.kind) if entry is not None else None
        if entry is None or code is None:
            return default
        return int(struct.unpack_from(self.order + code, self.data, entry.at)[0])

    def numbers(self, page: _Page, tag: int) -> tuple[int, ...]:
        """All values of an integer entry; () without one."""
        entry = page.get(tag)
        code = _WHOLE.get(entry.kind) if entry is not None else None
        if entry is None or code is None:
            return ()
        return struct.unpack_from(f"{self.order}{entry.count}{code}", self.data, entry.at)

    def content(self, page: _Page, tag: int) -> bytes:
        """The bytes of an entry; b"" without one."""
        entry = page.get(tag)
        return b"" if entry is None else self.data[entry.at : entry.at + _SIZES[entry.kind] * entry.count]

    def alone(self, page: _Page) -> bytes:
        """The file with a new directory appended that has the entries of this page needed for decoding."""
        entries, left = [], len(self.data)
        for tag in sorted(page.keys() & _NEEDED):
            if page[tag].kind in _REAL_KINDS and tag not in _REAL_TAGS:
                continue
            left -= _SIZES[page[tag].kind] * page[tag].count
            if left >= 0:  # overlapping entries may be longer than the file, which Pillow does not accept
                entries.append(self._single(tag, page[tag]))
        at = len(self.data) + len(self.data) % 2
        count = struct.pack(self.order + ("Q" if self.big else "H"), len(entries))
        head = self.data[: self.first] + struct.pack(self.field, at)
        return b"".join(
            (head, memoryview(self.data)[len(head) :], bytes(at - len(self.data)), count, *entries, bytes(8))
        )

    def _single(self, tag: int, entry: _Entry) -> bytes:
        """The entry as stored, reduced to its first value if the tag takes a single one."""
        if entry.count == 1 or entry.kind in _OF_BYTES or TiffTags.lookup(tag).length != 1:
            return entry.raw
        size, room = _SIZES[entry.kind], struct.calcsize(self.field)
        value = self.data[entry.at : entry.at + size].ljust(room, b"\0") if size <= room else entry.raw[-room:]
        return entry.raw[:4] + struct.pack(self.field, 1) + value


def decode_tiff(data: bytes, plan: Plan, part: Box | None = None) -> Decoded:
    """Decode the first page that is not a thumbnail.

    Raises
    ------
    DecodeError
        A camera raw file, an unsupported pixel format or compression, or no picture.
    Exception
        Whatever `plan` raises, and what Pillow raises for a file that it cannot decode.
    """
    tiff = _Tiff(data)
    pages = list(tiff.pages())
    full = [page for page in pages if not tiff.number(page, _SUBFILE, 0) & 1]
    if not pages:
        raise DecodeError("damaged", "the file ends before the picture starts")
    if _DNG_VERSION in pages[0] or not full or (full[0] is not pages[0] and _SUB_IFDS in pages[0]):
        raise DecodeError("unsupported_format", "this is a camera raw file, which is not supported")
    page = full[0]
    if any(page[tag].count > _MOST_PARTS for tag in _PARTS if tag in page):
        raise DecodeError("damaged", f"the picture is split into more than {_MOST_PARTS:,} parts")
    width, height = tiff.number(page, _WIDTH, 0), tiff.number(page, _HEIGHT, 0)
    bits = (
        max(struct.unpack_from(f"{tiff.order}{min(page[_BITS].count, 8)}H", data, page[_BITS].at))
        if (_BITS in page and page[_BITS].kind == 3)
        else 1
    )
    channels, sample = tiff.number(page, _CHANNELS, 1), tiff.number(page, _SAMPLE_FORMAT, UNSIGNED)
    if channels - _ignored_channels(tiff, page) > TiffImagePlugin.MAX_SAMPLESPERPIXEL:
        raise DecodeError("unsupported_format", f"a TIFF with {channels} channels is not supported")
    compression = tiff.number(page, _COMPRESSION, 1)
    if compression not in TiffImagePlugin.COMPRESSION_INFO:
        raise DecodeError("unsupported_format", f"a TIFF with the compression {compression} is not supported")
    step = step_of(plan, width, height, _needs(tiff, page, width, height, channels, bits))
    there = _fill_up(tiff, page, -(-width * channels * bits // 8), height)
    try:
        raster, transparent, icc = pixels_of(io.BytesIO(tiff.alone(page)), bits, sample, step, part)
    except DecodeError:
        raise
    except Exception as error:
        if all(at + size <= len(data) for at, size in _spans(tiff, page)):
            raise
        raise DecodeError("damaged", "the file ends early, and the picture cannot be decoded") from error
    damaged = part is None and width * height <= LARGE_PIXELS and _damaged(tiff, page, width, height, bits)
    if (
        tiff.number(page, _PHOTOMETRIC, 1) == 0 and bits > 8 and channels == 1
    ):  # white is 0; Pillow inverts up to 8 bits
        raster = np.subtract(255, raster, out=raster)
    orientation = tiff.number(page, _ORIENTATION, 1)
    turn = orientation if 1 <= orientation <= 8 else 1
    notes = () if page is pages[0] else ("its first picture is a thumbnail: the full one judged",)
    return Decoded(
        raster,
        "TIFF",
        width,
        height,
        step=step,
        exif=read_exif(data),
        turn=turn,
        colours=Colours(icc),
        frames=len(full),
        bit_depth=bits,
        transparent=transparent,
        lost=1 - there / height if there < height else None,
        lost_at="bottom",
        damaged=damaged,
        notes=notes + xmp_note(tiff.content(page, _XMP), turn),
    )


def _fill_up(tiff: _Tiff, page: _Page, stride: int, height: int) -> int:
    """Number of complete rows of uncompressed strips; missing rows are replaced by grey in `tiff.data`.

    `height` if the pixels are compressed or in tiles, or if the strips are not contiguous.
    """
    places, sizes = tiff.numbers(page, _STRIPS), tiff.numbers(page, _STRIP_SIZES)
    plain = tiff.number(page, _COMPRESSION, 1) == 1 and tiff.number(page, _PLANES, 1) == 1 and _TILES not in page
    if not plain or not places or [*accumulate(sizes, initial=places[0])][:-1] != [*places]:
        return height
    there = rows_there(tiff.data, places[0], stride, height)
    if not 0 < there < height or sum(sizes) != stride * height:
        return height
    tiff.data = filled_up(tiff.data, places[0], stride, there, height)
    return there


def _damaged(tiff: _Tiff, page: _Page, width: int, height: int, bits: int) -> bool:
    """Whether JPEG or Deflate strips or tiles are damaged, which libtiff does not report."""
    kind = tiff.number(page, _COMPRESSION, 1)
    if kind != tiff_damage.JPEG and kind not in tiff_damage.DEFLATE:
        return False
    wide, high = _part_size(tiff, page, width, height)
    channels, planes = tiff.number(page, _CHANNELS, 1), 1
    if tiff.number(page, _PLANES, 1) == 2:
        channels, planes = 1, channels
    needed = -(-width // max(wide, 1)) * -(-height // max(high, 1)) * planes
    parts = tiff_damage.bytes_of(tiff.data, dict.fromkeys(islice(_spans(tiff, page), needed)))
    if kind == tiff_damage.JPEG:
        return tiff_damage.damaged_jpeg(parts, tiff.content(page, _JPEG_TABLES), wide * high)
    return tiff_damage.damaged_deflate(parts, -(-wide * channels * bits // 8) * high)


def _spans(tiff: _Tiff, page: _Page) -> Iterator[tuple[int, int]]:
    """(start, size) in bytes of its strips or tiles."""
    places, sizes = (_TILES, _TILE_SIZES) if _TILES in page else (_STRIPS, _STRIP_SIZES)
    return zip(tiff.numbers(page, places), tiff.numbers(page, sizes), strict=False)


def _part_size(tiff: _Tiff, page: _Page, width: int, height: int) -> tuple[int, int]:
    """Width and height of its strips or tiles, px."""
    if _TILE_WIDTH in page:
        return tiff.number(page, _TILE_WIDTH, 0), tiff.number(page, _TILE_HEIGHT, 0)
    return width, min(tiff.number(page, _ROWS_PER_STRIP, height), height)


def _ignored_channels(tiff: _Tiff, page: _Page) -> int:
    """Number of channels that Pillow ignores: unspecified extra channels of planar pictures."""
    extra = tiff.content(page, _EXTRA)
    return page[_EXTRA].count if extra and tiff.number(page, _PLANES, 1) == 2 and not any(extra) else 0


def _needs(tiff: _Tiff, page: _Page, width: int, height: int, channels: int, bits: int) -> int:
    """Bytes that Pillow and libtiff allocate: the picture, its largest strip or tile, and copies of the file."""
    wide, rows = _part_size(tiff, page, width, height)
    packed = 0 if tiff.number(page, _COMPRESSION, 1) == 1 else rows * wide * channels * -(-bits // 8)
    pixel = 4 if channels > 1 or bits > 16 else 2 if bits > 8 else 1
    return width * height * pixel + packed + 2 * len(tiff.data)
