"""People put into cars and out of cars, by one procedure for both, so that neither person, camera nor paste tells."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from headshot_check.nets.selfie import SelfieSegmenter
from training.car.renders import develop
from training.car.straps import NEGATIVES, Body, belt, lookalike
from training.rows import Row
from training.sources import read

CANVAS = 400
"""Longest side of a composite, px."""


@dataclass
class Made:
    """A picture with its truth. Masks are (H, W) 0..1; NaN where nothing is known."""

    rgb: np.ndarray
    face: np.ndarray
    car: float
    belt: float
    headrest: float
    window: float
    roof: float = np.nan
    wheel: float = np.nan
    belt_mask: np.ndarray | None = None
    person: np.ndarray | None = None
    regions: np.ndarray | None = None
    """(H, W, 4) head restraint, window, roof and steering wheel where they are visible"""


class Cutter:
    """Soft masks of people from MediaPipe's selfie segmentation, sharpened with the picture's own edges."""

    def __init__(self) -> None:
        self._segment = SelfieSegmenter()

    def __call__(self, rgb: np.ndarray) -> np.ndarray:
        mask = self._segment(rgb)
        mask = cv2.resize(mask, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_LINEAR)
        return np.clip((mask - 0.3) / 0.4, 0, 1).astype(np.float32)


def compose(
    person: Row, place: Row, crop: tuple[float, float, float, float] | None, cut: Cutter, rng: np.random.Generator
) -> Made | None:
    """`person` in front of `place`, or in the place of the person there. None when it cannot be done well."""
    rgb = read(person.path)
    if person.face is None:
        return None
    alpha = cut(rgb)
    rendered = develop(place.path, rng, mirror=False) if place.kind.startswith("render") else None
    scene = rendered.rgb if rendered else read(place.path)
    if place.face is not None:
        laid = _replace(rgb, alpha, person.face, scene, place.face, cut, rng)
    else:
        laid = _stand(rgb, alpha, person.face, scene, crop, rng)
    if laid is None:
        return None
    picture, mask, face, (scale, x, y) = laid
    width = float(face[2] - face[0])
    if mask.mean() < 0.15 or width < 24:
        return None
    made = Made(picture, face, float(place.car), np.nan, np.nan, np.nan, person=mask)
    worn = wear(picture, face, mask, place.car, rng)
    made.rgb, made.belt_mask = worn.rgb, worn.belt
    if worn.belt is not None:
        made.belt = 1.0 if worn.belt.sum() / width**2 > 0.25 else np.nan
    else:
        made.belt = person.labels.get("belt", np.nan) if person.kind == "yawdd" else 0.0
    if place.kind == "yawdd":
        # most of the driver's own belt is hidden by the pasted person, not all of it
        made.belt = made.belt if made.belt == 1 else np.nan
        made.headrest = place.labels.get("headrest", np.nan)
        made.window = place.labels.get("window", np.nan)
    elif not place.car:
        headrest, window = without_seen(place)
        made.headrest, made.window = place.labels.get("headrest", headrest), place.labels.get("window", window)
    if rendered is not None:
        moved = enlarged(rendered.regions, scale)
        moved = moved[y : y + mask.shape[0], x : x + mask.shape[1]] * (1 - mask)[..., None]
        mark(made, moved[..., 1:])
        if place.car:
            drawn = made.belt_mask if made.belt_mask is not None else np.zeros_like(mask)
            made.belt_mask = np.maximum(drawn, moved[..., 0])
            made.belt = float(made.belt_mask.sum() / width**2 > 0.1)
    return made


@dataclass
class Worn:
    """A picture with something drawn on the person; `belt` (H, W, 0..1) when it was a seat belt."""

    rgb: np.ndarray
    belt: np.ndarray | None = None


def wear(
    rgb: np.ndarray, face: np.ndarray, mask: np.ndarray, car: bool, rng: np.random.Generator, belt_share: float = 0.55
) -> Worn:
    """Draw a seat belt, or one of the straps that are none, or nothing."""
    width = float(face[2] - face[0])
    body = Body(float(face[0] + face[2]) / 2, float(face[1] + face[3]) / 2, width, mask)
    draw = rng.random()
    if car and draw < belt_share:
        return Worn(*belt(rgb, body, rng))
    if (not car and draw < 0.4) or draw > 0.93:
        return Worn(lookalike(rgb, body, rng, str(rng.choice(NEGATIVES))))
    return Worn(rgb)


def enlarged(maps: np.ndarray, scale: float) -> np.ndarray:
    """(H, W, C) resized by a factor; OpenCV itself stops at four channels."""
    size = (round(maps.shape[1] * scale), round(maps.shape[0] * scale))
    return np.dstack([cv2.resize(m, size, interpolation=cv2.INTER_AREA) for m in np.moveaxis(maps, 2, 0)])


def mark(made: Made, regions: np.ndarray) -> None:
    """Note what a render shows: head restraint, window, roof, steering wheel."""
    made.regions = regions
    shares = regions.mean((0, 1))
    made.headrest, made.window, made.roof, made.wheel = (
        1.0 if share > 0.004 else 0.0 if share < 0.0005 else np.nan for share in shares
    )
    if not made.car and made.window == 1:  # a room's window is neither a vehicle's nor nothing
        made.window = np.nan
        made.regions[..., 1] = np.nan


def without_seen(row: Row) -> tuple[float, float]:
    """Labels of head restraint and vehicle window where nobody noted them: 0 where there is none, else NaN."""
    unknown = row.car or row.subtype.startswith("hard_")
    seat = row.subtype in ("lookalike_chair", "lookalike_sofa", "lookalike_vehicle")
    pane = row.subtype in ("lookalike_window", "lookalike_vehicle")
    return np.nan if unknown or seat else 0.0, np.nan if unknown or pane else 0.0


def _stand(rgb, alpha, face, scene, crop, rng):  # type: ignore[no-untyped-def]
    """The person's own picture, widened where the person is not cut off, with the scene behind."""
    person, mask, behind, moved, placed = standing(rgb, alpha, face, scene, crop, rng)
    return blend(person, mask, behind, rng), mask, moved, placed


