"""What draw.py draws with: a frame that turns with the face, soft shapes, paint and light."""

from __future__ import annotations

import cv2
import numpy as np

_BITS = 4  # binary places of polygon corners


class Face:
    """A face-bound frame: x to the subject's left along the eyes, y down the face, unit the inter-eye distance."""

    def __init__(self, points: np.ndarray) -> None:
        self.points = points.astype(np.float32)
        right, left = points[[33, 133]].mean(0), points[[263, 362]].mean(0)
        self.middle = (right + left) / 2
        self.across = left - right
        mouth = points[[61, 291]].mean(0)
        self.down = (mouth - self.middle) / 1.12  # eyes to mouth in inter-eye distances, from frontal faces
        self.unit = float(max(np.linalg.norm(self.across), np.linalg.norm(self.down)))

    def at(self, xy: np.ndarray) -> np.ndarray:
        """(N, 2) in the face's frame to pixels."""
        xy = np.atleast_2d(np.asarray(xy, np.float32))
        return np.asarray(self.middle + xy[:, :1] * self.across + xy[:, 1:] * self.down, np.float32)


def ellipse(centre: tuple[float, float] | np.ndarray, radii: tuple[float, float] | np.ndarray, power: float = 2.0):  # type: ignore[no-untyped-def]
    """(48, 2) superellipse."""
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    cos, sin = np.cos(turn), np.sin(turn)
    x, y = np.sign(cos) * np.abs(cos) ** (2 / power), np.sign(sin) * np.abs(sin) ** (2 / power)
    return np.stack([centre[0] + radii[0] * x, centre[1] + radii[1] * y], 1)


def turned(outline: np.ndarray, about: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return (outline - about) @ np.array([[cos, sin], [-sin, cos]]) + about


def filled(rgb: np.ndarray, outline: np.ndarray, soft: float) -> np.ndarray:
    mask = np.zeros(rgb.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline * 2**_BITS).astype(np.int32)], 255, cv2.LINE_AA, _BITS)
    return cv2.GaussianBlur(mask, (0, 0), soft).astype(np.float32) / 255


def capsule(rgb: np.ndarray, face: Face, a: np.ndarray, b: np.ndarray, width: float) -> np.ndarray:
    mask = np.zeros(rgb.shape[:2], np.uint8)
    ends = np.round(face.at(np.stack([a, b])) * 2**_BITS).astype(np.int32)
    cv2.polylines(mask, [ends], False, 255, max(2, round(width * face.unit)), cv2.LINE_AA, _BITS)
    return cv2.GaussianBlur(mask, (0, 0), 0.6).astype(np.float32) / 255


def stroke(picture: np.ndarray, line: np.ndarray, thick: float, colour: tuple[float, ...]) -> None:
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.polylines(
        mask, [np.round(line * 2**_BITS).astype(np.int32)], False, 255, max(1, round(thick)), cv2.LINE_AA, _BITS
    )
    alpha = cv2.GaussianBlur(mask, (0, 0), 0.5).astype(np.float32)[..., None] / 255
    alpha *= min(1.0, thick)  # thinner than a pixel: paler
    picture *= 1 - alpha
    picture += np.asarray(colour, np.float32) * alpha


def light(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    turn = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[: shape[0], : shape[1]] / shape[0] - 0.5
    return np.asarray(1 + rng.uniform(0, 0.5) * (np.cos(turn) * x + np.sin(turn) * y))[..., None]


def plain(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    base = np.full(3, rng.choice([rng.uniform(5, 60), rng.uniform(180, 250)])) if rng.random() < 0.6 else hue(rng)
    return np.asarray(base * light(shape, rng) + rng.normal(0, 2, shape))


def texture(shape: tuple[int, ...], rng: np.random.Generator, scenes: np.ndarray) -> np.ndarray:
    """A piece of some other picture."""
    scene = scenes[rng.integers(0, len(scenes))]
    side = int(rng.integers(scene.shape[0] // 4, scene.shape[0]))
    y, x = rng.integers(0, scene.shape[0] - side + 1, 2)
    return cv2.resize(scene[y : y + side, x : x + side], shape[1::-1]).astype(np.float32)


def rim(mask: np.ndarray) -> np.ndarray:
    return np.clip(mask - cv2.erode(mask, np.ones((3, 3))), 0, 1)


def smooth(line: np.ndarray) -> np.ndarray:
    """The same line with more corners, rounded."""
    dense = cv2.resize(np.ascontiguousarray(line, np.float32), (2, len(line) * 6))
    return np.concatenate([line[:1], cv2.blur(dense, (1, 9))[4:-4], line[-1:]])


def hue(rng: np.random.Generator) -> np.ndarray:
    hsv = np.array([[[rng.integers(0, 180), rng.integers(60, 255), rng.integers(70, 255)]]], np.uint8)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0].astype(np.float64)
