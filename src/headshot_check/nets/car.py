"""Was this photo taken in a car, and where does it show: a cheap look, and where that leaves a doubt a full one.

Networks of this project (training/ makes them, training/MODEL_CARD.md says how well they do): EfficientNet-Lite0,
fine-tuned, sees one square at a time. The cheap look is the whole frame at a small size; the full look is the window
round head and shoulders and the whole frame, with places, and a smaller network as a second opinion (car_glance.py).
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.car_evidence import ANSWERS, CUES, SIZE, CarEvidence, Seen, View, agreed, evidence, fused
from headshot_check.nets.car_glance import CarGlance
from headshot_check.nets.car_views import (
    Point,
    align_window,
    between_bars,
    in_circle,
    sample_window,
    thumbnail,
    views,
    whole_frame,
)
from headshot_check.nets.opening import opened_once
from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import brighter_right
from headshot_check.pixels.ring import ring
from headshot_check.pixels.shrinking import Halves, PixelsOrHalves, halves_of

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


class CarNet:
    """The car networks, safe to call from any thread.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads
        self._first = Network("car", threads=threads, side=FIRST_SIZE, levels=(-1, 1))

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
        assert seen.early is not None  # of the cheap look, which always runs
        return replace(seen.moved(x, y), early=early, between_bars=(part, seen.early))

    def _seen(
        self, halves: Halves, face_box: tuple[float, float, float, float] | None, right_eye: Point, left_eye: Point
    ) -> CarEvidence:
        size = halves.times(0).shape[:2]
        small = thumbnail(halves, FIRST_SIZE)
        turned = brighter_right(small)
        first = self._look(small, "frame", turned=turned, full=False)
        square = whole_frame(*size) if face_box is None else align_window(face_box, right_eye, left_eye)
        view: View = "frame" if face_box is None else "window"
        said = fused("first", frame=first)
        if said.probability < _NO_CAR:
            return evidence(square, view, small, size, said, None, early=first.early)
        pixels = thumbnail(halves, SIZE) if face_box is None else sample_window(halves, square, SIZE)
        if face_box is None:
            frame = self._look(pixels, "frame", turned=turned, full=True)
            said = fused("alone", frame=frame)
            if said.probability > _WORTH_ANOTHER and (opening := ring(halves, template=True)) is not None:
                inner = self._look(in_circle(pixels, square, opening), "frame", turned=turned, full=True, placed=False)
                said = fused("alone", frame=inner)
            return evidence(square, view, pixels, size, said, frame, early=first.early)
        window = self._look(pixels, "window", turned=turned, full=True)
        said = fused("with_face", glance=_NO_OPINION, window=window, frame=first)
        if said.probability < _STILL_NONE:
            return evidence(square, view, pixels, size, said, window, early=first.early)
        glance = self._glance(self._glance.views(halves, square), mirrored=turned)
        frame = self._look(thumbnail(halves, SIZE), "frame", turned=not turned, full=True)
        said = agreed(glance, window, frame)
        if said.probability > _WORTH_ANOTHER and (opening := ring(halves, template=True)) is not None:
            near, far = views(halves, square, SIZE, opening)
            inner_window = self._look(near, "window", turned=turned, full=True, placed=False)
            inner_frame = self._look(far, "frame", turned=not turned, full=True, placed=False)
            glance = self._glance(self._glance.views(halves, square, opening), mirrored=turned)
            said = agreed(glance, inner_window, inner_frame)
        return evidence(square, view, pixels, size, said, window, frame, early=first.early)

    def _look(self, pixels: NDArray[np.uint8], view: View, *, turned: bool, full: bool, placed: bool = True) -> Seen:
        """Look at one square (S, S, 3), mirrored when `turned`; when `full` with places, if they are wanted."""
        shown = np.asarray(cv2.flip(pixels, 1) if turned else pixels, np.uint8)
        answers, *features = (self._network if full else self._first)(shown[None])
        half = len(ANSWERS) * (view == "frame")
        told = dict(zip(ANSWERS, answers[0, half : half + len(ANSWERS)].tolist(), strict=True))
        if not full:
            return Seen(told, early=features[_STRIDE_8])
        if not placed:
            return Seen(told)
        (maps,) = self._places(*features)
        if view == "window":  # the head restraint is behind a head: it has a decoder of its own
            (own,) = self._restraint(*features)
            maps[..., CUES.index("headrest")] = own[..., 0]
        return Seen(told, maps[0, :, ::-1] if turned else maps[0])

    def close(self) -> None:
        """Free the networks' interpreters."""
        self._first.close()
        for name in ("_network", "_places", "_restraint", "_glance"):
            if network := self.__dict__.get(name):
                network.close()
