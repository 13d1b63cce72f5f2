"""Graded defects painted into a photo: lens, file, framing, covering. Those of light are in light_defects.py.

Each takes a `Sitter` (the undamaged photo with what the networks see in it) and an amount, 0 = undamaged, and returns
RGB pixels, or the bytes of a file where the defect is one of files. Lengths are in inter-eye distances. Names in
brackets are the quality components of ISO/IEC 29794-5 that the defect is meant for.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Sitter:
    """A photo with one face."""

    rgb: Pixels
    points: Floats
    """(468, 2) mesh, px"""
    person: Floats
    """(H, W) 0..1"""
    inter_eye_px: float
    head: tuple[float, float, float, float]
    """x0, y0, x1, y1: crown to chin, px"""

    @property
    def face_middle(self) -> tuple[float, float]:
        """Between eyes and mouth, px."""
        x, y = self.points[[33, 263, 61, 291]].mean(0)
        return float(x), float(y)


def defocused(s: Sitter, sigma: float) -> Pixels:
    """Gaussian blur, sigma in inter-eye distances [Sharpness]."""
    return blurred(s.rgb, sigma * s.inter_eye_px)


def face_defocused(s: Sitter, sigma: float) -> Pixels:
    """The person out of focus before a sharp background."""
    person = s.person[..., None]
    return (defocused(s, sigma) * person + s.rgb * (1 - person) + 0.5).astype(np.uint8)


def background_defocused(s: Sitter, sigma: float) -> Pixels:
    """A blurred background: no defect, and nothing about the face may change."""
    person = s.person[..., None]
    return (s.rgb * person + defocused(s, sigma) * (1 - person) + 0.5).astype(np.uint8)


def moved(s: Sitter, length: float) -> Pixels:
    """Motion along a line 20 degrees off the level, length in inter-eye distances [Sharpness]."""
    length_px = length * s.inter_eye_px
    if length_px < 0.5:
        return s.rgb
    reach = math.ceil(length_px / 2) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for t in np.linspace(-length_px / 2, length_px / 2, max(16, 6 * reach)):
        x, y = reach + t * math.cos(math.radians(20)), reach + t * math.sin(math.radians(20))
        x0, y0, dx, dy = int(x), int(y), x - int(x), y - int(y)
        kernel[y0, x0] += (1 - dx) * (1 - dy)
        kernel[y0, x0 + 1] += dx * (1 - dy)
        kernel[y0 + 1, x0] += (1 - dx) * dy
        kernel[y0 + 1, x0 + 1] += dx * dy
    return np.asarray(cv2.filter2D(s.rgb, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT), np.uint8)


def noisy(s: Sitter, sigma: float) -> Pixels:
    """Gaussian noise of that many codes, half of it in luma, from one seed."""
    rng = np.random.default_rng(7)
    colour = rng.normal(size=s.rgb.shape)
    luma = rng.normal(size=(*s.rgb.shape[:2], 1))
    return np.clip(s.rgb + sigma * (0.7 * colour + 0.7 * luma) + 0.5, 0, 255).astype(np.uint8)


def compressed(s: Sitter, amount: float) -> bytes:
    """A JPEG of quality 95 - amount [CompressionArtifacts]."""
    return _jpeg(s.rgb, round(95 - amount))


def compressed_before(s: Sitter, amount: float) -> bytes:
    """Saved as a JPEG of quality 95 - amount once, then again at 95: the last save hides it [CompressionArtifacts]."""
    with Image.open(io.BytesIO(_jpeg(s.rgb, round(95 - amount)))) as image:
        return _jpeg(np.asarray(image), 95)


def shrunk(s: Sitter, times: float) -> Pixels:
    """Fewer pixels: 1 + times smaller [InterEyeDistance]."""
    scale = 1 / (1 + times)
    size = (max(8, round(s.rgb.shape[1] * scale)), max(8, round(s.rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(s.rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def enlarged(s: Sitter, times: float) -> Pixels:
    """Blown up from fewer pixels: the size stays, the detail goes [Sharpness]."""
    height, width = s.rgb.shape[:2]
    return np.asarray(cv2.resize(shrunk(s, times), (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def turned(s: Sitter, degrees: float) -> Pixels:
    """Turned about the face, clockwise [HeadPoseRoll]."""
    height, width = s.rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D(s.face_middle, -degrees, 1.0)
    return np.asarray(cv2.warpAffine(s.rgb, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def off_centre(s: Sitter, amount: float) -> Pixels:
    """The person that share of the frame's width off its middle, in a frame that goes on with its edges
    [LeftwardCropOfTheFaceImage, RightwardCropOfTheFaceImage]."""
    width = s.rgb.shape[1]
    x0, _, x1, _ = s.head
    pad = max(0, round(1.6 * width))
    wide = cv2.copyMakeBorder(s.rgb, 0, 0, pad, pad, cv2.BORDER_REPLICATE)
    frame = round(max(width, 2.6 * (x1 - x0)))
    left = round(pad + (x0 + x1) / 2 - frame * (0.5 - amount))
    return np.ascontiguousarray(wide[:, left : left + frame])


def too_far(s: Sitter, amount: float) -> Pixels:
    """The frame 1 + amount times larger around the person, its edges going on [HeadSize]."""
    height, width = s.rgb.shape[:2]
    pad_x, pad_y = round(width * amount / 2), round(height * amount / 2)
    wide = cv2.copyMakeBorder(s.rgb, 2 * pad_y, 0, pad_x, pad_x, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(wide, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def too_close(s: Sitter, amount: float) -> Pixels:
    """Cropped around the head until only the inner face is left (amount 1) [HeadSize]."""
    height, width = s.rgb.shape[:2]
    x, y = s.face_middle
    last = (x - 1.15 * s.inter_eye_px, y - 1.2 * s.inter_eye_px, x + 1.15 * s.inter_eye_px, y + 1.3 * s.inter_eye_px)
    whole = (0.0, 0.0, float(width), float(height))
    x0, y0, x1, y1 = (round(a + amount * (b - a)) for a, b in zip(whole, last, strict=True))
    return np.ascontiguousarray(s.rgb[max(y0, 0) : y1, max(x0, 0) : x1])


def crown_cut(s: Sitter, amount: float) -> Pixels:
    """The top of the frame comes down: 0.5 = at the crown, 1 = half-way to the chin [UpwardCropOfTheFaceImage]."""
    crown, chin = max(s.head[1], 0.0), s.head[3]
    top = 2 * amount * crown if amount <= 0.5 else crown + (amount - 0.5) * (chin - crown)
    return np.ascontiguousarray(s.rgb[round(top) :])


def second_face(s: Sitter, scale: float) -> Pixels:
    """The person again beside themselves, mirrored, that much smaller [SingleFacePresent]."""
    if scale <= 0:
        return s.rgb
    height = s.rgb.shape[0]
    other = np.asarray(cv2.resize(s.rgb[:, ::-1], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    beside = np.full((height, other.shape[1], 3), 128, np.uint8)
    beside[height - other.shape[0] :] = other
    return np.hstack([s.rgb, beside])


def sunglasses(s: Sitter, opacity: float) -> Pixels:
    """Dark lenses with a frame, growing darker [EyesVisible]."""
    layer = np.zeros(s.rgb.shape[:2], np.float32)
    for indices in ((33, 133), (362, 263)):
        a, b = s.points[list(indices)]
        centre, across = (a + b) / 2, b - a
        angle = math.degrees(math.atan2(float(across[1]), float(across[0])))
        middle = (float(centre[0]), float(centre[1] + 0.08 * s.inter_eye_px))
        cv2.ellipse(layer, (middle, (0.86 * s.inter_eye_px, 0.66 * s.inter_eye_px), angle), 1.0, -1, cv2.LINE_AA)
    a, b = s.points[133], s.points[362]
    cv2.line(layer, _at(a), _at(b), 1.0, max(1, round(0.06 * s.inter_eye_px)), cv2.LINE_AA)
    return _covered(s.rgb, layer, opacity, (14, 14, 18))


def masked(s: Sitter, opacity: float) -> Pixels:
    """A pale blue mask over nose and mouth, growing denser [MouthOcclusionPrevention]."""
    layer = np.zeros(s.rgb.shape[:2], np.float32)
    outline = (
        195,
        118,
        123,
        137,
        177,
        58,
        172,
        136,
        150,
        149,
        176,
        148,
        152,
        377,
        400,
        378,
        379,
        365,
        397,
        288,
        401,
        366,
        352,
        347,
    )
    cv2.fillPoly(layer, [np.round(s.points[list(outline)]).astype(np.int32)], 1.0, cv2.LINE_AA)
    return _covered(s.rgb, layer, opacity, (150, 185, 205))


def cluttered(s: Sitter, amount: float) -> Pixels:
    """More and more boxes of all colours before a calm background [BackgroundUniformity]."""
    height, width = s.rgb.shape[:2]
    rng = np.random.default_rng(3)
    calm = cv2.resize(s.rgb, (6, 6), interpolation=cv2.INTER_AREA)
    behind = np.asarray(cv2.resize(calm, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    for _ in range(round(amount * 160)):
        at = rng.integers(0, (width, height))
        size = rng.integers(max(3, width // 25), max(6, width // 9), 2)
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        cv2.rectangle(behind, at.tolist(), (at + size).tolist(), colour, -1)
    person = s.person[..., None]
    return (s.rgb * person + behind * (1 - person) + 0.5).astype(np.uint8)


def mirrored(s: Sitter, amount: float) -> Pixels:
    """The mirror image: no defect."""
    return np.ascontiguousarray(s.rgb[:, ::-1]) if amount else s.rgb


def blurred(rgb: Pixels, sigma_px: float) -> Pixels:
    """Gaussian blur."""
    return rgb if sigma_px < 0.05 else np.asarray(cv2.GaussianBlur(rgb, (0, 0), sigma_px), np.uint8)


def _jpeg(rgb: Pixels, quality: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    return file.getvalue()


def _at(point: Floats) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _covered(rgb: Pixels, layer: Floats, opacity: float, colour: tuple[int, int, int]) -> Pixels:
    soft = (cv2.GaussianBlur(layer, (0, 0), 0.7) * opacity)[..., None]
    return (rgb * (1 - soft) + np.array(colour) * soft + 0.5).astype(np.uint8)
