"""240 more inputs of the tones network (nets/tones.py): the car network's early features by region of the frame.

They contain texture and kind of subject, which levels alone do not: a tone curve on skin, hair or cloth looks
different.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.face_light import OVAL

COUNT = 240
"""number of features"""
SIDE = 128
"""side of the letterboxed frame that the early features are computed from, px"""
_CELLS = 16
_ROWS, _COLUMNS = (of.astype(np.float32) for of in np.ogrid[:SIDE, :SIDE])
_TO_CELLS = np.repeat(np.eye(_CELLS, dtype=np.float32), SIDE // _CELLS, axis=1) * np.float32(_CELLS / SIDE)


def frame_regions(points: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """(6, 16, 16) share of each cell, 0..1, in face, hair, body, background, band of the eyes, and the whole photo.

    Parameters
    ----------
    points
        (468, 2) mesh points in pixels of the 128 x 128 letterboxed frame.
    height, width
        Size of the photo, px.
    """
    scale = SIDE / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    top, left = (SIDE - rows) // 2, (SIDE - columns) // 2
    inside = np.zeros((SIDE, SIDE), np.uint8)
    inside[top : top + rows, left : left + columns] = 1
    outline = points[OVAL]
    filled = np.zeros_like(inside)
    cv2.fillPoly(filled, [np.rint(outline).astype(np.int32)], 1)
    face = filled > 0
    (x0, y0), (x1, y1) = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
    face_width, face_height = x1 - x0, y1 - y0
    across, down = _COLUMNS - np.float32((x0 + x1) / 2), _ROWS - np.float32(y0 + 0.35 * face_height)
    around = (across / (0.75 * face_width)) ** 2 + (down / (0.75 * face_height)) ** 2 < 1
    hair = around & (y0 + 0.45 * face_height > _ROWS) & ~face
    body = (y1 < _ROWS) & (np.abs(across) < 1.4 * face_width)
    background = ~(hair | body | face)
    eyes = face & (np.abs(_ROWS - (y0 + 0.38 * face_height)) < 0.15 * face_height)
    photo = inside > 0
    masks = (np.stack((face, hair, body, background, eyes, photo)) & photo).astype(np.float32)
    return np.asarray(_TO_CELLS @ masks @ _TO_CELLS.T, np.float32)


def region_features(early: NDArray[np.float32], regions: NDArray[np.float32]) -> NDArray[np.float32]:
    """(240,) means by region, 0 for one that is not in the photo.

    Parameters
    ----------
    early
        (1, 16, 16, 40) `CarEvidence.early`.
    regions
        `frame_regions`, mirrored where `early` is.
    """
    values, weights = early.reshape(_CELLS * _CELLS, -1), regions.reshape(len(regions), -1)
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-6)
    return np.asarray((shares @ values).ravel(), np.float32)
