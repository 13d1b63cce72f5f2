"""What is drawn over a face is found, grows with its opacity, and nothing else is taken for it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from drawn_things import hand
from fixture_photos import fixture, fixtures
from numpy.typing import NDArray
from PIL import Image

from headshot_check.measures import Measurement, measure_all
from headshot_check.nets.all import Nets
from headshot_check.nets.hand import Hand, HandNet
from headshot_check.photo import load
from headshot_check.scene import Scene

Pixels = NDArray[np.uint8]
NETS = Nets()
PORTRAITS = ("studio_light_skin", "studio_dark_skin", "soft_office", "studio_headscarf")
CHECKS = ("covering.sunglasses", "covering.glasses", "covering.mask", "covering.hand", "covering.eye_shadow")


def pixels_of(name: str) -> Pixels:
    with Image.open(fixture(name)) as image:
        return np.asarray(image.convert("RGB"))


def take(rgb: Pixels, *checks: str) -> dict[str, Measurement]:
    return measure_all(Scene(load(np.ascontiguousarray(rgb)), NETS), checks)


def value(rgb: Pixels, check: str) -> float:
    taken = take(rgb, check)[check]
    assert isinstance(taken.value, float), taken.cause
    return taken.value


def face_frame(rgb: Pixels) -> Callable[[list[tuple[float, float]]], NDArray[np.float32]]:
    """From inter-eye distances (x to the picture's right, y down, from between the eyes) to pixels."""
    right, left = Scene(load(rgb), NETS).eye_centres
    across = left - right
    down = np.array([-across[1], across[0]])
    return lambda points: np.array([(right + left) / 2 + x * across + y * down for x, y in points], np.float32)


def painted(rgb: Pixels, outline: NDArray[np.float32], colour: tuple[int, int, int], opacity: float = 1.0) -> Pixels:
    mask = np.zeros(rgb.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255, cv2.LINE_AA)
    alpha = mask[..., None] / 255 * opacity
    return (rgb * (1 - alpha) + np.asarray(colour) * alpha).astype(np.uint8)


def oval(x: float, y: float, wide: float, high: float) -> list[tuple[float, float]]:
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return [(x + wide * float(np.cos(t)), y + high * float(np.sin(t))) for t in turn]


def with_sunglasses(rgb: Pixels, opacity: float = 0.95) -> Pixels:
    at = face_frame(rgb)
    for side in (-0.5, 0.5):
        rgb = painted(rgb, at(oval(side, 0.08, 0.42, 0.32)), (18, 16, 20), opacity)
    return painted(rgb, at([(-0.15, -0.05), (0.15, -0.05), (0.15, 0.02), (-0.15, 0.02)]), (18, 16, 20), opacity)


def with_mask(rgb: Pixels, opacity: float = 1.0, colour: tuple[int, int, int] = (150, 200, 225)) -> Pixels:
    outline = [(-1.0, 0.4), (-0.4, 0.5), (0, 0.3), (0.4, 0.5), (1.0, 0.4), (0.9, 1.1), (0.5, 1.75), (0, 1.95)]
    return painted(rgb, face_frame(rgb)([*outline, (-0.5, 1.75), (-0.9, 1.1)]), colour, opacity)


def with_shaded_eyes(rgb: Pixels, stops: float) -> Pixels:
    outline = face_frame(rgb)([(-3, -3), (3, -3), (3, 0.42), (-3, 0.42)])
    dark = ((rgb / 255.0) ** 2.2 * 2.0**-stops) ** (1 / 2.2) * 255
    mask = np.zeros(rgb.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255)
    return np.where(mask[..., None] > 0, dark, rgb).astype(np.uint8)


@pytest.mark.parametrize("name", PORTRAITS)
def test_sunglasses_grow_with_their_opacity(name: str) -> None:
    values = [value(with_sunglasses(pixels_of(name), opacity), "covering.sunglasses") for opacity in (0, 0.45, 0.95)]
    assert values == sorted(values), values
    assert values[0] < 0.15
    assert values[-1] > 0.6


@pytest.mark.parametrize("colour", [(150, 200, 225), (240, 240, 240), (25, 25, 28)], ids=["surgical", "white", "black"])
@pytest.mark.parametrize("name", PORTRAITS)
def test_masks_of_any_colour_are_found(name: str, colour: tuple[int, int, int]) -> None:
    rgb = pixels_of(name)
    assert value(with_mask(rgb, 1.0, colour), "covering.mask") > 0.6
    assert value(rgb, "covering.mask") < 0.15


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_thing_before_the_mouth_is_found(name: str) -> None:
    rgb = pixels_of(name)
    cup = painted(rgb, face_frame(rgb)([(-0.5, 0.75), (0.5, 0.75), (0.42, 1.7), (-0.42, 1.7)]), (245, 240, 235))
    assert value(cup, "covering.hand") > value(rgb, "covering.hand") + 0.3


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_hand_at_the_face_is_found_and_one_elsewhere_is_none_there(name: str) -> None:
    rgb = pixels_of(name)
    inter_eye_px = Scene(load(rgb), NETS).inter_eye_px
    skin = (214, 160, 130) if "dark_skin" in name else (110, 75, 55)

    def held_at(x: float, y: float) -> float:
        ((left, top),) = face_frame(rgb)([(x, y)]).tolist()
        return value(hand(rgb, left, top, inter_eye_px / 2, skin), "covering.hand")

    assert min(held_at(0, 1.3), held_at(0, 1.4)) > 0.5  # fingers over mouth and nose
    assert value(rgb, "covering.hand") < 0.3
    assert held_at(0, 5.4) < 0.3  # more than two inter-eye distances below the face


@pytest.mark.parametrize(("presence", "marked"), [(0.999, "hand"), (0.3, "face")])
def test_the_hand_is_marked_where_it_is_known(monkeypatch: pytest.MonkeyPatch, presence: float, marked: str) -> None:
    """Else the face, which something covers: here a drawn hand, which only our own network takes for one."""
    rgb = pixels_of(PORTRAITS[0])
    ((left, top), (wrist_x, wrist_y)) = face_frame(rgb)([(0, 1.3), (0.4, 9.0)]).tolist()
    scene = Scene(load(hand(rgb, left, top, Scene(load(rgb), NETS).inter_eye_px / 2, (110, 75, 55))), NETS)
    points = np.linspace((left - 30, top - 60), (wrist_x, wrist_y), 21, dtype=np.float32)
    monkeypatch.setattr(HandNet, "__call__", lambda *_: (Hand(presence, points),))
    taken = measure_all(scene, ["covering.hand"])["covering.hand"]
    assert isinstance(taken.value, float)
    assert taken.value > 0.5
    assert taken.region is not None
    places = np.array(taken.region.points) * (scene.width, scene.height)
    x0, y0, x1, y1 = scene.main.box if marked == "face" else (left - 30, top - 60, wrist_x, scene.height)
    np.testing.assert_allclose(places, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], atol=0.5)


