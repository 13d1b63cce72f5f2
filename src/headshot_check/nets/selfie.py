"""Selfie segmentation: which pixels are the person.

Source: MediaPipe's selfie segmentation model card (general model, 256x256).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network
from headshot_check.nets.selfie_graph import quicker
from headshot_check.shrinking import shrunk

SIZE = 256


class SelfieSegmenter:
    """The selfie segmentation network."""

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("selfie", threads=threads, rewrite=quicker)

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How likely each place of rgb (H, W, 3) is to be a person: (256, 256) in 0..1, spread over the whole frame."""
        larger = min(rgb.shape[:2]) > SIZE
        small = shrunk(rgb, SIZE, SIZE) if larger else cv2.resize(rgb, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
        tensor = np.multiply(small, np.float32(1 / 255), dtype=np.float32)[None]
        (mask,) = self._network(tensor)
        return np.asarray(mask[0, :, :, 0], np.float32)

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
