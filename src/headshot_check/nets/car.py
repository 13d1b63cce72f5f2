"""Was this photo taken in a car, and where does it show: a cheap look, and where that leaves a doubt a full one.

Two networks of this project (training/ makes them, training/MODEL_CARD.md says how well they do). The full look is
EfficientNet-Lite0, fine-tuned: it sees one square at a time, the head-and-shoulders window and the whole frame.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.car_glance import CarGlance, Glance
from headshot_check.nets.car_views import (
    WINDOW_FACES,
    Point,
    align_window,
    inside,
    sample_window,
    thumbnail,
    whole_frame,
)
from headshot_check.nets.runtime import WEIGHTS, Network
from headshot_check.pixels.geometry import Square, transform
from headshot_check.pixels.shrinking import PixelsOrHalves, halves_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ("CUES", "SIZE", "WINDOW_FACES", "CarEvidence", "CarNet", "View", "align_window")

SIZE = 192
"""Side of the network's input, px."""
CELLS = SIZE // 4
"""Side of the maps."""
CUES = ("interior", "belt", "headrest", "window", "roof", "wheel")
"""Order of the maps."""
ANSWERS = ("car", *CUES[1:], "other_vehicle", "car_odds", "belt_odds", "vehicle_odds", "seat_odds")
"""What the network says of a view, as log-odds; the last four are what ImageNet's classes say."""
_NO_CAR, _NO_CUE = -5.2, 0.15
"""Log-odds of a car and strongest cue below which the cheap look is the answer (MODEL_CARD.md: what it costs)."""
_LEAST_INSIDE = 0.25
"""A cell with less of it inside the photo claims nothing."""
_CORNERS = np.array([(0, 0), (SIZE, 0), (SIZE, SIZE), (0, SIZE)], np.float32)

View = Literal["window", "frame"]


