"""Labels on a picture: each near what it names, none on another, all within the frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.views.palette import INK, WHITE, Colour
from headshot_check.views.picture.drawing import (
    SUBPIXEL,
    Box,
    Canvas,
    Points,
    clip,
    draw_plate,
    draw_sign,
    draw_text,
    fixed,
    text_width,
)

_OPACITY: Final = 0.86
_OFF_AREAS: Final = 1.0
"""cost of a label that lies altogether on the filled area of another one, in label heights of distance"""
_OFF_HEADS: Final = 6.0
"""the same, on what is to be avoided"""


@dataclass(frozen=True, slots=True, eq=False)
class Pill:
    """A label, a dark pill with a coloured sign and white letters: legible on anything."""

    text: str
    colour: Colour
    sign: str
    """"dot", "fail", "warn", "pass" or "none" """
    anchor: Points
    """what it names"""


def place_pills(
    picture: Canvas, pills: Sequence[Pill], size: int, *, faces: Iterable[Box] = (), avoid: Iterable[Box] = ()
) -> list[Box]:
    """Put each pill near what it names, off the others and off all faces, within the picture; return where they are.

    A pill that had to move away is tied to its place by a line; one that fits nowhere is left out. They keep off
    what is to be avoided where they can, and those with a dot off the areas of the others with a dot.
    """
    height, width = picture.shape[:2]
    covered, avoided = list(faces), list(avoid)
    taken: list[Box] = []
    chosen: list[tuple[Pill, Box]] = []
    areas = {id(pill): _bounds(pill.anchor) for pill in pills if pill.sign == "dot"}
    for pill in pills:
        others = [area for of, area in areas.items() if of != id(pill)] if pill.sign == "dot" else []
        avoid_all = [*((box, _OFF_HEADS) for box in avoided), *((box, _OFF_AREAS) for box in others)]
        box = _place(pill, pill_size(pill, size), (width, height), taken, covered, avoid_all, size)
        if box is not None:
            taken.append(box)
            chosen.append((pill, box))
    for pill, box in chosen:
        _leader(picture, pill, box, size)
    for pill, box in chosen:
        _draw_pill(picture, pill, box, size)
    return taken


def pill_size(pill: Pill, size: int) -> tuple[int, int]:
    """Width and height in px."""
    sign = 0 if pill.sign == "none" else round(0.95 * size)
    return text_width(pill.text, size) + sign + round(1.1 * size), round(1.72 * size)


def _place(
    pill: Pill,
    extent: tuple[int, int],
    frame: tuple[int, int],
    taken: list[Box],
    faces: list[Box],
    avoided: list[tuple[Box, float]],
    size: int,
) -> Box | None:
    """The cheapest free place: next to the anchor, off the faces; None when the picture is full."""
    wide, high = extent
    margin, gap = max(2.0, 0.3 * size), 0.3 * size
    last = np.array([frame[0] - wide - margin, frame[1] - high - margin])
    if (last < margin).any():
        return None
    outline = _outline(pill.anchor, frame)
    (x0, y0), (x1, y1) = outline.min(axis=0), outline.max(axis=0)
    middle_x, middle_y = outline.mean(axis=0)
    near = [
        (x0, y0 - high - gap),
        (x0, y1 + gap),
        (x1 + gap, middle_y - high / 2),
        (x0 - wide - gap, middle_y - high / 2),
        (middle_x - wide / 2, y0 - high - gap),
        (middle_x - wide / 2, y1 + gap),
        (x1 - wide, y0 - high - gap),
        (x1 - wide, y1 + gap),
        (x0 + gap, y0 + gap),
        (x0 + gap, y1 - high - gap),
    ]
    if wide * high < 0.3 * (x1 - x0) * (y1 - y0):
        near.insert(0, (middle_x - wide / 2, middle_y - high / 2))
    steps = [np.arange(margin, end + 1, max(1.2 * high, end / 24)) for end in last]
    grid = np.stack(np.meshgrid(*steps), axis=-1).reshape(-1, 2)
    corners = np.concatenate([np.clip(near, margin, last), grid])
    boxes = np.concatenate([corners, corners + np.array([wide, high])], axis=1)

    free = np.ones(len(boxes), bool)
    for other in taken:
        free &= _shared(boxes, np.array(other) + gap * np.array([-1, -1, 1, 1])) == 0
    for face in faces:
        free &= _shared(boxes, np.array(face)) == 0
    if not free.any():
        return None
    away = np.concatenate([np.minimum(outline - boxes[:, None, :2], 0), np.minimum(boxes[:, None, 2:] - outline, 0)], 2)
    cost = np.hypot(away[..., 0] + away[..., 2], away[..., 1] + away[..., 3]).min(axis=1) / high
    cost += np.where(np.arange(len(boxes)) < len(near), 0.06 * np.arange(len(boxes)), 1.0)
    for other, off in avoided:
        cost += off * _shared(boxes, np.array(other)) / (wide * high)
    best = boxes[np.argmin(np.where(free, cost, np.inf))]
    return float(best[0]), float(best[1]), float(best[2]), float(best[3])


def _bounds(points: Points) -> Box:
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def _shared(boxes: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area that each of (N, 4) boxes shares with another, px."""
    low, high = np.maximum(boxes[:, :2], other[:2]), np.minimum(boxes[:, 2:], other[2:])
    area: NDArray[np.float64] = np.maximum(high - low, 0).prod(axis=1)
    return area


