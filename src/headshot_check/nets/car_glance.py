"""A second opinion about a car: a small network of other origin, on 128 px.

A network of this project (training/GLANCE_CARD.md). It sees the window round head and shoulders and the whole frame.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.car_views import views
from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Square
from headshot_check.pixels.ring import Circle
from headshot_check.pixels.shrinking import Halves

SIZE = 128
"""Side of each of the network's two inputs, px."""


class CarGlance:
    """The small network, safe to call from any thread."""

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("car_glance", threads=threads, levels=(-1, 1))

    def views(self, halves: Halves, window: Square, within: Circle | None = None) -> NDArray[np.uint8]:
        """(2, SIZE, SIZE, 3) window and frame as the network takes them, or what of them lies in a circle."""
        return np.array(views(halves, window, SIZE, within), np.uint8)

    def __call__(self, seen: NDArray[np.uint8], *, mirrored: bool = False) -> float:
        """Log-odds of a car in what `views` gave, or in its mirror image."""
        if mirrored:
            seen = np.array([cv2.flip(view, 1) for view in seen], np.uint8)
        probability, *_ = self._network(seen)
        p = float(np.clip(probability[0, 0], 1e-6, 1 - 1e-6))
        return float(np.log(p / (1 - p)))

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
