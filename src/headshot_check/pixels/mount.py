"""Plain borders around a picture: bars along its edges, plain corner pieces, the corners outside a round picture.

They belong to a template or a screen and are not part of the photo's background.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

# Levels within which a bar or corner counts as one colour, and by which the picture next to it must differ.
_ONE_COLOUR, _OTHER_COLOUR = 6, 14
# Share of the pixels outside a circle that must have the corners' colour; share along a border that must differ.
_PLAIN, _DIFFERENT = 0.97, 0.85
# Rows within which the second of two bars of one colour must end: JPEG artefacts blur its edge.
_FRAYED = 7
_MOST_BAR = 0.9
"""largest share of the frame that a bar may take"""
_AT_ONCE = 16
"""rows that are processed at a time"""
_SQUARE = 0.06
"""a circle is only searched for if width and height differ by less than this share"""
_LEAST_PIECE, _MOST_PIECE, _STEPS, _FRAYS = 0.04, 0.6, 4, 2
"""size of a corner piece over the frame's sides, most steps in its outline, and tolerance of its vertical edges, px"""


def mount(glance: NDArray[np.uint8], aspect: float) -> NDArray[np.bool_]:
    """(H, W) mask of plain bars, plain corner pieces and the corners outside a round picture.

    Parameters
    ----------
    glance
        (H, W, 3) the whole frame, squeezed to any shape.
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
    """Left, top, right and bottom of the picture within plain bars, in fractions of width and height."""
    height, width = glance.shape[:2]
    top, bottom = _bars(glance)
    left, right = _bars(glance.transpose(1, 0, 2))
    return left / width, top / height, 1 - right / width, 1 - bottom / height


def plain_corners(glance: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(H, W) mask of sharp-edged, right-angled pieces of one colour in at least two corners."""
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
    """(H, W) mask of a piece in the top left corner, or None."""
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
    """(H,) length of the run of that colour at the start of each row (H, W, 3)."""
    low, high = tuple((colour - _ONE_COLOUR).tolist()), tuple((colour + _ONE_COLOUR).tolist())
    other = cv2.inRange(np.ascontiguousarray(rows), low, high) == 0
    ends: NDArray[np.intp] = np.where(other.any(axis=1), other.argmax(axis=1), rows.shape[1])
    return ends


def _bars(glance: NDArray[np.uint8]) -> tuple[int, int]:
    """Height of the bar at the top and of the bar at the bottom, px; 0 = none."""
    first, last = _bar(glance), _bar(glance[::-1])
    if (first > 0) != (last > 0) and _off(glance[0, 0], glance[-1, 0]) <= _ONE_COLOUR:
        # a second bar of the same colour may have a less sharp edge
        first, last = first or _bar(glance, _FRAYED), last or _bar(glance[::-1], _FRAYED)
    return first, last


def _bar(rows: NDArray[np.uint8], within: int = 2) -> int:
    """Height of the bar at the top, which must end within so many rows, px; 0 = none."""
    if _off(rows[0, 0], rows[0, len(rows[0]) // 2]) > _ONE_COLOUR:  # a quick test that settles most pictures
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
    # a wall or sky fades or is interrupted by a person; a bar ends along its whole length, within so many rows
    next_rows = np.abs(part[end : end + within] - first).max(axis=2) > _OTHER_COLOUR
    ends = np.flatnonzero(next_rows.mean(axis=1) >= _DIFFERENT)
    return end + max(int(ends[0]) - 1, 0) if ends.size else 0


def _off(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """Largest difference of two colours (3,) in a channel."""
    apart: int = max(abs(a - b) for a, b in zip(one.tolist(), other.tolist(), strict=True))
    return apart


def _plain(rows: NDArray[np.uint8], colour: NDArray[np.int16]) -> int:
    """Number of rows at the start that have that colour."""
    if not len(rows):
        return 0
    # OpenCV reduces along rows 20 times as fast as NumPy
    pixels = np.ascontiguousarray(rows)
    most, least = (cv2.reduce(pixels, 1, way)[:, 0].astype(np.int16) for way in (cv2.REDUCE_MAX, cv2.REDUCE_MIN))
    alike = (np.maximum(most - colour, colour - least) <= _ONE_COLOUR).all(axis=1)
    return int(np.append(alike, False).argmin())


@lru_cache(maxsize=4)
def _circle(height: int, width: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(H, W) masks of what lies outside the inscribed ellipse, and of a band along its inner side."""
    y, x = np.ogrid[:height, :width]
    radius = np.hypot((x - (width - 1) / 2) / (width / 2), (y - (height - 1) / 2) / (height / 2))
    return radius > 1.02, (radius > 0.93) & (radius < 0.97)
