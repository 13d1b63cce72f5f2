"""The car network: shapes, ranges, coordinates, invariances, and right on the pictures that the project made."""

from __future__ import annotations

import dataclasses
import json
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from headshot_check.measures.car_cues import car_cues, seat_side
from headshot_check.measures.car_geometry import headrest_region, roof_region, window_region
from headshot_check.measures.car_strap import _fitted, strap_region
from headshot_check.measures.places import clockwise
from headshot_check.nets.blazeface import Detection, FaceDetector
from headshot_check.nets.car import CarNet
from headshot_check.nets.car_evidence import ANSWERS, CELLS, CUES, SIZE, CarEvidence
from headshot_check.nets.car_views import (
    FILL,
    WINDOW_FACES,
    align_window,
    between_bars,
    coverage,
    in_circle,
    inside,
    thumbnail,
)
from headshot_check.nets.runtime import Network
from headshot_check.pixels.geometry import Square
from headshot_check.pixels.ring import Circle, ring
from headshot_check.pixels.shrinking import Halves

IMAGES = Path(__file__).parents[1] / "fixtures/images"
FACE = (110.0, 80.0, 210.0, 180.0)
EYES = ((138.0, 110.0), (182.0, 110.0))


@lru_cache(maxsize=1)
def net() -> CarNet:
    return CarNet()


def noise(height: int = 300, width: int = 320) -> NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)


@lru_cache(maxsize=64)
def fixture(name: str) -> tuple[NDArray[np.uint8], dict[str, object], Detection | None]:
    from PIL import Image

    rgb = np.asarray(Image.open(IMAGES / f"{name}.jpg").convert("RGB"))
    found = FaceDetector("short")(rgb) or FaceDetector("full")(rgb)
    return rgb, json.loads((IMAGES / f"{name}.json").read_text()), found[0] if found else None


def names() -> list[str]:
    return sorted(p.stem for p in IMAGES.glob("*.jpg") if p.with_suffix(".json").exists())


def look(rgb: NDArray[np.uint8], face: Detection) -> CarEvidence:
    right, left = ((float(x), float(y)) for x, y in face.keypoints[:2])
    return net()(rgb, face.box, right, left)


def test_everything_is_in_range() -> None:
    evidence = net()(noise(), FACE, *EYES)
    for value in (evidence.probability, *(getattr(evidence, cue) for cue in CUES), evidence.coverage):
        assert 0 <= value <= 1
    assert evidence.maps.shape[0] == len(CUES)
    assert evidence.maps.dtype == np.float32
    assert 0 <= evidence.maps.min() <= evidence.maps.max() <= 1


def test_the_same_picture_gives_the_same_answer() -> None:
    first, second = (CarNet()(noise(), FACE, *EYES) for _ in range(2))
    assert first.probability == second.probability
    assert np.array_equal(first.maps, second.maps)


FEATURES = tuple(
    np.full((1, side, side, wide), wide, np.float32) for side, wide in ((32, 24), (16, 40), (8, 112), (4, 320))
)
"""what the network gives beside its answers, at strides 4 to 32"""


