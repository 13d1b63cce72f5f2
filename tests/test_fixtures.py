"""The fixture pictures and their ground truth agree; making them needs Blender, checking them does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

IMAGES = Path(__file__).resolve().parents[1] / "fixtures" / "images"
NAMES = sorted(path.stem for path in IMAGES.glob("*.jpg"))
LARGEST_BYTES = 80_000
REGIONS = {"seat_belt", "headrest", "car_window"}
KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "in_car": bool,
    "side": (str, type(None)),
    "verdict": str,
    "expect": list,
    "face_box": list,
    "size": list,
    "landmarks": dict,
    "regions": dict,
    "people": int,
    "seed": int,
    "scene": str,
}


def truth_of(name: str) -> dict[str, Any]:
    return json.loads((IMAGES / f"{name}.json").read_text(encoding="utf-8"))


def signed_area(points: list[list[float]]) -> float:
    """Above 0 when the points run clockwise, as y points down."""
    following = points[1:] + points[:1]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(points, following, strict=True)) / 2


def test_there_are_enough_of_both_kinds() -> None:
    in_car = [truth_of(name)["in_car"] for name in NAMES]
    assert len(NAMES) >= 22
    assert sum(in_car) >= 8
    assert in_car.count(False) >= 12


def test_every_picture_has_its_truth_and_the_reverse() -> None:
    assert sorted(path.stem for path in IMAGES.glob("*.json")) == NAMES
    assert {path.suffix for path in IMAGES.iterdir()} == {".jpg", ".json"}


def test_all_verdicts_and_both_sides_occur() -> None:
    truths = [truth_of(name) for name in NAMES]
    assert {truth["verdict"] for truth in truths} == {"ready", "usable", "retake"}
    assert {truth["side"] for truth in truths} == {"driver", "passenger", None}


def test_each_car_cue_is_visible_in_several_pictures() -> None:
    for cue in REGIONS:
        assert sum(bool(truth_of(name)["regions"][cue]) for name in NAMES) >= 5, cue


@pytest.mark.parametrize("name", NAMES)
def test_picture_is_small_and_opens(name: str) -> None:
    path = IMAGES / f"{name}.jpg"
    assert path.stat().st_size <= LARGEST_BYTES
    with Image.open(path) as picture:
        picture.load()
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert list(picture.size) == truth_of(name)["size"]


@pytest.mark.parametrize("name", NAMES)
def test_truth_has_its_keys_and_types(name: str) -> None:
    truth = truth_of(name)
    assert set(truth) == set(KEYS)
    for key, kind in KEYS.items():
        assert isinstance(truth[key], kind), key
    assert truth["name"] == name
    assert truth["verdict"] in {"ready", "usable", "retake"}
    assert all(isinstance(check, str) and "." in check for check in truth["expect"])
    assert not (truth["verdict"] == "ready" and truth["expect"])
    assert truth["people"] == 1


@pytest.mark.parametrize("name", NAMES)
def test_face_lies_in_the_picture(name: str) -> None:
    truth = truth_of(name)
    width, height = truth["size"]
    x0, y0, x1, y1 = truth["face_box"]
    assert 0 <= x0 < x1 <= width
    assert 0 <= y0 < y1 <= height
    for mark in ("left_eye", "right_eye", "nose_tip", "mouth_left", "mouth_right"):
        x, y = truth["landmarks"][mark]
        assert x0 <= x <= x1, mark
        assert y0 <= y <= y1, mark
    assert truth["landmarks"]["right_eye"][0] < truth["landmarks"]["left_eye"][0]


@pytest.mark.parametrize("name", NAMES)
def test_regions_are_polygons_in_the_picture(name: str) -> None:
    regions = truth_of(name)["regions"]
    assert set(regions) == REGIONS
    for polygon in (polygon for found in regions.values() for polygon in found):
        assert len(polygon) >= 3
        assert all(0 <= value <= 1 for point in polygon for value in point)
        assert signed_area(polygon) > 0


@pytest.mark.parametrize("name", NAMES)
def test_car_and_regions_agree(name: str) -> None:
    truth = truth_of(name)
    seen = {cue for cue, found in truth["regions"].items() if found}
    if not truth["in_car"]:
        assert truth["side"] is None
        assert not seen
        return
    assert truth["side"] in {"driver", "passenger"}
    assert truth["verdict"] == "retake"
    assert "car.drivers_seat" in truth["expect"]
    assert seen, "nothing of the car is visible"


@pytest.mark.parametrize("name", [name for name in NAMES if truth_of(name)["regions"]["seat_belt"]])
def test_belt_comes_over_the_shoulder_of_its_side(name: str) -> None:
    truth = truth_of(name)
    belt = truth["regions"]["seat_belt"][0]
    highest, lowest = min(belt, key=lambda point: point[1]), max(belt, key=lambda point: point[1])
    assert (highest[0] > lowest[0]) == (truth["side"] == "driver")


def test_flagship_shows_every_cue() -> None:
    truth = truth_of("drivers_seat_selfie")
    assert truth["side"] == "driver"
    assert all(truth["regions"][cue] for cue in REGIONS)
