"""Graded defects of light and colour, painted into a photo in linear light; amounts and names as in degradations.py."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.quality.degradations import Floats, Pixels, Sitter


def to_linear(rgb: Pixels) -> Floats:
    """Linear light 0..1 of sRGB codes."""
    x = rgb.astype(np.float32) / 255
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_srgb(light: Floats) -> Pixels:
    """sRGB codes of linear light."""
    x = np.clip(light, 0, 1)
    encoded = np.where(x <= 0.0031308, 12.92 * x, 1.055 * np.maximum(x, 1e-8) ** (1 / 2.4) - 0.055)
    return (encoded * 255 + 0.5).astype(np.uint8)


def exposed(s: Sitter, stops: float) -> Pixels:
    """More or less light [UnderExposurePrevention, OverExposurePrevention, LuminanceMean]."""
    return to_srgb(to_linear(s.rgb) * np.float32(2.0**stops))


def under_exposed(s: Sitter, stops: float) -> Pixels:
    """Less light."""
    return exposed(s, -stops)


def flattened(s: Sitter, amount: float) -> Pixels:
    """Haze: everything drawn towards the picture's mean grey [LuminanceVariance, DynamicRange]."""
    mean = float(s.rgb.mean())
    return (s.rgb * (1 - amount) + mean * amount + 0.5).astype(np.uint8)


def cast(*gains: float) -> Callable[[Sitter, float], Pixels]:
    """Coloured light: each channel's gain in stops at amount 1, at the same luminance [NaturalColour]."""

    def tinted(s: Sitter, amount: float) -> Pixels:
        factors = 2.0 ** (amount * np.asarray(gains, np.float32))
        factors /= float(factors @ np.array([0.2126, 0.7152, 0.0722]))
        return to_srgb(to_linear(s.rgb) * factors.astype(np.float32))

    return tinted


def desaturated(s: Sitter, amount: float) -> Pixels:
    """Colour drained, 1 = grey [NaturalColour]."""
    grey = np.asarray(cv2.cvtColor(s.rgb, cv2.COLOR_RGB2GRAY), np.float32)[..., None]
    return (s.rgb * (1 - amount) + grey * amount + 0.5).astype(np.uint8)


def oversaturated(s: Sitter, amount: float) -> Pixels:
    """Colour pushed beyond what was there [NaturalColour]."""
    grey = np.asarray(cv2.cvtColor(s.rgb, cv2.COLOR_RGB2GRAY), np.float32)[..., None]
    return np.clip(grey + (s.rgb - grey) * (1 + amount) + 0.5, 0, 255).astype(np.uint8)


def backlit(s: Sitter, stops: float) -> Pixels:
    """Background brighter and person darker, by half of it each, as a camera that meters the frame does."""
    person = cv2.GaussianBlur(s.person, (0, 0), 0.05 * s.inter_eye_px)[..., None]
    change = -0.5 * stops * person + (stops * 0.5 if stops else 0) * (1 - person)
    light = to_linear(s.rgb)
    # a window, not only a brighter wall: dark backgrounds become bright as well
    light = light + (1 - person) * np.float32(0.25 * stops)
    return to_srgb(light * 2.0**change)


def side_lit(s: Sitter, stops: float) -> Pixels:
    """The light falls off across the face by that many stops, on the side that is darker already
    [IlluminationUniformity]."""
    x, _ = s.face_middle
    ramp = _darker_side(s) * np.clip((np.arange(s.rgb.shape[1]) - x) / (1.6 * s.inter_eye_px), -0.5, 0.5)
    return to_srgb(to_linear(s.rgb) * 2.0 ** (-stops * (ramp + 0.5))[None, :, None].astype(np.float32))


def hard_shadow(s: Sitter, stops: float) -> Pixels:
    """A shadow with a sharp edge lies slantwise over half of the face [IlluminationUniformity]."""
    x, y = s.face_middle
    height, width = s.rgb.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    across = _darker_side(s) * ((columns - x) + 0.35 * (rows - y)) / s.inter_eye_px
    shade = np.clip(0.5 + across / 0.08, 0, 1)
    return to_srgb(to_linear(s.rgb) * 2.0 ** (-stops * shade)[..., None])


def hat_shadow(s: Sitter, stops: float) -> Pixels:
    """A brim's shadow over forehead and eyes [EyesVisible, IlluminationUniformity]."""
    _, y = s.points[[168, 6]].mean(0)
    height, width = s.rgb.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    shade = np.clip(0.5 - (rows - (y + 0.18 * s.inter_eye_px)) / (0.12 * s.inter_eye_px), 0, 1)
    for beside in (s.head[0] - columns, columns - s.head[2]):
        shade *= np.clip(0.5 - beside / (0.2 * s.inter_eye_px), 0, 1)
    return to_srgb(to_linear(s.rgb) * 2.0 ** (-stops * shade)[..., None])


def hot_spots(s: Sitter, amount: float) -> Pixels:
    """Flash on oily skin: white spots on forehead, nose and cheeks, growing [OverExposurePrevention]."""
    light = to_linear(s.rgb)
    height, width = s.rgb.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    for index, size in ((151, 0.28), (50, 0.24), (280, 0.24), (4, 0.16)):
        x, y = s.points[index]
        radius = max(size * amount, 1e-3) * s.inter_eye_px
        spot = np.exp(-((((columns - x) / radius) ** 2 + ((rows - y) / radius) ** 2) ** 2))
        light = light + (min(amount * 3, 1.2) * spot)[..., None]
    return to_srgb(light)


def _darker_side(s: Sitter) -> int:
    """1 when the right half of the picture's face is the darker one, else -1."""
    grey = cv2.GaussianBlur(cv2.cvtColor(s.rgb, cv2.COLOR_RGB2GRAY), (0, 0), 0.15 * s.inter_eye_px)
    height, width = grey.shape
    left, right = (
        grey[min(max(y, 0), height - 1), min(max(x, 0), width - 1)]
        for x, y in np.round(s.points[[50, 280]]).astype(int)
    )
    return 1 if right <= left else -1
