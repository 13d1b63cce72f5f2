"""benchmarks/speed/scan_folder.py in small: nothing is lost and next to nothing done twice, whatever kills the scan."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from fixture_photos import fixture

from benchmarks.speed.scan_folder import Runs, make_folder, measure

PHOTOS = [fixture(name) for name in ("soft_office", "drivers_seat_selfie", "backlit")]

posix = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and names of POSIX")


@posix
def test_folder_has_what_it_says(tmp_path: Path) -> None:
    made = make_folder(tmp_path, 200, PHOTOS, (64, 96))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 200
    assert made.photos + made.passed_over == 200
    assert made.unreadable > 0


@posix
def test_kill_and_resume_in_small(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    made = make_folder(tmp_path / "photos", 14, PHOTOS, (64, 120), seed=3)
    checked = measure(tmp_path, tmp_path / "photos", made, workers=1, kills=1, seed=1)
    assert checked.faults == []
    assert Runs(tmp_path / "photos", tmp_path / "cache-one", 1).done() <= made.photos


@posix
@pytest.mark.slow
def test_three_kills_of_three_hundred_files(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    made = make_folder(tmp_path / "photos", 300, PHOTOS, (64, 240))
    assert measure(tmp_path, tmp_path / "photos", made, workers=2, kills=3).faults == []
