"""`Checker.check_many`: any number of photos, by one process or several, with the same reports."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import cv2
import numpy as np
import pytest
from fixture_photos import fixture, fixtures
from hostile import encoded
from PIL import Image

from headshot_check import Checker, Report
from headshot_check.nets.backend import LiteRTBackend
from headshot_check.photo import PhotoLimits, Source
from headshot_check.report import check_failed

PHOTOS = [each.path for each in fixtures()][:6]


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def same(first: Report, second: Report) -> bool:
    """Equal as JSON: a process with fewer threads adds up in another order and differs in the ninth digit."""
    return first.to_dict() == second.to_dict()


def every_kind_of_source(folder: Path) -> list[Source]:
    data = PHOTOS[0].read_bytes()
    text = folder / "note.jpg"
    text.write_text("no picture", encoding="utf-8")
    image = Image.open(PHOTOS[1])
    lazy = Image.open(io.BytesIO(PHOTOS[2].read_bytes()))
    wrong: Any = 5
    return [
        PHOTOS[0],
        str(PHOTOS[1]),
        data,
        bytearray(data),
        memoryview(data),
        io.BytesIO(data),
        image,
        lazy,
        np.asarray(image.convert("RGB")),
        text,
        folder / "not there.jpg",
        "a\0b",
        folder,
        b"",
        data[: len(data) // 3],
        wrong,
        io.StringIO("text"),  # type: ignore[list-item]
        np.zeros((4, 4), np.uint8),
    ]


def test_every_kind_of_source_has_the_report_that_one_process_gives(checker: Checker, tmp_path: Path) -> None:
    here = list(checker.check_many(every_kind_of_source(tmp_path)))
    there = list(checker.check_many(every_kind_of_source(tmp_path), workers=2))
    assert [report.source for report in there] == [report.source for report in here]
    for one, other in zip(here, there, strict=True):
        assert same(one, other), one.source


@pytest.mark.parametrize("workers", [1, 2])
def test_reports_come_in_order_from_an_endless_iterable(checker: Checker, workers: int) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        data = encoded(Image.open(PHOTOS[0]).resize((160, 200)))
        while True:
            taken += 1
            yield data if taken % 3 else b"no picture"

    reports = checker.check_many(endless(), workers=workers)
    verdicts = [next(reports).verdict == "unreadable" for _ in range(12)]
    assert verdicts == [False, False, True] * 4
    assert taken <= 12 + 4 * workers
    reports.close()  # type: ignore[attr-defined]


def test_as_they_are_done_gives_each_report_once(checker: Checker) -> None:
    paths = [str(path) for path in PHOTOS]
    assert sorted(r.source for r in checker.check_many(paths, workers=2, ordered=False)) == sorted(paths)


def workers_alive() -> set[str]:
    """The worker processes of this process, where the system tells."""
    lists = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
    return {pid for pid in " ".join(lists).split() if b"workers.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_closing_the_iterator_early_ends_the_workers(checker: Checker) -> None:
    before = workers_alive()  # another test's pool may not be forgotten yet
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        reports = checker.check_many([PHOTOS[0]] * 50, workers=2)
        next(reports)
        assert workers_alive() > before or not Path("/proc/self/task").is_dir()
        reports.close()  # type: ignore[attr-defined]
    assert workers_alive() <= before


def test_what_the_source_raises_is_raised(checker: Checker) -> None:
    def broken() -> Iterator[Path]:
        yield PHOTOS[0]
        raise RuntimeError("the list ends")

    for workers in (1, 2):
        with pytest.raises(RuntimeError, match="the list ends"):
            list(checker.check_many(broken(), workers=workers))


def test_relative_paths_are_those_of_the_caller(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = checker.check_many([PHOTOS[0].name, PHOTOS[1].name] * 8, workers=2)
    monkeypatch.chdir(PHOTOS[0].parent)
    assert [next(reports).source, next(reports).source] == [PHOTOS[0].name, PHOTOS[1].name]
    monkeypatch.chdir(os.sep)
    assert {report.verdict == "unreadable" for report in list(reports)[:6]} == {False}


def test_limits_and_policy_hold_in_the_workers_too(tmp_path: Path) -> None:
    strict = Checker("id-photo", limits=PhotoLimits(max_pixels=1000))
    (report,) = strict.check_many([PHOTOS[0]], workers=2)
    assert (report.findings[0].cause, report.policy) == ("too_many_pixels", "id-photo")


def test_bad_arguments_are_refused_at_once(checker: Checker) -> None:
    with pytest.raises(ValueError, match="workers"):
        checker.check_many([], workers=0)
    pixels = np.zeros((9, 9, 3), np.uint8)
    for one in (PHOTOS[0], str(PHOTOS[0]), b"bytes", io.BytesIO(b"bytes"), pixels, Image.fromarray(pixels), None):
        with pytest.raises(ValueError, match="give a list"):
            checker.check_many(one)  # type: ignore[arg-type]
    assert [one.verdict for one in checker.check_many(pixels[None])] == ["unreadable"]  # a stack of one
    with pytest.raises(ValueError, match="time limit"):
        checker.check_many([], workers=2, time_limit_s=-1)
    with pytest.raises(ValueError, match="backend"):
        Checker(backend=LiteRTBackend()).check_many([], workers=2)


def test_nothing_to_check_starts_nothing(checker: Checker) -> None:
    assert list(checker.check_many([], workers=2)) == []


def test_a_checker_with_another_policy_shares_the_networks(checker: Checker) -> None:
    other = checker.with_policy("id-photo")
    assert other.check(fixture("backlit")).to_dict() == Checker("id-photo").check(fixture("backlit")).to_dict()
    assert checker.policy.name == "linkedin"


def test_a_fault_in_a_measure_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Checker()
    checked = Checker.check

    def check(self: Checker, source: Source) -> Report:
        if source == "bad.jpg":
            raise ZeroDivisionError("division by zero")
        return checked(self, source)

    monkeypatch.setattr(Checker, "check", check)
    bad, good = broken.check_many(["bad.jpg", PHOTOS[0]])
    assert (bad.source, bad.verdict, bad.findings[0].cause) == ("bad.jpg", "unreadable", "check_failed")
    assert good.verdict != "unreadable"


def no_memory(*_: object, **__: object) -> NoReturn:
    raise MemoryError


@pytest.mark.parametrize("where", ["headshot_check.checker.report_on", "headshot_check.photo.decode"])
def test_too_little_memory_is_said_of_the_photo(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    checker = Checker()
    with monkeypatch.context() as patch:
        patch.setattr(where, no_memory)
        for report in (checker.check(PHOTOS[0]), *checker.check_many([PHOTOS[0]])):
            finding = report.findings[0]
            assert (report.verdict, finding.cause) == ("unreadable", "out_of_memory")
            needs = "checking it needs more memory than there is. Check a smaller copy of it, or use fewer workers."
            assert finding.message == f"{PHOTOS[0]}: {needs}"
    assert checker.check(PHOTOS[0]).verdict != "unreadable"


def test_opencv_has_an_error_of_its_own_for_too_little_memory() -> None:
    error = cv2.error("OpenCV(4.13.0) alloc.cpp:73: error: (-4:Insufficient memory) Failed to allocate 9 bytes")
    assert check_failed("me.jpg", error).code == "out_of_memory"
    assert check_failed("me.jpg", ValueError("no")).code == "check_failed"
