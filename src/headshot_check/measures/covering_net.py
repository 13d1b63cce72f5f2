"""What lies over the face: small convolutional networks in NumPy, for want of a ready one in the base models.

Each has four strided 3 x 3 convolutions and two dense layers, 3 million multiplications. training/covering_fit.py makes
the coefficients (covering.npz) from real and drawn glasses, masks and hands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.geometry import Square
from headshot_check.scene import FACE_CROP_EYES, NotAssessed, Scene

_WEIGHTS = Path(__file__).with_name("covering.npz")
_SIZE = 64
# The window in inter-eye distances: its side, and how far its middle lies below the eyes (forehead to chin).
_SIDE, _DROP = 3.0, 0.6
_FACE_CROP_DROP = 0.5


@dataclass(frozen=True, slots=True)
class Coverings:
    """Probabilities, 0..1, each by itself."""

    sunglasses: float
    glasses: float
    mask: float
    held: float


def coverings(scene: Scene) -> Coverings:
    """What lies over the main face.

    Raises
    ------
    NotAssessed
        "no_face".
    """
    return look(_window(scene))


def look(window: NDArray[np.uint8]) -> Coverings:
    """Ask the networks about a window (64, 64, 3) of an upright face, forehead to chin, and about its mirror image.

    Their log-odds are averaged: one has seen drawn coverings only, and so knows no camera or place that goes with them.
    """
    odds = [_odds(weights, picture) for weights in _members() for picture in (window, window[:, ::-1])]
    return Coverings(*(float(p) for p in 1 / (1 + np.exp(-np.mean(odds, axis=0)))))


def _odds(weights: _Weights, window: NDArray[np.uint8]) -> NDArray[np.float64]:
    layer = window.astype(np.float32) * np.float32(4 / 255) - np.float32(2)
    for kernel, bias in weights.convolutions:
        layer = np.maximum(_strided(layer, kernel) + bias, 0)
    (hidden, hidden_bias), (out, out_bias) = weights.dense
    return np.asarray(np.maximum(layer.reshape(-1) @ hidden + hidden_bias, 0) @ out + out_bias, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Weights:
    convolutions: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    """each (9 * in, out) and (out,)"""
    dense: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]


@lru_cache(maxsize=1)
def _members() -> tuple[_Weights, ...]:
    with np.load(_WEIGHTS) as kept:
        arrays = {name: kept[name].astype(np.float32) for name in kept.files}
    return tuple(_member(arrays, f"{name.split('_')[0]}_") for name in arrays if name.endswith("_out_bias"))


def _member(arrays: dict[str, NDArray[np.float32]], prefix: str) -> _Weights:
    layers = sum(name.startswith(f"{prefix}kernel") for name in arrays)
    kernels = [arrays[f"{prefix}kernel{k}"] for k in range(layers)]
    flat = tuple((kernel.reshape(-1, kernel.shape[3]), arrays[f"{prefix}bias{k}"]) for k, kernel in enumerate(kernels))
    dense = ((arrays[f"{prefix}{name}_weight"], arrays[f"{prefix}{name}_bias"]) for name in ("hidden", "out"))
    return _Weights(flat, tuple(dense))


def _strided(layer: NDArray[np.float32], kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """A 3 x 3 convolution of (S, S, in) with stride 2 and a margin of zeros: (S / 2, S / 2, out)."""
    half, channels = layer.shape[0] // 2, layer.shape[2]
    padded = np.zeros((layer.shape[0] + 2, layer.shape[1] + 2, channels), np.float32)
    padded[1:-1, 1:-1] = layer
    columns = np.empty((half, half, 9, channels), np.float32)
    for k in range(9):
        columns[:, :, k] = padded[k // 3 : k // 3 + 2 * half : 2, k % 3 : k % 3 + 2 * half : 2]
    return np.asarray((columns.reshape(half * half, -1) @ kernel).reshape(half, half, -1), np.float32)


def _window(scene: Scene) -> NDArray[np.uint8]:
    try:
        crop = scene.face_crop.rgb
    except NotAssessed:  # no mesh to trust: the detector's eyes will do
        right, left = scene.eye_centres
        eyes = scene.inter_eye_px
        roll = math.atan2(float(left[1] - right[1]), float(left[0] - right[0]))
        middle = (right + left) / 2 + np.array([-math.sin(roll), math.cos(roll)]) * eyes * _DROP
        return Square(float(middle[0]), float(middle[1]), eyes * _SIDE, roll).crop(scene.photo.rgb, _SIZE)
    unit = crop.shape[0] / FACE_CROP_EYES
    left_edge = round((FACE_CROP_EYES - _SIDE) / 2 * unit)
    top = round((FACE_CROP_EYES / 2 - _FACE_CROP_DROP + _DROP - _SIDE / 2) * unit)
    side = round(_SIDE * unit)
    part = crop[top : top + side, left_edge : left_edge + side]
    return np.asarray(cv2.resize(part, (_SIZE, _SIZE), interpolation=cv2.INTER_AREA), np.uint8)
