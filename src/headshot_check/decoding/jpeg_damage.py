"""Detects damage inside a JPEG that libjpeg does not report, because the damaged bits still form valid codes.

The mean level of each block (DC coefficient) is coded as the difference to the previous block. Overwritten bytes
therefore shift the level or colour of all following blocks. Two signs of that do not occur in intact pictures: a level
step with a bend (`level_steps`), and levels outside the valid range (`_impossible_levels`).
"""

from __future__ import annotations

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from headshot_check.decoding.jpeg_facts import JpegFacts, is_frame

_END_OF_IMAGE = b"\xff\xd9"
_ZEROS = bytes(128)
_SPACES = {1: "GRAY", 3: "RGB", 4: "CMYK"}
_AS_STORED = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0"
"""Adobe segment: no colour conversion"""
_CHEAP = 50_000
"""bytes; the levels of smaller files are always checked, which takes half a millisecond"""

_MOST = 16.0
"""levels; larger steps, from edges in the picture, are clipped to this"""
_STEP, _SUSPECTED = 9.0, 7.0
"""levels: a step with a bend above the first is damage, a mean step above the second is checked further. 7,015 intact
photos and places have at most 7.8 with a bend, 8.4 when saved again at qualities 22 to 100; 1 in 20 larger photos has a
mean step above 7.0"""
_COARSE = 40
"""eighths of a level; coarser quantisation of the means (quality 20) causes such steps itself"""
_OPPONENT = np.array([[0.3, 1.2, 0.0], [0.59, -1.2, -1.2], [0.11, 0.0, 1.2]], np.float32)
"""RGB to luma, red minus green, blue minus green: edges in pictures are weaker in the last two"""
_MANY, _TOGETHER, _FAR_OFF = 96, 4, 5.0
"""with at least so many columns of units, rows are skipped whose mean step, over so many units at once, is at most so
many levels"""
_GREAT, _GOES_ON = 12.0, 0.75
"""levels from which a mean step is always checked further; a smaller one is not if so large a share of it is also found
one line away, as at an edge of the picture"""
_ONE_COLOUR, _MOSTLY = 1, 0.5
"""range in levels up to which a unit's line is flat; share of flat units above which a step is taken for graphics, as
photos have texture"""
_GAPS = 0, 4
"""numbers of units to skip at the bend: those decoded from the overwritten bytes themselves"""
_FEWEST = 3, 8
"""rows and columns of units below which a step cannot be told from an edge"""
_LEVELS = 1024
"""magnitude limit of a DC coefficient: 8 times the mean of a block, less 128"""
_BEYOND = 1.02
"""share of that limit above which a level is invalid; 6,268 photos and places have at most 1.003"""


