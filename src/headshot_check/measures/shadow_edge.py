"""Hard-edged shadows on the face: narrow, long steps in luminance with skin on both sides.

Glasses, lashes and wrinkles have sharp edges too, but are thin: it is bright again behind them. Hair and the rim of the
face stay dark, but are not skin. So both sides of the edge must be skin at some distance, well within the face. If
glasses are worn, lenses, frame and temples are left out.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.covering_net import coverings
from headshot_check.measures.face_light import (
    DARKEST,
    LEFT_BROW,
    LEFT_EYE,
    LIPS,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
    all_in_photo,
    crop_points,
    face_luminance,
    face_mask,
    in_photo,
)
from headshot_check.scene import FaceCrop, NotAssessed, Scene

_EYES_AND_BROWS = (RIGHT_EYE, LEFT_EYE, RIGHT_BROW, LEFT_BROW)
_BRIDGE = np.array([107, 336, 55, 285, 133, 362, 155, 382, 122, 351, 6, 9])
_NOSTRILS_AND_LIPS = np.array([98, 97, 2, 326, 327, 164, 61, 291, 17, 0])
_FOREHEAD, _BETWEEN_BROWS, _NOSE_BASE, _ABOVE_LIP = 10, 8, 2, 164
# Inter-eye distance at which shadows are searched, px: finer detail is skin texture.
_EYES_PX = 32.0
# In inter-eye distances: half of an edge's largest width; distance at which its two sides are compared, and at which it
# must still be dark (glasses are thinner); margins around eyes and brows, bridge and nostrils, and along the rim.
_NARROW, _SIDES, _BEYOND = 0.035, 0.1, 0.2
_EYE_MARGIN, _OTHER_MARGIN, _RIM_MARGIN = 0.13, 0.1, 0.2
# Least distance of the edge itself from the rim: closer it is a lock of hair.
_EDGE_MARGIN = 0.45
# Probabilities of clear and of dark glasses from which they are left out, and prevent an assessment.
_GLASSES, _DARK_GLASSES = 0.3, 0.3
# Probability from which the cause is "dark_glasses", as for the measures of the eyes.
_SURELY_DARK = 0.7
# Probability of a mask or a hand from which an edge may be its own.
_COVERED = 0.7
# Half the width and height of a lens with its frame, and half the height of a temple, in inter-eye distances.
_LENS, _TEMPLE = (0.52, 0.4), 0.14
# Least inter-eye distance in pixels of the file: below it the pixel grid makes hard edges.
_LEAST_EYES_PX = 32.0
# Mesh points around the central face: outer ends of brows and eyes, sides of the cheeks, corners of the mouth; margin
# around eyes, brows and lips in it, in inter-eye distances.
_MIDDLE, _MIDDLE_MARGIN = np.array((70, 300, 33, 263, 123, 352, 61, 291)), 0.06
# Share of the step that must fall within the narrow width.
_HARD = 0.6
# Least total length of the edges, in inter-eye distances.
_LENGTH = 0.25
# Least step, stops: smaller ones are the shading of the face itself.
_LEAST_STEP = 1.0


class ShadowEdge(NamedTuple):
    """The deepest hard-edged shadow."""

    step: float
    """step, in stops, that edges of at least a quarter of an inter-eye distance reach; 0, or 1 or more"""
    box: tuple[float, float, float, float] | None = None
    """x0, y0, x1, y1 of the edges and their dark sides, px of the face crop; None without a shadow"""


def shadow_edge(scene: Scene) -> ShadowEdge:
    """Find the deepest step in luminance across hard edges on the skin.

    Raises
    ------
    NotAssessed
        As `Scene.face_crop`; "too_few_pixels"; "dark_glasses" or "behind_glasses"; "face_covered";
        "no_smooth_skin": too little skin is visible.
    """
    crop = scene.face_crop
    if crop.source_eyes_px < _LEAST_EYES_PX:
        raise NotAssessed("too_few_pixels")
    seen = scene.once(coverings)
    if seen.sunglasses > _DARK_GLASSES:
        raise NotAssessed("dark_glasses" if seen.sunglasses > _SURELY_DARK else "behind_glasses")
    if max(seen.mask, seen.held) > _COVERED:
        raise NotAssessed("face_covered")
    shrink = min(1.0, _EYES_PX / crop.inter_eye_px)
    eyes_px = crop.inter_eye_px * shrink
    side = round(crop.rgb.shape[0] * shrink)
    skin, (left, top) = open_skin(crop, shrink, glasses=seen.glasses > _GLASSES)
    if not all_in_photo(scene):
        skin &= in_photo(scene, side)[top : top + skin.shape[0], left : left + skin.shape[1]]
    if cv2.countNonZero(skin) < eyes_px * eyes_px / 4:
        raise NotAssessed("no_smooth_skin")
    x, y, width, height = cv2.boundingRect(skin)
    rows = slice(max(y - 1, 0), y + height + 1)  # one more pixel for the 3 x 3 means and the crests
    columns = slice(max(x - 1, 0), x + width + 1)
    light = cv2.resize(scene.once(face_luminance), (side, side), interpolation=cv2.INTER_AREA)[top:, left:]
    where = skin[rows, columns] > 0  # of a tiny face the crop may end there
    light = light[rows, columns][: where.shape[0], : where.shape[1]]
    log = np.log2(np.maximum(light, np.float32(DARKEST)))
    smooth = np.asarray(cv2.blur(log, (3, 3)), np.float32)
    across, down = _steps(log, smooth, where, eyes_px), _steps(log.T, smooth.T, where.T, eyes_px).T
    length = max(1, int(_LENGTH * eyes_px))
    if np.count_nonzero(np.maximum(across, down)) < length:  # most faces
        return ShadowEdge(0.0)
    origin = left + columns.start, top + rows.start
    inner = _off_the_rim(crop, shrink, origin, where.shape)
    across, down = across * inner, down * inner
    found = np.maximum(across, down)
    found = found[found > 0]
    if len(found) < length:
        return ShadowEdge(0.0)
    step = float(np.partition(found, -length)[-length])
    x0, y0, x1, y1 = _reach(across >= step, down >= step, smooth, eyes_px)
    return ShadowEdge(
        step,
        ((x0 + origin[0]) / shrink, (y0 + origin[1]) / shrink, (x1 + origin[0]) / shrink, (y1 + origin[1]) / shrink),
    )


def middle_of_face(scene: Scene) -> NDArray[np.bool_]:
    """(S, S) mask of the face from brows to mouth and cheek to cheek, without eyes, brows, lips and glasses.

    Hair, hats and beards hardly reach it.
    """
    crop, points, seen = scene.face_crop, scene.once(crop_points), scene.once(coverings)
    mask, kept_off = np.zeros((2, *crop.rgb.shape[:2]), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(points[_MIDDLE]), 1)
    for outline in _EYES_AND_BROWS:
        cv2.fillPoly(kept_off, [points[outline]], 1)
    cv2.fillConvexPoly(kept_off, cv2.convexHull(points[LIPS]), 1)
    cv2.subtract(mask, cv2.dilate(kept_off, _disc(_MIDDLE_MARGIN * crop.inter_eye_px)), dst=mask)
    if max(seen.glasses, seen.sunglasses) > _GLASSES:
        _without_glasses(mask, points, crop.inter_eye_px)
    return np.asarray(mask > 0) & scene.once(face_mask)  # outside the photo the crop is black


def _off_the_rim(crop: FaceCrop, shrink: float, origin: tuple[int, int], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """(H, W) mask of the places far enough from the face's outline, for the part of the crop at `origin`."""
    face = np.zeros((round(crop.rgb.shape[0] * shrink),) * 2, np.uint8)
    cv2.fillPoly(face, [np.round(crop.points.take(OVAL, 0) * shrink).astype(np.int32)], 1)
    inner = np.asarray(cv2.erode(face, _disc(_EDGE_MARGIN * crop.inter_eye_px * shrink)), np.uint8)
    return inner[origin[1] :, origin[0] :][: shape[0], : shape[1]]


