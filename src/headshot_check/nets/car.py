"""Was this photo taken in a car, and where does it show: a cheap look, and where that leaves a doubt a full one.

Networks of this project (training/ makes them, training/MODEL_CARD.md says how well they do): EfficientNet-Lite0,
fine-tuned, sees one square at a time. The cheap look is the whole frame at a small size; the full look is the window
round head and shoulders and the whole frame, with places, and a smaller network as a second opinion (car_glance.py).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.car_glance import CarGlance
from headshot_check.nets.car_views import (
    WINDOW_FACES,
    Point,
    align_window,
    between_bars,
    coverage,
    in_circle,
    inside,
    sample_window,
    thumbnail,
    views,
    whole_frame,
)
from headshot_check.nets.log_odds import probability
from headshot_check.nets.opening import opened_once
from headshot_check.nets.runtime import WEIGHTS, Network
from headshot_check.pixels.geometry import Square, brighter_right, transform
from headshot_check.pixels.ring import ring
from headshot_check.pixels.shrinking import Halves, PixelsOrHalves, halves_of

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
FIRST_SIZE = 128
"""Side of the input of the cheap look, px."""
_NO_CAR = 0.05
"""Probability of a car below which the cheap look is the answer. Of 316 looks at kept-back cars the least is 0.28; a
rendered one at dusk has 0.07 to 0.18, by its size. Of 700 pool photos 11 % go on."""
_STILL_NONE = 0.05
"""Probability of a car, by the window and the cheap look's frame, under which the rest of the full look is left out: of
316 looks at kept-back cars the least is 0.37, the rendered one at dusk has 0.07 to 0.16"""
_WORTH_ANOTHER = 0.3
"""Probability of a car from which a ring round the picture is looked for; where there is one, the views are looked at
once more without what lies beyond it: strokes of templates' rings were taken for belts, roofs and windows at 97 %."""
_STRIDE_8 = 1
"""of the network's features behind the answers"""
_NO_OPINION = 0.0
"""Log-odds: of the glance that was not asked; in the mean of 81 doubtful ordinary train photos it is worth 0.07
(standard deviation 0.9)"""
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
    """(SIZE, SIZE, 3) the view as the network saw it; (FIRST_SIZE, FIRST_SIZE, 3) the frame of a cheap look"""
    frame_maps: NDArray[np.float32] | None = None
    """(6, h, w) as `maps`, of the smallest square round the whole frame; None when that had no full look of its own"""
    frame_points: NDArray[np.float32] | None = None
    """(4, 2) corners of that square in photo pixels, as `window_points`"""
    early: NDArray[np.float32] | None = None
    """(1, 16, 16, 40) the frame at stride 8, as the cheap look saw it: mirrored where its right half is brighter"""

    def of_frame(self) -> CarEvidence:
        """The same with the frame's maps in place of the window's, where there are any."""
        if self.frame_maps is None or self.frame_points is None:
            return self
        return replace(self, maps=self.frame_maps, window_points=self.frame_points, view="frame")

    def moved(self, x: float, y: float) -> CarEvidence:
        """The same of a photo of which this one was a part that began at x, y."""
        by = np.array((x, y), np.float32)
        frame_points = None if self.frame_points is None else self.frame_points + by
        return replace(self, window_points=self.window_points + by, frame_points=frame_points)

    def to_photo(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Points (N, 2) in fractions of the view (x right, y down) to photo pixels."""
        origin, right, down = self.window_points[0], self.window_points[1], self.window_points[3]
        xy = np.asarray(points, np.float32).reshape(-1, 2)
        return np.asarray(origin + xy[:, :1] * (right - origin) + xy[:, 1:] * (down - origin), np.float32)


class _Seen(NamedTuple):
    """What the network says of one square."""

    answers: dict[str, float]
    """log-odds by ANSWERS"""
    maps: NDArray[np.float32] | None = None
    """(CELLS, CELLS, 6) of a full look"""
    early: NDArray[np.float32] | None = None
    """(1, 16, 16, 40) of a cheap look: its features at stride 8, from which nets/medium.py looks on"""


class CarNet:
    """The car networks, safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads
        self._first = Network("car", threads=threads, side=FIRST_SIZE)

    # What the full look needs is opened with the first doubt: 25 ms and 25 MB that most photos never ask for.

    @opened_once
    def _network(self) -> Network:
        return self._first.resized(None)

    @opened_once
    def _places(self) -> Network:
        return Network("car_places", threads=self._threads)

    @opened_once
    def _restraint(self) -> Network:
        return Network("car_restraint", threads=self._threads)

    @opened_once
    def _glance(self) -> CarGlance:
        return CarGlance(threads=self._threads)

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
        part = between_bars(halves)
        if part is None:
            return self._seen(halves, face_box, right_eye, left_eye)
        # a screenshot's or a film's bars are no part of the photo; whether it is one is another network's question
        small = thumbnail(halves, FIRST_SIZE)
        early = self._look(small, "frame", turned=brighter_right(small), full=False).early
        x, y, right, bottom = part
        if face_box is not None:
            face_box = face_box[0] - x, face_box[1] - y, face_box[2] - x, face_box[3] - y
        eyes = ((eye[0] - x, eye[1] - y) for eye in (right_eye, left_eye))
        seen = self._seen(Halves(halves.times(0)[y:bottom, x:right]), face_box, *eyes)
        return replace(seen.moved(x, y), early=early)

    def _seen(
        self, halves: Halves, face_box: tuple[float, float, float, float] | None, right_eye: Point, left_eye: Point
    ) -> CarEvidence:
        size = halves.times(0).shape[:2]
        small = thumbnail(halves, FIRST_SIZE)
        turned = brighter_right(small)
        first = self._look(small, "frame", turned=turned, full=False)
        square = whole_frame(*size) if face_box is None else align_window(face_box, right_eye, left_eye)
        view: View = "frame" if face_box is None else "window"
        said = _fused("first", frame=first)
        if said.probability < _NO_CAR:
            return _evidence(square, view, small, size, said, None, early=first.early)
        pixels = thumbnail(halves, SIZE) if face_box is None else sample_window(halves, square, SIZE)
        if face_box is None:
            frame = self._look(pixels, "frame", turned=turned, full=True)
            said = _fused("alone", frame=frame)
            if said.probability > _WORTH_ANOTHER and (opening := ring(halves)) is not None:
                inner = self._look(in_circle(pixels, square, opening), "frame", turned=turned, full=True, placed=False)
                said = _fused("alone", frame=inner)
            return _evidence(square, view, pixels, size, said, frame, early=first.early)
        window = self._look(pixels, "window", turned=turned, full=True)
        said = _fused("with_face", glance=_NO_OPINION, window=window, frame=first)
        if said.probability < _STILL_NONE:
            return _evidence(square, view, pixels, size, said, window, early=first.early)
        glance = self._glance(self._glance.views(halves, square), mirrored=turned)
        frame = self._look(thumbnail(halves, SIZE), "frame", turned=not turned, full=True)
        said = _fused("with_face", glance=glance, window=window, frame=frame)
        if said.probability > _WORTH_ANOTHER and (opening := ring(halves)) is not None:
            near, far = views(halves, square, SIZE, opening)
            inner_window = self._look(near, "window", turned=turned, full=True, placed=False)
            inner_frame = self._look(far, "frame", turned=not turned, full=True, placed=False)
            glance = self._glance(self._glance.views(halves, square, opening), mirrored=turned)
            said = _fused("with_face", glance=glance, window=inner_window, frame=inner_frame)
        return _evidence(square, view, pixels, size, said, window, frame, early=first.early)

    def _look(self, pixels: NDArray[np.uint8], view: View, *, turned: bool, full: bool, placed: bool = True) -> _Seen:
        """Look at one square (S, S, 3), mirrored when `turned`; when `full` with places, if they are wanted."""
        shown = (cv2.flip(pixels, 1) if turned else pixels)[None].astype(np.float32)
        shown *= np.float32(1 / 127.5)
        shown -= np.float32(1)
        answers, *features = (self._network if full else self._first)(shown)
        half = len(ANSWERS) * (view == "frame")
        told = dict(zip(ANSWERS, answers[0, half : half + len(ANSWERS)].tolist(), strict=True))
        if not full:
            return _Seen(told, early=features[_STRIDE_8])
        if not placed:
            return _Seen(told)
        (maps,) = self._places(*features)
        if view == "window":  # the head restraint is behind a head: it has a decoder of its own
            (own,) = self._restraint(*features)
            maps[..., CUES.index("headrest")] = own[..., 0]
        return _Seen(told, maps[0, :, ::-1] if turned else maps[0])

    def close(self) -> None:
        """Free the networks' interpreters."""
        self._first.close()
        for name in ("_network", "_places", "_restraint", "_glance"):
            if network := self.__dict__.get(name):
                network.close()


class _Said(NamedTuple):
    """What is made of all that was seen, 0..1."""

    probability: float
    cues: dict[str, float]
    other_vehicle: float


def _evidence(
    square: Square,
    view: View,
    pixels: NDArray[np.uint8],
    size: tuple[int, int],
    said: _Said,
    seen: _Seen | None,
    frame: _Seen | None = None,
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
    )


def _within(maps: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """(6, h, w) maps (h, w, 6), 0 where the photo ends."""
    return np.ascontiguousarray(np.moveaxis(maps, -1, 0) * (share >= _LEAST_INSIDE), np.float32)


def _fused(name: str, *, glance: float | None = None, window: _Seen | None = None, frame: _Seen | None = None) -> _Said:
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

    return _Said(said("car"), {cue: said(cue) for cue in CUES}, said("other_vehicle"))


@lru_cache(maxsize=1)
def _fusion() -> dict[str, dict[str, dict[str, float]]]:
    """How what was seen is weighed, by kind of look and answer: a weight for each of its parts and a bias."""
    weights: dict[str, dict[str, dict[str, float]]] = tomllib.loads((WEIGHTS / "car_fusion.toml").read_text("utf-8"))
    return weights
