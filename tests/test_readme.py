"""Every sample of the README runs as it is printed, and what the README prints is what it gives."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from fixture_photos import IMAGES

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
COMMANDS = [line.partition("  #")[0].strip() for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
PYTHON = [text for kind, text in BLOCKS if kind == "python"]
PRINTED = [text for kind, text in BLOCKS if kind == "text"]
ELSEWHERE = {
    "python3 -m venv": "the two set-up commands: .ci/run",
    "source ": "the shell's own",
    "headshot-check app": "a server: tests/app",
    "curl ": "asks that server: tests/app",
    "headshot-check scan --watch": "never ends: tests/scan/test_watch.py",
    "headshot-check desktop": "changes the desktop: tests/test_desktop.py",
    "headshot-check scan --engine ray": "a cluster: tests/scan/test_ray.py",
}
"""how a command begins that is not run here, and where it is"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all that the samples name, from which headshot-check is found."""
    selfie, good, tilted = (IMAGES / f"{name}.jpg" for name in ("drivers_seat_selfie", "soft_office", "tilted"))
    for folder, photos in (("", [selfie]), ("shots", [good, tilted]), ("photos", [selfie, good]), ("more", [tilted])):
        (tmp_path / folder).mkdir(exist_ok=True)
        for photo in photos:
            shutil.copy(photo, tmp_path / folder / ("me.jpg" if folder == "" else photo.name))
    (tmp_path / "mine.toml").write_text('title = "Mine"\nextend = "linkedin"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def run_here(command: str) -> bool:
    return not command.startswith(tuple(ELSEWHERE))


@pytest.mark.skipif(sys.platform == "win32", reason="the samples are written for sh")
def test_every_command_runs(desk: Path) -> None:
    commands = [command for command in COMMANDS if run_here(command)]
    assert len(commands) >= 12
    for command in commands:
        done = subprocess.run(command, shell=True, capture_output=True, timeout=120, text=True, check=False)
        assert done.returncode in (0, 1), (command, done.stderr)
        assert done.stderr == "", command
        assert done.stdout, command


def test_what_is_not_run_here_is_still_in_the_readme() -> None:
    for start in ELSEWHERE:
        assert any(command.startswith(start) for command in COMMANDS), start


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_every_piece_of_python_runs(desk: Path, number: int) -> None:
    for package in ("ray", "mediapipe", "pandas"):
        if re.search(rf"^(?:import|from) (?:\w+\.)*{package}", PYTHON[number], re.MULTILINE):
            pytest.skip(f"{package} has an environment of its own")
    code = ["-W", "error", "-c", PYTHON[number]]
    done = subprocess.run([sys.executable, *code], capture_output=True, timeout=120, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_report_is_printed_as_it_is() -> None:
    command = [sys.executable, "-m", "headshot_check", "check", "fixtures/images/drivers_seat_selfie.jpg"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert done.stdout.decode().strip() == PRINTED[0].strip()


def test_the_scan_is_printed_as_it_is(desk: Path) -> None:
    command = [sys.executable, "-m", "headshot_check", "scan", "fixtures/images"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    expected, given = PRINTED[1].strip().splitlines(), done.stdout.decode().splitlines()
    assert expected[-1] == "..."
    timed = re.compile(r" {2,}(LinkedIn.*) [\d.]+ s$")
    for mine, theirs in zip(expected[:-1], given, strict=False):
        assert timed.sub(r" \1", mine) == timed.sub(r" \1", theirs)
