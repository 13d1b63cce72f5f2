"""The car networks' evidence, and the fusion of their answers on several views."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.car_views import coverage, inside, whole_frame
from headshot_check.nets.log_odds import probability
from headshot_check.nets.runtime import WEIGHTS
from headshot_check.pixels.geometry import Square, transform

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SIZE = 192
"""side of the network's input, px"""
CELLS = SIZE // 4
"""side of the maps"""
CUES = ("interior", "belt", "headrest", "window", "roof", "wheel")
"""order of the maps"""
ANSWERS = ("car", *CUES[1:], "other_vehicle", "car_odds", "belt_odds", "vehicle_odds", "seat_odds")
"""outputs of the network for a view, as log-odds; the last four are those of ImageNet's classes"""
_HARDLY = 0.05
"""Probability of a car under which it is said to be less still, as its square: of kept-back cars none is there, of
ordinary pictures 94 %. The calibration error falls by a third, and log loss does not rise on harder draws either."""
_DENIED = -3.0
"""Log-odds of the second opinion from which the frame alone must be for a car as well: of 177 harder looks at kept-back
cars above 0.62 none has less and a frame under even."""
_LEAST_INSIDE = 0.25
"""least share of a cell inside the photo: the map is 0 in others"""
_CORNERS = np.array([(0, 0), (SIZE, 0), (SIZE, SIZE), (0, SIZE)], np.float32)

View = Literal["window", "frame"]


@dataclass(frozen=True, slots=True, eq=False)
class CarEvidence:
    """The evidence of a car in a photo."""

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
    """the view of `maps` and `pixels`: the window around the face, or without a face the whole frame"""
    coverage: float
    """share of the window inside the photo, 0..1; 1 for the frame"""
    pixels: NDArray[np.uint8]
    """(SIZE, SIZE, 3) the view as the network saw it; (FIRST_SIZE, FIRST_SIZE, 3) the frame of a cheap look"""
    frame_maps: NDArray[np.float32] | None = None
    """(6, h, w) as `maps`, of the smallest square round the whole frame; None when that had no full look of its own"""
    frame_points: NDArray[np.float32] | None = None
    """(4, 2) corners of that square in photo pixels, as `window_points`"""
    early: NDArray[np.float32] | None = None
    """(1, 16, 16, 40) the frame at stride 8, as the cheap look saw it: mirrored where its right half is brighter"""
    between_bars: tuple[tuple[int, int, int, int], NDArray[np.float32]] | None = None
    """of a photo with plain bars: x0, y0, x1, y1 of the part between them, px, and the same as `early` of that part"""

    def of_frame(self) -> CarEvidence:
        """The same with the frame's maps instead of the window's, if there are any."""
        if self.frame_maps is None or self.frame_points is None:
            return self
        return replace(self, maps=self.frame_maps, window_points=self.frame_points, view="frame")

    def moved(self, x: float, y: float) -> CarEvidence:
        """The same for a photo of which this one was a part with its top left corner at x, y."""
        by = np.array((x, y), np.float32)
        frame_points = None if self.frame_points is None else self.frame_points + by
        return replace(self, window_points=self.window_points + by, frame_points=frame_points)

    def to_photo(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Points (N, 2) in fractions of the view (x right, y down) to photo pixels."""
        origin, right, down = self.window_points[0], self.window_points[1], self.window_points[3]
        xy = np.asarray(points, np.float32).reshape(-1, 2)
        return np.asarray(origin + xy[:, :1] * (right - origin) + xy[:, 1:] * (down - origin), np.float32)


class Seen(NamedTuple):
    """The network's outputs for one view."""

    answers: dict[str, float]
    """log-odds by ANSWERS"""
    maps: NDArray[np.float32] | None = None
    """(CELLS, CELLS, 6) of a full look"""
    early: NDArray[np.float32] | None = None
    """(1, 16, 16, 40) of a cheap look: its features at stride 8, from which nets/medium.py looks on"""


class Said(NamedTuple):
    """Fused probabilities, 0..1."""

    probability: float
    cues: dict[str, float]
    other_vehicle: float


def evidence(
    square: Square,
    view: View,
    pixels: NDArray[np.uint8],
    size: tuple[int, int],
    said: Said,
    seen: Seen | None,
    frame: Seen | None = None,
    early: NDArray[np.float32] | None = None,
) -> CarEvidence:
    """seen: what maps are of; frame: the whole frame beside the window."""
    frame_maps = frame_points = None
    if frame is not None and frame.maps is not None:
        whole = whole_frame(*size)
        frame_maps = _within(frame.maps, inside(whole, *size, CELLS))
        frame_points = transform(_CORNERS, whole.affine(SIZE))
    maps = np.zeros((len(CUES), CELLS, CELLS), np.float32)
    if seen is not None and seen.maps is not None:
        maps = _within(seen.maps, inside(square, *size, CELLS))
    return CarEvidence(
        probability=said.probability,
        **said.cues,
        other_vehicle=said.other_vehicle,
        maps=maps,
        window_points=transform(_CORNERS, square.affine(SIZE)),
        view=view,
        coverage=coverage(square, *size) if view == "window" else 1.0,
        pixels=pixels,
        frame_maps=frame_maps,
        frame_points=frame_points,
        early=early,
        between_bars=None,
    )


def _within(maps: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """(6, h, w) maps from (h, w, 6), 0 outside the photo."""
    return np.ascontiguousarray(np.moveaxis(maps, -1, 0) * (share >= _LEAST_INSIDE), np.float32)


def fused(name: str, *, glance: float | None = None, window: Seen | None = None, frame: Seen | None = None) -> Said:
    """All that was seen, weighed (weights/car_fusion.toml); name: "first", "alone" or "with_face"."""
    told = {} if glance is None else {"glance": glance}
    for view, seen in (("window", window), ("frame", frame)):
        if seen is not None:
            told |= {f"{view}.{k}": v for k, v in seen.answers.items()}
    fusion = _fusion()[name]

    def said(answer: str) -> float:
        weights = fusion[answer]
        total = sum(weight * told[of] for of, weight in weights.items() if of != "bias")
        return probability(total + weights["bias"])

    car = said("car")
    return Said(min(car, car * car / _HARDLY), {cue: said(cue) for cue in CUES}, said("other_vehicle"))


def agreed(glance: float, window: Seen, frame: Seen) -> Said:
    """All that a full look saw; a car that shows in the window alone, which both others deny, is not believed."""
    said = fused("with_face", glance=glance, window=window, frame=frame)
    if glance < _DENIED and (alone := fused("alone", frame=frame).probability) < 0.5:
        return said._replace(probability=min(said.probability, alone))
    return said


@lru_cache(maxsize=1)
def _fusion() -> dict[str, dict[str, dict[str, float]]]:
    """Weights of the fusion by kind of look and answer: one for each input, and a bias."""
    weights: dict[str, dict[str, dict[str, float]]] = tomllib.loads((WEIGHTS / "car_fusion.toml").read_text("utf-8"))
    return weights
