"""What a picture is mounted on: plain bars along its edges, plain pieces or what is round a circle in its corners.

They are no background.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

# Grey levels within which a bar or a corner is of one colour, and by which the picture differs from it where it begins.
_ONE_COLOUR, _OTHER_COLOUR = 6, 14
# Share of the places beyond a circle that must be of the corners' colour, and of those along a border that must not.
_PLAIN, _DIFFERENT = 0.97, 0.85
# Rows within which the second one of two bars of one colour ends: JPEG leaves traces in its last ones.
_FRAYED = 7
_MOST_BAR = 0.9
"""share of the frame that a bar may take: what ends along a whole side is one, however large"""
_AT_ONCE = 16
"""rows that are looked at together"""
_SQUARE = 0.06
"""a circle is looked for in frames whose sides differ by less than this share"""
_LEAST_PIECE, _MOST_PIECE, _STEPS, _FRAYS = 0.04, 0.6, 4, 2
"""a corner's piece over the frame's sides, how many steps lead round it, and px by which its upright edges fray"""


def mount(glance: NDArray[np.uint8], aspect: float) -> NDArray[np.bool_]:
    """(H, W) True for plain bars, for plain pieces in corners and for the corners of a round picture.

    Parameters
    ----------
    glance
        (H, W, 3) the whole frame, whatever its shape.
    aspect
        Width over height of the frame.
    """
    height, width = glance.shape[:2]
    found = np.zeros((height, width), np.bool_)
    top, bottom = _bars(glance)
    left, right = _bars(glance.transpose(1, 0, 2))
    found[:top] = found[height - bottom :] = True
    found[:, :left] = found[:, width - right :] = True
    found |= plain_corners(glance)
    if abs(aspect - 1) < _SQUARE:
        beyond, rim = _circle(height, width)
        corners = glance[[0, 0, -1, -1], [0, -1, 0, -1]].astype(np.int16)
        if np.ptp(corners, axis=0).max() <= _ONE_COLOUR:
            off = np.abs(glance - corners[0]).max(axis=2)
            if np.mean(off[beyond] <= _ONE_COLOUR) >= _PLAIN and np.mean(off[rim] > _OTHER_COLOUR) >= _DIFFERENT:
                found |= beyond
    return found


def inside_bars(glance: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """What plain bars along the edges leave: left, top, right and bottom, in fractions of width and height."""
    height, width = glance.shape[:2]
    top, bottom = _bars(glance)
    left, right = _bars(glance.transpose(1, 0, 2))
    return left / width, top / height, 1 - right / width, 1 - bottom / height


def plain_corners(glance: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(H, W) True for plain pieces of one colour in two corners or more that end at once, right-angled."""
    found = np.zeros(glance.shape[:2], np.bool_)
    views = [glance[::rows, ::columns] for rows in (1, -1) for columns in (1, -1)]
    colours = [view[0, 0].astype(np.int16) for view in views]
    mates = [
        [at for at, other in enumerate(colours) if other is not one and np.abs(one - other).max() <= _ONE_COLOUR]
        for one in colours
    ]
    pieces = [_plain_corner(view) if alike else None for view, alike in zip(views, mates, strict=True)]
    for at, piece in enumerate(pieces):
        if piece is not None and any(pieces[mate] is not None for mate in mates[at]):
            found |= piece[:: 1 if at < 2 else -1, :: -1 if at % 2 else 1]
    return found


