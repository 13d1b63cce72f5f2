"""Glasses, masks and hands drawn on face crops with exact control: taught to the covering networks beside real photos.

All of it works on upright crops (S, S, 3) uint8 of `headshot_check.scene.FaceCrop` with their mesh points (468, 2).
Lengths are in inter-eye distances of the person (63 mm), in a frame that turns with the face.
"""

from __future__ import annotations

import cv2
import numpy as np

from training.covering.shapes import (
    Face,
    capsule,
    ellipse,
    filled,
    hue,
    light,
    plain,
    rim,
    smooth,
    stroke,
    texture,
    turned,
)

_LOWER_FACE = (93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323)
_MASK_TOPS = {  # from the subject's right side to the left, over the nose
    "high": (227, 117, 118, 6, 347, 346, 447),
    "usual": (234, 116, 101, 197, 330, 345, 454),
    "low": (234, 123, 205, 195, 425, 352, 454),
    "mouth": (93, 147, 207, 2, 427, 376, 323),
}


def sunglasses(rgb: np.ndarray, points: np.ndarray, rng: np.random.Generator, scenes: np.ndarray) -> np.ndarray:
    """Dark, gradient, coloured and mirrored lenses of many shapes, with frames and reflections."""
    strength = rng.uniform(0.72, 1.0)
    kind = rng.choice(["grey", "brown", "colour", "mirror"], p=[0.5, 0.2, 0.1, 0.2])
    if kind == "grey":
        tint = np.full(3, rng.uniform(0, 50)) + rng.normal(0, 5, 3)
    elif kind == "brown":
        tint = np.array([70, 40, 20]) * rng.uniform(0.3, 1.3)
    else:
        tint = hue(rng) * rng.uniform(*((0.15, 0.5) if kind == "colour" else (0.4, 1.0)))
        strength = max(strength, 0.85) if kind == "mirror" else strength
    return _spectacles(rgb, points, rng, scenes, tint, strength, mirror=kind == "mirror")


def tinted(rgb: np.ndarray, points: np.ndarray, rng: np.random.Generator, scenes: np.ndarray) -> np.ndarray:
    """Lenses through which the eyes can be seen: neither sunglasses nor quite clear."""
    return _spectacles(rgb, points, rng, scenes, hue(rng) * rng.uniform(0.1, 0.8), rng.uniform(0.2, 0.5), mirror=False)


def clear_glasses(rgb: np.ndarray, points: np.ndarray, rng: np.random.Generator, scenes: np.ndarray) -> np.ndarray:
    """Frames with clear lenses, some with reflections."""
    return _spectacles(rgb, points, rng, scenes, np.full(3, 128.0), rng.uniform(0, 0.08), mirror=False)


def glaring(rgb: np.ndarray, points: np.ndarray, rng: np.random.Generator, scenes: np.ndarray) -> np.ndarray:
    """Clear glasses in which lamps and windows are reflected, over part of the lenses."""
    face = Face(points)
    picture = clear_glasses(rgb, points, rng, scenes).astype(np.float32)
    for side in (-0.5, 0.5) if rng.random() < 0.8 else (rng.choice([-0.5, 0.5]),):
        lens = filled(rgb, face.at(ellipse((side, 0.05), (0.36, 0.27), 3.0)), 0.7)
        for _ in range(int(rng.integers(1, 4))):
            about = face.at((side + rng.normal(0, 0.15), 0.05 + rng.normal(0, 0.1)))[0]
            picture = _glint(picture, lens, np.repeat(about[None], 4, 0), face, rng)
    return np.clip(picture, 0, 255).astype(np.uint8)


def raised(rgb: np.ndarray, points: np.ndarray, rng: np.random.Generator, scenes: np.ndarray) -> np.ndarray:
    """Sunglasses pushed up into the hair or the forehead: not before the eyes."""
    face = Face(points)
    moved = points - face.down * rng.uniform(0.8, 1.3)
    return sunglasses(rgb, moved.astype(np.float32), rng, scenes)


