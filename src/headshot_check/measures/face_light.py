"""Masks and luminances of the face and of the background, shared by the measures."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.pixels.cielab import LINEAR
from headshot_check.pixels.geometry import transform
from headshot_check.pixels.mount import inside_bars, mount
from headshot_check.pixels.quantiles import median, quantile, quantiles
from headshot_check.scene import FaceCrop, NotAssessed, Scene

# Mesh points along the outline of the face, the eyes (with lids), the brows and the lips.
OVAL = np.array((
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
))  # fmt: skip
RIGHT_EYE = np.array((33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246))
LEFT_EYE = np.array((263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466))
RIGHT_BROW = np.array((70, 63, 105, 66, 107, 55, 65, 52, 53, 46))
LEFT_BROW = np.array((300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
_EYES = np.concatenate([RIGHT_EYE, LEFT_EYE])
LIPS = np.array((61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185))
CHEEKS = np.array((50, 280))
"""mesh points of the subject's right and left cheek"""
DARKEST = 4e-3
"""linear luminance (sRGB code 13) below which there is only noise and JPEG rounding"""

_SAMPLED_EYES_PX = 32.0
# Linear luminance of the face (sRGB code 89) next to black above which that is no shadow; the two dilations that select
# the pixels next to it.
_ENDS_AT_ONCE, _BESIDE = 0.1, (np.ones((5, 5), np.uint8), np.ones((3, 3), np.uint8))
_PERSON_MARGIN = np.ones((9, 9), np.uint8)
_WEIGHTS = np.array([[0.2126, 0.7152, 0.0722]], np.float32)


