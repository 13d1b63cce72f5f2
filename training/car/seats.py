"""People before head restraints, as a phone at arm's length sees them, with exact masks: drawn seats, photographed ones
and rendered cabins.

A restraint stands some 25 cm behind the face: in the picture it is 1.1 to 1.9 face widths wide, and what the head
leaves of it shows at one side or both.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.car.composites import CANVAS, blend, standing, wear

COLOURS = ((22, 22, 24), (38, 38, 40), (62, 62, 66), (110, 108, 104), (176, 160, 136), (92, 60, 42), (120, 40, 38))
"""Leather and cloth, sRGB; the dark ones come up as often as all others."""
OTHER_SEATS = 0.35
"""How often another seat's restraint stands beside, which is none."""
ANOTHERS = 0.25
"""How often an empty photographed seat stands beside the person and none behind."""
LEAST = 0.03
"""Visible area, in squares of the face's width, below which nobody could say where a restraint is."""


@dataclass
class Seated:
    rgb: np.ndarray
    face: np.ndarray
    own: np.ndarray
    """(H, W) 0..1 what is visible of the person's own restraint"""
    known: np.ndarray
    """(H, W) whether anything is known"""


def drawn_seat(rgb, alpha, face, scene, crop, cut_known, rng):  # type: ignore[no-untyped-def]
    """A seat drawn between a person and a scene; cut_known: whether the scene has no restraint of its own."""
    person, mask, behind, moved, _ = standing(rgb, alpha, face, scene, crop, rng)
    width = float(moved[2] - moved[0])
    x, y = float(moved[0] + moved[2]) / 2, float(moved[1] + moved[3]) / 2
    if width < 24:
        return None
    known = np.full(mask.shape, cut_known)
    if rng.random() < OTHER_SEATS:
        side, size = rng.choice([-1, 1]), width * rng.uniform(0.4, 0.8)
        at = (x + side * width * rng.uniform(1.4, 2.3), y + width * rng.uniform(-0.2, 0.5))
        behind, other, back = _seat(behind, at, size, rng)
        known |= cv2.dilate(np.maximum(other, back), np.ones((5, 5))) > 0.3
    own = np.zeros(mask.shape, np.float32)
    if rng.random() < 0.85:
        at = (
            x + width * float(np.clip(rng.normal(0, 0.4), -1, 1)),
            y + width * rng.uniform(-0.3, 0.45),
        )
        behind, own, back = _seat(behind, at, width * rng.uniform(1.1, 1.9), rng)
        reach = max(3, round(0.25 * width)) | 1
        known |= cv2.dilate(np.maximum(own, back), np.ones((reach, reach))) > 0.3
    picture = blend(person, mask, behind, rng)
    return _seated(picture, moved, own * (1 - mask), known | (mask > 0.5), width)


