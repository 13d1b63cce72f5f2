"""A checker with a time limit: what can be stopped is checked and cropped in workers, all else here."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fixture_photos import fixture
from PIL import Image

from headshot_check import Checker, CropError, PhotoError, Report
from headshot_check.nets.backend import LiteRTBackend
from headshot_check.photo import PhotoLimits
from headshot_check.workers import process

PHOTO = fixture("drivers_seat_selfie")


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch) -> Checker:
    """One in whose workers the names of tests/scan/misbehaving.py do what they say."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "scan"))
    monkeypatch.setattr(process, "_RUN", f"import misbehaving; {process._RUN}")
    return Checker(time_limit_s=8)


def cause(report: Report) -> str | None:
    return report.findings[0].cause


def test_what_takes_too_long_is_said_and_the_next_photo_is_checked(
    checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Checker().check(PHOTO)
    (tmp_path / "hangs-1.jpg").write_bytes(PHOTO.read_bytes())
    monkeypatch.chdir(tmp_path)
    late = checker.check("hangs-1.jpg")
    with pytest.raises(PhotoError) as caught:
        checker.crop("hangs-1.jpg")
    many = list(checker.check_many(["hangs-1.jpg", PHOTO]))
    assert (late.verdict, late.source, cause(late)) == ("unreadable", "hangs-1.jpg", "timed_out")
    assert caught.value.code == "timed_out"
    assert [cause(report) for report in many][:1] == ["timed_out"]
    assert many[1] == plain == checker.check(PHOTO)
    checker.close()
    assert checker.check(PHOTO) == plain


def test_the_answers_are_those_of_a_checker_without(checker: Checker) -> None:
    plain, data = Checker(), PHOTO.read_bytes()
    with Image.open(PHOTO) as image:
        pixels = np.asarray(image.convert("RGB"))
        for source in (PHOTO, str(PHOTO), data, pixels, image, b"no picture", "nothing.jpg"):
            assert checker.check(source) == plain.check(source)
    assert checker.check(io.BytesIO(data)) == plain.check(io.BytesIO(data))
    mine, theirs = checker.crop(PHOTO, "github"), plain.crop(PHOTO, "github")
    assert (mine.pixels == theirs.pixels).all()
    assert (mine.to_dict(), mine._jpeg) == (theirs.to_dict(), theirs._jpeg)
    other = checker.with_policy("id-photo")
    assert other.check(PHOTO) == plain.with_policy("id-photo").check(PHOTO)
    checker.close()
    assert other.check(PHOTO) == plain.with_policy("id-photo").check(PHOTO)


def test_errors_are_those_of_a_checker_without(checker: Checker) -> None:
    with pytest.raises(PhotoError) as caught:
        checker.check(7)  # type: ignore[arg-type]
    assert caught.value.code == "bad_input"
    with pytest.raises(CropError, match="poster"):
        checker.crop(PHOTO, "poster")
    with pytest.raises(PhotoError) as caught:
        checker.crop("nothing.jpg")
    assert (caught.value.code, caught.value.source) == ("not_found", "nothing.jpg")


def test_limits_hold_in_the_workers() -> None:
    strict = Checker(time_limit_s=60, limits=PhotoLimits(max_bytes=1000))
    assert cause(strict.check(PHOTO)) == "too_many_bytes"


def test_what_cannot_be_stopped_is_refused() -> None:
    with pytest.raises(ValueError, match="no time limit"):
        Checker(backend=LiteRTBackend(), time_limit_s=5)
    with pytest.raises(ValueError, match="86,400"):
        Checker(time_limit_s=float("inf"))


def test_a_checker_without_a_limit_loads_no_pool() -> None:
    code = "import sys; from headshot_check import Checker; Checker(); print('headshot_check.workers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
