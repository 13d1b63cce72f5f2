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
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from headshot_check.nets.geometry import Square
from headshot_check.scene import FACE_CROP_EYES, NotAssessed, Scene

_WEIGHTS = Path(__file__).with_name("covering.npz")
_SIZE = 64
# The window in inter-eye distances: its side, and how far its middle lies below the eyes (forehead to chin).
_SIDE, _DROP = 3.0, 0.6
_FACE_CROP_DROP = 0.5
# Multiplications up to which OpenBLAS stays on the caller's thread: waking others costs more than a whole network here.
_ALONE = 1 << 18


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
    odds = _odds(np.stack([window, window[:, ::-1]]))
    return Coverings(*(float(p) for p in 1 / (1 + np.exp(-odds.mean(axis=0)))))


def _odds(windows: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(networks * N, 4) log-odds that each network gives for windows (N, 64, 64, 3)."""
    weights = _weights()
    layer = (windows.astype(np.float32) * np.float32(4 / 255) - np.float32(2))[None]
    for kernel, bias in weights.convolutions:
        layer = _strided(layer, kernel)
        layer += bias
        np.maximum(layer, 0, out=layer)
    (hidden, hidden_bias), (out, out_bias) = weights.dense
    flat = layer.reshape(*layer.shape[:2], -1)
    odds = np.maximum(flat @ hidden + hidden_bias, 0) @ out + out_bias
    return np.asarray(odds.reshape(-1, odds.shape[2]), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Weights:
    """All networks at once: they are alike but for their coefficients, and one pass for all is half the work."""

    convolutions: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    """each (networks, 9 * in, out) and (networks, 1, 1, 1, out)"""
    dense: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    """each (networks, in, out) and (networks, 1, out)"""


@lru_cache(maxsize=1)
def _weights() -> _Weights:
    with np.load(_WEIGHTS) as kept:
        arrays = {name: kept[name].astype(np.float32) for name in kept.files}
    prefixes = [f"{name.split('_')[0]}_" for name in arrays if name.endswith("_out_bias")]

    def all_of(name: str) -> NDArray[np.float32]:
        return np.stack([arrays[prefix + name] for prefix in prefixes])

    layers = sum(name.startswith(f"{prefixes[0]}kernel") for name in arrays)
    convolutions = []
    for k in range(layers):
        kernel, bias = all_of(f"kernel{k}"), all_of(f"bias{k}")
        flat = np.ascontiguousarray(kernel.reshape(len(kernel), -1, kernel.shape[-1]))
        convolutions.append((flat, bias[:, None, None, None]))
    dense = tuple((all_of(f"{name}_weight"), all_of(f"{name}_bias")[:, None]) for name in ("hidden", "out"))
    return _Weights(tuple(convolutions), dense)


def _strided(layer: NDArray[np.float32], kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """A 3 x 3 convolution of (networks or 1, N, S, S, in), stride 2, margin of zeros: (networks, N, S / 2, S / 2, out).

    `kernel` is (networks, 9 * in, out).
    """
    groups, count, side, _, channels = layer.shape
    half = side // 2
    padded = np.zeros((groups, count, side + 2, side + 2, channels), np.float32)
    padded[:, :, 1:-1, 1:-1] = layer
    group, one, down, across, channel = padded.strides
    # three neighbours in a row and their channels lie side by side, so each row of a window is one run
    rows = (groups, count, half, half, 3, 3 * channels)
    windows = as_strided(padded, rows, (group, one, 2 * down, 2 * across, down, channel), writeable=False)
    inputs, outputs = kernel.shape[1:]
    # places per product, a power of two: they divide the places of any layer
    places = 1 << max(0, (_ALONE // (inputs * outputs)).bit_length() - 1)
    places = min(places, count * half * half)
    out = windows.reshape(groups, -1, places, inputs) @ kernel[:, None]
    return np.asarray(out.reshape(len(kernel), count, half, half, -1), np.float32)


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