def standing(rgb, alpha, face, scene, crop, rng):  # type: ignore[no-untyped-def]
    """What `_stand` lays over one another: person, mask, scene behind, the face moved, the scene's placing."""
    h, w = rgb.shape[:2]
    band = max(2, h // 50)
    free = [alpha[:band].mean() < 0.05, alpha[:, :band].mean() < 0.12, alpha[:, -band:].mean() < 0.12]
    grow = rng.uniform(0, 1.3, 3) * free * np.array([h * 0.5, w, w])
    top, left, right = (int(g) for g in grow)
    height, width = h + top, w + left + right
    scale = CANVAS / max(height, width)
    size = (round(width * scale), round(height * scale))
    move = np.array([[scale, 0, left * scale], [0, scale, top * scale]])
    mode = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    flags = {"flags": mode}
    person = cv2.warpAffine(rgb, move, size, borderMode=cv2.BORDER_REPLICATE, **flags)
    mask = cv2.warpAffine(alpha, move, size, borderMode=cv2.BORDER_CONSTANT)
    sh, sw = scene.shape[:2]
    if crop is not None and rng.random() < 0.8:
        x0, y0, x1, y1 = crop
    else:
        share = rng.uniform(0.45, 1)
        x0, y0 = rng.uniform(0, 1 - share), rng.uniform(0, 1 - share)
        x1, y1 = x0 + share, y0 + share
    part = scene[int(y0 * sh) : int(y1 * sh), int(x0 * sw) : int(x1 * sw)]
    fit = max(size[0] / part.shape[1], size[1] / part.shape[0]) * rng.uniform(1, 1.3)
    grown = (max(size[0], round(part.shape[1] * fit)), max(size[1], round(part.shape[0] * fit)))
    part = cv2.resize(part, grown, interpolation=cv2.INTER_AREA if fit < 1 else cv2.INTER_CUBIC)
    ox, oy = rng.integers(0, part.shape[1] - size[0] + 1), rng.integers(0, part.shape[0] - size[1] + 1)
    behind = part[oy : oy + size[1], ox : ox + size[0]]
    if rng.random() < 0.5:
        behind = behind[:, ::-1]
    moved = (face.reshape(-1, 2) * scale + (left * scale, top * scale)).ravel().astype(np.float32)
    return person, mask, np.ascontiguousarray(behind), moved, (1.0, 0, 0)


def _replace(rgb, alpha, face, scene, other, cut, rng):  # type: ignore[no-untyped-def]
    """The person laid over the one in the scene, a little larger, what still looks out inpainted."""
    scale = CANVAS / max(scene.shape[:2])
    scene = cv2.resize(scene, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    other = other * scale
    ratio = (other[2] - other[0]) / (face[2] - face[0]) * rng.uniform(1.0, 1.4)
    if not 0.15 < ratio < 4:
        return None
    centre, target = (face[:2] + face[2:4]) / 2, (other[:2] + other[2:4]) / 2
    h, w = scene.shape[:2]
    move = np.array([[ratio, 0, target[0] - ratio * centre[0]], [0, ratio, target[1] - ratio * centre[1]]])
    if ratio < 0.6:
        rgb = cv2.GaussianBlur(rgb, (0, 0), 0.4 / ratio)
    person = cv2.warpAffine(rgb, move, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(alpha, move, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    corners = np.array([[0, 0], [rgb.shape[1], rgb.shape[0]]]) * ratio + move[:, 2]
    x0, y0, x1, y1 = 0, 0, w, min(h, int(corners[1, 1]))  # the pasted picture's cut edges become the frame's
    band = max(2, rgb.shape[0] // 50)
    if alpha[:band].mean() > 0.05:
        y0 = max(0, int(corners[0, 1]) + 1)
    if alpha[:, :band].mean() > 0.12:
        x0 = max(0, int(corners[0, 0]) + 1)
    if alpha[:, -band:].mean() > 0.12:
        x1 = min(w, int(corners[1, 0]))
    if x1 - x0 < 0.35 * w or y1 - y0 < 0.4 * h:
        return None
    here = cut(scene)
    left_over = cv2.dilate((here > 0.2).astype(np.uint8), np.ones((7, 7))) * (mask < 0.9)
    behind = cv2.inpaint(scene, left_over, 3, cv2.INPAINT_TELEA) if rng.random() < 0.8 else scene
    picture = blend(person, mask, behind, rng)[y0:y1, x0:x1]
    moved = (face.reshape(-1, 2) * ratio + move[:, 2] - (x0, y0)).ravel().astype(np.float32)
    return np.ascontiguousarray(picture), mask[y0:y1, x0:x1].copy(), moved, (scale, x0, y0)


def blend(person: np.ndarray, mask: np.ndarray, behind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Match light, colour and sharpness of the person to the place, then lay it over with a soft edge."""
    front, back = person.astype(np.float32), behind.astype(np.float32)
    inside, outside = mask > 0.7, mask < 0.3
    if inside.sum() > 50 and outside.sum() > 50:
        a, b = front[inside].mean(0), back[outside].mean(0)
        tint = (b / max(b.mean(), 1)) / (a / max(a.mean(), 1))
        front = front * np.clip(tint, 0.6, 1.6) ** rng.uniform(0, 0.35)
        front = front * np.clip(b.mean() / max(a.mean(), 1), 0.5, 1.6) ** rng.uniform(0, 0.5)
        back = back * rng.uniform(0.75, 1.2)
    if rng.random() < 0.35:  # depth of field, as in portraits of either class
        back = cv2.GaussianBlur(back, (0, 0), rng.uniform(0.5, 4))
    edge = cv2.GaussianBlur(cv2.erode(mask, np.ones((3, 3))), (0, 0), rng.uniform(0.6, 1.6))[..., None]
    wrap = cv2.GaussianBlur(back, (0, 0), 9) * (cv2.GaussianBlur(1 - mask, (0, 0), 4) * mask)[..., None]
    front = front + wrap * rng.uniform(0, 0.25)
    return np.clip(front * edge + back * (1 - edge), 0, 255).astype(np.uint8)
