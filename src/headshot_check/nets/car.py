"""The car network: was this photo taken in a car, and where does it show.

A network of this project (training/ makes it, training/MODEL_CARD.md says how well it does). It looks at two squares:
a head-and-shoulders window at a fixed face scale, upright with the eyes, and the whole frame as a thumbnail.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Square, transform
from headshot_check.pixels.shrinking import Halves, PixelsOrHalves, halves_of

SIZE = 128
"""Side of each of the network's two inputs, px."""
WINDOW_FACES = 3.2
"""Side of the window in widths of the BlazeFace box: about 48 cm, head restraint to chest."""
WINDOW_DROP = 0.5
"""How far the window's centre lies below the face's, in face widths."""
FILL = 128
"""Grey level of what lies beyond the photo's frame."""
_MAX_ROLL_RAD = math.radians(50)
_MIN_EYES = 0.15
"""Eyes closer than this share of the face's width (a profile) say nothing about roll."""
_LEAST_INSIDE = 0.25
"""A cell with less of it inside the photo claims nothing."""
_SAMPLED = 1.25
"""Pixels at least, for each of the network's, of the halved picture that the window is sampled from."""
_NO_CAR, _NO_CUE = 0.02, 0.1
"""A first look below both is the answer. Of 2,279 development pictures not taken in cars 73 % are; the second look
would have moved their probability by 0.07 at most, and 7 of their cues from below 0.1 to above 0.2 (where it is shown).
"""
_CORNERS = np.array([(0, 0), (SIZE, 0), (SIZE, SIZE), (0, SIZE)], np.float32)
_CELLS = SIZE // 8
"""Side of the maps."""
# Where a cell is sampled, four times each way, and what takes the mean of four.
_STEPS = (np.arange(4 * _CELLS) + 0.5) / 4
_SHARE = np.repeat(np.eye(_CELLS, dtype=np.float32), 4, axis=1) / np.float32(4)
CUES = ("interior", "belt", "headrest", "window", "roof", "wheel")
"""Order of the maps."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class CarEvidence:
    """What the network saw."""

    probability: float
    """calibrated probability that the photo was taken in a car, 0..1"""
    interior: float
    """car interior around the person, 0..1"""
    belt: float
    """seat belt across the body, 0..1"""
    headrest: float
    """head restraint behind the head, 0..1"""
    window: float
    """car window or pillar beside the head, 0..1"""
    roof: float
    """roof liner above the head, 0..1"""
    wheel: float
    """steering wheel before the person, 0..1"""
    maps: NDArray[np.float32]
    """(6, h, w) probability of each cue per cell of the window, in the order of CUES; 0 where the photo ends"""
    window_points: NDArray[np.float32]
    """(4, 2) corners of the window in photo pixels, clockwise from its top left"""
    coverage: float
    """share of the window that lies inside the photo, 0..1"""
    pixels: NDArray[np.uint8]
    """(SIZE, SIZE, 3) the window as the network saw it"""

    def to_photo(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Points (N, 2) in fractions of the window (x right, y down) to photo pixels."""
        origin, right, down = self.window_points[0], self.window_points[1], self.window_points[3]
        xy = np.asarray(points, np.float32).reshape(-1, 2)
        return np.asarray(origin + xy[:, :1] * (right - origin) + xy[:, 1:] * (down - origin), np.float32)


