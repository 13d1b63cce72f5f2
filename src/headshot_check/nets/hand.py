"""Hands: MediaPipe's palm detector, and its hand landmark network, which confirms and locates them.

Source: Zhang et al., "MediaPipe Hands: On-device Real-time Hand Tracking", 2020 (arXiv 2006.10214); the regions follow
MediaPipe's published graph settings. The palm detector alone also finds palms in ties, ears and collars.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.blazeface import anchors
from headshot_check.nets.opening import opened_once
from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Square, transform

_HAND_SIZE = 224
_LAYERS = ((8, 2), (16, 6))
# Least log-odds of a palm, and how many are examined.
_LEAST, _MOST = -0.5, 2
# Region of a hand: its side and its offset towards the fingers, in palm sizes; keypoints of the wrist and middle
# knuckle.
_REACH, _TOWARDS_FINGERS, _WRIST, _KNUCKLE = 2.6, 0.5, 0, 2


class Hand(NamedTuple):
    """A hand."""

    presence: float
    """probability that it is a hand, 0..1"""
    points: NDArray[np.float32]
    """(21, 2) wrist and finger joints in picture pixels"""


class HandNet:
    """The palm and hand networks; thread-safe.

    Parameters
    ----------
    threads
        Threads that one call may use, 1 or more.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads
        self._palm = Network("palm", threads=threads)
        _, self._side, _, _ = self._palm.input_shapes[0]
        self._anchors = anchors(self._side, _LAYERS) / self._side

    @opened_once
    def _hand(self) -> Network:
        return Network("hand", threads=self._threads)

    def __call__(self, picture: NDArray[np.uint8], matrix: NDArray[np.float64] | None = None) -> tuple[Hand, ...]:
        """The two most probable hands, at most, in a square picture (S, S, 3), however low their presence.

        Parameters
        ----------
        matrix
            (2, 3) from this picture's pixels to those that the points are returned in; default: this picture's.
        """
        side = picture.shape[0]
        raw, logits = self._palm(_shown(Square(side / 2, side / 2, side), picture, self._side))
        scores = logits[0, :, 0]
        taken: list[tuple[float, float, float]] = []
        hands: list[Hand] = []
        for at in np.argsort(-scores).tolist():
            if scores[at] < _LEAST or len(hands) == _MOST:
                break
            points = raw[0, at].reshape(-1, 2) / self._side
            (x, y), (palm, _) = (points[0] + self._anchors[at]).tolist(), points[1].tolist()
            if any(math.hypot(x - other_x, y - other_y) < max(palm, other) / 2 for other_x, other_y, other in taken):
                continue
            taken.append((x, y, palm))
            dx, dy = (points[2 + _KNUCKLE] - points[2 + _WRIST]).tolist()
            turn, off = math.atan2(dx, -dy), palm * _TOWARDS_FINGERS
            x, y = x + off * math.sin(turn), y - off * math.cos(turn)
            hands.append(self._look(picture, Square(x * side, y * side, palm * _REACH * side, turn)))
        if matrix is None:
            return tuple(hands)
        return tuple(Hand(hand.presence, transform(hand.points, matrix)) for hand in hands)

    def _look(self, picture: NDArray[np.uint8], square: Square) -> Hand:
        points, presence, *_ = self._hand(_shown(square, picture, _HAND_SIZE))
        at = points.reshape(21, 3)[:, :2]
        return Hand(float(presence[0, 0]), transform(at, square.affine(_HAND_SIZE)))

    def close(self) -> None:
        """Free the networks' interpreters."""
        self._palm.close()
        if network := self.__dict__.get("_hand"):
            network.close()


def _shown(square: Square, picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    return square.crop(picture, size)[None]
