"""Selfie segmentation: the probability of a person at each pixel.

Source: MediaPipe's selfie segmentation model card (general model, 256x256); build_networks/selfie_graph.py says how the
build rewrites its file.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network
from headshot_check.pixels.shrinking import shrunk

SIZE = 256
"""Side of the mask, px."""


class SelfieSegmenter:
    """The selfie segmentation network."""

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("selfie", threads=threads)
        _, side, _, _ = self._network.input_shapes[0]
        self._seen = (side, side)

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(256, 256) probability of a person, 0..1, stretched over the whole frame of `rgb` (H, W, 3)."""
        small = shrunk(rgb, SIZE, SIZE) if min(rgb.shape[:2]) > SIZE else rgb
        seen = cv2.resize(small, self._seen, interpolation=cv2.INTER_LINEAR)
        (mask,) = self._network(np.asarray(seen, np.uint8)[None])
        return np.asarray(cv2.resize(mask[0, :, :, 0], (SIZE, SIZE), interpolation=cv2.INTER_LINEAR), np.float32)

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
