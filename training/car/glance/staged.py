"""Real people in rendered places: on the seat, behind a car's bodywork and glass, or with a seat behind them."""

from __future__ import annotations

import cv2
import numpy as np

from training.car.composites import CANVAS, Cutter, Made, blend, enlarged, mark, wear
from training.car.renders import Render, develop
from training.rows import Row
from training.sources import read

LEAST_BEHIND = 0.35
"""Share of a picture that must show where it was really taken, for it to say "not a car" behind a car's seat."""


def sit(person: Row, place: Row, cut: Cutter, rng: np.random.Generator) -> Made | None:
    """`person` where the occupant of a rendered place without people would be. None when it cannot be done well."""
    rgb = read(person.path)
    if person.face is None or place.face is None:
        return None
    scene = develop(place.path, rng, mirror=False)
    face = person.face
    if rng.random() < 0.5:
        scene, place_face = _mirrored(scene, place.face)
    else:
        place_face = place.face
    ratio = (place_face[2] - place_face[0]) / (face[2] - face[0]) * rng.uniform(0.9, 1.25)
    scale = CANVAS / max(scene.rgb.shape[:2])
    ratio *= scale
    if not 0.15 < ratio < 4:
        return None
    h, w = round(scene.rgb.shape[0] * scale), round(scene.rgb.shape[1] * scale)
    behind = cv2.resize(scene.rgb, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    front = cv2.resize(scene.front, (w, h), interpolation=cv2.INTER_AREA)
    regions = enlarged(scene.regions, scale)
    size = np.array([place_face[2] - place_face[0]] * 2) * scale
    target = (place_face[:2] + place_face[2:4]) / 2 * scale + rng.normal(0, (0.12, 0.06)) * size
    centre = (face[:2] + face[2:4]) / 2
    move = np.array([[ratio, 0, target[0] - ratio * centre[0]], [0, ratio, target[1] - ratio * centre[1]]])
    alpha = cut(rgb)
    box = _frame(alpha, ratio, move, front)
    if box is None:
        return None
    x0, y0, x1, y1 = box
    if ratio < 0.6:
        rgb = cv2.GaussianBlur(rgb, (0, 0), 0.4 / ratio)
    someone = cv2.warpAffine(rgb, move, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(alpha, move, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    if scene.glare is not None:  # daylight stops at the roof
        someone = np.asarray(someone * rng.uniform(0.35, 1.0), np.float32).astype(np.uint8)
    picture = blend(someone, mask, behind, rng)
    at = (face.reshape(-1, 2) * ratio + move[:, 2] - (x0, y0)).ravel().astype(np.float32)
    mask, front, regions = (v[y0:y1, x0:x1] for v in (mask, front, regions))
    picture, behind = np.ascontiguousarray(picture[y0:y1, x0:x1]), behind[y0:y1, x0:x1]
    seen = mask * (1 - front)
    if seen.mean() < 0.08 or at[2] - at[0] < 24:
        return None
    worn = wear(picture, at, mask, place.car, rng, belt_share=0.6)
    picture = worn.rgb * (1 - front)[..., None] + behind * front[..., None]
    if scene.glare is not None:
        glare = cv2.resize(scene.glare, (w, h), interpolation=cv2.INTER_AREA)[y0:y1, x0:x1]
        picture = 255 - (255 - picture) * (1 - glare * rng.uniform(0, 0.9))
    made = Made(picture.astype(np.uint8), at, float(place.car), np.nan, np.nan, np.nan, person=seen)
    visible = regions * (1 - mask)[..., None] * (1 - front)[..., None]
    mark(made, visible[..., 1:].copy())
    made.belt_mask = np.zeros_like(mask) if worn.belt is None else worn.belt * (1 - front)
    share = made.belt_mask.sum() / float(at[2] - at[0]) ** 2
    made.belt = 1.0 if share > 0.2 else 0.0 if share < 0.02 else np.nan
    if place.subtype.startswith("outside"):
        assert made.regions is not None
        made.window, made.regions[..., 1] = (1.0 if place.car else np.nan), np.nan  # its edges are the bodywork's
        made.roof, made.regions[..., 2] = np.nan, np.nan
    return made


def seat_behind(person: Row, place: Row, cut: Cutter, rng: np.random.Generator) -> Made | None:
    """A rendered car's seat behind a person who stays where they are: a head restraint alone is no car."""
    rgb = read(person.path)
    if person.face is None or place.face is None:
        return None
    scene = develop(place.path, rng, mirror=False)
    scene, place_face = _mirrored(scene, place.face) if rng.random() < 0.5 else (scene, place.face)
    scale = min(1.0, CANVAS / max(rgb.shape[:2]))
    rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    face, h, w = person.face * scale, rgb.shape[0], rgb.shape[1]
    ratio = (face[2] - face[0]) / (place_face[2] - place_face[0]) * rng.uniform(0.8, 1.25)
    target, centre = (face[:2] + face[2:4]) / 2, (place_face[:2] + place_face[2:4]) / 2
    target = target + rng.normal(0, (0.12, 0.08)) * (face[2] - face[0])
    move = np.array([[ratio, 0, target[0] - ratio * centre[0]], [0, ratio, target[1] - ratio * centre[1]]])
    seat = cv2.GaussianBlur(scene.seat, (0, 0), 0.7)
    seat, restraint = (cv2.warpAffine(v, move, (w, h)) for v in (seat, scene.regions[..., 1]))
    layer = cv2.warpAffine(scene.rgb, move, (w, h), borderMode=cv2.BORDER_REPLICATE)
    mask = cut(rgb)
    behind = (rgb * (1 - seat)[..., None] + layer * seat[..., None]).astype(np.uint8)
    picture = blend(rgb, mask, behind, rng)
    worn = wear(picture, face, mask, False, rng)
    left = float(((1 - seat) * (1 - mask)).mean())
    made = Made(worn.rgb, face, 0.0 if left > LEAST_BEHIND else np.nan, 0.0, np.nan, 0.0, person=mask)
    regions = np.zeros((h, w, 4), np.float32)
    regions[..., 0] = restraint * (1 - mask)
    mark(made, regions)
    made.belt_mask = np.zeros_like(mask)
    return made


def _mirrored(scene: Render, face: np.ndarray) -> tuple[Render, np.ndarray]:
    width = scene.rgb.shape[1]
    turned = face.reshape(-1, 2).copy()
    turned[:, 0] = width - turned[:, 0]
    turned[[0, 1], 0] = turned[[1, 0], 0]  # the box's left is its left again, and the right eye the right eye
    turned[[2, 3]] = turned[[3, 2]]
    return scene.mirrored(), turned.ravel().astype(np.float32)


def _frame(alpha: np.ndarray, ratio: float, move: np.ndarray, front: np.ndarray) -> tuple[int, int, int, int] | None:
    """The part of the place in which no cut edge of the person's picture shows: x0, y0, x1, y1."""
    h, w = front.shape
    band = max(2, alpha.shape[0] // 50)
    left, top = move[:, 2]
    right, bottom = left + alpha.shape[1] * ratio, top + alpha.shape[0] * ratio
    x0, y0, x1, y1 = 0, 0, w, h
    across = slice(int(np.clip(left, 0, w - 1)), int(np.clip(right, 1, w)))
    row = int(bottom) - 2
    if row < h and not (row >= 0 and front[row, across].size and front[row, across].mean() > 0.9):
        y1 = max(1, int(bottom))
    if alpha[:band].mean() > 0.05:
        y0 = max(0, int(top) + 1)
    if alpha[:, :band].mean() > 0.12:
        x0 = max(0, int(left) + 1)
    if alpha[:, -band:].mean() > 0.12:
        x1 = min(w, int(right))
    if x1 - x0 < 0.35 * w or y1 - y0 < 0.35 * h:
        return None
    return x0, y0, x1, y1