def test_hands_are_looked_for_where_the_frame_hints_at_somebody_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    rgb = pixels_of(PORTRAITS[0])
    ((left, top),) = face_frame(rgb)([(0, 1.3)]).tolist()
    held = load(hand(rgb, left, top, Scene(load(rgb), NETS).inter_eye_px / 2, (110, 75, 55)))
    looked: list[float] = []
    for hint in (-20.0, 20.0):
        scene = Scene(held, NETS)
        scene.__dict__["action_hints"] = (hint, hint)
        monkeypatch.setattr(HandNet, "__call__", lambda *_, hint=hint: looked.append(hint) or ())
        measure_all(scene, ["covering.hand"])
    assert looked == [20.0]


@pytest.mark.parametrize("name", ["hard_side_light", "drivers_seat_selfie", "blown_highlights"])
def test_no_hand_is_imagined_where_the_frame_cuts_the_chin_off(name: str) -> None:
    """By our own network, that is: what lies beyond the frame is black to it."""
    rgb = pixels_of(name)
    (_, mouth), (_, chin) = Scene(load(rgb), NETS).mesh.points[[17, 152], :2].tolist()
    cut = rgb[: round(mouth * 0.6 + chin * 0.4)]
    assert Scene(load(np.ascontiguousarray(cut)), NETS).search.faces
    taken = take(cut, "covering.hand")["covering.hand"]
    assert (taken.value, taken.cause) == (None, "no_room")
    assert isinstance(value(rgb[: round(2 * chin - mouth)], "covering.hand"), float)