def linear_luminance(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(H, W) relative luminance, 0..1, of sRGB pixels (H, W, 3) (IEC 61966-2-1, Rec. 709 weights)."""
    return np.asarray(cv2.transform(cv2.LUT(rgb, LINEAR), _WEIGHTS), np.float32)


def stops(brighter: float, darker: float) -> float:
    """Difference of two linear luminances in stops (doublings); both are raised to `DARKEST` at least."""
    return float(np.log2(max(brighter, DARKEST) / max(darker, DARKEST)))


def face_luminance(scene: Scene) -> NDArray[np.float32]:
    """(S, S) linear luminance of the face crop."""
    return linear_luminance(scene.face_crop.rgb)


def glance_luminance(scene: Scene) -> NDArray[np.float32]:
    """(128, 128) linear luminance of the whole frame: every second pixel of the glance."""
    half = (scene.glance.shape[1] // 2, scene.glance.shape[0] // 2)
    return linear_luminance(np.asarray(cv2.resize(scene.glance, half, interpolation=cv2.INTER_NEAREST), np.uint8))


def skin_mask(scene: Scene) -> NDArray[np.bool_]:
    """(S, S) mask of the face without eyes and lips; beards and glasses are included."""
    mask, points = scene.once(face_mask).astype(np.uint8), scene.once(crop_points)
    for outline in (RIGHT_EYE, LEFT_EYE, LIPS):
        cv2.fillPoly(mask, [points[outline]], 0)
    return mask.view(np.bool_)


def face_mask(scene: Scene) -> NDArray[np.bool_]:
    """(S, S) mask of the face, eyes and lips included, as far as it lies in the photo."""
    mask = np.zeros(scene.face_crop.rgb.shape[:2], np.uint8)
    cv2.fillPoly(mask, [scene.once(crop_points)[OVAL]], 1)
    if not all_in_photo(scene):
        mask &= scene.once(crop_in_photo)
    return mask.view(np.bool_)


def all_in_photo(scene: Scene) -> bool:
    """Whether the whole face crop lies within the photo."""
    return scene.face_crop.square.within(scene.width, scene.height)


def crop_in_photo(scene: Scene) -> NDArray[np.uint8]:
    """(S, S) mask of the part of the face crop that lies in the photo."""
    return in_photo(scene, len(scene.face_crop.rgb))


def in_photo(scene: Scene, side: int) -> NDArray[np.uint8]:
    """(side, side) mask of the part of the face crop, resized to `side`, that lies in the photo; the rest is black."""
    width, height = scene.width, scene.height
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    to_crop = np.asarray(cv2.invertAffineTransform(scene.face_crop.square.affine(side)), np.float64)
    inside = np.zeros((side, side), np.uint8)
    cv2.fillConvexPoly(inside, np.round(transform(corners, to_crop)).astype(np.int32), 1)
    return np.asarray(cv2.erode(inside, np.ones((3, 3), np.uint8), borderValue=1), np.uint8)


class FaceLevels(NamedTuple):
    """Linear luminances of the face."""

    low: float
    """the 5th percentile"""
    high: float
    """the 95th"""
    gloss: float
    """the 98th"""


def face_levels(scene: Scene) -> FaceLevels:
    """Quantiles of the face's luminance, from about 5,000 pixels."""
    step = max(1, round(scene.face_crop.inter_eye_px / _SAMPLED_EYES_PX))
    light = scene.once(face_luminance)[::step, ::step][scene.once(face_mask)[::step, ::step]]
    return FaceLevels(*quantiles(light, 0.05, 0.95, 0.98))


def things_in_black(scene: Scene, where: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(S, S) mask of black areas on the face that are no shadows, such as drawn lines, frames and filled corners.

    A shadow fades out, so the face is still dark two pixels beside it; next to a black object it is not.

    Parameters
    ----------
    where
        (S, S) mask: only connected black areas that overlap it are examined.
    """
    light, face = scene.once(face_luminance), scene.once(face_mask)
    black = (light < DARKEST).view(np.uint8)
    found = np.zeros_like(black)
    count, patches, places, _ = cv2.connectedComponentsWithStats(black, connectivity=8)
    asked = np.bincount(patches[where & face], minlength=count)
    for patch in (np.flatnonzero(asked[1:]) + 1).tolist():
        x, y, wide, high, _ = places[patch].tolist()
        part = np.s_[max(y - 4, 0) : y + high + 4, max(x - 4, 0) : x + wide + 4]
        own = (patches[part] == patch).view(np.uint8)
        near = cv2.dilate(own, _BESIDE[0])
        beside = light[part][face[part] & (cv2.dilate(near, _BESIDE[1]) > near)]
        if beside.size and median(beside) > _ENDS_AT_ONCE:
            found[part] |= own
    return found


def light_on_face(scene: Scene) -> float:
    """Light on the face, 0..1 in linear luminance, independent of the skin tone.

    The brighter of the skin's highlights (98th percentile of the face) and the whites of the eyes (97th percentile of
    the eyes, as lids and lashes shade much of them). In the same light dark skin is up to 3 stops darker than light
    skin, but the whites of the eyes are not.
    """
    whites = scene.once(eyes_patch).of(scene.once(face_luminance))
    gloss = scene.once(face_levels).gloss
    return max(gloss, quantile(whites, 0.97)) if whites.size else gloss


class Patch(NamedTuple):
    """A rectangular part of the face crop with a mask."""

    rows: slice
    columns: slice
    mask: NDArray[np.uint8]
    """(h, w) of the rectangle, 0 or 1"""

    def of(self, picture: NDArray[Any], mask: NDArray[np.uint8] | None = None) -> NDArray[Any]:
        """(N, ...) masked pixels of a picture (S, S, ...) of the crop; `mask` replaces the patch's own."""
        part = picture[self.rows, self.columns]
        return part.reshape(-1, *part.shape[2:]).compress((self.mask if mask is None else mask).ravel(), axis=0)


def eyes_patch(scene: Scene) -> Patch:
    """Both eyes with their lids, and a margin of one pixel inside the crop."""
    points = scene.once(crop_points)
    x, y, wide, high = cv2.boundingRect(points[_EYES])
    left, top = max(x - 1, 0), max(y - 1, 0)
    rows, columns = slice(top, max(y + high + 1, 0)), slice(left, max(x + wide + 1, 0))
    mask = np.zeros(scene.face_crop.rgb[rows, columns].shape[:2], np.uint8)
    if mask.size:
        for eye in (RIGHT_EYE, LEFT_EYE):
            cv2.fillPoly(mask, [points[eye]], 1, offset=(-left, -top))
        if not all_in_photo(scene):
            mask &= scene.once(crop_in_photo)[rows, columns]
    return Patch(rows, columns, mask)


def cheeks(crop: FaceCrop, picture: NDArray[Any], at: NDArray[np.int64] = CHEEKS) -> tuple[NDArray[Any], NDArray[Any]]:
    """(N, ...) pixels each of the subject's right and left cheek in a picture (S, S, ...) of the crop.

    Parameters
    ----------
    at
        (2,) mesh points at the centres of the two discs.
    """
    radius = max(2, round(crop.inter_eye_px * 0.2))
    disc = _disc(radius)
    parts = []
    for x, y in np.rint(crop.points[at]).astype(int).tolist():
        top, left = max(y - radius, 0), max(x - radius, 0)
        part = picture[top : max(y + radius + 1, 0), left : max(x + radius + 1, 0)]
        shown = disc[top - y + radius :, left - x + radius :][: part.shape[0], : part.shape[1]]
        parts.append(part[shown])
    return parts[0], parts[1]


def within_bars(scene: Scene) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the picture within plain bars, in fractions of the frame."""
    return inside_bars(scene.glance)


def mount_mask(scene: Scene) -> NDArray[np.bool_]:
    """(256, 256) mask of plain borders over the whole frame (see `mount`)."""
    return mount(scene.glance, scene.width / scene.height)


def shown_luminance(scene: Scene) -> NDArray[np.float32]:
    """(N,) linear luminance, 0..1, of the frame without plain borders; of the whole frame if it is all border."""
    frame, shown = scene.once(glance_luminance), ~scene.once(mount_mask)[::2, ::2]
    return frame[shown] if shown.any() else frame.ravel()


def background_mask(scene: Scene) -> NDArray[np.bool_]:
    """(256, 256) mask, over the whole frame, of what is certainly neither the person nor a plain border.

    Raises
    ------
    NotAssessed
        "no_background": the person fills the frame.
    """
    person = cv2.dilate((scene.mask > 0.2).view(np.uint8), _PERSON_MARGIN)
    background = np.equal(person, 0) & ~scene.once(mount_mask)
    if np.count_nonzero(background) < 0.05 * background.size:
        raise NotAssessed("no_background")
    return background


def background_luminance(scene: Scene) -> float:
    """Median linear luminance of the background, 0..1.

    Raises
    ------
    NotAssessed
        As `background_mask`.
    """
    return median(scene.once(glance_luminance)[scene.once(background_mask)[::2, ::2]])


def crop_points(scene: Scene) -> NDArray[np.int32]:
    """(468, 2) mesh points in whole pixels of the face crop."""
    return np.rint(scene.face_crop.points).astype(np.int32)


@lru_cache(maxsize=64)
def _disc(radius: int) -> NDArray[np.bool_]:
    """(2 radius + 1, 2 radius + 1) mask of a disc."""
    mask = np.zeros((2 * radius + 1, 2 * radius + 1), np.uint8)
    cv2.circle(mask, (radius, radius), radius, 1, -1)
    return mask.view(np.bool_)