@dataclass(frozen=True, slots=True, eq=False)
class CarEvidence:
    """What the networks saw."""

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
    other_vehicle: float
    """seat of a train, bus, aeroplane or boat, or a wheelchair, 0..1"""
    maps: NDArray[np.float32]
    """(6, h, w) probability of each cue per cell of the view, in the order of CUES; 0 where the photo ends, and all 0
    when the cheap look was the answer"""
    window_points: NDArray[np.float32]
    """(4, 2) corners of the view in photo pixels, clockwise from its top left"""
    view: View
    """what maps and pixels are of: the window round the face; without a face the whole frame"""
    coverage: float
    """share of the window that lies inside the photo, 0..1; 1 for the frame"""
    pixels: NDArray[np.uint8]
    """(SIZE, SIZE, 3) the view as the network saw it"""
    frame_maps: NDArray[np.float32] | None = None
    """(6, h, w) as `maps`, of the smallest square round the whole frame; None when that had no full look of its own"""
    frame_points: NDArray[np.float32] | None = None
    """(4, 2) corners of that square in photo pixels, as `window_points`"""

    def of_frame(self) -> CarEvidence:
        """The same with the frame's maps in place of the window's, where there are any."""
        if self.frame_maps is None or self.frame_points is None:
            return self
        return replace(self, maps=self.frame_maps, window_points=self.frame_points, view="frame")

    def to_photo(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Points (N, 2) in fractions of the view (x right, y down) to photo pixels."""
        origin, right, down = self.window_points[0], self.window_points[1], self.window_points[3]
        xy = np.asarray(points, np.float32).reshape(-1, 2)
        return np.asarray(origin + xy[:, :1] * (right - origin) + xy[:, 1:] * (down - origin), np.float32)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One square under the full look."""

    answers: dict[str, float]
    """by ANSWERS"""
    maps: NDArray[np.float32]
    """(CELLS, CELLS, 6)"""


class CarNet:
    """The car networks, safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._glance = CarGlance(threads=threads)
        self._network = Network("car", threads=threads)

    def __call__(
        self,
        picture: PixelsOrHalves,
        face_box: tuple[float, float, float, float] | None = None,
        right_eye: Point = (0.0, 0.0),
        left_eye: Point = (0.0, 0.0),
    ) -> CarEvidence:
        """Look at one face of a picture (H, W, 3), or at the picture alone.

        Parameters
        ----------
        face_box
            x0, y0, x1, y1 of the face as BlazeFace gives it, px; None when none was found.
        right_eye, left_eye
            The subject's eyes, px.
        """
        halves = halves_of(picture)
        height, width = halves.times(0).shape[:2]
        if face_box is None:
            whole = whole_frame(height, width)
            pixels = thumbnail(halves, SIZE)
            frame = self._look(pixels, "frame", turned=_brighter_right(pixels))
            return _evidence(whole, "frame", pixels, (height, width), None, None, frame)
        window = align_window(face_box, right_eye, left_eye)
        views = self._glance.views(halves, window)
        turned = _brighter_right(views[1])
        glance = self._glance(views, mirrored=turned)
        pixels = sample_window(halves, window, SIZE)
        if glance.log_odds < _NO_CAR and float(glance.cues.max()) < _NO_CUE:
            return _evidence(window, "window", pixels, (height, width), glance, None, None)
        near = self._look(pixels, "window", turned=turned)
        frame = self._look(thumbnail(halves, SIZE), "frame", turned=not turned)
        return _evidence(window, "window", pixels, (height, width), glance, near, frame)

    def _look(self, pixels: NDArray[np.uint8], view: View, *, turned: bool) -> _Seen:
        """The full look at one square (SIZE, SIZE, 3), mirrored when `turned`."""
        shown = (cv2.flip(pixels, 1) if turned else pixels)[None].astype(np.float32)
        shown *= np.float32(1 / 127.5)
        shown -= np.float32(1)
        answers, maps = self._network(shown)
        half = len(ANSWERS) * (view == "frame")
        told = answers[0, half : half + len(ANSWERS)].tolist()
        places = maps[0, :, ::-1] if turned else maps[0]
        return _Seen(dict(zip(ANSWERS, told, strict=True)), places)

    def close(self) -> None:
        """Free the networks' interpreters."""
        self._glance.close()
        self._network.close()


def _evidence(
    square: Square,
    view: View,
    pixels: NDArray[np.uint8],
    size: tuple[int, int],
    glance: Glance | None,
    near: _Seen | None,
    frame: _Seen | None,
) -> CarEvidence:
    within = inside(square, *size, CELLS)
    seen = near or frame
    frame_maps = frame_points = None
    if near is not None and frame is not None:
        whole = whole_frame(*size)
        frame_maps = _within(frame.maps, inside(whole, *size, CELLS))
        frame_points = transform(_CORNERS, whole.affine(SIZE))
    if seen is None:
        assert glance is not None
        probability, cues, other = _sigmoid(glance.log_odds), dict(zip(CUES, glance.cues.tolist(), strict=True)), 0.0
        maps = np.zeros((len(CUES), CELLS, CELLS), np.float32)
    else:
        probability, cues, other = _fused(glance, near, frame)
        maps = _within(seen.maps, within)
    return CarEvidence(
        probability=probability,
        **cues,
        other_vehicle=other,
        maps=maps,
        window_points=transform(_CORNERS, square.affine(SIZE)),
        view=view,
        coverage=float(within.mean()) if view == "window" else 1.0,
        pixels=pixels,
        frame_maps=frame_maps,
        frame_points=frame_points,
    )


def _within(maps: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """(6, h, w) maps (h, w, 6), 0 where the photo ends."""
    return np.ascontiguousarray(np.moveaxis(maps, -1, 0) * (share >= _LEAST_INSIDE), np.float32)


def _fused(glance: Glance | None, near: _Seen | None, frame: _Seen | None) -> tuple[float, dict[str, float], float]:
    """Probability of a car, cues and probability of another vehicle of all that was seen (weights/car_fusion.toml)."""
    told: dict[str, float] = {}
    if glance is not None:
        told["glance"] = glance.log_odds
    for name, seen in (("window", near), ("frame", frame)):
        if seen is not None:
            told |= {f"{name}.{k}": v for k, v in seen.answers.items()}
    fusion = _fusion()["with_face" if near is not None else "alone"]

    def said(name: str) -> float:
        weights = fusion[name]
        total = sum(weight * told[of] for of, weight in weights.items() if of != "bias")
        return _sigmoid(total + weights["bias"])

    return said("car"), {cue: said(cue) for cue in CUES}, said("other_vehicle")


@lru_cache(maxsize=1)
def _fusion() -> dict[str, dict[str, dict[str, float]]]:
    """How what was seen is weighed, with and without a face: by answer, a weight for each of its parts and a bias."""
    weights: dict[str, dict[str, dict[str, float]]] = tomllib.loads((WEIGHTS / "car_fusion.toml").read_text("utf-8"))
    return weights


def _brighter_right(view: NDArray[np.uint8] | NDArray[np.float32]) -> bool:
    """Whether the right half is the brighter one: a picture and its mirror image are then looked at the same way."""
    columns = view.sum((0, 2), dtype=np.float64)
    half = len(columns) // 2
    return bool(columns[half:].sum() > columns[:half].sum())


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