def _reach(
    across: NDArray[np.bool_], down: NDArray[np.bool_], smooth: NDArray[np.float32], eyes_px: float
) -> tuple[int, int, int, int]:
    """The box of the edges that cross rows (`across`) or columns (`down`), and of their dark sides."""
    beyond = max(3, round(_BEYOND * eyes_px))
    spots = []
    for places, light, flipped in ((across, smooth, False), (down.T, smooth.T, True)):
        y, x = np.nonzero(places)
        darker = np.where(light[y, x + beyond] < light[y, x - beyond], x + beyond, x - beyond)
        spots += [np.stack([y, other] if flipped else [other, y], axis=1) for other in (x, darker)]
    x0, y0 = np.concatenate(spots).min(axis=0).tolist()
    x1, y1 = np.concatenate(spots).max(axis=0).tolist()
    return x0, y0, x1 + 1, y1 + 1


def open_skin(crop: FaceCrop, shrink: float, *, glasses: bool = False) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Skin from mid forehead to upper lip without eyes, brows, nose bridge, nostrils and rim.

    Parameters
    ----------
    shrink
        Scale of the result relative to the crop.
    glasses
        Also leave out what glasses cover.

    Returns
    -------
    tuple
        (H, W) mask of the part of the crop that contains this skin, and the part's left and top, px.
    """
    eyes_px, side = crop.inter_eye_px * shrink, round(crop.rgb.shape[0] * shrink)
    points = np.round(crop.points * shrink).astype(np.int32)
    first = max((int(points[_FOREHEAD, 1]) + int(points[_BETWEEN_BROWS, 1])) // 2, 0)
    last = min(max((int(points[_NOSE_BASE, 1]) + int(points[_ABOVE_LIP, 1])) // 2, 0), side)
    x, _, width, _ = cv2.boundingRect(points.take(OVAL, 0))
    margin = int(_RIM_MARGIN * eyes_px) + 1  # the largest margin
    x0, x1 = min(max(x - margin, 0), side), min(max(x + width + margin, 0), side)
    y0, y1 = max(first - margin, 0), min(last + margin, side)
    if x1 <= x0 or last <= first:
        return np.zeros((1, 1), np.uint8), (0, 0)
    points -= np.array((x0, y0), np.int32)
    skin, eyes, others = np.zeros((3, y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(skin, [points.take(OVAL, 0)], 1)
    for outline in _EYES_AND_BROWS:
        cv2.fillPoly(eyes, [points.take(outline, 0)], 1)
    for hull in (_BRIDGE, _NOSTRILS_AND_LIPS):  # glasses meet on the bridge
        cv2.fillConvexPoly(others, cv2.convexHull(points.take(hull, 0)), 1)
    skin = cv2.erode(skin, _disc(_RIM_MARGIN * eyes_px))
    for kept_off, margin_eyes in ((eyes, _EYE_MARGIN), (others, _OTHER_MARGIN)):
        cv2.subtract(skin, cv2.dilate(kept_off, _disc(margin_eyes * eyes_px)), dst=skin)
    if glasses:
        _without_glasses(np.asarray(skin, np.uint8), points, eyes_px)
    skin[: first - y0] = 0
    skin[last - y0 :] = 0
    return np.asarray(skin, np.uint8), (x0, y0)


def _without_glasses(skin: NDArray[np.uint8], points: NDArray[np.int32], eyes_px: float) -> None:
    """Clear lenses, frame and temples in a mask, in place."""
    radii = (round(_LENS[0] * eyes_px), round(_LENS[1] * eyes_px))
    middles = [points.take(eye, 0).mean(axis=0) for eye in (RIGHT_EYE, LEFT_EYE)]
    for x, y in middles:
        cv2.ellipse(skin, (round(float(x)), round(float(y + 0.05 * eyes_px))), radii, 0, 0, 360, 0, -1)
    level = float(np.mean(middles, axis=0)[1])
    skin[max(round(level - _TEMPLE * eyes_px), 0) : max(round(level + _TEMPLE * eyes_px), 0)] = 0


def _steps(
    log: NDArray[np.float32], smooth: NDArray[np.float32], skin: NDArray[np.bool_], eyes_px: float
) -> NDArray[np.float32]:
    """(H, W) step in stops, 1 or more, at the crests of hard edges that cross a row; 0 elsewhere."""
    narrow, sides = max(1, round(_NARROW * eyes_px)), max(2, round(_SIDES * eyes_px))
    beyond = max(3, round(_BEYOND * eyes_px))
    steps = np.zeros_like(log)
    width = log.shape[1] - 2 * beyond
    if width < 3:
        return steps

    def at(by: int) -> slice:
        return slice(beyond + by, beyond + by + width)

    near = smooth[:, at(sides)] - smooth[:, at(-sides)]
    far = smooth[:, at(beyond)] - smooth[:, at(-beyond)]
    step = np.minimum(np.abs(near), np.abs(far))
    hard = (step >= _LEAST_STEP) & skin[:, at(0)] & skin[:, at(beyond)] & skin[:, at(-beyond)]
    if not hard.any():  # most faces
        return steps
    rise = log[:, at(narrow)] - log[:, at(-narrow)]
    crest = np.abs(rise)
    hard &= (rise * near > 0) & (rise * far > 0) & (crest > _HARD * np.abs(near))
    hard[:, 1:] &= crest[:, 1:] >= crest[:, :-1]
    hard[:, :-1] &= crest[:, :-1] >= crest[:, 1:]
    steps[:, beyond : beyond + width] = np.where(hard, step, 0)
    return steps


def _disc(radius_px: float) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * int(radius_px) + 1,) * 2), np.uint8)
