"""The whole path: the right verdict on the fixtures, the same one however a photo comes in."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from fixture_photos import Fixture, fixture, fixtures
from hostile import encoded, exif_block, make_hostile_files, turned
from PIL import Image

from headshot_check import Checker, PhotoError, PhotoLimits, Report, check, schema
from headshot_check.photo import Photo

FLAGSHIP = fixture("drivers_seat_selfie")
GOOD = next(each for each in fixtures() if each.truth["verdict"] == "ready" and not each.truth["in_car"])


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


@pytest.mark.parametrize("each", fixtures(), ids=lambda each: each.name)
def test_fixture_gets_its_verdict(each: Fixture, checker: Checker) -> None:
    report = checker.check(each.path)
    jsonschema.validate(report.to_dict(), dict(schema()))
    bad = {finding.check: finding.message for finding in report.findings if finding.status in ("warn", "fail")}
    assert report.verdict == each.truth["verdict"], (bad, report.score)
    assert set(each.truth["expect"]) <= set(bad), bad
    assert len([face for face in report.faces if face.main]) == 1


@pytest.mark.parametrize("each", fixtures(), ids=lambda each: each.name)
def test_fixture_is_in_a_car_or_not(each: Fixture, checker: Checker) -> None:
    seat = checker.check(each.path).drivers_seat
    assert seat.probability is not None
    if each.truth["in_car"]:
        assert seat.verdict in ("likely", "possible"), seat.probability
    else:
        assert seat.verdict == "unlikely", seat.probability


def test_flagship_shows_belt_and_headrest_where_they_are(checker: Checker) -> None:
    report = checker.check(FLAGSHIP)
    assert (report.verdict, report.drivers_seat.verdict) == ("retake", "likely")
    truth = next(each for each in fixtures() if each.path == FLAGSHIP).truth["regions"]
    for name in ("seat_belt", "headrest"):
        cue = next(cue for cue in report.drivers_seat.cues if cue.name == name)
        assert cue.region is not None
        x0, y0, x1, y1 = cue.region.bounds
        xs, ys = zip(*(point for polygon in truth[name] for point in polygon), strict=True)
        assert min(x1, max(xs)) > max(x0, min(xs)), name
        assert min(y1, max(ys)) > max(y0, min(ys)), name
    assert report.retake[0].startswith("Get out of the car")


def test_most_fixtures_in_a_car_are_likely(checker: Checker) -> None:
    cars = [each for each in fixtures() if each.truth["in_car"]]
    likely = [each.name for each in cars if checker.check(each.path).drivers_seat.verdict == "likely"]
    assert len(likely) >= 0.7 * len(cars), likely


@pytest.mark.parametrize("path", [FLAGSHIP, GOOD.path], ids=lambda path: path.stem)
def test_same_report_from_path_bytes_stream_image_and_array(path: Path, checker: Checker) -> None:
    data = path.read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        pixels = np.asarray(image.convert("RGB"))
        sources: list[Any] = [str(path), data, io.BytesIO(data), image, pixels]
        reports = [checker.check(source) for source in sources]
    for report in reports[1:]:
        _assert_agree(reports[0], report, exact=True)


@pytest.mark.parametrize("path", [FLAGSHIP, GOOD.path], ids=lambda path: path.stem)
def test_same_report_for_the_eight_exif_orientations(path: Path, checker: Checker) -> None:
    with Image.open(path) as image:
        upright = np.asarray(image.convert("RGB"))
    twins = [
        checker.check(encoded(turned(upright, orientation), "PNG", exif=exif_block(orientation)))
        for orientation in range(1, 9)
    ]
    for twin in twins[1:]:
        _assert_agree(twins[0], twin, exact=True)


def test_large_jpeg_agrees_with_its_pixels(checker: Checker) -> None:
    """A scaled decode and a full one must tell the same story."""
    with Image.open(FLAGSHIP) as image:
        large = image.convert("RGB").resize((2560, 3200), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    large.save(file, "JPEG", quality=92)
    _assert_agree(checker.check(file.getvalue()), checker.check(np.asarray(large)), exact=False)


def _assert_agree(one: Report, other: Report, *, exact: bool) -> None:
    """Same verdicts, statuses and near-equal numbers; what only a file can know is left out."""
    assert (one.verdict, one.drivers_seat.verdict, one.retake) == (
        other.verdict,
        other.drivers_seat.verdict,
        other.retake,
    )
    for finding in one.findings:
        twin = other.finding(finding.check)
        if finding.check.startswith("file."):
            continue
        assert finding.status == twin.status, finding.check
        if exact:
            assert finding.value == pytest.approx(twin.value, abs=1e-6), finding.check


def test_mirrored_twin_gets_the_same_verdicts(checker: Checker) -> None:
    for path in (FLAGSHIP, GOOD.path):
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
        one, other = checker.check(pixels), checker.check(np.ascontiguousarray(pixels[:, ::-1]))
        assert (one.verdict, one.drivers_seat.verdict) == (other.verdict, other.drivers_seat.verdict)


def test_hostile_files_give_a_report_with_a_stable_code(tmp_path: Path, checker: Checker) -> None:
    files = make_hostile_files(tmp_path)
    assert len(files) >= 20
    for path, expected in files:
        report = checker.check(path)
        jsonschema.validate(report.to_dict(), dict(schema()))
        if expected == "ok":
            assert report.verdict != "unreadable", path.name
        else:
            assert (report.verdict, report.findings[0].cause) == ("unreadable", expected), path.name
            assert report.score is None
            assert report.retake


def test_check_many_yields_a_row_for_each_source(tmp_path: Path, checker: Checker) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    sources: list[Any] = [FLAGSHIP, tmp_path / "empty.jpg", tmp_path / "missing.jpg", 7, GOOD.path]
    verdicts = [report.verdict for report in checker.check_many(sources)]
    assert verdicts == ["retake", "unreadable", "unreadable", "unreadable", "ready"]


def test_larger_decode_that_fails_is_a_row_like_any_other(monkeypatch: pytest.MonkeyPatch, checker: Checker) -> None:
    def fails(*_: object) -> None:
        raise PhotoError("damaged", "me.jpg", "the larger decode failed")

    monkeypatch.setattr(Photo, "detail", fails)
    with Image.open(GOOD.path) as image:
        frame = Image.new("RGB", (4032, 3024), (128, 128, 128))
        frame.paste(image.convert("RGB"), (1700, 1200))
    report = checker.check(encoded(frame))
    assert (report.verdict, report.findings[0].cause) == ("unreadable", "damaged")


@pytest.mark.parametrize("wrong", [7, np.zeros((4, 4)), None], ids=["int", "floats", "none"])
def test_what_is_no_photo_at_all_is_refused(wrong: Any, checker: Checker) -> None:
    with pytest.raises(PhotoError) as caught:
        checker.check(wrong)
    assert caught.value.code == "bad_input"


def test_no_face_is_told_apart_from_a_bad_one(checker: Checker) -> None:
    report = checker.check(np.full((600, 600, 3), 180, np.uint8))
    assert report.finding("faces.found").value == "nobody"
    assert report.verdict == "retake"
    assert report.faces == ()
    assert report.drivers_seat.verdict == "not_assessed"
    assert report.drivers_seat.cause == "no_face"
    assert {finding.cause for finding in report.not_checked} >= {"no_face"}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_picture_on_its_side_is_told(turns: int, checker: Checker) -> None:
    with Image.open(GOOD.path) as image:
        pixels = np.ascontiguousarray(np.rot90(np.asarray(image.convert("RGB")), turns))
    report = checker.check(pixels)
    assert report.finding("faces.found").value == "rotated"
    assert report.edits == ("Rotate the picture upright: the picture lies on its side or upside down.",)


def test_face_that_is_far_is_told_to_be_small(checker: Checker) -> None:
    with Image.open(GOOD.path) as image:
        small = image.convert("RGB").resize((80, 100), Image.Resampling.LANCZOS)
    frame = Image.new("RGB", (1400, 1050), (130, 135, 140))
    frame.paste(small, (600, 500))
    report = checker.check(frame)
    assert (
        report.finding("framing.inter_eye_distance").status == "fail" or report.finding("faces.found").status == "fail"
    )
    assert report.verdict == "retake"


def test_threads_share_one_checker(checker: Checker) -> None:
    expected = checker.check(FLAGSHIP).to_dict()
    results: list[dict[str, Any]] = []

    def work() -> None:
        results.extend(checker.check(FLAGSHIP).to_dict() for _ in range(2))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(result == expected for result in results)


@pytest.mark.parametrize("threads", [0, -1])
def test_threads_below_one_are_refused(threads: int) -> None:
    with pytest.raises(ValueError, match="threads must be 1 or more"):
        Checker(threads=threads)


@pytest.mark.parametrize(("name", "value"), [("max_bytes", -1), ("max_pixels", "10"), ("min_side", True)])
def test_limits_that_are_none_are_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{name} must be a whole number"):
        PhotoLimits(**{name: value})
    with pytest.raises(ValueError, match="limits must be PhotoLimits"):
        Checker(limits=value)


def test_closed_checker_opens_again() -> None:
    checker = Checker()
    before = checker.check(FLAGSHIP).to_dict()
    checker.close()
    assert checker.check(FLAGSHIP).to_dict() == before


def test_check_is_the_shared_checker() -> None:
    assert check(FLAGSHIP).to_dict() == Checker().check(FLAGSHIP).to_dict()


def test_a_changed_policy_file_counts_from_the_next_check(tmp_path: Path) -> None:
    policy = tmp_path / "own.toml"
    for least, verdict in ((10, "ready"), (5000, "retake"), (10, "ready")):
        policy.write_text(f"[checks.'file.short_side']\nfail_below = {least}\n", encoding="utf-8")
        assert check(GOOD.path, policy=policy).verdict == verdict
