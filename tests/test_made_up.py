"""A file of which a part is missing or damaged: nothing is said of made-up pixels, and the file comes first."""

from __future__ import annotations

import numpy as np
import pytest
from fixture_photos import fixture
from hostile import encoded, exif_block, turned
from PIL import Image

from headshot_check import Checker, CropError, Report
from headshot_check.measures import known_measures, measure_all
from headshot_check.measures.made_up import _AROUND, _OF_DETAIL, _OF_THE_FILE
from headshot_check.photo import load


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def portrait(name: str = "studio_dark_skin") -> Image.Image:
    with Image.open(fixture(name)) as image:
        return image.convert("RGB")


def cut(image: Image.Image, share: float, **options: object) -> bytes:
    data = encoded(image, quality=92, **options)
    start = data.index(b"\xff\xda") + 14
    return data[: start + int((len(data) - start) * share)]


def not_assessed(report: Report, cause: str) -> set[str]:
    return {finding.check for finding in report.findings if finding.cause == cause}


@pytest.mark.parametrize("name", ["studio_dark_skin", "soft_office"])
@pytest.mark.parametrize("share", [0.25, 0.4])
def test_a_face_of_which_half_is_missing_is_not_judged(checker: Checker, name: str, share: float) -> None:
    report = checker.check(cut(portrait(name), share))
    assert (report.verdict, report.remedy) == ("retake", "original_file")
    assert len(report.retake) == 1
    assert report.retake[0].startswith("Copy or download the photo again")
    judged = {finding.check for finding in report.findings if finding.status != "not_assessed"}
    assert all(check.startswith(("file.", "capture.")) for check in judged)
    assert {"covering.mask", "faces.found", "lighting.dark"} <= not_assessed(report, "part_missing")
    assert (report.drivers_seat.verdict, report.drivers_seat.cause) == ("not_assessed", "part_missing")
    assert "Not assessed: part of the picture is missing." in {finding.message for finding in report.findings}


def test_a_head_that_is_whole_is_judged_and_the_body_is_not(checker: Checker) -> None:
    whole = checker.check(encoded(portrait(), quality=92))
    report = checker.check(cut(portrait(), 0.8))
    left_out = not_assessed(report, "part_missing")
    assert {"covering.hand", "framing.shoulders", "car.drivers_seat", "faces.count"} <= left_out
    assert not left_out & {"faces.found", "covering.mask", "eyes.opening", "lighting.dark"}
    kept = {finding.check: finding.status for finding in report.findings if finding.check not in left_out}
    assert {check: status for check, status in kept.items() if status != whole.finding(check).status} == {
        "file.truncated": "fail"
    }


@pytest.mark.parametrize("orientation", range(1, 9))
def test_where_it_is_missing_follows_the_orientation(orientation: int) -> None:
    upright = np.asarray(portrait())
    grey = load(cut(Image.fromarray(turned(upright, orientation)), 0.5, exif=exif_block(orientation)))
    assert grey.made_up is not None
    high, wide = grey.rgb.shape[:2]
    x0, y0, x1, y1 = (round(edge * size) for edge, size in zip(grey.made_up, (wide, high) * 2, strict=True))
    assert (grey.rgb[y0:y1, x0:x1] == grey.rgb[(y0 + y1) // 2, (x0 + x1) // 2]).mean() > 0.95
    assert abs((x1 - x0) * (y1 - y0) / (high * wide) - float(grey.truncated_fraction or 0)) < 0.02


def test_of_a_damaged_file_only_the_file_is_judged(checker: Checker) -> None:
    data = encoded(portrait(), quality=92)
    place = len(data) // 2
    report = checker.check(data[:place] + bytes(range(200)) * 3 + data[place + 600 :])
    assert report.finding("file.damaged").status == "fail"
    assert len(report.retake) == 1
    assert {"faces.found", "covering.mask", "pose.yaw", "medium.copy"} <= not_assessed(report, "file_damaged")


def test_fine_detail_that_is_missing_is_no_blur(checker: Checker) -> None:
    data = encoded(portrait(), quality=92, progressive=True)
    report = checker.check(data[: int(len(data) * 0.75)])
    assert report.finding("file.truncated").status == "fail"
    assert "sharpness.face_blur" in not_assessed(report, "detail_missing")
    assert report.finding("faces.found").status == "pass"


@pytest.mark.parametrize("name", ["studio_dark_skin", "soft_office"])
@pytest.mark.parametrize("share", [0.08, 0.1, 0.12])
def test_above_missing_rows_of_a_first_scan_detail_is_missing(checker: Checker, name: str, share: float) -> None:
    data = encoded(portrait(name), quality=90, progressive=True)
    data = data[: int(len(data) * share)]
    photo = load(data)
    assert photo.coarse
    assert photo.made_up is not None
    report = checker.check(data)
    assert (report.verdict, report.remedy) == ("retake", "original_file")
    assert report.finding("sharpness.face_blur").cause in {"detail_missing", "part_missing"}


def test_a_thin_strip_that_is_missing_hides_no_car(checker: Checker) -> None:
    data = encoded(portrait("drivers_seat_selfie"), quality=92)
    report = checker.check(data[: int(len(data) * 0.97)])
    assert report.finding("file.truncated").status == "fail"
    assert report.drivers_seat.verdict == "likely"
    assert report.finding("car.drivers_seat").status == "fail"
    more = checker.check(data[: int(len(data) * 0.9)])
    assert (more.drivers_seat.verdict, more.drivers_seat.cause) == ("not_assessed", "part_missing")


def test_no_crop_of_it_is_made_as_its_file_would_look_whole(checker: Checker) -> None:
    with pytest.raises(CropError, match="missing or wrong, which a crop would hide: copy or download the photo again"):
        checker.crop(cut(portrait(), 0.6))


def test_a_whole_photo_is_judged_as_ever(checker: Checker) -> None:
    photo = load(encoded(portrait(), quality=92))
    assert photo.made_up is None
    causes = {one.cause for one in measure_all(checker.scene(photo)).values()}
    assert not causes & {"file_damaged", "part_missing", "detail_missing"}


def test_every_check_that_is_named_is_one() -> None:
    known = known_measures().keys()
    assert known >= _OF_THE_FILE
    assert all(any(check.startswith(name) for check in known) for name in _AROUND + _OF_DETAIL)
