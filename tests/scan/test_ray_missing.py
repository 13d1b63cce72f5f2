"""A cluster's scan where the extra `ray` is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fixture_photos import IMAGES, ROOT

from headshot_check import load_policy
from headshot_check.scan.ray.cluster import RayError, check_dataset, scan_with_ray
from headshot_check.scan.ray.remote import local_path


@pytest.fixture
def without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)


def test_the_library_names_the_extra(without_ray: None, tmp_path: Path) -> None:
    with pytest.raises(RayError, match=r"pip install 'headshot-check\[ray\]'"):
        check_dataset(None)
    with pytest.raises(RayError, match=r"pip install 'headshot-check\[ray\]'"):
        scan_with_ray([str(IMAGES)], load_policy("linkedin"), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_the_command_names_the_extra(tmp_path: Path) -> None:
    code = "import sys; sys.modules['ray'] = None; from headshot_check.cli import main; main()"
    line = [sys.executable, "-c", code, "scan", "--engine", "ray", str(IMAGES), "--out", str(tmp_path / "out")]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "pip install 'headshot-check[ray]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("photos", "photos"),
        ("/photos/100 %/a:b", "/photos/100 %/a:b"),
        ("s3://bucket/folder", None),
        ("gs://bucket", None),
        ("memory://folder", None),
    ],
)
def test_urls_are_told_from_folders(source: str, path: str | None) -> None:
    assert local_path(source) == path


def test_a_windows_drive_is_no_url() -> None:
    assert local_path(r"C:\photos") == r"C:\photos"
