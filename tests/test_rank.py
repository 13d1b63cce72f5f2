"""Ranking: the best shot first, the others with the reason why they lost."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fixture_photos import fixture
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter
from report_factory import report, unreadable
from rich.console import Console

from headshot_check import Checker, Finding, PhotoError, rank
from headshot_check.advice.ranking import RankedPhoto, losses, rank_reports
from headshot_check.checker import rank_photos
from headshot_check.file_names import photos_in
from headshot_check.policy import load_policy
from headshot_check.report import Limits, Report
from headshot_check.views.terminal.ranking_page import render_ranking
from headshot_check.words import WORDS

LINKEDIN = load_policy("linkedin")
GOOD = fixture("soft_office")


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def shot(blur: float = 0.0, light: float = 1.0) -> NDArray[np.uint8]:
    with Image.open(GOOD) as image:
        picture = image.convert("RGB").filter(ImageFilter.GaussianBlur(blur))
        return np.asarray(ImageEnhance.Brightness(picture).enhance(light))


def finding(check: str, value: float | bool | str, status: str = "pass") -> Finding:
    return Finding(check, status, "", value, limits=LINKEDIN.rules[check].limits)  # type: ignore[arg-type]


def made(name: str, *findings: Finding, verdict: str = "ready", score: int = 100) -> Report:
    return report(source=name, verdict=verdict, score=score, findings=findings, retake=())


def ranked(*reports: Report) -> list[RankedPhoto]:
    return list(rank_reports(reports, LINKEDIN))


@pytest.mark.parametrize(("folders", "whole"), [(("shots", "shots"), False), (("shots", "others"), True)])
def test_a_long_folder_that_all_share_is_said_once(folders: tuple[str, str], whole: bool) -> None:
    paths = [f"/home/somebody/pictures/2026/{folder}/{at}.jpg" for at, folder in enumerate(folders)]
    stream = io.StringIO()
    render_ranking(ranked(*map(made, paths)), LINKEDIN, console=Console(file=stream, width=60))
    *rows, last = stream.getvalue().split("\n\n")
    assert ("…" in rows[0]) is whole
    assert ("2 photos in /home/somebody/pictures/2026/shots" in " ".join(last.split())) is not whole
    stream = io.StringIO()
    render_ranking(ranked(made("a/1.jpg"), made("a/2.jpg")), LINKEDIN, console=Console(file=stream, width=60))
    assert "a/1.jpg" in stream.getvalue()  # short ones stay as they can be typed


def test_softer_and_darker_shots_come_later_and_are_told_so(checker: Checker) -> None:
    order = rank_photos([shot(blur=1.6), shot(), shot(light=0.45)], checker)
    assert [one.place for one in order] == [1, 2, 3]
    assert (order[0].report.to_dict()) == checker.check(shot()).to_dict()
    reasons = {one.because[0].partition(".")[0]: one.reason for one in order[1:]}
    assert set(reasons) == {"sharpness", "lighting"}
    assert "softer" in reasons["sharpness"] or "blurred" in reasons["sharpness"]
    assert "dimly lit" in reasons["lighting"]


def test_closed_eyes_lose_with_their_reason() -> None:
    shut = made("b.jpg", finding("eyes.opening", 0.05, "fail"), verdict="retake", score=50)
    first, second = ranked(shut, made("a.jpg", finding("eyes.opening", 0.3)))
    assert (first.source, second.source) == ("a.jpg", "b.jpg")
    assert second.reason == "eyes closed"
    assert second.because == ("eyes.opening",)


def test_within_the_limits_the_better_shot_still_wins() -> None:
    sharp = made("sharp.jpg", finding("sharpness.face_blur", 0.6), finding("eyes.opening", 0.31))
    soft = made("soft.jpg", finding("sharpness.face_blur", 1.8), finding("eyes.opening", 0.31))
    first, second = ranked(soft, sharp)
    assert first.source == "sharp.jpg"
    assert second.reason == "softer than #1"


def test_what_was_not_assessed_in_the_best_is_no_reason() -> None:
    colours = finding("colour.saturation", 44.0)
    grey = replace(colours, status="not_assessed", value=None, cause="black_and_white")
    first, second = ranked(made("colour.jpg", colours), made("grey.jpg", grey))
    assert first.source == "grey.jpg"
    assert second.because == ()
    rich = made("rich.jpg", finding("colour.saturation", 56.0, "warn"), verdict="usable", score=70)
    assert ranked(rich, made("grey.jpg", grey))[1].because == ("colour.saturation",)


def test_how_likely_a_car_is_is_no_reason_while_it_is_not() -> None:
    near, far = (made(f"{value}.jpg", finding("car.drivers_seat", value)) for value in (0.12, 0.0))
    assert ranked(near, far)[1].because == ()


def test_smile_decides_between_equals_only() -> None:
    serious = made("serious.jpg", finding("mouth.smile", 0.0), finding("lighting.dark", 1.0))
    smiling = made("smiling.jpg", finding("mouth.smile", 0.07), finding("lighting.dark", 1.0))
    warned = made("warned.jpg", finding("mouth.smile", 0.09), verdict="usable", score=98)
    first, second, third = ranked(warned, serious, smiling)
    assert (first.source, second.source, third.source) == ("smiling.jpg", "serious.jpg", "warned.jpg")
    assert second.reason == "less of a smile than #1"


def test_equals_keep_their_order() -> None:
    twins = [made(f"{name}.jpg", finding("lighting.dark", 1.0)) for name in "cab"]
    order = ranked(*twins)
    assert [one.source for one in order] == ["c.jpg", "a.jpg", "b.jpg"]
    assert order[1].reason == "as good as #1"


def test_unreadable_shots_are_rows_and_come_last() -> None:
    order = ranked(unreadable(), made("a.jpg"))
    assert [(one.place, one.source) for one in order] == [(1, "a.jpg"), (None, "me.jpg")]
    assert order[1].reason == "cannot be read: the file is empty"
    assert order[1].points is None
    assert [one.place for one in ranked(unreadable())] == [None]
    assert rank_reports([], LINKEDIN) == ()


def test_best_of_bad_shots_says_what_is_wrong_with_it() -> None:
    (only,) = ranked(made("a.jpg", finding("eyes.opening", 0.05, "fail"), verdict="retake", score=50))
    assert only.reason == "the best of these, though eyes closed"


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 5), st.floats(0, 3))
def test_points_never_rise_as_a_defect_grows(value: float, more: float) -> None:
    for check in ("sharpness.face_blur", "lighting.dark", "framing.offset", "lighting.balance"):
        limits = LINKEDIN.rules[check].limits

        def lost(at: float, check: str = check, limits: Limits = limits) -> float:
            status = "fail" if at > (limits.fail_above or 99) else "warn" if at > (limits.warn_above or 99) else "pass"
            return losses(made("a.jpg", finding(check, at, status)), LINKEDIN)[check]

        assert lost(value) <= lost(value + more)


@settings(deadline=None, max_examples=60)
@given(st.floats(-1, 1))
def test_nearness_is_a_share(value: float) -> None:
    for limits in (
        Limits(),
        Limits(warn_above=0.5),
        Limits(warn_below=0.5),
        Limits(warn_below=-0.5, warn_above=0.5),
        Limits(warn_below=0.0),
        Limits(fail_above=0.2),
    ):
        assert 0 <= limits.nearness(value) <= 1


def test_words_are_of_checks_and_others_have_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "lighting.dark", replace(WORDS["lighting.dark"], wrong="", less=""))
    near, warned = finding("lighting.dark", 2.5), finding("lighting.dark", 3.0, "warn")
    fine = made("a.jpg", finding("lighting.dark", 0.1))
    assert ranked(fine, made("b.jpg", near))[1].reason == "worse face brightness than #1"
    assert ranked(fine, made("b.jpg", warned, verdict="usable"))[1].reason == "a problem with face brightness"


def test_folder_is_read_in_natural_order_and_only_photos(tmp_path: Path, checker: Checker) -> None:
    for name in ("IMG_10.jpg", "IMG_2.jpg", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(GOOD.read_bytes())
    (tmp_path / "broken.png").write_bytes(b"")
    (tmp_path / "below.jpg").mkdir()
    assert [Path(path).name for path in photos_in(tmp_path)] == ["broken.png", "IMG_2.jpg", "IMG_10.jpg"]
    order = rank(tmp_path)
    assert [Path(one.source).name for one in order] == ["IMG_2.jpg", "IMG_10.jpg", "broken.png"]


def test_folder_without_photos_is_said(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="no photos in this folder"):
        rank(tmp_path)


def test_shots_come_as_anything_that_check_takes() -> None:
    data = GOOD.read_bytes()
    order = rank([data, io.BytesIO(data), str(GOOD)])
    assert [one.source for one in order] == ["<bytes>", "<stream>", str(GOOD)]


def test_rows_as_plain_data(checker: Checker) -> None:
    for one in rank_photos([GOOD, b"no picture"], checker):
        row = json.loads(json.dumps(one.to_dict()))
        assert set(row) == {
            "place",
            "source",
            "verdict",
            "score",
            "points",
            "reason",
            "because",
            "drivers_seat",
            "findings",
        }