def damaged_inside(data: bytes, facts: JpegFacts, raster: NDArray[np.uint8], step: int) -> bool:
    """Whether some data of a picture that libjpeg decoded without a warning were overwritten.

    Parameters
    ----------
    raster
        The whole picture, (h, w) or (h, w, channels), at 1/`step` of its size.
    """
    if _zeroed(data, facts):
        return True
    wide, high = _unit(facts)
    bent, straight = level_steps(raster, wide // step, high // step)
    return (bent > _STEP and _coarsest(facts) <= _COARSE) or (
        (straight > _SUSPECTED or len(data) <= _CHEAP) and _impossible_levels(data, facts)
    )


def _coarsest(facts: JpegFacts) -> int:
    """The coarsest quantisation step of the blocks' means, in eighths of a level."""
    steps = dict[int, int]()
    for segment in facts.tables:
        if segment[1:2] == b"\xdb":
            _halved(segment[4:], steps)
    return max(steps.values(), default=1)


def level_steps(raster: NDArray[np.uint8], wide: int, high: int) -> tuple[float, float]:
    """Find a level step that starts within a row of coded units, by two measures, in levels, 0..16.

    Units (MCUs) are coded row by row from left to right. If all levels are shifted from one unit on, there is a step
    along the top of the rest of its row and along the top of the next row up to the same column. An edge in the picture
    has no such bend.

    Parameters
    ----------
    raster
        (h, w) or (h, w, channels).
    wide, high
        Size of the units, px.

    Returns
    -------
    The largest step with a bend, less the steps on either side of it (exact only above `_STEP`), and the largest mean
    step along a row with or without a bend (exact only above `_SUSPECTED`). Zeros for small pictures.
    """
    rows, columns = raster.shape[0] // max(high, 1), raster.shape[1] // max(wide, 1)
    if rows < _FEWEST[0] or columns < _FEWEST[1] or not (wide and high):
        return 0.0, 0.0
    upper = raster[high - 1 : (rows - 1) * high : high, : columns * wide]
    lower = raster[high : rows * high : high, : columns * wide]
    near = np.ones(rows - 1, np.bool_)
    if columns >= _MANY:
        near = _along(_sums(upper, lower, _TOGETHER * wide)) > _FAR_OFF
        if not near.any():
            return 0.0, 0.0
    looked_at = np.append(near, False) | np.append(False, near)  # each row with the one below it
    exact = _sums(upper[looked_at[:-1]], lower[looked_at[:-1]], wide)
    left = np.zeros((rows, *exact.shape[1:]), np.float32)
    left[:-1][looked_at[:-1]] = exact[:-1]
    along = np.where(near, _along(left), 0)
    steep = np.flatnonzero(along[:-1] >= _STEP - (_STEP + _MOST) * max(_GAPS) / columns)
    flat = np.zeros(left.shape[:2], np.float32)
    away = min(1, high - 1)  # the lines at the step are blended by smoothing
    for row in {*steep.tolist(), *(steep + 1).tolist()} - {rows - 1}:
        beside = raster[[(row + 1) * high - 1 - away, (row + 1) * high + away], : columns * wide]
        flat[row, 1:] = np.cumsum(_flat(beside, columns))
    bent = [_bent(left, flat, along, gap) for gap in _GAPS if columns >= 3 * gap]
    for row in np.flatnonzero((along > _SUSPECTED) & (along < _GREAT)).tolist() if high > 1 else ():
        if _goes_on(raster, wide, high, row):
            along[row] = 0
    return max(bent, default=0.0), float(along.max())


def _sums(upper: NDArray[np.uint8], lower: NDArray[np.uint8], wide: int) -> NDArray[np.float32]:
    """(rows + 1, units + 1, channels) cumulative sums, along each row, of the mean steps from `upper` to `lower` lines.

    One step per unit of `wide` px, in the channels of `_OPPONENT` for RGB. The last row is 0.
    """
    rows, units, channels = len(upper), upper.shape[1] // wide, 1 if upper.ndim == 2 else upper.shape[2]
    # by OpenCV: NumPy's product of this size would start all threads of OpenBLAS
    apart = cv2.subtract(lower[:, : units * wide], upper[:, : units * wide], dtype=cv2.CV_32F)
    steps = np.asarray(cv2.resize(apart, (units, rows), interpolation=cv2.INTER_AREA), np.float32)
    if channels == 3:
        steps = np.asarray(cv2.transform(steps, _OPPONENT.T), np.float32)
    steps = steps.reshape(rows, units, channels)
    sums = np.zeros((rows + 1, units + 1, channels), np.float32)
    np.cumsum(np.clip(steps, -_MOST, _MOST, out=steps), axis=1, out=sums[:-1, 1:])
    return sums


def _along(left: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest mean step along each row, starting at any unit of it and continuing in the row below."""
    return np.asarray(np.abs(left[:-1, -1:] - left[:-1] + left[1:]).max(axis=(1, 2)) / (left.shape[1] - 1))


def _goes_on(raster: NDArray[np.uint8], wide: int, high: int, row: int) -> bool:
    """Whether the step below a row of units is also found one line above or below, as at an edge of the picture."""
    columns = raster.shape[1] // wide * wide
    two = slice(min(2, raster.shape[0] // high - 1 - row))  # there is nothing below the last row

    def steps(line: int) -> NDArray[np.float32]:
        """Sums of the steps along this row and the next, by starting unit."""
        left = _sums(raster[line - 1 :: high][two, :columns], raster[line::high][two, :columns], wide)
        return np.asarray(left[0, -1] - left[0] + left[1])

    here = steps((row + 1) * high)
    at = np.unravel_index(np.abs(here).argmax(), here.shape)
    return any(steps((row + 1) * high + off)[at] / here[at] > _GOES_ON for off in (-1, 1))


def _flat(lines: NDArray[np.uint8], columns: int) -> NDArray[np.bool_]:
    """(columns,) Whether one of the two lines next to a step is of a single colour within a unit."""
    there = lines.reshape(2, columns, -1, lines.shape[2] if lines.ndim == 3 else 1).astype(np.int16)
    return np.asarray((np.ptp(there, axis=2).max(axis=2) <= _ONE_COLOUR).any(axis=0))


def _bent(left: NDArray[np.float32], flat: NDArray[np.float32], along: NDArray[np.float32], gap: int) -> float:
    """The largest step with a bend.

    Parameters
    ----------
    left
        Cumulative sums of the steps along each row (`_sums`).
    flat
        Cumulative number of flat units along each row; steps between mostly flat units belong to graphics and are
        ignored.
    along
        Mean step along each row (`_along`); rows in which no step can exceed `_STEP` are skipped.
    gap
        Number of units to ignore at the bend.
    """
    columns = left.shape[1] - 1
    steep = np.flatnonzero(along[:-1] >= _STEP - (_STEP + _MOST) * gap / columns)
    upper_row, lower_row = left[steep], left[steep + 1]
    margin = max(2, min(columns // 12, 4))
    bends = np.arange(margin, columns - margin - gap + 1)
    before, after = bends[:, None].astype(np.float32), (columns - gap - bends)[:, None].astype(np.float32)
    upper = (upper_row[:, -1:] - upper_row[:, bends + gap]) / after
    lower = lower_row[:, bends] / before
    both = np.where(upper * lower > 0, np.minimum(np.abs(upper), np.abs(lower)), 0)
    beside_upper = upper_row[:, bends] / before
    beside_lower = (lower_row[:, -1:] - lower_row[:, bends + gap]) / after
    beside = np.maximum(np.abs(beside_upper), np.abs(beside_lower))
    stairs_upper = (flat[steep, -1:] - flat[steep][:, bends + gap]) / after[:, 0]
    stairs_lower = flat[steep + 1][:, bends] / before[:, 0]
    drawn = np.maximum(stairs_upper, stairs_lower) > _MOSTLY
    return float(np.where(drawn[..., None], 0, both - 2 * beside).max(initial=0))


def _impossible_levels(data: bytes, facts: JpegFacts) -> bool:
    """Whether the mean of some block is outside the range of valid levels.

    libjpeg clips such levels. So the picture is decoded again with halved quantisation steps for the means and zeros
    for all other coefficients: valid levels then lie in the middle half of the range, invalid ones outside.
    """
    if facts.scans > 1 and b"\xff\xdb" in data[facts.scan :]:
        return False  # a later scan redefines the tables
    segments, steps = [_AS_STORED] if facts.components > 1 else [], dict[int, int]()
    frame = b""
    for segment in facts.tables:
        frame = segment if is_frame(segment) else frame
        if segment[1:2] == b"\xdb":
            segments.append(segment[:4] + _halved(segment[4:], steps))
        elif segment[1:2] not in (b"", b"\xe0", b"\xee"):
            segments.append(segment)
    shown = np.empty((-(-facts.height // 8), -(-facts.width // 8), facts.components), np.uint8)
    try:
        simplejpeg.decode_jpeg(
            b"".join([data[:2], *segments, data[facts.scan :]]),
            _SPACES[facts.components],
            min_height=shown.shape[0],
            min_width=shown.shape[1],
            buffer=shown,
            strict=False,
        )
    except ValueError:  # a subsampling that simplejpeg does not support
        return False
    for number, off in enumerate(np.abs(shown.astype(np.int16) - 128).reshape(-1, facts.components).max(axis=0)):
        step = steps.get(frame[12 + 3 * number], 1)
        if step > 1 and 8 * int(off) > (_LEVELS * _BEYOND / step + 1.5) * (step // 2) + 4:
            return True
    return False


def _halved(body: bytes, steps: dict[int, int]) -> bytes:
    """Quantisation tables with half the step for the mean and 0 for the rest; adds the original steps to `steps`."""
    made = []
    while body:
        wide = 2 if body[0] >> 4 else 1
        step = int.from_bytes(body[1 : 1 + wide], "big")
        steps[body[0] & 15] = step
        made.append(body[:1] + max(step // 2, 1).to_bytes(wide, "big") + bytes(63 * wide))
        body = body[1 + 64 * wide :]
    return b"".join(made)


def _unit(facts: JpegFacts) -> tuple[int, int]:
    """Width and height of a coded unit (MCU), px."""
    frame = next(segment for segment in facts.tables if is_frame(segment))[4:]
    factors = [frame[7 + 3 * number] for number in range(facts.components)]
    if facts.components == 1:
        return 8, 8
    return 8 * max(factor >> 4 for factor in factors), 8 * max(factor & 15 for factor in factors)


def _zeroed(data: bytes, facts: JpegFacts) -> bool:
    """Whether a scan in which zero bits are not valid as empty blocks contains a run of zeros: an overwritten sector.

    libjpeg does not report it if the number of decoded blocks happens to fit.
    """
    if facts.progressive or facts.zero_is_end_of_block:
        return False
    return has_hole(data, facts)


def has_hole(data: bytes, facts: JpegFacts) -> bool:
    """Whether a sector of zeros lies in the scans, with more of the file behind it."""
    at = data.find(_ZEROS, facts.scan)
    if at < 0:
        return False
    end = data.find(_END_OF_IMAGE, facts.scan)
    return at < len(data[: end if end >= 0 else len(data)].rstrip(b"\0")) - len(_ZEROS)  # zeros at the end are padding
