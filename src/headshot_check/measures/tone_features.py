"""The 126 inputs of the tones network (nets/tones.py): quantiles, detail and colour by level, of frame and face.

Each is an sRGB level, 0..1, or a ratio, from 64 x 64 places of the frame and as many of the upright face. They contain
no spatial patterns, so that the network can only go by tones.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.face_light import CHEEKS, LEFT_BROW, LEFT_EYE, LIPS, OVAL, RIGHT_BROW, RIGHT_EYE

SIDE = 64
COUNT = 126
"""number of features"""
_CHEEK_RADIUS, _HAIR_ROWS = 3, 13
# Least number of places of a part of the face, and of one level.
_LEAST, _LEAST_AT_LEVEL = 10, 8
_LEVELS = np.array((0.002, 0.01, 0.03, 0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92, 0.97, 0.99, 0.998))
_OF_SKIN = np.array((0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98))
_OF_EYES = np.array((0.03, 0.1, 0.3, 0.5, 0.8, 0.97))
_OF_BROWS, _OF_LIPS = np.array((0.05, 0.3, 0.6)), np.array((0.05, 0.95))
_OF_HAIR, _ENDS = np.array((0.02, 0.2, 0.5, 0.8)), (0.2, 0.8)
_OF_LEAST, _OF_MOST = np.array((0.002, 0.01, 0.05, 0.5)), np.array((0.5, 0.95, 0.99, 0.998))
_LEVELS_AND_ENDS, _SKIN_AND_ENDS = np.append(_LEVELS, _ENDS), np.append(_OF_SKIN, _ENDS)
_OF_CHROMA = np.array((0.5, 0.9, 0.99))
# Boundaries of the levels of detail, and the level of each sRGB code.
_BOUNDS = np.array((0.06, 0.12, 0.2, 0.3, 0.42, 0.56, 0.72, 0.86))
_LEVEL_OF = np.searchsorted(_BOUNDS, np.arange(256) / 255, side="right")
_BEYOND = len(_BOUNDS) + 1
"""level of places outside the mask"""

Mask = NDArray[np.uint8]


class FaceParts(NamedTuple):
    """(64, 64) masks of the parts of the face."""

    face: Mask
    skin: Mask
    """without eyes, lips and brows"""
    eyes: Mask
    lips: Mask
    brows: Mask
    cheeks: tuple[Mask, Mask]


def places(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(64, 64, ...) pixels of a picture on an even grid, not averaged: a mean and a tone curve do not commute."""
    return np.asarray(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST), np.uint8)


