"""The ImageNet MobileNetV2 as a teacher: what it sees in a view, at three depths, made small enough to keep.

The teacher's weights are never copied into the network; it only answers.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

SIDE = 224
MIDDLE, DEEP, LOGITS = 140, 168, 171
"""Its tensors: 14x14x96 after block 12, 7x7x1280 before pooling, 1001 class scores before the softmax."""
MIDDLE_KEPT, DEEP_KEPT = 48, 192
"""Principal components kept of each."""
CAR_CLASSES = (408, 437, 469, 476, 480, 512, 610, 628, 655, 657, 686, 718, 735, 752, 786, 818, 865)
"""ambulance, beach wagon, cab, car mirror, car wheel, convertible, jeep, limousine, minibus, minivan, odometer, pickup,
police van, racer, seat belt, sports car, tow truck"""
BELT_CLASSES = (786,)
SEAT_CLASSES = (424, 560, 704, 766, 832, 858)
"""barber chair, folding chair, park bench, rocking chair, studio couch, throne"""


class Teacher:
    """The quantised MobileNetV2, inner tensors readable (for training only: a debugging switch of LiteRT)."""

    def __init__(self, path: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._i = Interpreter(str(path), num_threads=1, experimental_preserve_all_tensors=True)
        self._i.allocate_tensors()
        self._input = self._i.get_input_details()[0]["index"]
        self._quantised = {d["index"]: d["quantization"] for d in self._i.get_tensor_details()}

    def __call__(self, view: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(SIDE, SIDE, 3) RGB to its (14, 14, 96), (7, 7, 1280) and (1001,) activations."""
        self._i.set_tensor(self._input, view[None])
        self._i.invoke()
        middle, deep, logits = (self._read(n) for n in (MIDDLE, DEEP, LOGITS))
        return middle[0], deep[0], logits.reshape(-1)

    def _read(self, index: int) -> np.ndarray:
        scale, zero = self._quantised[index]
        return (self._i.get_tensor(index).astype(np.float32) - zero) * scale


def log_odds(logits: np.ndarray, classes: tuple[int, ...]) -> np.ndarray:
    """log of p(any of `classes`) / p(none of them), per row of (N, 1001)."""
    inside = np.zeros(logits.shape[1], bool)
    inside[list(classes)] = True
    return _logsumexp(logits[:, inside]) - _logsumexp(logits[:, ~inside])


def _logsumexp(x: np.ndarray) -> np.ndarray:
    top = x.max(axis=1, keepdims=True)
    return (np.log(np.exp(x - top).sum(axis=1)) + top[:, 0]).astype(np.float32)


class Basis:
    """Principal components of the teacher's maps, each component scaled to a variance that shrinks slowly."""

    def __init__(self, path: Path) -> None:
        stored = np.load(path)
        self._parts = [(stored[f"mean{k}"], stored[f"axes{k}"]) for k in range(2)]

    def __call__(self, middle: np.ndarray, deep: np.ndarray, cells: int) -> tuple[np.ndarray, np.ndarray]:
        """(cells, cells, MIDDLE_KEPT) and (cells / 2, cells / 2, DEEP_KEPT), float16."""
        small = [_shrink(middle, cells), _shrink(deep, cells // 2)]
        done = [((m - mean) @ axes).astype(np.float16) for m, (mean, axes) in zip(small, self._parts, strict=True)]
        return done[0], done[1]

    @staticmethod
    def fit(middles: np.ndarray, deeps: np.ndarray, path: Path) -> None:
        """From (N, 14, 14, 96) and (N, 7, 7, 1280)."""
        stored = {}
        for k, (maps, kept) in enumerate(((middles, MIDDLE_KEPT), (deeps, DEEP_KEPT))):
            flat = maps.reshape(-1, maps.shape[-1])
            flat = flat[np.random.default_rng(0).permutation(len(flat))[:30000]]
            mean = flat.mean(0)
            _, spread, axes = np.linalg.svd((flat - mean).astype(np.float32), full_matrices=False)
            deviation = spread[:kept] / np.sqrt(len(flat))
            stored[f"mean{k}"] = mean
            stored[f"axes{k}"] = axes[:kept].T / np.sqrt(deviation * deviation[0])
        np.savez(path, **stored)


def _shrink(maps: np.ndarray, cells: int) -> np.ndarray:
    """(h, h, C) to (cells, cells, C): each new cell the mean of what it covers (cv2 stops at 512 channels)."""
    old = maps.shape[0]
    edges = np.arange(cells + 1) * old / cells
    low, high = edges[:-1, None], edges[1:, None]
    at = np.arange(old)[None]
    weights = np.clip(np.minimum(high, at + 1) - np.maximum(low, at), 0, None).astype(np.float32)
    weights /= weights.sum(1, keepdims=True)
    rows = np.tensordot(weights, maps, (1, 0))
    return np.tensordot(weights, rows, (1, 1)).transpose(1, 0, 2)
