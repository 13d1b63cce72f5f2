"""The command line: exit status, clean JSON, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from fixture_photos import ROOT, fixture, fixtures
from hostile import make_hostile_files
from PIL import Image

from headshot_check import __version__, schema

FLAGSHIP = fixture("drivers_seat_selfie")
GOOD = next(each.path for each in fixtures() if each.truth["verdict"] == "ready")


def run(*arguments: str | Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "headshot_check", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, cwd=ROOT, check=False)


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout.decode().strip()) == (0, f"headshot-check {__version__}")


def test_retake_is_exit_1_and_says_so() -> None:
    done = run("check", FLAGSHIP)
    text = done.stdout.decode()
    assert done.returncode == 1
    assert "RETAKE" in text
    assert "car" in text
    assert "\x1b[" not in text
    assert done.stderr == b""


def test_ready_is_exit_0() -> None:
    done = run("check", GOOD)
    assert done.returncode == 0, done.stdout.decode()
    assert "READY" in done.stdout.decode()


def test_json_is_one_object_and_nothing_else() -> None:
    done = run("check", FLAGSHIP, "--format", "json")
    document = json.loads(done.stdout)
    jsonschema.validate(document, dict(schema()))
    assert (document["verdict"], document["drivers_seat"]["verdict"]) == ("retake", "likely")
    assert {cue["name"] for cue in document["drivers_seat"]["cues"] if cue["region"]} >= {"seat_belt", "headrest"}
    assert done.stderr == b""


def test_jsonl_keeps_every_photo_in_order(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jpg"
    empty.write_bytes(b"")
    done = run("check", GOOD, empty, FLAGSHIP, "--format", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["source"] for row in rows] == [str(GOOD), str(empty), str(FLAGSHIP)]
    assert [row["verdict"] for row in rows] == ["ready", "unreadable", "retake"]
    assert done.returncode == 1


def test_several_photos_as_json_are_an_array() -> None:
    assert len(json.loads(run("check", GOOD, FLAGSHIP, "--format", "json").stdout)) == 2


def test_standard_input() -> None:
    done = run("check", "-", "--format", "json", stdin=FLAGSHIP.read_bytes())
    document = json.loads(done.stdout)
    assert (document["source"], document["verdict"], done.returncode) == ("-", "retake", 1)


def test_unreadable_standard_input_is_named_as_it_was_given() -> None:
    done = run("check", "-", "--format", "json", stdin=b"no picture")
    document = json.loads(done.stdout)
    assert (document["source"], document["verdict"], done.returncode) == ("-", "unreadable", 2)


@pytest.mark.parametrize("name", ["out.jpg", "out.png"])
def test_overlay_is_a_picture(tmp_path: Path, name: str) -> None:
    done = run("check", FLAGSHIP, "--overlay", tmp_path / name)
    assert done.returncode == 1
    with Image.open(tmp_path / name) as image:
        assert min(image.size) >= 600


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "{missing}"],
        ["check", "{good}", "{good}", "--overlay", "x.jpg"],
        ["check", "{good}", "--overlay", "no/such/folder/x.jpg"],
        ["check", "{good}", "--overlay", "x.docx"],
        ["check", "{good}", "--policy", "nobodys"],
        ["check", "{good}", "--format", "xml"],
        ["check", "-", "-"],
        ["chekc"],
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_what_cannot_be_done_is_exit_2_in_words(arguments: list[str]) -> None:
    done = run(*(argument.format(good=GOOD, missing="no such photo.jpg") for argument in arguments), stdin=b"")
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 2, said
    assert said.strip()
    assert "Traceback" not in said


def test_hostile_files_alone_and_together(tmp_path: Path) -> None:
    files = make_hostile_files(tmp_path)
    done = run("check", *(path for path, _ in files), "--format", "jsonl")
    assert b"Traceback" not in done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(files)
    for row, (path, expected) in zip(rows, files, strict=True):
        assert (row["verdict"] == "unreadable") == (expected != "ok"), path.name
    unreadable = next(path for path, expected in files if expected != "ok")
    alone = run("check", unreadable)
    assert alone.returncode == 2
    assert unreadable.name in alone.stdout.decode()


def test_reader_that_leaves_early_is_no_error() -> None:
    command = f'"{sys.executable}" -m headshot_check check "{GOOD}" "{GOOD}" --format jsonl | head -c 10'
    done = subprocess.run(command, shell=True, capture_output=True, timeout=120, cwd=ROOT, check=False)
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr
