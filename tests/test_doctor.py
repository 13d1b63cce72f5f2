"""`headshot-check doctor` says that all is in order when it is, and what is broken, with the remedy, when it is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import ROOT

from headshot_check.doctor import examination, examine
from headshot_check.nets.runtime import registry

SRC = ROOT / "src" / "headshot_check"


def run(code: str, *arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, after some code."""
    program = f"import sys; {code}; from headshot_check.cli import main; sys.argv[0] = 'headshot-check'; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120, check=False, cwd=home,
        env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": "", "PYTHONUTF8": "1", **environment},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    return document


def test_all_is_in_order(tmp_path: Path) -> None:
    done = run("0", "doctor", "--format", "json", home=tmp_path)
    found = told(done)
    assert (done.returncode, done.stderr, found["ok"], found["problems"]) == (0, "", True, [])
    assert {one["name"]: one["sha256"] for one in found["networks"]} == {
        name: entry["sha256"] for name, entry in registry().items()
    }
    assert {"JPEG", "HEIC", "AVIF", "WEBP"} <= {one["name"] for one in found["formats"] if one["error"] is None}
    assert {"numpy", "pillow", "ai-edge-litert"} <= {one["name"] for one in found["packages"]}
    assert found["trial"]["seconds"] > 0
    assert found["cache"] == {"folder": os.path.join("~", ".cache", "headshot-check"), "bytes": 0, "writable": True}  # noqa: PTH118
    assert str(tmp_path) not in done.stdout  # what is shown to strangers has no user's name in it
    page = run("0", "doctor", home=tmp_path).stdout
    assert "all is in order" in page.splitlines()[0]
    assert registry()["car"]["sha256"][:12] in page


@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize("harm", ["damaged", "missing", "no registry"])
def test_a_network_that_is_not_the_right_one(tmp_path: Path, harm: str, format: str) -> None:
    shutil.copytree(SRC, tmp_path / "site" / "headshot_check", ignore=shutil.ignore_patterns("__pycache__"))
    weights = tmp_path / "site" / "headshot_check" / "nets" / "weights"
    if harm == "damaged":
        (weights / "car.tflite").write_bytes((weights / "car.tflite").read_bytes()[:-1] + b"?")
    else:
        (weights / ("registry.toml" if harm == "no registry" else "car.tflite")).unlink()
    done = run("0", "doctor", "--format", format, home=tmp_path, PYTHONPATH=str(tmp_path / "site"))
    assert done.returncode == 2
    said = " ".join(done.stdout.split())
    assert {"damaged": "car: its file is damaged", "missing": "not there"}.get(harm, "registry.toml") in said
    assert "einstall" in said
    if format == "json" and harm != "no registry":
        assert [one["name"] for one in told(done)["networks"] if one["error"]] == ["car"]


@pytest.mark.parametrize(("module", "package"), [("pillow_heif", "pillow-heif"), ("numpy", "numpy"), ("cv2", "opencv")])
def test_a_package_that_cannot_be_imported(tmp_path: Path, module: str, package: str) -> None:
    done = run(f"sys.modules[{module!r}] = None", "doctor", "--format", "json", home=tmp_path)
    found = told(done)
    assert done.returncode == 2
    (one,) = (one for one in found["packages"] if one["error"] and one["name"].startswith(package))
    assert "cannot be imported" in one["error"]
    assert any(f"pip install '{one['name']}>=" in problem for problem in found["problems"])
    assert run(f"sys.modules[{module!r}] = None", "doctor", home=tmp_path).returncode == 2


def test_a_package_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["numpy>=99", "nobody-has-it>=1", "tomli; python_version < '3'", "pyarrow; extra == 'parquet'"]
    monkeypatch.setattr(examination, "requires", lambda name: lines)
    found = examine()
    assert [one.name for one in found.packages] == ["numpy", "nobody-has-it"]
    assert found.problems[1] == "nobody-has-it: it is not installed. Remedy: pip install 'nobody-has-it>=1'"
    assert "is installed. Remedy: pip install 'numpy>=99'" in found.problems[0]


def test_extras_are_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"numpy": "2.0", "pyarrow": None, "opencv-python": "4.10"}
    monkeypatch.setattr(examination, "requires", lambda name: ["numpy>=1", "pyarrow; extra == 'parquet'"])
    monkeypatch.setattr(examination, "_version", lambda package: there.get(package))
    found = examine()
    assert found.ok
    assert {one.name: one.missing for one in found.extras} == {"parquet": ("pyarrow",), "ray": (), "mediapipe": ()}
    assert found.notes[0].startswith("opencv-python brings cv2 as well")


def test_the_policy_of_this_folder(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[tool.headshot-check]\nextend = "resume"\n', encoding="utf-8")
    assert "pyproject.toml" in told(run("0", "doctor", "--format", "json", home=tmp_path))["policy"]
    project.write_text("[tool.headshot-check]\nextend = \n", encoding="utf-8")
    done = run("0", "doctor", home=tmp_path)
    assert done.returncode == 2
    assert "pyproject.toml" in done.stdout


@pytest.mark.parametrize("fault", ["a file", "a folder that may not be entered"])
def test_a_cache_that_cannot_be_kept_is_a_note(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "cache" / "headshot-check"
    if fault == "a file":
        place.parent.write_text("a file where the folder should be")
    else:

        def refused(self: Path) -> bool:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "exists", refused)
        monkeypatch.setattr(Path, "is_dir", refused)
    monkeypatch.setattr("headshot_check.scan.kept.cache_folder.cache_folder", lambda: place)
    assert examination._cache() == examination.Cache(str(place), 0, False)