def _plain_corner(corner: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    """(H, W) the piece at the top left, or None."""
    height, width = corner.shape[:2]
    colour = corner[0, 0].astype(np.int16)
    long, high = int(_runs(corner[:1], colour)[0]), int(_runs(corner[:, :1].transpose(1, 0, 2), colour)[0])
    if not (_LEAST_PIECE < long / width < _MOST_PIECE and _LEAST_PIECE < high / height < _MOST_PIECE):
        return None
    ends = _runs(corner[:high], colour)
    parts = np.split(ends, np.flatnonzero(np.abs(np.diff(ends)) > _FRAYS) + 1)
    upright = len(parts) - 1 <= _STEPS and max(int(np.ptp(part)) for part in parts) <= _FRAYS
    down = np.arange(high)
    beyond = np.abs(corner[down, np.minimum(ends + 2, width - 1)] - colour).max(axis=1) > _OTHER_COLOUR
    under = np.abs(corner[min(high + 1, height - 1), : ends[-1]] - colour).max(axis=1) > _OTHER_COLOUR
    if not upright or min(beyond.mean(), under.mean()) < _DIFFERENT:
        return None
    found = np.zeros((height, width), np.bool_)
    found[:high] = np.arange(width) < ends[:, None]
    return found


def _runs(rows: NDArray[np.uint8], colour: NDArray[np.int16]) -> NDArray[np.intp]:
    """(H,) how many of the first pixels of each row (H, W, 3) are of that colour."""
    low, high = tuple((colour - _ONE_COLOUR).tolist()), tuple((colour + _ONE_COLOUR).tolist())
    other = cv2.inRange(np.ascontiguousarray(rows), low, high) == 0
    ends: NDArray[np.intp] = np.where(other.any(axis=1), other.argmax(axis=1), rows.shape[1])
    return ends


def _bars(glance: NDArray[np.uint8]) -> tuple[int, int]:
    """How many of the first and of the last rows are a bar."""
    first, last = _bar(glance), _bar(glance[::-1])
    if (first > 0) != (last > 0) and _off(glance[0, 0], glance[-1, 0]) <= _ONE_COLOUR:
        # where one is, another one of its colour need not end as plainly
        first, last = first or _bar(glance, _FRAYED), last or _bar(glance[::-1], _FRAYED)
    return first, last


def _bar(rows: NDArray[np.uint8], within: int = 2) -> int:
    if _off(rows[0, 0], rows[0, len(rows[0]) // 2]) > _ONE_COLOUR:  # as in most pictures, told in a tenth of the time
        return 0
    first = rows[0, 0].astype(np.int16)
    if np.abs(rows[0] - first).max() > _ONE_COLOUR:
        return 0
    part = rows[: int(_MOST_BAR * len(rows)) + 1]
    end, plain = 0, _AT_ONCE
    while plain == _AT_ONCE:  # most walls and skies end soon
        plain = _plain(part[end : end + _AT_ONCE], first)
        end += plain
    if end == len(part):
        return 0
    # a wall or a sky fades or has somebody before it; a bar ends along its whole length, within so many rows
    next_rows = np.abs(part[end : end + within] - first).max(axis=2) > _OTHER_COLOUR
    ends = np.flatnonzero(next_rows.mean(axis=1) >= _DIFFERENT)
    return end + max(int(ends[0]) - 1, 0) if ends.size else 0


def _off(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    apart: int = max(abs(a - b) for a, b in zip(one.tolist(), other.tolist(), strict=True))
    return apart


def _plain(rows: NDArray[np.uint8], colour: NDArray[np.int16]) -> int:
    """How many of the first rows are of that colour."""
    if not len(rows):
        return 0
    # along rows by OpenCV: a twentieth of NumPy's time
    pixels = np.ascontiguousarray(rows)
    most, least = (cv2.reduce(pixels, 1, way)[:, 0].astype(np.int16) for way in (cv2.REDUCE_MAX, cv2.REDUCE_MIN))
    alike = (np.maximum(most - colour, colour - least) <= _ONE_COLOUR).all(axis=1)
    return int(np.append(alike, False).argmin())


@lru_cache(maxsize=4)
def _circle(height: int, width: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """What lies beyond the inscribed ellipse, and along its inner side."""
    y, x = np.ogrid[:height, :width]
    radius = np.hypot((x - (width - 1) / 2) / (width / 2), (y - (height - 1) / 2) / (height / 2))
    return radius > 1.02, (radius > 0.93) & (radius < 0.97)
