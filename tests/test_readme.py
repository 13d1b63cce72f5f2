"""Every sample of README and docs runs as it is printed, and what they print is what the program prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs_samples import PAGES, Block, blocks, commands, lay_out
from fixture_photos import ROOT

from headshot_check import PolicyError, load_policy
from headshot_check.measures import SUBJECTS

ELSEWHERE = {
    "python3 -m venv": "the two set-up commands: .ci/run",
    "source ": "the shell's own",
    "headshot-check app": "a server: tests/app",
    "curl ": "asks that server: tests/app",
    "headshot-check scan --watch": "never ends: tests/scan/test_watch.py, tests/test_examples.py",
    "headshot-check desktop": "changes the desktop: tests/test_desktop.py",
    "headshot-check scan --engine ray": "a cluster: tests/scan/test_ray.py",
    "docker ": "needs a container engine: docs/platforms.md says what was tried",
}
"""how a command begins that is not run here, and where it is"""
PACKAGES = ("mediapipe", "pandas")
"""not among what the tests need; .ci/run runs pandas's where Ray brings it"""
_FOLDERS = (".", "benchmarks", "examples", "training", "fixtures/render")
BESIDE = sorted({page for folder in _FOLDERS for page in (ROOT / folder).glob("*.md")} - set(PAGES))
"""pages that are not on the site: their links are checked, their samples are not run"""
COMMANDS = commands()
PYTHON = blocks("python")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the samples find in their folder; one for all of them, as a reader has one."""
    with pytest.MonkeyPatch.context() as patch:
        yield lay_out(tmp_path_factory.mktemp("desk"), patch)


def run_here(command: str) -> bool:
    return not command.startswith(tuple(ELSEWHERE))


FIRST_SEEN = {command: page for page, command in reversed(COMMANDS) if run_here(command)}


@pytest.mark.skipif(sys.platform == "win32", reason="the samples are written for sh")
@pytest.mark.parametrize("page", sorted(set(FIRST_SEEN.values())))
def test_every_command_runs(desk: Path, page: str) -> None:
    for command in [command for command, of in FIRST_SEEN.items() if of == page][::-1]:
        for made in ("cropped.jpg", "marked.jpg", "out.jpg"):  # nothing is written over without --force
            (desk / made).unlink(missing_ok=True)
        done = subprocess.run(command, shell=True, capture_output=True, timeout=120, text=True, check=False)
        assert done.returncode in (0, 1), (command, done.stderr)
        assert done.stderr == "", command
        assert done.stdout or ">" in command, command


def test_what_is_not_run_here_is_still_in_the_docs() -> None:
    for start in ELSEWHERE:
        assert any(command.startswith(start) for _, command in COMMANDS), start


def names(block: Block) -> str:
    return f"{block.page}-{PYTHON.index(block)}"


@pytest.mark.parametrize("block", PYTHON, ids=names)
def test_every_piece_of_python_runs(desk: Path, block: Block) -> None:
    for package in PACKAGES:
        if re.search(rf"^(?:import|from) (?:\w+\.)*{package}", block.text, re.MULTILINE):
            pytest.importorskip(package, reason=f"{package} has an environment of its own")
    code = ["-W", "error", "-c", block.text]
    done = subprocess.run([sys.executable, *code], capture_output=True, timeout=120, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_policy_is_one(tmp_path: Path) -> None:
    policies = blocks("toml")
    assert len(policies) >= 2
    for block in policies:
        file = tmp_path / ("pyproject.toml" if "[tool." in block.text else "own.toml")
        file.write_text(block.text, encoding="utf-8")
        assert load_policy(file).rules


def test_the_mistake_in_a_policy_is_answered_as_the_docs_say(desk: Path) -> None:
    (block,) = (one for one in blocks("text") if "did you mean" in one.text)
    text = (desk / "acme.toml").read_text(encoding="utf-8")
    Path("wrong").mkdir()
    (desk / "wrong" / "acme.toml").write_text(text.replace("head_height", "head_hight"), encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load_policy("wrong/acme.toml")
    assert block.text.strip() == f"headshot-check: {str(refused.value).removeprefix(f'wrong{os.sep}')}".strip()


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "headshot_check", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False).stdout.decode()


def test_the_report_is_printed_as_it_is() -> None:
    printed = blocks("text", [ROOT / "README.md"])[0].text
    assert run("check", "fixtures/images/drivers_seat_selfie.jpg").strip() == printed.strip()


def test_the_scan_is_printed_as_it_is(desk: Path) -> None:
    (printed,) = (block.text for block in blocks("text") if "photos in fixtures/images" in block.text)
    expected, given = printed.strip().splitlines(), run("scan", "fixtures/images").splitlines()
    assert expected[-1] == "..."
    timed = re.compile(r" {2,}(LinkedIn.*) [\d.]+ s$")
    for mine, theirs in zip(expected[:-1], given, strict=False):
        assert timed.sub(r" \1", mine) == timed.sub(r" \1", theirs)


def test_the_readme_stays_short() -> None:
    text = PAGES[0].read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert re.findall(r"<!-- set-up: (\w+) -->", text) == ["check", "test"]


@pytest.mark.parametrize("page", [*PAGES, *BESIDE], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_of_the_project_leads_to_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    included = re.findall("<!-- file: (.+?) -->", text) if page in PAGES else []
    for target in re.findall(r"\]\(([^)#\s]+)", text) + included:
        place = ROOT / target if target.startswith("examples/") else (page.parent / target).resolve()
        made = place.parent == ROOT / "docs" / "explanation" / "checks" and place.stem in SUBJECTS
        assert place.exists() or made, target