def face_places(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(64, 64, 3) pixels of a face crop of any size: every second one of it resized to 128 x 128."""
    how = cv2.INTER_AREA if len(crop) > 2 * SIDE else cv2.INTER_LINEAR
    return np.ascontiguousarray(cv2.resize(crop, (2 * SIDE, 2 * SIDE), interpolation=how)[::2, ::2], np.uint8)


def face_parts(points: NDArray[np.floating], shown: Mask | None = None) -> FaceParts:
    """The parts of a face.

    Parameters
    ----------
    points
        (468, 2) mesh points in pixels of the 64 x 64 picture.
    shown
        (64, 64) mask of what lies inside the photo; None: everything.
    """
    at = np.rint(points).astype(np.int32)

    def drawn(*outlines: NDArray[np.int64]) -> Mask:
        mask = np.zeros((SIDE, SIDE), np.uint8)
        for outline in outlines:
            cv2.fillPoly(mask, [at[outline]], 1)
        return mask if shown is None else mask & shown

    def disc(middle: int) -> Mask:
        mask = np.zeros((SIDE, SIDE), np.uint8)
        cv2.circle(mask, at[middle].tolist(), _CHEEK_RADIUS, 1, -1)
        return mask if shown is None else mask & shown

    face, eyes, lips, brows = drawn(OVAL), drawn(RIGHT_EYE, LEFT_EYE), drawn(LIPS), drawn(RIGHT_BROW, LEFT_BROW)
    right, left = CHEEKS.tolist()
    return FaceParts(face, face & (1 - (eyes | lips | brows)), eyes, lips, brows, (disc(right), disc(left)))


def tone_features(
    frame: NDArray[np.uint8], shown: Mask, crop: NDArray[np.uint8], parts: FaceParts
) -> NDArray[np.float32]:
    """(126,) the input of the tones network.

    Parameters
    ----------
    frame, crop
        (64, 64, 3) sRGB: `places` of the whole frame, `face_places` of the upright face.
    shown
        (64, 64) mask of the frame without plain borders.
    parts
        `face_parts` of the crop.
    """
    numbers = np.concatenate([_of_frame(frame, shown), _of_face(crop, parts)])
    return np.asarray(numbers / 255, np.float32)


def _of_frame(frame: NDArray[np.uint8], shown: Mask) -> NDArray[np.float64]:
    light, planes = _light(frame), cv2.split(frame)
    least = np.asarray(cv2.min(cv2.min(planes[0], planes[1]), planes[2]), np.uint8)
    most = np.asarray(cv2.max(cv2.max(planes[0], planes[1]), planes[2]), np.uint8)
    chroma = most - least
    levels = _quantiles(light, shown, _LEVELS_AND_ENDS)
    dark, bright = _ends(light, shown, levels)
    middle, spread = cv2.meanStdDev(light, mask=shown)
    return np.concatenate(
        [
            levels[:-2],
            _quantiles(least, shown, _OF_LEAST),
            _quantiles(most, shown, _OF_MOST),
            (cv2.mean(chroma, dark)[0], cv2.mean(chroma, bright)[0], cv2.mean(chroma, shown)[0]),
            _quantiles(chroma, shown, _OF_CHROMA),
            middle[0],
            spread[0],
            cv2.mean(frame, dark)[:3],
            cv2.mean(frame, bright)[:3],
            _detail(light, shown),
        ]
    )


def _of_face(crop: NDArray[np.uint8], parts: FaceParts) -> NDArray[np.float64]:
    light = _light(crop)

    def enough(part: Mask) -> Mask:
        return part if cv2.countNonZero(part) > _LEAST else parts.face

    of_skin = _quantiles(light, parts.skin, _SKIN_AND_ENDS)
    dark, bright = _ends(light, parts.skin, of_skin)
    lips, hair = enough(parts.lips), light[:_HAIR_ROWS]
    return np.concatenate(
        [
            _quantiles(light, parts.face, _LEVELS),
            of_skin[:-2],
            _quantiles(light, enough(parts.eyes), _OF_EYES),
            _quantiles(light, enough(parts.brows), _OF_BROWS),
            cv2.mean(crop, lips)[:3],
            _quantiles(light, lips, _OF_LIPS),
            *(cv2.mean(crop, enough(cheek))[:3] for cheek in parts.cheeks),
            cv2.mean(crop, dark)[:3],
            cv2.mean(crop, bright)[:3],
            cv2.mean(crop, parts.skin)[:3],
            _quantiles(hair, None, _OF_HAIR),
            _detail(light, parts.face),
        ]
    )


def _light(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _quantiles(codes: NDArray[np.uint8], mask: Mask | None, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of the masked levels, with the pixels of one level spread evenly over it."""
    counts = cv2.calcHist([codes], [0], mask, [256], [0, 256]).ravel().astype(np.float64)
    below = np.cumsum(counts)
    wanted = shares * below[-1]
    code = np.searchsorted(below, wanted)
    return np.asarray(code + (wanted - below[code]) / np.maximum(counts[code], 1) + 0.5, np.float64)


def _ends(codes: NDArray[np.uint8], mask: Mask, levels: NDArray[np.float64]) -> tuple[Mask, Mask]:
    """Masks of the darkest and brightest fifth of the masked pixels, by the last two quantiles in `levels`."""
    low, high = np.rint(levels[-2:]).tolist()
    return (codes <= low) & mask, (codes >= high) & mask


def _detail(codes: NDArray[np.uint8], mask: Mask) -> NDArray[np.float64]:
    """(19,) gradients by level, times 255: a tone curve increases them where it is steep.

    The logarithm of the mean gradient at each of nine levels over the overall mean; the levels' shares of the pixels;
    the logarithm of the overall mean.
    """
    here = codes[:-1, :-1]
    steps = np.add(cv2.absdiff(here, codes[:-1, 1:]), cv2.absdiff(here, codes[1:, :-1]), dtype=np.float64).ravel()
    level = np.where(mask[:-1, :-1], _LEVEL_OF[here], _BEYOND).ravel()
    counts = np.bincount(level, minlength=_BEYOND + 1)[:_BEYOND]
    sums = np.bincount(level, steps, minlength=_BEYOND + 1)[:_BEYOND]
    total = max(int(counts.sum()), 1)
    mean = sums.sum() / total / 255 + 1e-3
    by_level = np.log((sums / np.maximum(counts, 1) / 255 + 2e-3) / mean)
    return 255 * np.concatenate(
        [
            np.where(counts > _LEAST_AT_LEVEL, by_level, 0.0),
            counts / total,
            (np.log(mean),),
        ]
    )
