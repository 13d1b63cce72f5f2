"""Damage inside a JPEG of which libjpeg says nothing: the bits were still codes, and their number happened to fit.

A JPEG tells of each block how much lighter it is than the one before. Where a few bytes were overwritten, all that
follows is lighter, darker or of another colour: two things which no picture has tell of it.
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
"""Adobe's segment for colours that are not to be converted"""
_CHEAP = 50_000
"""bytes; the levels of such a file are read again without a cause, in half a millisecond"""

_MOST = 16.0
"""levels; steps of an edge in the picture count as no more"""
_STEP, _SUSPECTED = 9.0, 7.0
"""levels; at most 7.8 with a bend in 7,015 photos and places, 8.4 once they are saved again at qualities of 22 to 100;
1 in 20 larger photos has more than 7.0 without"""
_COARSE = 40
"""of 8 a level: means that are coded in longer steps (quality 20) make such steps themselves"""
_OPPONENT = np.array([[0.3, 1.2, 0.0], [0.59, -1.2, -1.2], [0.11, 0.0, 1.2]], np.float32)
"""RGB to brightness, red against green, blue against green: edges of pictures have less of the last two"""
_MANY, _TOGETHER, _FAR_OFF = 96, 4, 5.0
"""in a picture with so many columns, rows are left out whose mean step by so many columns at once is no more levels"""
_GREAT, _GOES_ON = 12.0, 0.75
"""levels, of which a step is suspected anyway; share of a lesser one in a line next to it: what is off in level has the
texture of the picture beside it"""
_ONE_COLOUR, _MOSTLY = 1, 0.5
"""levels along a line of a unit, share of the units: what overwritten data shift has the texture of the picture"""
_GAPS = 0, 4
"""units that hold whatever the bytes that were overwritten say"""
_FEWEST = 3, 8
"""rows and columns of coded units, in which a step can be told from an edge"""
_LEVELS = 1024
"""the mean of a block of 8-bit levels, less 128, as it is coded: it has eight times as many steps"""
_BEYOND = 1.02
"""past it a level is none; 6,268 photos and places have at most 1.003"""