class Told:
    """Stands in for the network: gives these log-odds, and counts how often it is asked."""

    def __init__(self, car: float) -> None:
        self.answers = np.full((1, 2 * len(ANSWERS)), car, np.float32)
        self.asked = 0

    def __call__(self, view: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        self.asked += 1
        return (self.answers, *FEATURES)


class Places:
    """Stands in for the decoder: a belt on the left of whatever was shown."""

    def __call__(self, *_: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        maps = np.zeros((1, CELLS, CELLS, len(CUES)), np.float32)
        maps[:, :, 0] = 1
        return (maps,)


class Restraint:
    """Stands in for the head restraint's own decoder: 0.7 on the left."""

    def __call__(self, *_: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        maps = np.zeros((1, CELLS, CELLS, 1), np.float32)
        maps[:, :, : CELLS // 2] = 0.7
        return (maps,)


def told(car: float, face: tuple[float, float, float, float] | None) -> tuple[CarEvidence, int]:
    """What comes of this first look, and how many full ones there were."""
    net, full = CarNet(), Told(3.0)
    net._first, net._network = Told(car), full  # type: ignore[assignment]
    net._places, net._restraint = Places(), Restraint()  # type: ignore[assignment]
    return net(noise(1200, 1200), face, (578.0, 480.0), (622.0, 480.0)), full.asked


@pytest.mark.parametrize("face", [None, (550.0, 450.0, 650.0, 550.0)])
def test_where_the_first_look_leaves_no_doubt_it_is_the_answer(face: tuple[float, float, float, float] | None) -> None:
    evidence, looks = told(-7.0, face)
    assert looks == 0
    assert evidence.probability < 0.2
    assert not evidence.maps.any()
    assert evidence.frame_maps is None
    assert evidence.early is FEATURES[1]


@pytest.mark.parametrize(("face", "squares"), [(None, 1), ((550.0, 450.0, 650.0, 550.0), 2)])
def test_elsewhere_window_and_frame_are_looked_at(face: tuple[float, float, float, float] | None, squares: int) -> None:
    evidence, looks = told(-1.0, face)
    assert looks == squares
    assert evidence.maps.max() == 1


def test_the_head_restraint_of_the_window_has_a_decoder_of_its_own() -> None:
    own = CUES.index("headrest")
    evidence, _ = told(-1.0, (550.0, 450.0, 650.0, 550.0))
    assert evidence.maps[own].max() == np.float32(0.7)
    assert (evidence.maps[own] > 0).mean() == pytest.approx(0.5)
    assert np.delete(evidence.maps, own, 0).max() == 1
    assert evidence.frame_maps is not None
    assert evidence.frame_maps[own].max() == 1
    alone, _ = told(-1.0, None)
    assert alone.maps[own].max() == 1


def in_a_ring(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture in the round opening of a dark template, strokes of a brush round it."""
    rng, side = np.random.default_rng(2), min(rgb.shape[:2])
    top, left = (rgb.shape[0] - side) // 2, (rgb.shape[1] - side) // 2
    width, middle, radius = round(1.06 * side), (round(0.53 * side), round(0.52 * side)), round(0.498 * side)
    framed = np.full((side, width, 3), (36, 36, 40), np.uint8)
    opening = cv2.circle(np.zeros((side, width), np.uint8), middle, radius, 1, -1) > 0
    framed[opening] = cv2.resize(rgb[top : top + side, left : left + side], (width, side))[opening]
    for k in range(14):
        at = (middle[0] + int(rng.integers(-4, 5)), middle[1] + int(rng.integers(-4, 5)))
        axes, begin = (int(radius * rng.uniform(1.0, 1.12)),) * 2, rng.uniform(0, 360)
        end, thick = begin + rng.uniform(40, 150), int(max(2, rng.uniform(0.004, 0.03) * side))
        cv2.ellipse(framed, at, axes, 0, begin, end, ((235,) if k % 3 else (120,)) * 3, thick, cv2.LINE_AA)
    return framed


@pytest.mark.parametrize("square", [Square(300, 400, 800), Square(280, 350, 500, 0.4), Square(100, 700, 900, -0.2)])
def test_what_a_circle_leaves_is_told_in_the_photo(square: Square) -> None:
    side, circle = 192, Circle(290.0, 420.0, 280.0)
    y, x = np.mgrid[:side, :side] + 0.5
    across, down = np.einsum("ij,jkl->ikl", square.affine(side), np.stack([x, y, np.ones_like(x)]))
    beyond = np.hypot(across - circle.x, down - circle.y) > 0.87 * circle.radius
    left = in_circle(np.full((side, side, 3), 9, np.uint8), square, circle)
    assert np.mean((left == FILL).all(axis=2) != beyond) < 0.01  # along its edge
    assert set(np.unique(left)) <= {9, FILL}


@pytest.mark.parametrize("name", ["soft_office", "drivers_seat_selfie", "sofa"])
def test_a_ring_is_found_where_it_is(name: str) -> None:
    rgb = fixture(name)[0]
    found = ring(in_a_ring(rgb))
    assert found is not None
    side = min(rgb.shape[:2])
    assert found.x == pytest.approx(0.53 * side, abs=0.03 * side)
    assert found.y == pytest.approx(0.52 * side, abs=0.03 * side)
    assert 0.48 * side < found.radius < 0.57 * side


def test_a_circle_in_a_photo_is_no_template() -> None:
    rng, side = np.random.default_rng(4), 256
    texture = cv2.GaussianBlur(rng.normal(0, 160, (side, side, 3)).astype(np.float32), (0, 0), 2.0)
    beyond = np.hypot(*(np.mgrid[:side, :side] - side / 2)) > 0.47 * side
    photo = (np.where(beyond, 70, 170)[..., None] + texture).clip(0, 255).astype(np.uint8)
    assert ring(photo) is not None
    assert ring(photo, template=True) is None
    photo[beyond] = (30, 30, 34)
    assert ring(photo, template=True) is not None


@pytest.mark.parametrize("name", names())
def test_no_fixture_has_a_ring(name: str) -> None:
    assert ring(fixture(name)[0]) is None


@pytest.mark.parametrize("name", ["soft_office", "sofa", "backlit"])
def test_the_ring_of_a_template_is_no_car(name: str) -> None:
    rgb = in_a_ring(fixture(name)[0])
    (face,) = FaceDetector("short")(rgb)
    assert look(rgb, face).probability < 0.3  # 0.5 to 0.6 by what lies in the corners


@pytest.mark.parametrize("name", ["drivers_seat_selfie", "car_no_belt", "car_dark_skin", "car_harsh_sun"])
def test_a_car_in_the_ring_of_a_template_is_found(name: str) -> None:
    rgb = in_a_ring(fixture(name)[0])
    (face,) = FaceDetector("short")(rgb)
    assert look(rgb, face).probability > 0.9


@pytest.mark.parametrize("name", ["drivers_seat_selfie", "car_cream_leather", "car_no_belt", "soft_office"])
def test_bars_are_no_part_of_the_photo(name: str) -> None:
    rgb, _, face = fixture(name)
    assert face is not None
    above = round(0.4 * rgb.shape[0])
    framed = cv2.copyMakeBorder(rgb, above, above, 0, 0, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    box = face.box[0], face.box[1] + above, face.box[2], face.box[3] + above
    moved = Detection(box, face.keypoints + np.array((0, above), np.float32), face.score)
    plain, barred = look(rgb, face), look(framed, moved)
    assert barred.probability == pytest.approx(plain.probability, abs=0.05)
    assert np.allclose(barred.window_points, plain.window_points + np.array((0, above)), atol=0.02 * rgb.shape[0])
    assert barred.early is not None
    assert plain.early is not None
    assert not np.allclose(barred.early, plain.early, atol=0.1)  # whether it is a screenshot is told by all of it


def test_a_dark_room_has_no_bars() -> None:
    rgb = fixture("soft_office")[0] // 12
    assert between_bars(Halves(rgb)) is None


def test_without_a_face_the_frame_answers() -> None:
    evidence = net()(noise())
    assert evidence.view == "frame"
    assert 0 <= evidence.probability <= 1
    corners = evidence.to_photo(np.array([(0.0, 0.0), (1.0, 1.0)]))
    assert np.allclose(corners, [(0, -10), (320, 310)], atol=1e-3)  # 320 x 300: bars above and below
    assert evidence.maps[:, : int(CELLS * 10 / 320)].max() == 0


def test_a_mirrored_frame_is_looked_at_the_same_way() -> None:
    rgb = noise(64, 64)
    rgb[:, :20] //= 4
    plain, turned = net()(rgb), net()(np.ascontiguousarray(rgb[:, ::-1]))
    assert plain.probability == pytest.approx(turned.probability, abs=0.02)
    assert np.abs(plain.maps - turned.maps[:, :, ::-1]).mean() < 0.02


def test_the_window_follows_the_face() -> None:
    upright = align_window(FACE, *EYES)
    assert upright.roll_rad == 0
    assert upright.side == pytest.approx(WINDOW_FACES * 100)
    assert upright.center_x == pytest.approx(160)
    assert upright.center_y > 130
    turned = align_window(FACE, (138.0, 100.0), (182.0, 120.0))
    assert turned.roll_rad > 0  # clockwise: the subject's left eye is lower in the picture
    assert turned.center_x < 160  # so the chest hangs to the left


def test_eyes_that_cannot_be_trusted_do_not_turn_the_window() -> None:
    assert align_window(FACE, (160.0, 110.0), (160.0, 118.0)).roll_rad == 0  # a profile: nearly one point
    assert align_window(FACE, (160.0, 90.0), (160.0, 150.0)).roll_rad == 0  # one above the other: mistaken


def test_the_head_restraints_network_takes_what_the_car_network_gives() -> None:
    _, *features = Network("car", threads=1)(np.zeros((1, SIZE, SIZE, 3), np.float32))
    restraint = Network("car_restraint", threads=1)
    assert restraint.input_shapes == tuple(feature.shape for feature in features)
    (own,) = restraint(*features)
    assert own.shape == (1, CELLS, CELLS, 1)
    assert 0 <= own.min() <= own.max() <= 1


def test_places_in_the_window_map_back_to_the_photo() -> None:
    evidence = net()(noise(), FACE, (138.0, 105.0), (182.0, 118.0))
    corners = evidence.to_photo(np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]))
    assert np.allclose(corners, evidence.window_points, atol=1e-2)
    assert np.allclose(evidence.to_photo(np.array([[0.5, 0.5]]))[0], evidence.window_points.mean(0), atol=1e-2)


def test_coverage_is_the_share_inside_the_frame() -> None:
    whole = net()(noise(1200, 1200), (550.0, 450.0, 650.0, 550.0), (578.0, 480.0), (622.0, 480.0))
    tight = net()(noise(110, 110), (5.0, 5.0, 105.0, 105.0), (33.0, 35.0), (77.0, 35.0))
    assert whole.coverage == 1
    assert 0.05 < tight.coverage < 0.2
    assert (tight.maps > 0).mean() < 0.3  # nothing is claimed outside the photo
    for square, share in (
        (Square(0.0, 50.0, 40.0), 0.5),
        (Square(100.0, 80.0, 40.0, 0.0), 0.25),
        (Square(50.0, 40.0, 40.0, 0.7), 1.0),
        (Square(50.0, 40.0, 400.0), 0.05),
        (Square(-90.0, 40.0, 40.0), 0.0),
    ):
        assert coverage(square, 80, 100) == pytest.approx(share, abs=1e-5)


@settings(max_examples=15, deadline=None)
@given(
    st.floats(-50, 250),
    st.floats(-50, 250),
    st.floats(10, 600),
    st.floats(-3, 3),
    st.integers(1, 200),
    st.integers(1, 200),
)
def test_the_share_inside_is_that_of_sixteen_samples(
    x: float, y: float, side: float, roll: float, height: int, width: int
) -> None:
    window = Square(x, y, side, roll)
    expected = np.zeros((16, 16))
    for down, across in np.ndindex(64, 64):
        place = window.affine(16) @ ((across + 0.5) / 4, (down + 0.5) / 4, 1)
        expected[down // 4, across // 4] += (0 <= place[0] < width and 0 <= place[1] < height) / 16
    shares = inside(window, height, width, 16)
    assert np.abs(shares - expected).max() <= 2 / 16  # a sample on the very edge may be taken for either
    assert np.abs(shares - expected).mean() < 0.01


def test_the_thumbnail_keeps_proportions() -> None:
    wide = thumbnail(Halves(np.zeros((100, 400, 3), np.uint8)), SIZE)
    assert wide.shape == (SIZE, SIZE, 3)
    assert (wide == 0).all(axis=2).sum() == SIZE * SIZE // 4


def test_a_tiny_picture_is_no_trouble() -> None:
    assert 0 <= net()(noise(3, 2), (0.0, 0.0, 2.0, 2.0), (0.5, 0.5), (1.5, 0.5)).probability <= 1


def strapped(*, band: bool = True) -> tuple[CarEvidence, NDArray[np.uint8]]:
    """What is seen of a grey photo with a dark band from the upper right to the lower left, and the band."""
    side = 320
    truth = np.zeros((side, side), np.uint8)
    cv2.line(truth, (250, 130), (110, 310), 1, 28)
    rgb = np.full((side, side, 3), 170, np.uint8)
    if band:
        rgb[truth > 0] = 40
    maps = np.zeros((len(CUES), 16, 16), np.float32)
    maps[CUES.index("belt")] = cv2.resize(truth.astype(np.float32), (16, 16), interpolation=cv2.INTER_AREA) * 0.9
    corners = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32)
    pixels = np.asarray(cv2.resize(rgb, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)
    evidence = CarEvidence(0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1, maps, corners, "window", 1.0, pixels)
    return evidence, truth


def filled(polygon: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(polygon).astype(np.int32)], 1)
    return mask


def test_the_strap_is_found_where_it_is() -> None:
    evidence, truth = strapped()
    found = strap_region(evidence)
    assert found is not None
    drawn = filled(found.polygon, truth.shape)
    assert (drawn & truth).sum() / (drawn | truth).sum() > 0.6


def test_a_band_that_lies_flat_in_the_photo_is_no_strap() -> None:
    """However the window is turned: it follows the eyes, and seat belts do not."""
    evidence, _ = strapped()
    slopes = []
    for degrees in range(0, 180, 10):
        turn = cv2.getRotationMatrix2D((160, 160), degrees, 1.0)
        points = np.asarray(evidence.window_points @ turn[:, :2].T + turn[:, 2], np.float32)
        found = strap_region(dataclasses.replace(evidence, window_points=points))
        if found is not None:
            (wide, high), lean = cv2.minAreaRect(found.polygon)[1:]
            slopes.append(abs((lean if wide > high else lean + 90) % 180 - 90))
    assert 10 <= len(slopes) < 18
    assert max(slopes) <= 74  # from the vertical


def test_edges_make_a_strap_stronger() -> None:
    with_edges, without = (strap_region(strapped(band=b)[0]) for b in (True, False))
    assert with_edges is not None
    assert without is None or without.strength < with_edges.strength


def test_an_empty_map_has_no_regions() -> None:
    evidence, _ = strapped()
    nothing = dataclasses.replace(evidence, maps=np.zeros_like(evidence.maps))
    assert strap_region(nothing) is None
    assert [f(nothing) for f in (headrest_region, window_region, roof_region)] == [None] * 3


class Seen:
    """A scene of which only the car evidence is known."""

    width = height = 320
    search = SimpleNamespace(faces=())

    def __init__(self, evidence: CarEvidence) -> None:
        self.car = evidence


def with_wheel(*, probability: float = 0.95, row: int = 13, column: int = 8, interior: float = 0.9) -> Seen:
    evidence, _ = strapped()
    maps = np.zeros_like(evidence.maps)
    maps[CUES.index("wheel"), row - 2 : row + 2, column - 3 : column + 3] = 0.9
    return Seen(dataclasses.replace(evidence, maps=maps, wheel=probability, interior=interior))


def test_a_steering_wheel_before_the_body_makes_a_driver() -> None:
    seen = with_wheel()
    assert seat_side(seen) == "driver"  # type: ignore[arg-type]
    assert "steering_wheel" in {cue.name for cue in car_cues(seen)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "doubtful",
    [
        {"probability": 0.7},  # perhaps none
        {"column": 3},  # before a neighbour
        {"row": 5},  # beside the head
        {"interior": 0.2},  # a game console's
    ],
)
def test_no_side_is_claimed_that_was_not_seen(doubtful: dict[str, float]) -> None:
    assert seat_side(with_wheel(**doubtful)) is None  # type: ignore[arg-type]


def test_a_steering_wheel_without_a_place_is_not_named() -> None:
    seen = with_wheel(probability=0.95)
    nothing = Seen(dataclasses.replace(seen.car, maps=np.zeros_like(seen.car.maps)))
    assert "steering_wheel" not in {cue.name for cue in car_cues(nothing)}  # type: ignore[arg-type]


@pytest.mark.parametrize("light", [1.0, 0.25])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_strap_is_found_in_the_dark_and_mirrored(light: float, mirrored: bool) -> None:
    evidence, truth = strapped()
    pixels, maps = (evidence.pixels * light).astype(np.uint8), evidence.maps
    if mirrored:
        pixels, maps, truth = pixels[:, ::-1], maps[:, :, ::-1], truth[:, ::-1]
    changed = dataclasses.replace(evidence, pixels=np.ascontiguousarray(pixels), maps=np.ascontiguousarray(maps))
    found = strap_region(changed)
    assert found is not None
    drawn = filled(found.polygon, truth.shape)
    assert (drawn & truth).sum() / (drawn | truth).sum() > 0.6


def test_a_band_that_is_no_strap_over_a_shoulder_does_not_pass() -> None:
    """A tie runs down the middle, a belt round the waist lies across: neither leaves over a shoulder."""
    evidence, _ = strapped()
    for ends in (((160, 180), (150, 310)), ((60, 290), (260, 270))):
        band = np.zeros((320, 320), np.uint8)
        cv2.line(band, *ends, 1, 28)
        rgb = np.where(band[..., None] > 0, 40, 170).astype(np.uint8).repeat(3, 2)
        maps = np.zeros_like(evidence.maps)
        maps[CUES.index("belt")] = cv2.resize(band.astype(np.float32), (16, 16), interpolation=cv2.INTER_AREA) * 0.9
        pixels = np.asarray(cv2.resize(rgb, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)
        assert strap_region(dataclasses.replace(evidence, maps=maps, pixels=pixels)) is None


@pytest.mark.skipif(not names(), reason="no fixtures rendered yet")
class TestFixtures:
    def test_in_car_ranks_above_the_rest(self) -> None:
        scores: dict[bool, list[float]] = {True: [], False: []}
        for name in names():
            rgb, truth, face = fixture(name)
            if face is not None:
                scores[bool(truth["in_car"])].append(look(rgb, face).probability)
        inside, outside = np.array(scores[True]), np.array(scores[False])
        assert min(len(inside), len(outside)) >= 5
        assert (inside[:, None] > outside[None]).mean() >= 0.9

    @pytest.mark.parametrize("name", names())
    def test_a_mirror_changes_little(self, name: str) -> None:
        rgb, _, face = fixture(name)
        if face is None:
            pytest.skip("no face found")
        width = rgb.shape[1]
        x0, y0, x1, y1 = face.box
        points = face.keypoints.copy()
        points[:, 0] = width - points[:, 0]
        mirrored = Detection((width - x1, y0, width - x0, y1), points[[1, 0, 2, 3, 5, 4]], face.score)
        plain = look(rgb, face)
        other = look(np.ascontiguousarray(rgb[:, ::-1]), mirrored)
        assert abs(plain.probability - other.probability) < 0.05  # the frame's bars may differ by a pixel
        assert np.abs(plain.maps - other.maps[:, :, ::-1]).mean() < 0.02

    @pytest.mark.parametrize("name", names())
    def test_regions_are_polygons_near_the_window(self, name: str) -> None:
        rgb, _, face = fixture(name)
        if face is None:
            pytest.skip("no face found")
        evidence = look(rgb, face)
        frame = evidence.of_frame()
        corners = np.concatenate([evidence.window_points, frame.window_points])
        low, high = corners.min(0), corners.max(0)
        slack = 0.1 * (high - low)
        regions = strap_region(evidence), *(f(evidence) for f in (headrest_region, window_region, roof_region))
        for region in regions:
            if region is not None:
                assert region.polygon.shape[0] >= 3
                assert 0 <= region.strength <= 1
                assert (region.polygon >= low - slack).all()
                assert (region.polygon <= high + slack).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 2))
def test_curves_are_fitted_as_numpy_does(seed: int, degree: int) -> None:
    rng = np.random.default_rng(seed)
    x, weight = rng.uniform(-40, 40, 30), rng.uniform(0.1, 1, 30)
    y = rng.normal(size=30) * 5
    expected = np.polyfit(x, y, degree, w=weight)[::-1]
    assert _fitted(x, y, degree, weight) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_outlines_run_clockwise_from_the_top_left(seed: int) -> None:
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 7))
    points = np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32)  # y grows downwards: clockwise
    found = clockwise(points[::-1])
    assert sorted(found.tolist()) == sorted(points.tolist())
    assert np.array_equal(found, clockwise(points))
    assert int(np.argmin(found.sum(axis=1))) == 0
