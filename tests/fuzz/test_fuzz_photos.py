"""Thousands of damaged photos: each gives a report, in time, and nothing is written to standard error."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from fuzz.corpus import mutations, seeds

from headshot_check.app.server import running
from headshot_check.photo import load

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs an alarm")

PROGRAM = Path(__file__).with_name("fuzz_photos.py")
WORKERS = 2


def outcomes(first: int, count: int, *how: str) -> list[dict[str, Any]]:
    """What came of so many mutations, which two processes checked."""
    share = count // WORKERS
    started = [
        subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-W", "default", PROGRAM, str(first + share * k), str(share), *how],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for k in range(WORKERS)
    ]
    lines: list[dict[str, Any]] = []
    for process in started:
        said, wrong = process.communicate()
        own = [json.loads(line) for line in said.splitlines()]
        last = own[-1]["name"] if own else "the first"
        assert process.returncode == 0, f"died after {last}: {wrong[-2000:]}"
        assert wrong == "", f"on standard error: {wrong[:2000]}"
        assert len(own) == share
        lines += own
    return lines


def check(lines: list[dict[str, Any]]) -> None:
    assert [line for line in lines if line["outcome"].startswith("exception")] == []
    assert [line for line in lines if line["outcome"] == "check_failed"] == []
    assert [line for line in lines if line["cpu_s"] > 10] == []
    kinds = Counter(line["outcome"] for line in lines)
    assert kinds["damaged"] > 0.05 * len(lines)
    assert kinds["retake"] > 0.05 * len(lines)


def test_the_seeds_are_of_every_kind_and_read() -> None:
    assert len(seeds()) >= 32
    kinds = {load(data).format for data in seeds().values()}
    assert kinds == {"JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF"}
    assert [name for name, data in seeds().items() if load(data).damaged or load(data).truncated] == []


def test_mutations_are_the_same_every_time() -> None:
    assert list(mutations(40, 20)) == list(mutations(0, 60))[40:]


def test_two_thousand_mutations() -> None:
    check(outcomes(0, 2000))


@pytest.mark.slow
def test_fifty_thousand_decodes() -> None:
    lines = outcomes(2000, 50_000, "decode")
    assert [line for line in lines if line["outcome"].startswith("exception") or line["cpu_s"] > 10] == []
    assert Counter(line["outcome"] for line in lines)["decoded"] > 0.2 * len(lines)


@pytest.mark.slow
def test_fifty_thousand_mutations() -> None:
    for first in range(2000, 52_000, 5000):
        check(outcomes(first, 5000))


def test_mutations_in_a_folder(tmp_path: Path) -> None:
    """Through the command line: a row for every file, and no exit but the documented ones."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, data in mutations(100_000, 100):
        (folder / f"{name}.jpg").write_bytes(data)
    command = [sys.executable, "-m", "headshot_check", "scan", folder, "--format", "jsonl", "--workers", "1", "--fresh"]
    done = subprocess.run([*command, "--out", tmp_path / "out"], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 100


def test_mutations_are_posted_to_the_page() -> None:
    with running(workers=1) as address:
        headers = {"authorization": f"Bearer {address.secret}"}
        with httpx.Client(base_url=address.origin, headers=headers, timeout=60, trust_env=False) as client:
            for name, data in mutations(200_000, 50):
                answer = client.post("/api/check", params={"name": f"{name}.jpg"}, content=data)
                assert answer.status_code < 500, (name, answer.text)
                if answer.status_code == 200:
                    assert answer.json()["report"]["verdict"] in ("ready", "usable", "retake", "unreadable")