def _outline(points: Points, frame: tuple[int, int]) -> Points:
    """Points along a shape, as far as it lies within the picture."""
    kept = clip(points, (0.0, 0.0, float(frame[0]), float(frame[1]))) if len(points) > 2 else points
    if not len(kept):
        kept = np.clip(points, 0, frame)
    at = np.linspace(0, len(kept), 40, endpoint=False)
    corner = at.astype(int)
    onwards = np.roll(kept, -1, axis=0)[corner] - kept[corner]
    outline: Points = kept[corner] + (at - corner)[:, None] * onwards
    return outline


def _leader(picture: Canvas, pill: Pill, box: Box, size: int) -> None:
    """A line from the pill to what it names, where they do not touch."""
    outline = _outline(pill.anchor, (picture.shape[1], picture.shape[0]))
    nearest = np.clip(outline, box[:2], box[2:])
    distance = np.hypot(*(outline - nearest).T)
    k = int(np.argmin(distance))
    if distance[k] < 0.7 * size:
        return
    # The line ends a little inside the shape, so that it points at the area rather than at its edge.
    inwards = outline.mean(axis=0) - outline[k]
    end = outline[k] + min(1.0, size / (float(np.hypot(*inwards)) or 1.0)) * inwards
    inset = 0.3 * (box[3] - box[1])  # under the pill's round end
    start = np.clip(end, np.array(box[:2]) + inset, np.array(box[2:]) - inset)
    weight = max(1, round(size / 14))
    for colour, more in ((INK, 2), (pill.colour, 0)):
        cv2.polylines(picture, [fixed(np.stack([start, end]))], False, colour, weight + more, cv2.LINE_AA, SUBPIXEL)
        radius = round((size / 5 + more / 2) * (1 << SUBPIXEL))
        cv2.circle(picture, fixed(end).tolist(), radius, colour, -1, cv2.LINE_AA, SUBPIXEL)


def _draw_pill(picture: Canvas, pill: Pill, box: Box, size: int) -> None:
    draw_plate(picture, box, INK, _OPACITY)
    at, middle = box[0] + 0.55 * size, (box[1] + box[3]) / 2
    if pill.sign != "none":
        draw_sign(picture, pill.sign, at + 0.3 * size, middle, 0.62 * size, pill.colour)
        at += 0.95 * size
    draw_text(picture, pill.text, at, middle + 0.36 * size, size, WHITE)