def shaded(rgb: np.ndarray, points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The shadow of a hat, of deep sockets or of light from above over the eyes: dark, and not glasses."""
    face = Face(points)
    edge = rng.uniform(0.15, 0.9)
    slope = rng.normal(0, 0.12)
    x = np.linspace(-2.5, 2.5, 15)
    lower = np.stack([x, edge + slope * x + rng.uniform(-0.15, 0.15) * x**2], 1)
    outline = face.at(np.concatenate([[(-2.5, -2.5)], lower, [(2.5, -2.5)]]))
    mask = filled(rgb, outline, rng.choice([0.5, 2.0, 6.0])) * rng.uniform(0.4, 0.92)
    if rng.random() < 0.4:  # sockets only
        mask = np.zeros(rgb.shape[:2], np.float32)
        for side in (-0.5, 0.5):
            radii = (rng.uniform(0.3, 0.45), rng.uniform(0.2, 0.4))
            mask = np.maximum(mask, filled(rgb, face.at(ellipse((side, rng.uniform(-0.08, 0.1)), radii)), 2.5))
        mask *= rng.uniform(0.4, 0.9)
    return (rgb * (1 - mask[..., None])).astype(np.uint8)


def half_shaded(rgb: np.ndarray, points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Light from one side, soft or hard, that leaves half of the face in the dark: nothing is before it."""
    face = Face(points)
    turn = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]].astype(np.float32)
    x, y = face.at((rng.normal(0, 0.3), 0.5 + rng.normal(0, 0.3)))[0]
    across = ((columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)) / face.unit
    bend = rng.normal(0, 0.25) * ((columns - x) * np.sin(turn) - (rows - y) * np.cos(turn)) ** 2 / face.unit**2
    edge = rng.choice([0.04, 0.15, 0.5])
    dark = 1 / (1 + np.exp(-np.clip((across + bend) / edge, -30, 30)))
    return np.asarray(rgb * (1 - dark * rng.uniform(0.5, 0.97))[..., None]).astype(np.uint8)


def face_mask(rgb: np.ndarray, points: np.ndarray, rng: np.random.Generator, scenes: np.ndarray) -> np.ndarray:
    """Surgical, cloth, cup-shaped and scarf masks over mouth and, mostly, nose."""
    face = Face(points)
    top = _MASK_TOPS[str(rng.choice(list(_MASK_TOPS), p=[0.3, 0.37, 0.25, 0.08]))]
    jaw = np.array([points[i] for i in _LOWER_FACE], np.float32)
    jaw = face.middle + (jaw - face.middle) * rng.uniform(0.93, 1.12)
    line = points[list(top)].astype(np.float32) + rng.normal(0, 0.02, (7, 2)).astype(np.float32) * face.unit
    if rng.random() < 0.15:  # a scarf hangs below the chin
        jaw[4:-4] += face.down * rng.uniform(0.3, 1.2)
    if rng.random() < 0.3:  # a cup leaves the cheeks free
        inset = rng.uniform(0.55, 0.85)
        jaw, line = (p + (face.at((0, 1.0)) - p) * np.array([1 - inset, 0.08]) for p in (jaw, line))
    outline = np.concatenate([smooth(line[::-1]), smooth(jaw)])
    mask = filled(rgb, outline, rng.uniform(0.4, 1.0))
    cloth = _cloth(rgb, mask, face, rng, scenes)
    picture = rgb * (1 - mask[..., None]) + cloth * mask[..., None]
    picture = picture * (1 - 0.35 * rng.random() * rim(mask))[..., None]
    if rng.random() < 0.6:  # straps
        colour = (255, 255, 255) if rng.random() < 0.7 else tuple(rng.uniform(0, 80, 3))
        picture = np.ascontiguousarray(picture)
        for end, ear in ((line[0], 127), (line[-1], 356), (jaw[2], 93), (jaw[-3], 323)):
            stroke(picture, np.stack([end, points[ear]]), rng.uniform(0.02, 0.05) * face.unit, colour)
    return np.clip(picture, 0, 255).astype(np.uint8)


