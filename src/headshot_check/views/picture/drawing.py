"""Strokes, areas and labels on a picture, with smooth edges, in place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from headshot_check.text import folded
from headshot_check.views.palette import INK, Colour

Canvas = NDArray[np.uint8]
"""(H, W, 3) RGB"""
Points = NDArray[np.float64]
"""(N, 2) x, y in px"""
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in px"""

SUBPIXEL: Final = 4
"""bits of OpenCV's fixed-point coordinates"""
_HAS: Final = "°·…"
"""what Pillow's own font has beyond ASCII, of what is used here"""


class Pen:
    """Draws on a picture, within a frame of it, with one weight of stroke."""

    def __init__(self, picture: Canvas, weight: int, frame: Box) -> None:
        x0, y0, x1, y1 = (round(at) for at in frame)
        self._view = picture[y0:y1, x0:x1]
        self._origin = np.array([x0, y0], np.float64)
        self._weight = weight
        inset = (weight + 1) / 2
        # Strokes along the picture's edge are moved in by half their width, so that they can be seen.
        self._inside = (inset, inset, max(x1 - x0 - 1 - inset, inset), max(y1 - y0 - 1 - inset, inset))

    def fill(self, areas: Sequence[tuple[Points, Colour]], opacity: float) -> None:
        """Cover the areas with translucent colour."""
        layer = self._view.copy()
        for points, colour in areas:
            clipped = clip(points - self._origin, self._inside)
            if len(clipped) > 2:
                cv2.fillPoly(layer, [fixed(clipped)], colour, cv2.LINE_AA, SUBPIXEL)
        if areas:
            cv2.addWeighted(layer, opacity, self._view, 1 - opacity, 0, dst=self._view)

    def stroke_all(self, lines: Sequence[tuple[Points, Colour, str]], shade: float) -> None:
        """Draw lines ("closed", "open", "dashed" or "thin", which is closed too), each on a soft dark shade."""
        if not lines:
            return
        under, over = self._view.copy(), []
        for points, colour, style in lines:
            placed = points - self._origin
            if style != "open":
                placed = clip(placed, self._inside)
            if len(placed) < 2:
                continue
            weight = max(1, self._weight // 2) if style in ("thin", "dashed") else self._weight
            pieces = dashes(placed, 5.0 * self._weight) if style == "dashed" else [placed]
            closed = style in ("closed", "thin")
            over.append((pieces, colour, weight, closed))
            for piece in pieces:
                cv2.polylines(under, [fixed(piece)], closed, INK, 2 * weight, cv2.LINE_AA, SUBPIXEL)
        cv2.addWeighted(under, shade, self._view, 1 - shade, 0, dst=self._view)
        for pieces, colour, weight, closed in over:
            for piece in pieces:
                cv2.polylines(self._view, [fixed(piece)], closed, colour, weight, cv2.LINE_AA, SUBPIXEL)


def dim_outside(picture: Canvas, outline: Points, brightness: float, frame: Box) -> None:
    """Darken what lies outside a shape, and draw a hairline round it."""
    x0, y0, x1, y1 = (round(at) for at in frame)
    view = picture[y0:y1, x0:x1]
    size = float(np.ptp(outline, axis=0).min()) if len(outline) > 2 else 0.0
    if size < 4 or not view.size:
        return
    shape = [fixed(outline - (x0, y0))]
    mask = np.zeros(view.shape[:2], np.uint8)
    cv2.fillPoly(mask, shape, 255, cv2.LINE_8, SUBPIXEL)
    inside = view.copy()
    cv2.convertScaleAbs(view, dst=view, alpha=brightness)
    cv2.copyTo(inside, mask, view)
    cv2.polylines(view, shape, True, (226, 228, 232), max(1, round(size / 800)), cv2.LINE_AA, SUBPIXEL)


def draw_plate(picture: Canvas, box: Box, colour: Colour, opacity: float) -> None:
    """Draw a translucent area with round ends."""
    x0, y0, x1, y1 = (round(at) for at in box)
    view = picture[y0:y1, x0:x1]
    plate = view.copy()
    shape = np.array([[0, 0], [x1 - x0 - 1, 0], [x1 - x0 - 1, y1 - y0 - 1], [0, y1 - y0 - 1]], np.float64)
    cv2.fillPoly(plate, [fixed(rounded(shape, (y1 - y0) / 2))], colour, cv2.LINE_AA, SUBPIXEL)
    cv2.addWeighted(plate, opacity, view, 1 - opacity, 0, dst=view)


def draw_text(picture: Canvas, text: str, x: float, baseline: float, size: int, colour: Colour) -> None:
    """Write one line; what reaches beyond the picture is cut off."""
    mask, rise = _text_mask(_lettered(text), size)
    _blend(picture, mask, round(x), round(baseline) - rise, colour)


@lru_cache(maxsize=1024)
def text_width(text: str, size: int) -> int:
    """Width of one line of text, px."""
    return math.ceil(_font(size).getlength(_lettered(text)))


def draw_sign(picture: Canvas, sign: str, x: float, y: float, size: float, colour: Colour) -> None:
    """A tick, a cross, an exclamation mark, a chevron or a dot, centred on x, y and about `size` px high."""
    weight = max(1, round(size / 6.5))
    half = size / 2

    def line(*points: tuple[float, float]) -> None:
        path = np.array([(x + half * across, y + half * down) for across, down in points])
        cv2.polylines(picture, [fixed(path)], False, colour, weight, cv2.LINE_AA, SUBPIXEL)

    def dot(down: float, radius: float) -> None:
        centre = fixed(np.array([x, y + half * down])).tolist()
        cv2.circle(picture, centre, round(radius * (1 << SUBPIXEL)), colour, -1, cv2.LINE_AA, SUBPIXEL)

    if sign in ("good", "pass"):
        line((-0.8, 0.1), (-0.25, 0.65), (0.85, -0.6))
    elif sign == "fail":
        line((-0.65, -0.65), (0.65, 0.65))
        line((-0.65, 0.65), (0.65, -0.65))
    elif sign == "warn":
        line((0, -0.9), (0, 0.2))
        dot(0.8, weight * 0.7)
    elif sign == "next":
        line((-0.3, -0.75), (0.45, 0), (-0.3, 0.75))
    elif sign == "dot":
        dot(0, half * 0.72)


def rounded(points: Points, radius: float) -> Points:
    """An upright rectangle with round corners; other shapes are returned as they are."""
    low, high = points.min(axis=0), points.max(axis=0)
    upright = len(points) == 4 and bool((np.isclose(points, low) | np.isclose(points, high)).all())
    radius = min(radius, *((high - low) / 2))
    if not upright or radius < 1:
        return points
    angles = np.linspace(0, np.pi / 2, 9)
    arc = np.stack([-np.cos(angles), -np.sin(angles)], axis=1)  # from the left edge to the top edge
    (x0, y0), (x1, y1) = low + radius, high - radius
    turn = np.array([[0, 1], [-1, 0]])
    corners = []
    for centre in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)):
        corners.append(np.array(centre) + radius * arc)
        arc = arc @ turn
    return np.concatenate(corners)