def damaged_inside(data: bytes, facts: JpegFacts, raster: NDArray[np.uint8], step: int) -> bool:
    """Whether a picture that libjpeg decoded without a word shows that some of its data were overwritten.

    Parameters
    ----------
    raster
        All of the picture, (h, w) or (h, w, channels), at 1/`step` of its size.
    """
    if _zeroed(data, facts):
        return True
    wide, high = _unit(facts)
    bent, straight = level_steps(raster, wide // step, high // step)
    return (bent > _STEP and _coarsest(facts) <= _COARSE) or (
        (straight > _SUSPECTED or len(data) <= _CHEAP) and _impossible_levels(data, facts)
    )


def _coarsest(facts: JpegFacts) -> int:
    """The longest step in which means of blocks are coded, in eighths of a level."""
    steps = dict[int, int]()
    for segment in facts.tables:
        if segment[1:2] == b"\xdb":
            _halved(segment[4:], steps)
    return max(steps.values(), default=1)


def level_steps(raster: NDArray[np.uint8], wide: int, high: int) -> tuple[float, float]:
    """How much all that is coded from some place on is off in level, 0..16, by two measures.

    Coded units stand in rows, from left to right. If all is off from one on, there is a step above the rest of its row
    and, one row further down, above what lies left of it. An edge of the picture has no such bend.

    Parameters
    ----------
    raster
        (h, w) or (h, w, channels).
    wide, high
        Size of the coded units, px.

    Returns
    -------
    The step with a bend, above the levels beside it, as far as it may be above `_STEP`; and the mean step with or
    without one, as far as it may be above `_SUSPECTED`. Zeros for small pictures.
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
    away = min(1, high - 1)  # the line next to a step has colours of both sides
    for row in {*steep.tolist(), *(steep + 1).tolist()} - {rows - 1}:
        beside = raster[[(row + 1) * high - 1 - away, (row + 1) * high + away], : columns * wide]
        flat[row, 1:] = np.cumsum(_flat(beside, columns))
    bent = [_bent(left, flat, along, gap) for gap in _GAPS if columns >= 3 * gap]
    for row in np.flatnonzero((along > _SUSPECTED) & (along < _GREAT)).tolist() if high > 1 else ():
        if _goes_on(raster, wide, high, row):
            along[row] = 0
    return max(bent, default=0.0), float(along.max())


def _sums(upper: NDArray[np.uint8], lower: NDArray[np.uint8], wide: int) -> NDArray[np.float32]:
    """(rows + 1, units + 1, channels) sums of the steps from `upper` to `lower` lines left of each unit of that width.

    In the last row they are 0: nothing is below it.
    """
    rows, units, channels = len(upper), upper.shape[1] // wide, 1 if upper.ndim == 2 else upper.shape[2]
    # by OpenCV: a product as large as this sets all of OpenBLAS's threads spinning
    apart = cv2.subtract(lower[:, : units * wide], upper[:, : units * wide], dtype=cv2.CV_32F)
    steps = np.asarray(cv2.resize(apart, (units, rows), interpolation=cv2.INTER_AREA), np.float32)
    if channels == 3:
        steps = np.asarray(cv2.transform(steps, _OPPONENT.T), np.float32)
    steps = steps.reshape(rows, units, channels)
    sums = np.zeros((rows + 1, units + 1, channels), np.float32)
    np.cumsum(np.clip(steps, -_MOST, _MOST, out=steps), axis=1, out=sums[:-1, 1:])
    return sums


def _along(left: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean step along each row, where it may begin anywhere in it and end one row further down."""
    return np.asarray(np.abs(left[:-1, -1:] - left[:-1] + left[1:]).max(axis=(1, 2)) / (left.shape[1] - 1))


def _goes_on(raster: NDArray[np.uint8], wide: int, high: int, row: int) -> bool:
    """Whether the step below a row of units goes on in the line before or behind, as that of an edge of the picture."""
    columns = raster.shape[1] // wide * wide
    two = slice(min(2, raster.shape[0] // high - 1 - row))  # nothing is below the last row

    def steps(line: int) -> NDArray[np.float32]:
        """As far as the row and the next one go, from where each step may begin."""
        left = _sums(raster[line - 1 :: high][two, :columns], raster[line::high][two, :columns], wide)
        return np.asarray(left[0, -1] - left[0] + left[1])

    here = steps((row + 1) * high)
    at = np.unravel_index(np.abs(here).argmax(), here.shape)
    return any(steps((row + 1) * high + off)[at] / here[at] > _GOES_ON for off in (-1, 1))


def _flat(lines: NDArray[np.uint8], columns: int) -> NDArray[np.bool_]:
    """Whether, in each column, one of the two lines beside a step is of one colour."""
    there = lines.reshape(2, columns, -1, lines.shape[2] if lines.ndim == 3 else 1).astype(np.int16)
    return np.asarray((np.ptp(there, axis=2).max(axis=2) <= _ONE_COLOUR).any(axis=0))


def _bent(left: NDArray[np.float32], flat: NDArray[np.float32], along: NDArray[np.float32], gap: int) -> float:
    """The step with a bend, from the sums of the steps left of each unit and the mean steps along each row.

    `gap` units are not looked at. Rows in which no step can be as large as is looked for are left out, and steps where
    the picture is mostly `flat` (sums left of each unit): those are stairs in a graphic.
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
    """Whether the mean of some block is darker than black, brighter than white or more colourful than any colour.

    libjpeg cuts such levels off. So it is told that they were coded in steps half as large, and that nothing but the
    means was coded; it then shows them in the middle half of its range, and what is impossible outside.
    """
    if facts.scans > 1 and b"\xff\xdb" in data[facts.scan :]:
        return False  # other tables come with a later scan
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
    except ValueError:  # a sampling that simplejpeg does not take
        return False
    for number, off in enumerate(np.abs(shown.astype(np.int16) - 128).reshape(-1, facts.components).max(axis=0)):
        step = steps.get(frame[12 + 3 * number], 1)
        if step > 1 and 8 * int(off) > (_LEVELS * _BEYOND / step + 1.5) * (step // 2) + 4:
            return True
    return False


def _halved(body: bytes, steps: dict[int, int]) -> bytes:
    """Quantisation tables with half the step for the mean and none for the rest; `steps` are filled with whole ones."""
    made = []
    while body:
        wide = 2 if body[0] >> 4 else 1
        step = int.from_bytes(body[1 : 1 + wide], "big")
        steps[body[0] & 15] = step
        made.append(body[:1] + max(step // 2, 1).to_bytes(wide, "big") + bytes(63 * wide))
        body = body[1 + 64 * wide :]
    return b"".join(made)


def _unit(facts: JpegFacts) -> tuple[int, int]:
    """Width and height of what is coded together, px."""
    frame = next(segment for segment in facts.tables if is_frame(segment))[4:]
    factors = [frame[7 + 3 * number] for number in range(facts.components)]
    if facts.components == 1:
        return 8, 8
    return 8 * max(factor >> 4 for factor in factors), 8 * max(factor & 15 for factor in factors)


def _zeroed(data: bytes, facts: JpegFacts) -> bool:
    """Whether a sector of zeros lies in a scan that cannot have one: it would be blocks of nothing but the same ripple.

    libjpeg has nothing to say where their number happens to fit.
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
