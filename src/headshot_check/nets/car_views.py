"""The views of a photo for the car networks: the window around head and shoulders, and the whole frame."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.pixels.geometry import Square, transform
from headshot_check.pixels.mount import inside_bars
from headshot_check.pixels.ring import Circle
from headshot_check.pixels.shrinking import Halves

WINDOW_FACES = 3.2
"""side of the window over the width of the BlazeFace box: about 48 cm, head restraint to chest"""
WINDOW_DROP = 0.5
"""distance of the window's centre below the face's, in face widths"""
FILL = 128
"""grey level outside the photo"""
_MAX_ROLL_RAD = math.radians(50)
_MIN_EYES = 0.15
"""least inter-eye distance over the face's width to estimate the roll: profiles have less"""
_OPENING = 0.87
"""radius that `in_circle` keeps, over the circle's: brush strokes reach inwards"""
_BARS_SIDE, _LEAST_BAR, _LEAST_PART = 256, 0.05, 32
"""least longer side of the picture that is searched for bars, px; least share of a side that a bar takes; least side
between bars, px"""
_SAMPLED = 1.25
"""least resolution of the halved picture that the window is sampled from, over the network's"""

Point = tuple[float, float]


def align_window(face_box: tuple[float, float, float, float], right_eye: Point, left_eye: Point) -> Square:
    """The head-and-shoulders window: a square of WINDOW_FACES face widths, upright with the eyes."""
    x0, y0, x1, y1 = face_box
    width = max(x1 - x0, 1.0)
    across, down = left_eye[0] - right_eye[0], left_eye[1] - right_eye[1]
    roll = math.atan2(down, across) if math.hypot(across, down) > _MIN_EYES * width else 0.0
    if abs(roll) > _MAX_ROLL_RAD:  # lying down, upside down or mistaken eyes: the frame is the better guess
        roll = 0.0
    drop = WINDOW_DROP * width
    centre_x, centre_y = (x0 + x1) / 2 - math.sin(roll) * drop, (y0 + y1) / 2 + math.cos(roll) * drop
    return Square(centre_x, centre_y, WINDOW_FACES * width, roll)


def whole_frame(height: int, width: int) -> Square:
    """The smallest square around a photo of height x width px."""
    return Square(width / 2, height / 2, float(max(height, width)))


def sample_window(halves: Halves, window: Square, size: int) -> NDArray[np.uint8]:
    """(size, size, 3) the window, FILL outside the photo."""
    power = _powers_of_two(window.side / size / _SAMPLED)
    factor = 1 << power
    part = Square(window.center_x / factor, window.center_y / factor, window.side / factor, window.roll_rad)
    return part.crop(halves.times(power), size, fill=FILL)


def thumbnail(halves: Halves, size: int) -> NDArray[np.uint8]:
    """(size, size, 3) the whole frame, letterboxed in FILL."""
    height, width = halves.times(0).shape[:2]
    scale = size / max(height, width)
    w, h = max(1, round(width * scale)), max(1, round(height * scale))
    # the remaining reduction is less than 2, where bilinear is as good as area averaging, and faster
    rgb = halves.times(_powers_of_two(1 / scale))
    square = np.full((size, size, 3), FILL, np.uint8)
    top, left = (size - h) // 2, (size - w) // 2
    square[top : top + h, left : left + w] = cv2.resize(rgb, (w, h), interpolation=cv2.INTER_LINEAR)
    return square


def coverage(square: Square, height: int, width: int) -> float:
    """Share of a square inside a photo of height x width px, 0..1."""
    corners = transform(np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64), square.affine(1))
    photo = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    shared, _ = cv2.intersectConvexConvex(corners, photo)
    return min(shared / square.side**2, 1.0)


def inside(square: Square, height: int, width: int, cells: int) -> NDArray[np.float32]:
    """(cells, cells) share of each cell of a square inside a photo of height x width px, from 16 samples each."""
    steps = (np.arange(4 * cells) + 0.5) / 4
    within: NDArray[np.bool_] | None = None
    for (across, down, origin), length in zip(square.affine(cells).tolist(), (width, height), strict=True):
        from_middle = np.add.outer(steps * down + (origin - length / 2), steps * across)
        between = np.abs(from_middle) < length / 2
        within = between if within is None else within & between
    assert within is not None
    size = (cells, cells)  # of whole cells: OpenCV's mean of an area is exact, and a tenth of the time of NumPy's
    return np.asarray(cv2.resize(within.astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)


def views(
    halves: Halves, window: Square, size: int, within: Circle | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Window and whole frame, (size, size, 3) each, masked by a circle if there is one."""
    near, far = sample_window(halves, window, size), thumbnail(halves, size)
    if within is None:
        return near, far
    return in_circle(near, window, within), in_circle(far, whole_frame(*halves.times(0).shape[:2]), within)


def between_bars(halves: Halves) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of the picture between plain bars, px; None without bars."""
    height, width = halves.times(0).shape[:2]
    shares = inside_bars(halves.times(_powers_of_two(max(height, width) / _BARS_SIDE)))
    if max(shares[0], shares[1], 1 - shares[2], 1 - shares[3]) < _LEAST_BAR:
        return None
    x0, y0, x1, y1 = (round(share * side) for share, side in zip(shares, (width, height) * 2, strict=True))
    return (x0, y0, x1, y1) if min(x1 - x0, y1 - y0) >= _LEAST_PART else None


def in_circle(view: NDArray[np.uint8], square: Square, circle: Circle) -> NDArray[np.uint8]:
    """A view (S, S, 3) with FILL outside a circle of the photo that is slightly reduced."""
    to_view = cv2.invertAffineTransform(square.affine(len(view)))
    middle = np.rint(to_view @ (circle.x, circle.y, 1) - 0.5).astype(int).tolist()
    radius = round(_OPENING * circle.radius * len(view) / square.side)
    within = cv2.circle(np.zeros(view.shape[:2], np.uint8), middle, radius, 1, -1)
    return np.where((within > 0)[..., None], view, np.uint8(FILL))


def _powers_of_two(ratio: float) -> int:
    """Number of halvings that reduce by at most `ratio`."""
    return max(0, math.frexp(ratio)[1] - 1)