def ring(centre: Points, radius: float, corners: int = 24) -> Points:
    """A circle as a polygon."""
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return centre + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def dashes(points: Points, length: float) -> list[Points]:
    """A closed line in dashes with gaps of 0.8 of their length, evenly spread."""
    loop = np.concatenate([points, points[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(loop, axis=0).T))])
    count = min(max(4, round(along[-1] / (1.8 * length))), 400)
    pitch = along[-1] / count
    pieces = []
    for start in np.arange(count) * pitch:
        at = np.linspace(start, start + pitch / 1.8, 5)
        pieces.append(np.stack([np.interp(at, along, loop[:, k]) for k in (0, 1)], axis=1))
    return pieces


def clip(points: Points, box: Box) -> Points:
    """The part of a polygon within a box (Sutherland and Hodgman, 1974); empty when none is."""
    for axis, limit, keep_above in ((0, box[0], True), (0, box[2], False), (1, box[1], True), (1, box[3], False)):
        inside = points[:, axis] >= limit if keep_above else points[:, axis] <= limit
        if inside.all():
            continue
        kept: list[Any] = []
        for k in range(len(points)):
            before, here = points[k - 1], points[k]
            if inside[k] != inside[k - 1]:
                share = (limit - before[axis]) / (here[axis] - before[axis])
                kept.append(before + share * (here - before))
            if inside[k]:
                kept.append(here)
        points = np.array(kept, np.float64).reshape(-1, 2)
    return points


def fixed(points: Points) -> NDArray[np.int32]:
    """OpenCV's fixed-point coordinates."""
    return np.round(points * (1 << SUBPIXEL)).astype(np.int32)


def _lettered(text: str) -> str:
    """The text in letters that the font has."""
    return text if text.isascii() else "".join(char if char in _HAS else folded(char) for char in text)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):  # Pillow built without FreeType has only a bitmap font
        raise RuntimeError("this Pillow has no FreeType: install Pillow from the package index")
    return font


@lru_cache(maxsize=256)
def _text_mask(text: str, size: int) -> tuple[NDArray[np.uint8], int]:
    """Coverage of a line of text, 0..255, and the baseline's row in it."""
    font = _font(size)
    rise, fall = font.getmetrics()
    image = Image.new("L", (math.ceil(font.getlength(text)) + 2, rise + fall))
    ImageDraw.Draw(image).text((0, rise), text, fill=255, font=font, anchor="ls")
    mask = np.asarray(image)
    mask.setflags(write=False)
    return mask, rise


def _blend(picture: Canvas, mask: NDArray[np.uint8], x: int, y: int, colour: Colour) -> None:
    """Put a colour onto the picture through a mask whose top left corner is at x, y."""
    left, top = max(0, -x), max(0, -y)
    view = picture[y + top : y + mask.shape[0], x + left : x + mask.shape[1]]
    part = mask[top : top + view.shape[0], left : left + view.shape[1], None].astype(np.float32) / 255
    view[:] = (view * (1 - part) + np.array(colour, np.float32) * part + 0.5).astype(np.uint8)
