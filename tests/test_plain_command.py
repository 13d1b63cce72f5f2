"""A plain command line is read without Typer, and as Typer reads it."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys

import pytest
from fixture_photos import ROOT, fixture
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from headshot_check.cli import checking
from headshot_check.cli.arguments import Format
from headshot_check.cli.commands import app
from headshot_check.cli.plain import CheckRequest, read_plain

FLAGSHIP = fixture("drivers_seat_selfie")
# the command's own words, in and out of place, and names of all kinds
WORDS = st.one_of(
    st.sampled_from(["check", "me.jpg", "-", "--", "-h", "--help", "--version", "json", "jsonl", "xml", "resume"]),
    st.sampled_from(["-v", "-vv", "-vx", "--verbose", "--verbose=1", "--format", "--format=json", "--format=xml"]),
    st.sampled_from(["--format=", "-format", "--policy", "--policy=resume", "--pol", "--policy-x"]),
    st.sampled_from(["--overlay", "--overlay=o.jpg", "--overlay="]),
)
NAMES = st.text(st.characters(codec=None, exclude_characters="\0"), max_size=4)


def read_by_typer(arguments: list[str]) -> CheckRequest | None:
    """What Typer has `check` do; None when it ends otherwise."""
    asked: list[CheckRequest] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "check_photos", lambda request: asked.append(request) or 0)
        CliRunner().invoke(app, arguments)
    return asked[0] if asked else None


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS | NAMES, max_size=5))
def test_what_is_read_plainly_is_what_typer_reads(rest: list[str]) -> None:
    plain = read_plain(["check", *rest], windows=False)
    if plain is not None:
        assert plain == read_by_typer(["check", *rest])


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["me.jpg"], CheckRequest(["me.jpg"])),
        (["-"], CheckRequest(["-"])),
        (["a.jpg", "-v", "b.jpg", "--format", "jsonl"], CheckRequest(["a.jpg", "b.jpg"], Format.jsonl, verbose=True)),
        (["--policy=resume", "a=b.jpg"], CheckRequest(["a=b.jpg"], policy="resume")),
        (["a.jpg", "--policy", "resume", "--policy", "--x"], CheckRequest(["a.jpg"], policy="--x")),
        (["a.jpg", "--overlay", "o.jpg", "--format=json"], CheckRequest(["a.jpg"], Format.json, overlay="o.jpg")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_plain_command_lines(arguments: list[str], asked: CheckRequest) -> None:
    assert read_plain(["check", *arguments], windows=False) == asked
    assert read_by_typer(["check", *arguments]) == asked


@pytest.mark.parametrize(
    "line",
    ["", "check", "check a.jpg --help", "check a.jpg --format xml", "check a.jpg --policy", "check -- a.jpg", "scan a"],
)
def test_the_rest_is_left_to_typer(line: str) -> None:
    assert read_plain(line.split()) is None


@pytest.mark.parametrize("name", ["*.jpg", "~/a.jpg", "%TEMP%\\a.jpg", "$HOME/a.jpg", "a?.jpg", "[ab].jpg"])
def test_what_windows_expands_is_left_to_typer(name: str) -> None:
    assert read_plain(["check", name], windows=True) is None
    assert read_plain(["check", name], windows=False) == CheckRequest([name])


def loaded_by(*arguments: str) -> set[str]:
    code = (
        f"import json, sys\nsys.argv = {['headshot-check', *arguments]!r}\nimport headshot_check.cli as cli\n"
        "try:\n    cli.main()\nfinally:\n    print('LOADED', json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    return {name.partition(".")[0] for name in json.loads(done.stdout.rpartition("LOADED ")[2])}


def test_a_plain_check_loads_no_typer() -> None:
    loaded = loaded_by("check", str(FLAGSHIP))
    assert "ai_edge_litert" in loaded
    assert not loaded & {"typer", "pydantic", "click", "rich"}


def test_the_version_loads_nothing() -> None:
    assert not loaded_by("--version") & {"typer", "pydantic", "click", "rich", "numpy", "cv2"}


def test_only_the_command_touches_garbage_collection() -> None:
    code = "import gc, headshot_check; headshot_check.Checker; print(gc.isenabled(), gc.get_freeze_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    frozen = subprocess.run(
        [sys.executable, "-c", "import gc; print(gc.get_freeze_count())"], capture_output=True, text=True, check=True
    )  # Python 3.12 begins with some hundred
    assert done.stdout.split() == ["True", frozen.stdout.strip()]


def test_garbage_is_collected_again_when_photos_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from headshot_check import cli

    enabled: list[bool] = []
    monkeypatch.setattr(checking, "check_photos", lambda request: enabled.append(gc.isenabled()) or 0)
    monkeypatch.setattr(sys, "argv", ["headshot-check", "check", "me.jpg"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    gc.unfreeze()
    assert (end.value.code, enabled) == (0, [True])


def test_interrupted_ends_as_under_typer() -> None:
    code = (
        "import sys\nfrom headshot_check import cli\nfrom headshot_check.cli import checking\n"
        "def end(request): raise KeyboardInterrupt\nchecking.check_photos = end\ncli.main()"
    )
    for arguments in (["check", "me.jpg"], ["check", "--", "me.jpg"]):  # plain; by Typer
        line = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
        assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("module", ["headshot_check.cli.plain", "headshot_check.checker", "numpy"])
@pytest.mark.parametrize("arguments", [["check", "me.jpg"], ["check", "--", "me.jpg"]], ids=["plain", "typer"])
def test_ctrl_c_while_modules_are_loaded_shows_no_traceback(module: str, arguments: list[str]) -> None:
    code = (
        "import os, signal, sys\n"
        "class Pressed:\n"
        "    def find_spec(self, name, *rest):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "from headshot_check.cli import main\nmain()"
    )
    line = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert done.stderr == ""
    assert done.returncode in (-signal.SIGINT, 130)