def real_seat(rgb, alpha, face, scene, polygons, rng):  # type: ignore[no-untyped-def]
    """A photographed seat brought behind the person, its restraint at the head; the others beside it are none."""
    person, mask, _, moved, _ = standing(rgb, alpha, face, scene, None, rng)
    height, wide = mask.shape
    width = float(moved[2] - moved[0])
    if width < 24:
        return None
    x, y = float(moved[0] + moved[2]) / 2, float(moved[1] + moved[3]) / 2
    size = np.array(scene.shape[1::-1], np.float32)
    chosen = int(rng.integers(len(polygons)))
    beside = rng.random() < ANOTHERS  # an empty seat: the restraint is nobody's here
    corners = np.array(polygons[chosen], np.float32) * size
    low, high = corners.min(0), corners.max(0)
    scale = width * (rng.uniform(0.5, 1.1) if beside else rng.uniform(1.1, 1.9)) / float(high[0] - low[0])
    at = np.array([x + width * float(np.clip(rng.normal(0, 0.45), -1, 1)), y + width * rng.uniform(-0.3, 0.4)])
    if beside:
        at[0] = x + width * rng.uniform(0.9, 1.8) * rng.choice([-1, 1])
    flip = rng.random() < 0.5
    turn = np.array([[-scale if flip else scale, 0, 0], [0, scale, 0]], np.float32)
    turn[:, 2] = at - turn[:, :2] @ ((low + high) / 2)
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    behind = cv2.warpAffine(scene, turn, (wide, height), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    inside = cv2.warpAffine(np.full(scene.shape[:2], 255, np.uint8), turn, (wide, height)) > 127
    own = np.zeros(mask.shape, np.float32)
    for k, polygon in enumerate(polygons):
        level = np.zeros(mask.shape, np.float32)
        points = np.array(polygon, np.float32) * size @ turn[:, :2].T + turn[:, 2]
        cv2.fillPoly(level, [np.round(points * 16).astype(np.int32)], 1.0, cv2.LINE_8, 4)
        if beside:
            if abs(float(points[:, 0].mean()) - x) < 0.8 * width:
                return None
        elif k == chosen:
            own = level
    if beside:
        return Seated(blend(person, mask, behind, rng), moved, own, inside | (mask > 0.5))
    reach = max(3, round(0.35 * width)) | 1
    known = (cv2.dilate(own, np.ones((reach, reach))) > 0.3) & inside
    for k, polygon in enumerate(polygons):
        if k != chosen:
            points = np.array(polygon, np.float32) * size @ turn[:, :2].T + turn[:, 2]
            level = np.zeros(mask.shape, np.uint8)
            cv2.fillPoly(level, [np.round(points).astype(np.int32)], 1)
            known |= (level > 0) & inside
    return _seated(blend(person, mask, behind, rng), moved, own * (1 - mask), known | (mask > 0.5), width)


def _seated(picture, face, own, known, width):  # type: ignore[no-untyped-def]
    if own.sum() < LEAST * width**2:
        known = known & (own < 0.3)
        own = np.zeros_like(own)
    else:  # what else there is, pillars, panes and other people's seats, is not this person's restraint
        known = np.ones_like(known)
    return Seated(picture, face, own, known)


def dyed(scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A photographed scene in other colours, often darker: few seats were photographed."""
    if rng.random() < 0.4:
        return scene
    hue, saturation, value = np.moveaxis(cv2.cvtColor(scene, cv2.COLOR_RGB2HSV).astype(np.float32), 2, 0)
    turned = (hue + rng.uniform(-20, 20)) % 180
    changed = np.stack([turned, saturation * rng.uniform(0.1, 1.3), value * rng.uniform(0.45, 1.25)], 2)
    return np.asarray(cv2.cvtColor(np.clip(changed, 0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB))


def rendered_seat(rgb, alpha, face, render, place, rng):  # type: ignore[no-untyped-def]
    """A person in a rendered cabin, as its camera saw the seat; `place`: where the occupant's face would be."""
    scale = CANVAS / max(render.rgb.shape[:2])
    size = (round(render.rgb.shape[1] * scale), round(render.rgb.shape[0] * scale))
    scene, own = (cv2.resize(v, size, interpolation=cv2.INTER_AREA) for v in (render.rgb, render.regions[..., 1]))
    place = place * scale
    wide = float(place[2] - place[0])
    ratio = wide / float(face[2] - face[0]) * rng.uniform(0.9, 1.25)
    if not 0.15 < ratio < 6:
        return None
    at = (place[:2] + place[2:4]) / 2 + rng.normal(0, 0.12, 2) * wide
    shift = at - ratio * (face[:2] + face[2:4]) / 2
    move = np.array([[ratio, 0, shift[0]], [0, ratio, shift[1]]])
    if ratio < 0.6:
        rgb = cv2.GaussianBlur(rgb, (0, 0), 0.4 / ratio)
    person = cv2.warpAffine(rgb, move, size, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(alpha, move, size)
    # the pasted picture's cut edges become the frame's
    band = max(2, rgb.shape[0] // 50)
    x0, y0, x1, y1 = 0, 0, size[0], min(size[1], int(shift[1] + ratio * rgb.shape[0]))
    if alpha[:band].mean() > 0.05:
        y0 = max(0, int(shift[1]) + 1)
    if alpha[:, :band].mean() > 0.12:
        x0 = max(0, int(shift[0]) + 1)
    if alpha[:, -band:].mean() > 0.12:
        x1 = min(size[0], int(shift[0] + ratio * rgb.shape[1]))
    if x1 - x0 < 0.3 * size[0] or y1 - y0 < 0.35 * size[1] or ratio * (face[2] - face[0]) < 24:
        return None
    picture = np.ascontiguousarray(blend(person, mask, scene, rng)[y0:y1, x0:x1])
    moved = (face.reshape(-1, 2) * ratio + shift - (x0, y0)).ravel().astype(np.float32)
    if rng.random() < 0.6:
        picture = wear(picture, moved, mask[y0:y1, x0:x1].copy(), True, rng).rgb
    own = (own * (1 - mask))[y0:y1, x0:x1]
    width = float(moved[2] - moved[0])
    return _seated(picture, moved, own, own < 0.2, width)


def _seat(behind: np.ndarray, at: tuple[float, float], width: float, rng: np.random.Generator):  # type: ignore[no-untyped-def]
    """A seat with its restraint round `at`, drawn on a picture: picture, restraint and back (H, W, 0..1)."""
    h, w = behind.shape[:2]
    tall = width * rng.uniform(0.5, 0.95)
    lean, roll = rng.uniform(-0.12, 0.12), rng.normal(0, 5)
    top = rng.uniform(0.7, 1.0)
    outline = _rounded(width, tall, top, lean, rng.uniform(0.15, 0.5) * tall)
    whole = rng.random() < 0.3  # a restraint that is part of the back
    gap = -0.15 * tall if whole else tall * rng.uniform(-0.02, 0.3)
    shoulders = width * rng.uniform(1.0 if whole else 1.2, 2.1)
    back = _rounded(shoulders, 3.5 * width, rng.uniform(0.55, 0.95), 0, 0.3 * width)
    back[:, 1] += tall / 2 + gap + 1.75 * width
    angle = np.radians(roll)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    parts = []
    for shape in (outline, back):
        level = np.zeros((h, w), np.uint8)
        cv2.fillPoly(level, [np.round((shape @ spin.T + at) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        parts.append(level.astype(np.float32) / 255)
    restraint, seat = parts
    base = np.array(COLOURS[rng.integers(3) if rng.random() < 0.5 else rng.integers(len(COLOURS))], np.float32)
    base = np.clip(base * rng.uniform(0.6, 1.5) + rng.normal(0, 6, 3), 4, 235)
    shadow = cv2.GaussianBlur(np.maximum(restraint, seat), (0, 0), 0.1 * width)[..., None]
    out = behind.astype(np.float32) * (1 - rng.uniform(0, 0.5) * shadow)
    if not whole and gap > 0.03 * tall:
        posts = np.zeros((h, w), np.uint8)
        for side in (-1, 1):
            ends = (
                np.array([(side * 0.22 * width, 0), (side * 0.22 * width, tall / 2 + gap + 0.1 * width)]) @ spin.T + at
            )
            a, b = (tuple(int(v) for v in np.round(end)) for end in ends)
            cv2.line(posts, a, b, 255, max(1, round(0.035 * width)), cv2.LINE_AA)
        out = _over(out, posts.astype(np.float32) / 255, np.full(3, rng.uniform(40, 190), np.float32))
    light = rng.uniform(-1, 1, 2)
    for level, tone in ((seat, rng.uniform(0.7, 1.1)), (restraint, rng.uniform(0.85, 1.25))):
        out = _over(out, level, _shaded(level, base * tone, width, light, rng))
    soft = rng.uniform(0, 0.03) * width
    if soft > 0.4:
        out = cv2.GaussianBlur(out, (0, 0), soft)
    return np.clip(out, 0, 255).astype(np.uint8), restraint, seat * (1 - restraint)


def _shaded(
    level: np.ndarray, colour: np.ndarray, width: float, light: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Cloth over a rounded body: darker to its edge and away from the light, with seams, folds and a sheen."""
    h, w = level.shape
    deep = cv2.distanceTransform((level > 0.5).astype(np.uint8), cv2.DIST_L2, 3) / (0.3 * width)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32) / width
    inside = level > 0.5
    if inside.any():
        x, y = x - x[inside].mean(), y - y[inside].mean()
    shade = 1 - rng.uniform(0.1, 0.6) * np.exp(-3 * deep) + rng.uniform(0, 0.6) * (light[0] * x + light[1] * y)
    coarse = rng.normal(0, 1, (6, 6)).astype(np.float32)
    shade = shade + rng.uniform(0, 0.12) * cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.5:
        seam = np.abs(deep - rng.uniform(0.3, 0.9)) < rng.uniform(0.02, 0.06)
        shade = shade * np.where(seam, rng.choice([0.6, 0.75, 1.4]), 1.0)
    grain = rng.normal(0, 1, (h, w)).astype(np.float32) * rng.uniform(0, 0.08)
    painted = colour * (np.clip(shade, 0.15, 2.2) + grain)[..., None]
    if rng.random() < 0.3:
        spot = np.exp(-(((x - light[0] * 0.2) / 0.3) ** 2 + ((y + 0.25) / 0.12) ** 2))
        painted = painted + spot[..., None] * rng.uniform(10, 90)
    return np.asarray(painted, np.float32)


def _over(out: np.ndarray, level: np.ndarray, painted: np.ndarray) -> np.ndarray:
    return out * (1 - level[..., None]) + painted * level[..., None]


def _rounded(width: float, tall: float, top: float, lean: float, radius: float) -> np.ndarray:
    """(N, 2) a trapezoid round (0, 0) with round corners, `top` of the width above, leaning by a share of height."""
    corners = np.array([(-top / 2, -0.5), (top / 2, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * (width, tall)
    corners[:, 0] -= corners[:, 1] * lean
    points = []
    for k, corner in enumerate(corners):
        before, after = corners[k - 1] - corner, corners[(k + 1) % 4] - corner
        reach = [v / np.hypot(*v) * min(radius, 0.48 * float(np.hypot(*v))) for v in (before, after)]
        t = np.linspace(0, 1, 7)[:, None]
        points.append((1 - t) ** 2 * (corner + reach[0]) + 2 * t * (1 - t) * corner + t**2 * (corner + reach[1]))
    return np.concatenate(points)
