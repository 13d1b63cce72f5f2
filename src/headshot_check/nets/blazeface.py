"""BlazeFace: detects faces, with six keypoints each.

Source: Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019 (arXiv 1907.05047);
the anchor layout and the decoding follow MediaPipe's published graph settings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.runtime import Network
from headshot_check.pixels.shrinking import PixelsOrHalves, area_means, halves_of

Range = Literal["short", "full"]


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A detected face, in pixels of the picture that was searched."""

    box: tuple[float, float, float, float]
    """x0, y0, x1, y1; from brows to chin, may extend beyond the frame"""
    keypoints: NDArray[np.float32]
    """(6, 2): right eye, left eye, nose tip, mouth centre, right ear, left ear (the subject's right and left)"""
    score: float
    """0..1"""


class _Layout(NamedTuple):
    network: str
    size: int
    layers: tuple[tuple[int, int], ...]
    """(stride in px, anchors per cell)"""


_NEARLY = 0.95
"""least share of the input that a halved picture must fill to be used without resizing"""
_LAYOUTS: dict[Range, _Layout] = {
    "short": _Layout("face_short", 128, ((8, 2), (16, 6))),
    "full": _Layout("face_full", 192, ((4, 1),)),
}


class FaceDetector:
    """BlazeFace, short range (faces within about 2 m) or full range (within about 5 m).

    Parameters
    ----------
    reach
        "short" or "full".
    threads
        Threads that one call may use.
    """

    def __init__(self, reach: Range = "short", *, threads: int = 1) -> None:
        layout = _LAYOUTS[reach]
        self.size = layout.size
        self._network = Network(layout.network, threads=threads, levels=(-1, 1))
        self._anchors = anchors(layout.size, layout.layers)

    def __call__(
        self, picture: PixelsOrHalves, *, min_score: float = 0.5, overlap: float = 0.3
    ) -> tuple[Detection, ...]:
        """Find the faces in a picture (H, W, 3), best score first.

        Parameters
        ----------
        min_score
            Least score, 0..1.
        overlap
            Intersection over union from which boxes are merged into one face, their score-weighted mean.
        """
        return self.with_faint(picture, faint=min_score, min_score=min_score, overlap=overlap)[0]

    def with_faint(
        self, picture: PixelsOrHalves, *, faint: float, min_score: float = 0.5, overlap: float = 0.3
    ) -> tuple[tuple[Detection, ...], tuple[Detection, ...]]:
        """The faces as by a call, and detections away from them that only reach the score `faint`, 0..1."""
        tensor, scale, pad_x, pad_y = _letterbox(picture, self.size)
        raw, logits = self._network(tensor)
        scores = 1 / (1 + np.exp(-np.clip(logits[0, :, 0], -80, 80)))

        def detected(keep: NDArray[np.bool_]) -> tuple[Detection, ...]:
            return self._decoded(raw, scores, keep, overlap, scale, (pad_x, pad_y))

        faces = detected(scores >= min_score)
        if faint >= min_score:
            return faces, ()
        others = detected((scores >= faint) & (scores < min_score))
        return faces, tuple(one for one in others if not any(same_place(one, face) for face in faces))

    def _decoded(
        self,
        raw: NDArray[np.float32],
        scores: NDArray[np.floating],
        keep: NDArray[np.bool_],
        overlap: float,
        scale: float,
        bars: tuple[float, float],
    ) -> tuple[Detection, ...]:
        """The kept outputs of the network, merged, in the picture's pixels."""
        if not keep.any():
            return ()
        points = raw[0, keep].reshape(-1, 8, 2)
        points[:, 0] += self._anchors[keep]  # box centre
        points[:, 2:] += self._anchors[keep][:, None]  # key points; row 1 is the box's size
        centre, half = points[:, 0], points[:, 1] / 2
        flat = np.concatenate([centre - half, centre + half, points[:, 2:].reshape(-1, 12)], axis=1)
        merged = _weighted_suppression(flat, scores[keep].astype(np.float32), overlap)
        offset = np.array(bars, np.float32)
        faces = []
        for values, score in merged:
            xy = (values.reshape(8, 2) - offset) / scale
            faces.append(Detection((float(xy[0, 0]), float(xy[0, 1]), float(xy[1, 0]), float(xy[1, 1])), xy[2:], score))
        return tuple(faces)

    def close(self) -> None:
        """Free the network's interpreters."""
        self._network.close()


def same_place(one: Detection, face: Detection) -> bool:
    """Whether the centre of one box lies within the other."""
    return any(
        x0 <= (a0 + a1) / 2 <= x1 and y0 <= (b0 + b1) / 2 <= y1
        for (a0, b0, a1, b1), (x0, y0, x1, y1) in ((one.box, face.box), (face.box, one.box))
    )


def anchors(size: int, layers: tuple[tuple[int, int], ...]) -> NDArray[np.float32]:
    """(N, 2) anchor centres in input pixels, in output order; `layers`: (stride in px, anchors per cell)."""
    rows = []
    for stride, per_cell in layers:
        cells = size // stride
        y, x = np.mgrid[:cells, :cells].astype(np.float32)
        centres = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) * stride
        rows.append(np.repeat(centres, per_cell, axis=0))
    return np.concatenate(rows).astype(np.float32)


def _letterbox(picture: PixelsOrHalves, size: int) -> tuple[NDArray[np.uint8], float, float, float]:
    """(1, size, size, 3) with black bars, its scale, and the bars' widths: x' = x * scale + pad_x."""
    halves = halves_of(picture)
    rgb = halves.times(0)
    height, width = rgb.shape[:2]
    scale, times = size / max(height, width), round(math.log2(max(height, width) / size))
    if 1 <= times <= halves.most and _NEARLY < 0.5**times / scale <= 1:
        # a margin of a few pixels saves 0.4 ms of resizing, for photos of 12 megapixels among others
        small, scale = halves.times(times), 0.5**times
        h, w = small.shape[:2]
    else:
        w, h = max(1, round(width * scale)), max(1, round(height * scale))
        # area averaging throughout: a bilinear step gives one more false face in 23 photos without any (parity.py)
        small = (
            area_means(halves, w, h, least=1.5)
            if scale < 1
            else np.asarray(cv2.resize(rgb, (w, h), interpolation=cv2.INTER_LINEAR), np.uint8)
        )
    left, top = (size - w) // 2, (size - h) // 2
    tensor = np.zeros((1, size, size, 3), np.uint8)
    tensor[0, top : top + h, left : left + w] = small
    return tensor, scale, float(left), float(top)


def _weighted_suppression(
    boxes: NDArray[np.float32], scores: NDArray[np.float32], overlap: float
) -> list[tuple[NDArray[np.float32], float]]:
    """Merge overlapping detections (N, 16): box corners, then key points; each cluster's mean weighted by score."""
    left = np.argsort(-scores, kind="stable")
    merged: list[tuple[NDArray[np.float32], float]] = []
    while left.size:
        best = left[0]
        same = _intersection_over_union(boxes[best], boxes[left]) >= overlap
        same[0] = True
        cluster = left[same]
        weights = scores[cluster][:, None]
        merged.append(((boxes[cluster] * weights).sum(0) / weights.sum(), float(scores[best])))
        left = left[~same]
    return merged


def _intersection_over_union(box: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """IoU of one box with (N, 4+) others."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:4], others[:, 2:4])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    area = (box[2:4] - box[:2]).prod() + (others[:, 2:4] - others[:, :2]).prod(axis=1)
    return np.asarray(shared / np.maximum(area - shared, 1e-9), np.float32)