class CarNet:
    """The car network, safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("car", threads=threads)

    def __call__(
        self,
        picture: PixelsOrHalves,
        face_box: tuple[float, float, float, float],
        right_eye: Point,
        left_eye: Point,
    ) -> CarEvidence:
        """Look at one face of a picture (H, W, 3).

        Parameters
        ----------
        face_box
            x0, y0, x1, y1 of the face as BlazeFace gives it, px.
        right_eye, left_eye
            The subject's eyes, px.
        """
        window = align_window(face_box, right_eye, left_eye)
        halves = halves_of(picture)
        pixels = _window(halves, window)
        views = np.array((pixels, _thumbnail(halves)), np.float32)
        views *= np.float32(1 / 127.5)
        views -= np.float32(1)
        probability, cues, maps = self._look(views)
        if float(probability.max()) >= _NO_CAR or float(cues.max()) >= _NO_CUE:
            # as it is and mirrored: the answer is the mean, so a mirrored selfie gets the same one
            turned = self._look(np.stack([cv2.flip(view, 1) for view in views]))
            probability = _sigmoid((_logit(probability) + _logit(turned[0])) * np.float32(0.5))
            cues = (cues + turned[1]) * np.float32(0.5)
            maps = (maps + turned[2][:, ::-1]) * np.float32(0.5)
        height, width = halves.times(0).shape[:2]
        inside = _inside(window, height, width)
        return CarEvidence(
            probability=float(probability[0]),
            **dict(zip(CUES, cues.tolist(), strict=True)),
            maps=np.ascontiguousarray(np.moveaxis(maps, -1, 0) * (inside >= _LEAST_INSIDE), np.float32),
            window_points=transform(_CORNERS, window.affine(SIZE)),
            coverage=float(inside.mean()),
            pixels=pixels,
        )

    def _look(self, views: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """Probability (1,), cues (6,) and maps (h, w, 6) of window and thumbnail (2, SIZE, SIZE, 3) in -1..1."""
        probability, cues, maps, _ = self._network(views)
        return probability[0], cues[0], maps[0]

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()


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


def sample_window(rgb: NDArray[np.uint8], window: Square) -> NDArray[np.uint8]:
    """(SIZE, SIZE, 3) pixels of the window, FILL beyond the frame."""
    return _window(Halves(rgb), window)


def thumbnail(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The whole frame in (SIZE, SIZE, 3), proportions kept, grey bars."""
    return _thumbnail(Halves(rgb))


def _window(halves: Halves, window: Square) -> NDArray[np.uint8]:
    power = _powers_of_two(window.side / SIZE / _SAMPLED)
    factor = 1 << power
    part = Square(window.center_x / factor, window.center_y / factor, window.side / factor, window.roll_rad)
    return part.crop(halves.times(power), SIZE, fill=FILL)


def _thumbnail(halves: Halves) -> NDArray[np.uint8]:
    height, width = halves.times(0).shape[:2]
    scale = SIZE / max(height, width)
    w, h = max(1, round(width * scale)), max(1, round(height * scale))
    # what is left is less than a half: there two neighbours in a row (bilinear) are as good as the area, and sooner
    rgb = halves.times(_powers_of_two(1 / scale))
    square = np.full((SIZE, SIZE, 3), FILL, np.uint8)
    top, left = (SIZE - h) // 2, (SIZE - w) // 2
    square[top : top + h, left : left + w] = cv2.resize(rgb, (w, h), interpolation=cv2.INTER_LINEAR)
    return square


def _powers_of_two(ratio: float) -> int:
    """How often a side can be halved before it is reduced by more than `ratio`."""
    return max(0, math.frexp(ratio)[1] - 1)


def _logit(p: NDArray[np.float32]) -> NDArray[np.float32]:
    kept = np.clip(p, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(kept / (1 - kept)), np.float32)


def _sigmoid(x: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-x)), np.float32)


def _inside(window: Square, height: int, width: int) -> NDArray[np.float32]:
    """(_CELLS, _CELLS) share of each cell, by 16 samples, that lies inside a photo of height x width."""
    within: NDArray[np.bool_] | None = None
    for (across, down, origin), length in zip(window.affine(_CELLS).tolist(), (width, height), strict=True):
        from_middle = np.add.outer(_STEPS * down + (origin - length / 2), _STEPS * across)
        between = np.abs(from_middle) < length / 2
        within = between if within is None else within & between
    return np.asarray(_SHARE @ within @ _SHARE.T, np.float32)