def held_before(rgb: np.ndarray, points: np.ndarray, rng: np.random.Generator, scenes: np.ndarray) -> np.ndarray:
    """A hand or a thing (cup, phone, microphone, laptop, another picture's texture) over mouth, nose or an eye."""
    face = Face(points)
    aim = ((0, 1.12), (0, 0.75), (-0.5, 0.05), (0.5, 0.05), (0.35, 1.0), (-0.35, 1.0))[rng.integers(0, 6)]
    aim = np.array(aim) + rng.normal(0, 0.12, 2)
    thing = rng.choice(["hand", "hand", "fist", "phone", "cup", "microphone", "texture", "board"])
    size = rgb.shape[0]
    mask = np.zeros(rgb.shape[:2], np.float32)
    if thing == "hand":
        angle, width = rng.uniform(0, 2 * np.pi), rng.uniform(0.14, 0.24)
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        fingers = int(rng.integers(1, 5))
        shade = np.ones(rgb.shape[:2], np.float32)
        for k in range(fingers):
            tip = aim + across * (k - (fingers - 1) / 2) * width * rng.uniform(1.0, 1.3) + along * rng.normal(0, 0.12)
            finger = capsule(rgb, face, tip, tip - along * rng.uniform(0.9, 2.2), width)
            shade *= 1 - 0.35 * rim(finger)
            mask = np.maximum(mask, finger)
        palm = filled(rgb, face.at(ellipse(aim - along * rng.uniform(1.2, 1.8), (0.6, 0.6))), 0.6)
        mask = np.maximum(mask, palm)
        skin = np.median(rgb[_skin_box(face, size)].reshape(-1, 3), 0) * rng.uniform(0.65, 1.25) + rng.normal(0, 8, 3)
        paint = skin * shade[..., None] * light(rgb.shape, rng)
    elif thing == "fist":
        mask = filled(rgb, face.at(turned(ellipse(aim, rng.uniform(0.4, 0.6, 2), 3.0), aim, rng.normal(0, 0.5))), 0.6)
        arm = aim + np.array((rng.normal(0, 1.0), rng.uniform(1.5, 2.5)))
        mask = np.maximum(mask, capsule(rgb, face, aim, arm, rng.uniform(0.5, 0.8)))
        shade = np.ones(rgb.shape[:2], np.float32)
        for k in range(4):  # knuckles, and the gaps between the fingers
            top = aim + np.array((0.22 * (k - 1.5), -0.35 + 0.05 * abs(k - 1.5)))
            shade *= 1 - 0.4 * rim(capsule(rgb, face, top, top + np.array((0, rng.uniform(0.3, 0.7))), 0.2))
        skin = np.median(rgb[_skin_box(face, size)].reshape(-1, 3), 0) * rng.uniform(0.65, 1.25) + rng.normal(0, 8, 3)
        paint = skin * shade[..., None] * light(rgb.shape, rng)
    elif thing == "board":  # a laptop, a book, the edge of a table
        level, slope = rng.uniform(0.2, 1.15), rng.normal(0, 0.12)
        corners = [(-3, level - 3 * slope), (3, level + 3 * slope), (3, 4), (-3, 4)]
        mask = filled(rgb, face.at(corners), rng.uniform(0.4, 1))
        paint = texture(rgb.shape, rng, scenes) if rng.random() < 0.3 else plain(rgb.shape, rng)
    else:
        reach = {"phone": (0.5, 1.0), "cup": (0.5, 0.55), "microphone": (0.3, 0.35), "texture": (0.6, 0.7)}[str(thing)]
        radii = np.array(reach) * rng.uniform(0.7, 1.3, 2)
        power = 2.0 if thing == "microphone" else rng.uniform(2, 8)
        mask = filled(rgb, face.at(turned(ellipse(aim, radii, power), aim, rng.normal(0, 0.4))), rng.uniform(0.4, 1))
        if thing == "microphone":
            mask = np.maximum(mask, capsule(rgb, face, aim, aim + np.array((rng.normal(0, 0.8), 2.5)), 0.16))
        paint = texture(rgb.shape, rng, scenes) if thing == "texture" else plain(rgb.shape, rng)
    dark = 1 - 0.4 * rng.random() * np.clip(cv2.GaussianBlur(mask, (0, 0), size / 40) - mask, 0, 1)
    picture = rgb * dark[..., None] * (1 - mask[..., None]) + paint * mask[..., None]
    return np.clip(picture, 0, 255).astype(np.uint8)


