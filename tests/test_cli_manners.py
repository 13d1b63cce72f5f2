"""How the command line behaves: it loses no file, says what is wrong in one line, and its help reads as words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import IMAGES

ROOT = Path(__file__).parents[1]
GOOD, BACKLIT, TILTED = IMAGES / "soft_office.jpg", IMAGES / "backlit.jpg", IMAGES / "tilted.jpg"


def run(*arguments: Any, stdin: bytes = b"", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headshot_check", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=120, cwd=cwd, check=False)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err
    return subprocess.CompletedProcess(command, done.returncode, out, err)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "me.jpg"
    path.write_bytes(BACKLIT.read_bytes())
    return path


@pytest.mark.parametrize("force", [[], ["--force"]], ids=["plain", "force"])
@pytest.mark.parametrize(
    "arguments",
    [["check", "{photo}", "--overlay", "{photo}"], ["crop", "{photo}", "-o", "{photo}"]],
    ids=lambda a: a[0],
)
def test_a_photo_is_never_written_over(photo: Path, arguments: list[str], force: list[str]) -> None:
    before = photo.read_bytes()
    done = run(*(part.format(photo=photo) for part in arguments), *force)
    assert (done.returncode, done.stdout) == (2, "")
    assert "photo itself" in done.stderr
    assert photo.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["check", "{photo}", "--overlay", "{folder}/mine.jpg"], "mine.jpg"),
        (["crop", "{photo}", "-o", "{folder}/mine.jpg"], "mine.jpg"),
        (["crop", "{photo}", "{photo}", "-o", "{folder}/"], "me-2-linkedin.jpg"),
        (["scan", "{photo}", "--out", "{folder}"], "report.html"),
        (["scan", "{photo}", "--out", "{folder}"], "rows.csv"),
        (["scan", "{photo}", "--out", "{folder}"], "rows.jsonl"),
        (["scan", "{photo}", "--out", "{folder}"], "junit.xml"),
    ],
    ids=lambda part: part if isinstance(part, str) else part[0],
)
def test_what_is_there_is_kept_unless_force_is_said(
    photo: Path, tmp_path: Path, arguments: list[str], place: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    mine = folder / place
    mine.write_text("somebody's own work")
    command = [part.format(photo=photo, folder=folder) for part in arguments]
    done = run(*command)
    assert (done.returncode, done.stdout) == (2, "")
    assert place in done.stderr
    assert "--force" in done.stderr
    assert [path.name for path in folder.iterdir()] == [place]
    assert mine.read_text() == "somebody's own work"
    assert run(*command, "--force").returncode == 1
    assert mine.read_bytes() != b"somebody's own work"


@pytest.mark.skipif(sys.platform == "win32", reason="the words of POSIX")
@pytest.mark.parametrize("arguments", [["check", "--overlay"], ["crop", "-o"]])
def test_a_name_that_no_file_can_have_is_an_error_with_a_remedy(photo: Path, arguments: list[str]) -> None:
    command, option = arguments
    name = f"{'x' * 300}.jpg"
    done = run(command, str(photo), option, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"headshot-check: {name}: cannot be written to (File name too long): choose another place or name\n"
    )


def test_a_scan_writes_over_its_own_reports(photo: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = run("scan", photo, "--out", tmp_path / "out")
        assert (done.returncode, done.stderr) == (1, "")
    assert "report.html" in done.stdout


def test_the_overlay_says_where_it_is(photo: Path, tmp_path: Path) -> None:
    assert f"Overlay: {tmp_path / 'drawn.jpg'}" in run("check", photo, "--overlay", tmp_path / "drawn.jpg").stdout


@pytest.mark.parametrize("command", [["check"], ["rank"], ["scan"], ["crop", "-o", "out.jpg"]], ids=lambda c: c[0])
@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("nobody.jpg", "there is no such file"),
        ("", "there is no such file"),
        ("holiday/*.jpg", "matches this pattern"),
        ("https://example.org/me.jpg", "nothing is fetched from the web"),
    ],
)
def test_what_is_missing_takes_one_line(tmp_path: Path, command: list[str], name: str, cause: str) -> None:
    done = run(*command, name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"""headshot-check: {name or "''"}: """)
    assert cause.replace("such file", "such") in line
    assert line.count("ownload") == ("example.org" in name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("arguments", [["rank", "."], ["crop", "{name}", "-o", "out.jpg"], ["check", "{name}"]])
def test_no_escape_sequence_of_a_name_reaches_the_terminal(tmp_path: Path, arguments: list[str]) -> None:
    name = "me\x1b[31m\n\u202e.jpg"
    (tmp_path / name).write_bytes(b"no photo")
    done = run(*(argument.format(name=name) for argument in arguments), cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert r"me\x1b[31m\x0a\u202e.jpg: the content is text" in done.stderr


def test_among_others_the_missing_one_is_named_and_the_rest_is_done() -> None:
    done = run("check", GOOD, "nobody.jpg")
    assert "READY" in done.stdout
    assert "1 unreadable" in done.stdout
    assert done.stderr.splitlines() == ["headshot-check: nobody.jpg: there is no such file. Check the path."]


def test_standard_input_has_a_name() -> None:
    assert run("check", "-", stdin=GOOD.read_bytes()).stdout.startswith("<stdin> ")
    for command in (["check", "-"], ["crop", "-", "-o", "never.jpg"]):
        done = run(*command, stdin=b"no picture")
        assert done.stderr.startswith("headshot-check: <stdin>: ")


def _pages(*path: str) -> list[tuple[str, ...]]:
    """Every command's path, by the help's own lists."""
    text = run(*path, "--help").stdout
    names = re.findall(r"^  (\w+)  ", text.partition("\nCommands:\n")[2], re.MULTILINE)
    return [path] + [page for name in names for page in _pages(*path, name)]


def test_help_reads_as_words() -> None:
    pages = _pages()
    assert {"check", "scan", "crop", "rank", "app", "doctor"} <= {path[0] for path in pages if path}
    for path in pages:
        text = run(*path, "--help").stdout
        assert not re.search(r"<[a-z]+[ >\[|]|\(dynamic\)|default: \(|x>=|<=x|…|[a-z]\.\.\.\n", text), text


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "x.jpg", "--format", "jsn"],
        ["scan", ".", "--engine", "rya"],
        ["scan", ".", "--workers", "two"],
        ["scan", ".", "--workers", "0"],
        ["scan", ".", "--time-limit", "soon"],
        ["check", "x.jpg", "--overlay", ""],
        ["crop", "x.jpg", "-o", ""],
        ["scan", ".", "--out", ""],
        ["crop", "x.jpg", "-o", "y.jpg", "--size", "9"],
        ["app", "--port", "99999"],
    ],
    ids=" ".join,
)
def test_a_bad_value_is_answered_in_words(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert arguments[-1] in done.stderr
    assert not re.search(r"Value error|Input should|unable to parse", done.stderr)


def test_a_path_in_a_commands_place_is_answered_with_the_command(tmp_path: Path) -> None:
    assert "headshot-check check me.jpg" in run("me.jpg").stderr
    assert f"headshot-check scan {tmp_path}" in run(tmp_path).stderr
    assert "'check'" in run("chekc").stderr


def test_quiet_says_only_what_is_not_ready() -> None:
    done = run("check", GOOD, BACKLIT, "-q")
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"{BACKLIT}: retake ")
    assert (done.returncode, done.stderr) == (1, "")
    assert run("check", GOOD, "--quiet").stdout == ""
    scanned = run("scan", GOOD, BACKLIT, "-q").stdout.splitlines()
    assert [line.partition(": ")[0] for line in scanned] == [str(BACKLIT)]
    assert run("rank", BACKLIT, GOOD, "-q").stdout == f"{GOOD}\n"


@pytest.mark.parametrize("command", ["check", "scan"])
def test_github_annotations(command: str, tmp_path: Path) -> None:
    odd = tmp_path / "100%, me.jpg"
    odd.write_bytes(BACKLIT.read_bytes())
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    lines = run(command, GOOD, odd, broken, TILTED, "--format", "github").stdout.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::error", "::warning"]
    assert f"file={tmp_path}/100%25%2C me.jpg,title=retake" in lines[0]
    assert "%0A1. " in lines[0]
    assert "1. " not in lines[0].partition("%0A")[0]


@pytest.mark.parametrize("command", ["check", "scan"])
def test_sarif_has_a_rule_for_each_result(command: str, tmp_path: Path) -> None:
    broken = tmp_path / "bro ken.jpg"
    broken.write_bytes(b"no picture")
    log = json.loads(run(command, GOOD, BACKLIT, broken, "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    (one,) = log["runs"]
    rules, results = one["tool"]["driver"]["rules"], one["results"]
    assert all(set(rule) == {"id", "shortDescription"} for rule in rules)
    assert [rules[result["ruleIndex"]]["id"] for result in results] == [result["ruleId"] for result in results]
    by_rule = {result["ruleId"]: result for result in results}
    assert by_rule["lighting.backlight"]["level"] == "error"
    assert by_rule["lighting.backlight"]["properties"]["value"] > 1
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    assert places[-1].startswith("file:///")
    assert places[-1].endswith("/bro%20ken.jpg")
    assert by_rule["file.readable"]["message"]["text"]


def test_json_of_one_photo_has_a_point_a_line() -> None:
    text = run("check", BACKLIT, "--format", "json").stdout
    assert re.search(r"^ +\[0\.\d+, 0\.\d+\],?$", text, re.MULTILINE)
    assert json.loads(text)["source"] == str(BACKLIT)
    assert not re.search(r"^ +-?\d+\.\d+,?$", text, re.MULTILINE)


def test_crop_names_the_verdict_that_check_names(tmp_path: Path) -> None:
    for name in ("tilted", "crown_cut_off", "face_too_small", "soft_office"):
        source = IMAGES / f"{name}.jpg"
        checked = json.loads(run("check", source, "--format", "json").stdout)
        cropped = json.loads(run("crop", source, "-o", tmp_path / f"{name}.jpg", "--format", "json").stdout)
        assert cropped["before"] == {"verdict": checked["verdict"], "score": checked["score"]}
    text = run("crop", TILTED, "-o", tmp_path / "again.jpg").stdout
    assert "Wrong in the crop: " in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the folder that a process stands in")
@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["check", "me.jpg"], 2, "me.jpg: there is no such file"),
        (["scan", "."], 2, ".: there is no such folder or file"),
        (["policy", "list"], 0, ""),
    ],
)
def test_a_folder_that_is_gone_is_no_fault(tmp_path: Path, arguments: list[str], status: int, says: str) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    program = "import os, sys; os.chdir(sys.argv[1]); os.rmdir(sys.argv[1]); os.execv(sys.argv[2], sys.argv[2:])"
    command = [sys.executable, "-c", program, gone, sys.executable, "-m", "headshot_check", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False)
    assert says in done.stderr


def test_a_fault_of_the_program_is_not_taken_for_a_retake() -> None:
    program = (
        "import sys; from headshot_check import cli; sys.argv[1:] = ['check', 'me.jpg']\n"
        "def broken(plain): raise LookupError('unforeseen')\n"
        "cli._check = broken; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=120, check=False, text=True)
    assert done.returncode == 2
    assert "LookupError: unforeseen" in done.stderr
    assert "please report it" in done.stderr


@pytest.mark.parametrize("command", ["check", "crop"])
def test_a_measure_that_fails_on_one_photo_ends_no_run(tmp_path: Path, command: str) -> None:
    program = f"""
import sys
from headshot_check import checker, cli
whole = checker.Checker.scene
def scene(self, photo):
    if "backlit" in photo.source:
        raise LookupError("unforeseen")
    return whole(self, photo)
checker.Checker.scene = scene
sys.argv[1:] = ["{command}", "--format", "jsonl", {str(BACKLIT)!r}, {str(GOOD)!r}, *sys.argv[1:]]
cli.main()
"""
    more = ["-o", tmp_path] if command == "crop" else []
    done = subprocess.run(
        [sys.executable, "-c", program, *more], capture_output=True, timeout=120, check=False, text=True
    )
    assert done.returncode == 2
    failed, good = map(json.loads, done.stdout.splitlines())
    assert "the check itself failed (LookupError: unforeseen)" in json.dumps(failed)
    assert "unforeseen" not in json.dumps(good)
    assert "Traceback" not in done.stderr
