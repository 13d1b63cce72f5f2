"""Hard shadows are looked for in the open skin only, which comes out as if the whole crop had been gone over."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_light import half_in_shadow
from test_measures import NETS, pixels_of

from headshot_check.measures import measure_all, shadow_edge
from headshot_check.measures.face_light import OVAL, in_photo
from headshot_check.photo import load
from headshot_check.scene import FaceCrop, Scene

CROP = Scene(load(pixels_of(0)), NETS).face_crop


def _disc(radius: float) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * int(radius) + 1,) * 2)


def _over_the_whole_crop(crop: FaceCrop, shrink: float) -> np.ndarray:
    eyes_px, side = crop.inter_eye_px * shrink, round(crop.rgb.shape[0] * shrink)
    points = np.round(crop.points * shrink).astype(np.int32)
    skin, eyes, others = (np.zeros((side, side), np.uint8) for _ in range(3))
    cv2.fillPoly(skin, [points[list(OVAL)]], 1)
    for outline in shadow_edge._EYES_AND_BROWS:
        cv2.fillPoly(eyes, [points[list(outline)]], 1)
    for hull in (shadow_edge._BRIDGE, shadow_edge._NOSTRILS_AND_LIPS):
        cv2.fillConvexPoly(others, cv2.convexHull(points[hull]), 1)
    skin = cv2.erode(skin, _disc(shadow_edge._RIM_MARGIN * eyes_px))
    skin[cv2.dilate(eyes, _disc(0.13 * eyes_px)) > 0] = 0
    skin[cv2.dilate(others, _disc(0.1 * eyes_px)) > 0] = 0
    skin[: max((points[10, 1] + points[8, 1]) // 2, 0)] = 0
    skin[max((points[2, 1] + points[164, 1]) // 2, 0) :] = 0
    return skin


@settings(deadline=None, max_examples=40)
@given(st.floats(-150, 150), st.floats(-150, 150), st.floats(0.3, 1.5), st.floats(0.3, 1.0))
def test_open_skin_is_that_of_the_whole_crop(right: float, down: float, size: float, shrink: float) -> None:
    points = np.asarray((CROP.points - 128) * size + 128 + (right, down), np.float32)
    crop = FaceCrop(CROP.rgb, points, CROP.inter_eye_px * size, CROP.source_eyes_px, CROP.square)
    found, (left, top) = shadow_edge.open_skin(crop, shrink)
    expected = _over_the_whole_crop(crop, shrink)
    whole = np.zeros_like(expected)
    part = whole[top : top + found.shape[0], left : left + found.shape[1]]
    part[:] = found[: part.shape[0], : part.shape[1]]
    # OpenCV draws a polygon's edge a pixel aside here and there when its corners move
    assert np.count_nonzero(whole != expected) <= 4 + 0.01 * np.count_nonzero(expected)


@pytest.mark.parametrize("index", range(3))
def test_steps_in_the_skin_are_those_of_the_whole_crop(index: int) -> None:
    scene = Scene(load(half_in_shadow(pixels_of(index), 2.5)), NETS)
    crop = scene.face_crop
    shrink = min(1.0, 32 / crop.inter_eye_px)
    eyes_px, side = crop.inter_eye_px * shrink, round(crop.rgb.shape[0] * shrink)
    light = cv2.resize(scene.once(shadow_edge.face_luminance), (side, side), interpolation=cv2.INTER_AREA)
    log = np.log2(np.maximum(light, np.float32(4e-3)))
    smooth = cv2.blur(log, (3, 3))
    skin = (_over_the_whole_crop(crop, shrink) & in_photo(scene, side)) > 0
    across = shadow_edge._steps(log, smooth, skin, eyes_px)
    down = shadow_edge._steps(log.T, smooth.T, skin.T, eyes_px).T
    inner = shadow_edge._off_the_rim(crop, shrink, (0, 0), log.shape)
    found = np.sort((np.maximum(across, down) * inner).ravel())
    found = found[found > 0]
    length = max(1, int(shadow_edge._LENGTH * eyes_px))
    step = found[-length] if len(found) >= length else 0.0
    assert shadow_edge.shadow_edge(scene).step == pytest.approx(step if step >= 1 else 0.0, abs=1e-5)


@pytest.mark.parametrize("height", range(24, 80, 4))
def test_tiny_faces_are_judged_or_refused(height: int) -> None:
    rgb = pixels_of(0)
    small = cv2.resize(rgb, (round(rgb.shape[1] / rgb.shape[0] * height), height), interpolation=cv2.INTER_AREA)
    scene = Scene(load(np.ascontiguousarray(small)), NETS)
    taken = measure_all(scene, ["lighting.hard_shadow"])["lighting.hard_shadow"]
    assert (taken.value is None) == (taken.cause is not None)