def _spectacles(
    rgb: np.ndarray,
    points: np.ndarray,
    rng: np.random.Generator,
    scenes: np.ndarray,
    tint: np.ndarray,
    strength: float,
    *,
    mirror: bool,
) -> np.ndarray:
    face = Face(points)
    picture = rgb.astype(np.float32)
    radii = np.array([rng.uniform(0.32, 0.5), 0.0])
    radii[1] = radii[0] * rng.uniform(0.55, 1.0)
    apart, low = rng.uniform(0.47, 0.54), rng.uniform(-0.02, 0.16)
    shape = _lens(radii, rng)
    if rng.random() < 0.1:  # one shield
        shape = np.stack([shape[:, 0] * (0.5 + radii[0]) / radii[0] * 0.6, shape[:, 1]], 1)
        apart = 0.4 * radii[0]
    lenses = [face.at(np.stack([side * (apart + shape[:, 0]), low + shape[:, 1]], 1)) for side in (-1, 1)]
    fade = rng.uniform(0.35, 0.7) if rng.random() < 0.3 and strength > 0.6 else 0.0
    soft = rng.uniform(0.4, 0.9)
    streak = rng.random() < (0.35 if strength > 0.15 else 0.25)
    behind = texture(rgb.shape, rng, scenes) if mirror or rng.random() < 0.5 else None
    rows = np.mgrid[: rgb.shape[0], : rgb.shape[1]].astype(np.float32)
    height = ((rows[1] - face.middle[0]) * face.down[0] + (rows[0] - face.middle[1]) * face.down[1]) / max(
        float(face.down @ face.down), 1.0
    )
    level = np.clip((height - low + radii[1]) / (2 * radii[1]), 0, 1)
    for outline in lenses:
        mask = filled(rgb, outline, soft)
        alpha = mask * strength * (1 - fade * level)
        shown = np.broadcast_to(tint, rgb.shape).astype(np.float32)
        if mirror:
            shown = shown * (0.5 + rng.uniform(0.3, 1.0) * np.abs(level - rng.random()))[..., None]
        if behind is not None:
            amount = rng.uniform(0.15, 0.6) if mirror else rng.uniform(0, 0.22) * min(1.0, strength + 0.2)
            shown = shown * (1 - amount) + behind * amount
            alpha = np.maximum(alpha, mask * amount * 0.6) if strength < 0.15 else alpha
        picture = picture * (1 - alpha[..., None]) + shown * alpha[..., None]
        if streak:
            picture = _glint(picture, mask, outline, face, rng)
    return _frame(picture, face, lenses, apart, radii, low, points, rng, rimless=strength > 0.6)