def test_what_a_ring_cuts_off_is_not_shown() -> None:
    rgb = pixels_of("hard_side_light")
    scene = Scene(load(rgb), NETS)
    (x, chin), unit = scene.mesh.points[152, :2].tolist(), scene.inter_eye_px
    middle, radius = (round(x), round(chin - 1.9 * unit)), round(1.7 * unit)
    ringed = np.full_like(rgb, 235)
    cv2.circle(ringed, middle, radius, (20, 90, 200), -1, cv2.LINE_AA)
    down, across = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    inside = np.hypot(across - middle[0], down - middle[1]) < 0.94 * radius
    ringed[inside] = rgb[inside]
    left, top, side = middle[0] - round(1.1 * radius), middle[1] - round(1.1 * radius), round(2.2 * radius)
    taken = take(ringed[max(top, 0) : top + side, max(left, 0) : left + side], "covering.hand")["covering.hand"]
    assert (taken.value, taken.cause) == (None, "no_room")


@pytest.mark.parametrize("name", PORTRAITS)
def test_eye_shadow_grows_with_the_shadow_and_is_no_sunglasses(name: str) -> None:
    values = [value(with_shaded_eyes(pixels_of(name), stops), "covering.eye_shadow") for stops in (0, 1, 2)]
    assert values[1] - values[0] == pytest.approx(1, abs=0.45)
    assert values[2] - values[1] == pytest.approx(1, abs=0.45)
    assert value(with_shaded_eyes(pixels_of(name), 2), "covering.sunglasses") < 0.35


def test_glare_is_the_share_of_the_lenses_that_reflects() -> None:
    rgb = pixels_of("plain_wall_glasses")
    at = face_frame(rgb)
    values = []
    for size in (0.0, 0.06, 0.1, 0.15):
        picture = rgb
        for side in (-0.6, 0.42):
            picture = painted(picture, at(oval(side, -0.05, size, size)), (250, 252, 255)) if size else picture
        values.append(value(picture, "covering.glare"))
    assert values == sorted(values), values
    assert values[0] < 0.05
    assert values[-1] > 0.1


def test_no_glasses_no_glare() -> None:
    assert value(pixels_of("studio_light_skin"), "covering.glare") == 0


def test_dark_glasses_hide_what_lies_behind_them() -> None:
    taken = take(with_sunglasses(pixels_of("studio_light_skin")), "covering.glare", "covering.eye_shadow")
    assert {each.cause for each in taken.values()} == {"dark_glasses"}


def test_eyes_are_not_judged_behind_surely_dark_glasses() -> None:
    hidden = take(with_sunglasses(pixels_of("studio_light_skin")), "eyes.opening", "eyes.gaze")
    assert {one.cause for one in hidden.values()} == {"dark_glasses"}
    assert take(pixels_of("studio_light_skin"), "eyes.opening")["eyes.opening"].cause is None


def test_our_own_pictures_have_nothing_over_the_face() -> None:
    for each in fixtures():
        with Image.open(each.path) as image:
            taken = take(np.asarray(image.convert("RGB")), "covering.sunglasses", "covering.mask", "covering.hand")
        for check, limit in (("covering.sunglasses", 0.45), ("covering.mask", 0.35), ("covering.hand", 0.75)):
            measured = taken[check].value
            assert measured is None or (isinstance(measured, float) and measured < limit), (each.name, check, measured)


@pytest.mark.parametrize("check", CHECKS)
def test_mirror_size_and_exposure_change_little(check: str) -> None:
    rgb = pixels_of("soft_office")
    expected = value(rgb, check)
    darker = (((rgb / 255.0) ** 2.2 * 0.5) ** (1 / 2.2) * 255).astype(np.uint8)
    half = np.asarray(cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    for picture in (rgb[:, ::-1], half, darker):
        assert value(picture, check) == pytest.approx(expected, abs=0.25)


def test_few_pixels_are_not_judged() -> None:
    small = cv2.resize(pixels_of("soft_office"), (60, 60), interpolation=cv2.INTER_AREA)
    taken = take(np.asarray(small, np.uint8), "covering.sunglasses")["covering.sunglasses"]
    assert taken.cause in ("too_few_pixels", "no_face")
