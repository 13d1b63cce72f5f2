"""A photo that lies on its side or stands on its head is judged as if it were turned, and told so."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from fixture_photos import fixture
from numpy.typing import NDArray
from PIL import Image

from headshot_check import Checker, Region, Report
from headshot_check.nets.all import Nets
from headshot_check.nets.blazeface import Detection
from headshot_check.photo import load
from headshot_check.report import Crop, Finding, Limits
from headshot_check.report_parts import DriversSeat, PhotoFacts
from headshot_check.scene import Scene
from headshot_check.scene.turning import set_upright
from headshot_check.turned_report import turned_back, turned_crop, turned_region


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def pixels_of(name: str) -> NDArray[np.uint8]:
    with Image.open(fixture(name)) as image:
        return np.asarray(image.convert("RGB"))


def lying(name: str, quarters: int) -> NDArray[np.uint8]:
    """Clockwise."""
    return np.ascontiguousarray(np.rot90(pixels_of(name), -quarters))


@pytest.mark.parametrize("name", ["soft_office", "drivers_seat_selfie", "hard_side_light", "backpack_straps"])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_it_is_judged_as_it_would_be_upright(checker: Checker, name: str, quarters: int) -> None:
    upright, report = checker.check(pixels_of(name)), checker.check(lying(name, quarters))
    was = {one.check: one.status for one in upright.findings}
    differ = [one.check for one in report.findings if one.status != was[one.check]]
    assert differ == ["faces.found"]
    assert report.finding("faces.found").value == "rotated"
    assert report.drivers_seat.verdict == upright.drivers_seat.verdict
    assert report.photo is not None
    assert upright.photo is not None
    size = upright.photo.width, upright.photo.height
    assert (report.photo.width, report.photo.height) == (size if quarters == 2 else size[::-1])
    assert any(note.endswith("was turned to be judged") for note in report.notes)
    # every place is where it is in the photo as it lies
    for one in report.findings:
        if one.region is not None and one.check != "faces.found":
            place = upright.finding(one.check).region
            assert place is not None
            assert one.region.bounds == pytest.approx(turned_region(place, quarters).bounds, abs=0.02), one.check
    assert report.faces[0].box.bounds == pytest.approx(turned_region(upright.faces[0].box, quarters).bounds, abs=0.02)
    assert Report.from_dict(report.to_dict()).to_dict() == report.to_dict()


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_photo_that_only_lies_is_usable_once_turned(checker: Checker, quarters: int) -> None:
    report = checker.check(lying("tilted", quarters))  # no crop mends its head's lean
    assert (report.verdict, report.condition, report.remedy) == ("usable", "once turned", "export")
    assert report.edits == ("Rotate the picture upright: the picture lies on its side or upside down.",)
    assert all("otate" not in step for step in report.retake)
    good = checker.check(lying("soft_office", quarters))
    assert (good.verdict, good.condition, good.remedy) == ("usable", "ready once turned", "export")
    assert good.edits == report.edits
    assert good.crop is not None
    assert not good.crop.mends, "it would lose pixels that a turn keeps"


def test_a_crop_turns_as_well_where_one_is_needed(checker: Checker) -> None:
    good = pixels_of("soft_office")
    beside = np.concatenate([np.full_like(good, good[:8, :8].mean((0, 1))), good], axis=1)
    assert "framing.offset" in (one.check for one in checker.check(beside).problems)
    report = checker.check(np.ascontiguousarray(np.rot90(beside)))
    assert (report.verdict, report.condition, report.remedy) == ("usable", "ready once cropped", "crop")
    assert report.edits[0].startswith("Turning it upright and cropping fix this: ")
    assert {"faces.found", "framing.offset"} <= set(report.crop.mends if report.crop is not None else ())


@pytest.mark.parametrize("name", ["drivers_seat_selfie", "car_headrest_and_roof"])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_places_run_clockwise_from_the_top_left(checker: Checker, name: str, quarters: int) -> None:
    report = checker.check(lying(name, quarters))
    places = {one.check: one.region for one in report.findings}
    places |= {one.name: one.region for one in report.drivers_seat.cues}
    assert sum(place is not None and len(place.points) > 4 for place in places.values()) >= 3
    width, height = (report.photo.width, report.photo.height) if report.photo is not None else (0, 0)
    for what, place in places.items():
        if place is not None:
            x, y = np.array(place.points).T * [[width], [height]]
            assert np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) > 0, what
            assert x[0] + y[0] <= (x + y).min() + 0.2 * (np.ptp(x) + np.ptp(y)), what


def test_one_that_is_bad_upright_is_to_be_taken_again(checker: Checker) -> None:
    report = checker.check(lying("too_dark", 1))
    assert (report.verdict, report.remedy) == ("retake", "new_shot")
    assert report.finding("faces.found").value == "rotated"


@pytest.mark.parametrize("name", ["soft_office", "outdoors", "crown_cut_off"])
def test_a_small_face_that_lies_is_told_as_a_large_one(name: str) -> None:
    nets = Nets()
    far = Image.new("RGB", (1000, 750), (180, 180, 175))
    far.paste(Image.fromarray(pixels_of(name)).resize((150, 188)), (375, 300))
    for quarters, back in ((0, 0), (1, 3), (3, 1)):
        scene = Scene(load(np.ascontiguousarray(np.rot90(far, -quarters))), nets)
        assert scene.search.how in (("rotated",) if quarters else ("plain", "too_small"))
        assert set_upright(scene).quarters == back


class Lying:
    """A scene of whose face the detector says that it stands after so many quarters, whatever is true."""

    def __init__(self, says: dict[int, int | None], quarters: int = 0) -> None:
        self.says, self.quarters = says, quarters
        self.search = SimpleNamespace(how="plain", faces=[] if says[quarters] is None else [0])

    @property
    def main(self) -> Detection:
        lean, points = np.radians(90 * (self.says[self.quarters] or 0)), np.zeros((6, 2), np.float32)
        points[3] = np.sin(lean), np.cos(lean)
        return Detection((0, 0, 1, 1), points, 0.9)

    def turned(self, quarters: int) -> Lying:
        return Lying(self.says, quarters)


@pytest.mark.parametrize(
    ("says", "quarters"),
    [
        ({0: 0}, 0),
        ({0: 1, 1: 0}, 1),
        ({0: 1, 1: 2, 3: 0}, 3),  # turned the wrong way at first
        ({0: 1, 1: 2, 3: 2}, 0),  # never stands
        ({0: 3, 3: 1}, 0),
    ],
)
def test_a_turn_is_kept_only_where_the_face_stands_then(says: dict[int, int | None], quarters: int) -> None:
    assert set_upright(Lying(says)).quarters == quarters  # type: ignore[arg-type]


def test_a_turned_place_begins_where_it_did() -> None:
    box = Region(((0.1, 0.2), (0.4, 0.2), (0.4, 0.6), (0.1, 0.6)))
    finding = Finding("faces.found", "fail", "", "rotated", limits=Limits(), region=turned_region(box, 1))
    report = Report(
        "a.jpg", PhotoFacts(30, 40, None, None), "retake", 10, DriversSeat("unlikely", 0.0), findings=(finding,)
    )
    back = turned_back(report, 1)
    assert back.findings[0].region is not None
    assert np.allclose(back.findings[0].region.points, box.points)
    assert back.photo == PhotoFacts(40, 30, None, None)
    assert turned_back(report, 0) is report


@pytest.mark.parametrize(
    ("quarters", "leans", "turned"),
    [(0, -12.5, -12.5), (1, -12.5, 77.5), (2, -12.5, 167.5), (2, 12.5, -167.5), (2, 0, 180)],
)
def test_a_crop_is_turned_by_half_a_turn_at_most(quarters: int, leans: float, turned: float) -> None:
    crop = Crop("square", Region(((0.1, 0.2), (0.4, 0.2), (0.4, 0.6), (0.1, 0.6))), rotation_deg=leans)
    assert turned_crop(crop, quarters).rotation_deg == turned