def _frame(
    picture: np.ndarray,
    face: Face,
    lenses: list[np.ndarray],
    apart: float,
    radii: np.ndarray,
    low: float,
    points: np.ndarray,
    rng: np.random.Generator,
    *,
    rimless: bool,
) -> np.ndarray:
    picture = np.ascontiguousarray(np.clip(picture, 0, 255), np.float32)
    colour = tuple(float(v) for v in (np.full(3, rng.uniform(0, 60)) if rng.random() < 0.65 else hue(rng)))
    thick = float(rng.choice([rng.uniform(0.015, 0.04), rng.uniform(0.04, 0.11)])) * face.unit
    if not (rimless and rng.random() < 0.15):
        for outline in lenses:
            ends = outline if rng.random() < 0.85 else outline[: len(outline) // 2 + 1]  # half rims
            stroke(picture, np.concatenate([ends, ends[:1]]) if len(ends) == len(outline) else ends, thick, colour)
    inner = apart - radii[0]
    bridge = low - radii[1] * rng.uniform(0.2, 0.6)
    if inner > 0:
        bow = [(-inner * 1.05, bridge), (0, bridge - rng.uniform(0, 0.06)), (inner * 1.05, bridge)]
        stroke(picture, face.at(bow), thick, colour)
        if rng.random() < 0.2:
            stroke(picture, face.at([(-inner * 1.5, bridge - 0.12), (inner * 1.5, bridge - 0.12)]), thick, colour)
    for side, ear in ((-1, 127), (1, 356)):
        hinge = face.at((side * (apart + radii[0]), low - radii[1] * 0.5))[0]
        temple = points[ear].astype(np.float32)
        if (temple - hinge) @ face.across * side > 0:
            stroke(picture, np.stack([hinge, temple]), thick * rng.uniform(0.8, 1.6), colour)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _lens(radii: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(48, 2) outline of the subject's left lens around its middle; positive x points to the temple."""
    power = rng.choice([2.0, 2.5, 3.5, 5.0])
    shape = ellipse((0, 0), radii, float(power))
    x, y = shape[:, 0] / radii[0], shape[:, 1] / radii[1]
    kind = rng.choice(["plain", "aviator", "wayfarer", "cat"])
    if kind == "aviator":
        shape[:, 0] += 0.18 * radii[0] * y
        shape[:, 1] += 0.12 * radii[1] * (x + 0.5) * (y > 0)
    elif kind == "wayfarer":
        shape[:, 0] *= 1 - 0.12 * y
    elif kind == "cat":
        shape[:, 1] -= 0.3 * radii[1] * np.clip(x, 0, 1) ** 2 * (y < 0.3)
    return shape


def _glint(
    picture: np.ndarray, mask: np.ndarray, outline: np.ndarray, face: Face, rng: np.random.Generator
) -> np.ndarray:
    """A window, a lamp or a streak of sky in a lens."""
    about = outline[rng.integers(0, len(outline))] * 0.5 + outline.mean(0) * 0.5
    radii = np.array([rng.uniform(0.04, 0.3), rng.uniform(0.04, 0.3)]) * face.unit
    blob = filled(mask, turned(ellipse(about, radii, 4.0), about, rng.uniform(0, 3)), rng.uniform(0.5, 2.5))
    alpha = (blob * mask * rng.uniform(0.2, 1.0))[..., None]
    return picture * (1 - alpha) + (np.array([250, 250, 250]) - rng.uniform(0, 50) * np.array([1, 0.4, 0])) * alpha


def _cloth(rgb: np.ndarray, mask: np.ndarray, face: Face, rng: np.random.Generator, scenes: np.ndarray) -> np.ndarray:
    kind = rng.choice(["surgical", "white", "black", "colour", "pattern"], p=[0.3, 0.17, 0.23, 0.18, 0.12])
    if kind == "pattern":
        paint = texture(rgb.shape, rng, scenes)
    else:
        base = {
            "surgical": np.array([150, 195, 225]) + rng.normal(0, 18, 3),
            "white": np.full(3, rng.uniform(195, 250)) + rng.normal(0, 5, 3),
            "black": np.full(3, rng.uniform(10, 75)) + rng.normal(0, 5, 3),
            "colour": hue(rng),
        }[str(kind)]
        paint = np.broadcast_to(base, rgb.shape).astype(np.float32)
    grey = cv2.GaussianBlur(rgb.mean(2).astype(np.float32), (0, 0), rgb.shape[0] / 25)
    inside = grey[mask > 0.5]
    level = float(np.median(inside)) if inside.size else 128.0
    light = np.clip(grey / max(level, 1.0), 0.3, 1.7) ** rng.uniform(0.4, 1.0) * rng.uniform(0.7, 1.05)
    if kind in ("surgical", "white", "black") and rng.random() < 0.6:  # pleats
        rows = np.mgrid[: rgb.shape[0], : rgb.shape[1]][0] / face.unit
        light = light * (1 - rng.uniform(0.05, 0.25) * (np.sin(rows * 2 * np.pi / rng.uniform(0.25, 0.5)) > 0.8))
    return np.asarray(paint * light[..., None] + rng.normal(0, 2, rgb.shape))


def _skin_box(face: Face, size: int) -> tuple[slice, slice]:
    x, y = np.clip(np.round(face.at((0, -0.35))[0]).astype(int), 4, size - 5)
    return slice(y - 3, y + 4), slice(x - 3, x + 4)
