"""The command line: exit status, clean JSON, no traceback."""

from __future__ import annotations

import json
import shutil
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


def run(*arguments: str | Path, stdin: bytes | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "headshot_check", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, cwd=cwd, check=False)


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout.decode().strip()) == (0, f"headshot-check {__version__}")


@pytest.mark.parametrize("command", ["check", "scan", "rank"])
def test_a_file_that_begins_with_a_dash_is_told_how_to_be_named(tmp_path: Path, command: str) -> None:
    shutil.copy(GOOD, tmp_path / "-dash.jpg")
    done = run(command, "-dash.jpg", cwd=tmp_path)
    assert done.returncode == 2
    assert b"No such option: -dash.jpg. If it is a file, write ./-dash.jpg or put -- before it." in done.stderr
    assert run(command, "--", "-dash.jpg", cwd=tmp_path).returncode == 0
    assert run(command, "./-dash.jpg", cwd=tmp_path).returncode == 0
    assert b"No such option: --fromat" in run(command, "--fromat", cwd=tmp_path).stderr


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import json, sys\nsys.argv = ['headshot-check', 'crop', '--help']\nimport headshot_check.cli as cli\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    print('LOADED', json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout.rpartition("LOADED ")[2])}
    assert not loaded & {"cv2", "numpy", "PIL", "ai_edge_litert"}


def test_a_jpeg_is_checked_without_pillow_and_without_networks_that_nothing_hints_at() -> None:
    code = (
        f"import sys\nsys.argv = ['headshot-check', 'check', {str(GOOD)!r}]\nimport headshot_check.cli as cli\n"
        "from headshot_check.nets import runtime\nread, opened = runtime._read_weights, []\n"
        "runtime._read_weights = lambda name: opened.append(name) or read(name)\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    print('PIL' in sys.modules, *opened)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    pillow, *opened = done.stdout.splitlines()[-1].split()
    assert pillow == "False"
    assert {"face_short", "car", "action_hint", "medium"} <= set(opened)
    assert not {"action", "hand", "car_places", "car_glance", "face_full"} & set(opened)


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
    assert done.returncode == 2


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
        ["crop", "{good}"],
        ["crop", "{good}", "-o", "{good}"],
        ["crop", "{good}", "-o", "x.gif"],
        ["crop", "{good}", "{good}", "-o", "x.jpg"],
        ["crop", "{good}", "-o", "x.jpg", "--target", "poster"],
        ["crop", "{missing}", "-o", "x.jpg"],
        ["crop", "{good}", "-o", "x.jpg", "--size", "3"],
        ["rank", "{missing}"],
        ["rank", "tests"],
        ["policy", "show", "nobodys"],
        ["policy", "list", "--format", "toml"],
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


def test_project_policy_counts_where_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.headshot-check]\npolicy = "team-page"\n', encoding="utf-8")
    assert json.loads(run("check", GOOD, "--format", "json", cwd=tmp_path).stdout)["policy"] == "team-page"
    named = run("check", GOOD, "--format", "json", "--policy", "linkedin", cwd=tmp_path)
    assert json.loads(named.stdout)["policy"] == "linkedin"
    (tmp_path / "pyproject.toml").write_text('[tool.headshot-check]\npolice = "resume"\n', encoding="utf-8")
    done = run("check", GOOD, cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'policy'" in done.stderr.decode()


def test_policies_are_listed_and_shown(tmp_path: Path) -> None:
    names = {row["name"] for row in json.loads(run("policy", "list", "--format", "json").stdout)}
    assert names >= {"linkedin", "resume", "team-page", "id-photo"}
    assert "résumé" in run("policy", "list").stdout.decode()
    shown = run("policy", "show", "id-photo")
    assert "framing.head_height" in shown.stdout.decode()
    assert max(len(line) for line in shown.stdout.decode().splitlines()) <= 80
    start = run("policy", "show", "resume", "--format", "toml")
    (tmp_path / "mine.toml").write_bytes(start.stdout)
    mine = json.loads(run("policy", "show", tmp_path / "mine.toml", "--format", "json").stdout)
    assert mine["name"] == "resume"


def test_crop_says_what_it_did_and_writes_it(tmp_path: Path) -> None:
    done = run("crop", GOOD, "-o", tmp_path / "me.jpg", "--size", "400", "--format", "json")
    document = json.loads(done.stdout)
    jsonschema.validate(document["report"], dict(schema()))
    assert (done.returncode, document["crop"]["size"]) == (0, [400, 400])
    with Image.open(tmp_path / "me.jpg") as image:
        assert image.size == (400, 400)
    text = run("crop", GOOD, "-o", tmp_path / "me.png", "--target", "resume")
    assert (text.returncode, text.stderr) == (0, b"")
    assert "READY" in text.stdout.decode()
    assert "PNG" in text.stdout.decode()


def test_several_photos_are_cropped_into_a_folder(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    done = run("crop", GOOD, broken, FLAGSHIP, GOOD, "-o", tmp_path / "out", "--format", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["source"] for row in rows] == [str(GOOD), str(broken), str(FLAGSHIP), str(GOOD)]
    assert (rows[1]["error"], done.returncode) == ("empty", 2)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        [f"{GOOD.stem}-linkedin.jpg", f"{GOOD.stem}-2-linkedin.jpg", f"{FLAGSHIP.stem}-linkedin.jpg"]
    )


def test_standard_input_is_cropped(tmp_path: Path) -> None:
    done = run("crop", "-", "-o", tmp_path / "me.jpg", "--format", "json", stdin=GOOD.read_bytes())
    assert json.loads(done.stdout)["source"] == "-"
    assert (tmp_path / "me.jpg").is_file()


def test_ranking_has_a_row_for_every_file(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(FLAGSHIP.read_bytes())
    (tmp_path / "2.jpg").write_bytes(GOOD.read_bytes())
    (tmp_path / "3.jpg").write_bytes(b"no picture")
    text = run("rank", tmp_path)
    assert text.returncode == 2
    lines = text.stdout.decode().splitlines()
    assert lines[0].startswith("1 ✓")
    assert "2.jpg" in lines[0]
    assert "taken in a car" in lines[1]
    assert "cannot be read" in lines[2]
    rows = [json.loads(line) for line in run("rank", tmp_path, "--format", "jsonl").stdout.splitlines()]
    assert [row["place"] for row in rows] == [1, 2, None]


@pytest.mark.parametrize(
    ("photos", "status"),
    [("gg", 0), ("gr", 1), ("gu", 2), ("ru", 2)],
)
def test_every_command_ends_with_the_same_status(tmp_path: Path, photos: str, status: int) -> None:
    """Good, retake and unreadable photos."""
    content = {"g": GOOD.read_bytes(), "r": FLAGSHIP.read_bytes(), "u": b"no picture"}
    folder = tmp_path / "photos"
    folder.mkdir()
    paths = [folder / f"{number}.jpg" for number in range(len(photos))]
    for path, kind in zip(paths, photos, strict=True):
        path.write_bytes(content[kind])
    ends = {
        command: run(*command.split(), *named, cwd=tmp_path).returncode
        for command, named in {
            "check": paths,
            "crop -o crops/": paths,
            "rank": [folder],
            "scan --workers 1 --out report": [folder],
        }.items()
    }
    assert set(ends.values()) == {status}, ends


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
    assert unreadable.name in alone.stderr.decode()
