"""Nothing that the limits let through takes a gigabyte or ten seconds of CPU."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.bombs import MORE, QUICK

PROGRAM = """
import json, os, resource, sys
from headshot_check import Checker
checker = Checker()
spent = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
before = spent()
report = checker.check(sys.argv[1])
cause = report.findings[0].cause if report.verdict == "unreadable" else None
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1024)
if sys.platform == "linux":  # there it begins with the memory of the process that started this one
    status = open("/proc/self/status").read()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps({"cause": cause, "cpu_s": spent() - before, "peak_mb": peak}))
"""
REFUSED = {None, "damaged", "too_many_pixels", "too_many_bytes", "unsupported_format", "not_an_image"}


def cost(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", PROGRAM, path], capture_output=True, text=True, check=False)
    path.unlink()
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert said["cause"] in REFUSED
    assert said["cpu_s"] < 10
    assert said["peak_mb"] < 1000


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the resource module")


@pytest.mark.parametrize("name", QUICK)
def test_bombs(name: str, tmp_path: Path) -> None:
    cost(QUICK[name](), tmp_path / "bomb")


@pytest.mark.slow
@pytest.mark.parametrize("name", MORE)
def test_more_bombs(name: str, tmp_path: Path) -> None:
    cost(MORE[name](), tmp_path / "bomb")
