"""Selfie segmentation: which pixels are the person.

Source: MediaPipe's selfie segmentation model card (general model, 256x256).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network

SIZE = 256


class SelfieSegmenter:
    """The selfie segmentation network."""

    def __init__(self, *, threads: int = 1) -> None:
        self._network = Network("selfie", threads=threads)

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How likely each place of rgb (H, W, 3) is to be a person: (256, 256) in 0..1, spread over the whole frame."""
        mode = cv2.INTER_AREA if max(rgb.shape[:2]) > SIZE else cv2.INTER_LINEAR
        tensor = np.asarray(cv2.resize(rgb, (SIZE, SIZE), interpolation=mode), np.float32)[None] / np.float32(255)
        (mask,) = self._network(tensor)
        return np.asarray(mask[0, :, :, 0], np.float32)

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()
