"""A scan that is killed again and again, its workers or itself, has in the end the rows of one that was left alone."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from fixture_photos import fixtures
from PIL import Image

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc, signals")
SHOTS = 24


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Photos, each with a content of its own."""
    folder = tmp_path / "photos"
    folder.mkdir()
    pictures = [Image.open(each.path).convert("RGB") for each in fixtures()[:8]]
    for number in range(SHOTS):
        picture = pictures[number % len(pictures)]
        picture.save(folder / f"{number}.jpg", quality=80 + number // len(pictures))
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder


def begin(photos: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "headshot_check", "scan", photos.name, "--workers", "2", "--out", str(out)]
    return subprocess.Popen(command, cwd=photos.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def ended(scan: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Exit status, and what was said on standard error."""
    _, said = scan.communicate(timeout=300)
    return scan.returncode, said.decode()


def rows(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "rows.jsonl").read_text(encoding="utf-8").splitlines()]


def workers_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [
            int(child)
            for path in Path(f"/proc/{pid}/task").glob("*/children")
            for child in path.read_text(encoding="ascii").split()
        ]
    return []


def kill_somebody(scan: subprocess.Popen[bytes], dice: random.Random) -> None:
    """After a moment, or while the reports are written: the scan itself, or one of its workers."""
    if dice.random() < 0.6:
        time.sleep(dice.uniform(0.2, 2.5))
        workers = workers_of(scan.pid)
        victim = dice.choice(workers) if workers and dice.random() < 0.7 else scan.pid
    else:
        victim = scan.pid
        out = Path(scan.args[-1])  # type: ignore[index]
        while scan.poll() is None and not list(out.glob(".*.part")):
            time.sleep(0.002)
        time.sleep(dice.uniform(0, 0.03))
    with suppress(ProcessLookupError):
        if scan.poll() is None or victim != scan.pid:
            os.kill(victim, signal.SIGKILL)


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_kills_cost_no_row(photos: Path, tmp_path: Path, rounds: int) -> None:
    alone = tmp_path / "alone"
    assert ended(begin(photos, alone)) == (2, "")  # one is no picture
    expected = rows(alone)
    assert len(expected) == SHOTS + 1
    dice = random.Random(rounds)
    for number in range(rounds):
        out = tmp_path / f"out {number % 4}"  # so that some begin anew, and others go on
        scan = begin(photos, out)
        for _ in range(dice.choice((1, 1, 2, 4))):
            if scan.poll() is None:
                kill_somebody(scan, dice)
        killed, said = ended(scan)
        assert killed in (2, -signal.SIGKILL), said
        assert "Traceback" not in said
        if killed == 2:  # only workers were killed: it came to its end by itself
            assert rows(out) == expected
        assert ended(begin(photos, out)) == (2, "")
        assert rows(out) == expected, f"round {number}"
        assert not list(out.glob(".*.part"))
