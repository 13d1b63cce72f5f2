"""The man page and the completions are those of the help, and the shell completes by them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig

import pytest
from fixture_photos import ROOT

PACKAGING = ROOT / "packaging"
MAN_PAGE = PACKAGING / "man" / "headshot-check.1"
pytestmark = pytest.mark.release


def test_they_are_up_to_date() -> None:
    command = [sys.executable, str(PACKAGING / "from_help.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("man"), reason="man is not on this machine")
def test_man_has_no_complaint() -> None:
    done = subprocess.run(
        ["man", "--warnings", "--local-file", str(MAN_PAGE)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "headshot-check scan [OPTION]... FOLDER|PHOTO..." in done.stdout


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not on this machine")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [("sc", ["scan"]), ("do", ["doctor"]), ("check --pol", ["--policy"]), ("policy s", ["show"]), ("crop me", [])],
)
def test_bash_completes(typed: str, offered: list[str]) -> None:
    words = ["headshot-check", *typed.split()]
    script = (
        f"source {PACKAGING / 'completions' / 'headshot-check'}; COMP_WORDS=({' '.join(words)}); "
        f"COMP_CWORD={len(words) - 1}; _headshot_check_completion headshot-check; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PATH": path},
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (offered, "")
