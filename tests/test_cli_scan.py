"""`headshot-check scan`: exit status, clean output, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from fixture_photos import fixture
from rich.console import Console

from headshot_check import load_policy, schema
from headshot_check.cli.arguments import ReportFormat
from headshot_check.cli.scan_run import ScanRequest, scan_locally
from headshot_check.scan.finished import Counts, ScanProblem
from headshot_check.scan.summary import BestShot, Frequency, NamedPhoto, Summary
from headshot_check.views.terminal.scan_page import render_counts, render_scan

GOOD, SELFIE = fixture("soft_office"), fixture("drivers_seat_selfie")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and names of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


def put(folder: Path, name: str, photo: Path | bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(photo if isinstance(photo, bytes) else photo.read_bytes())


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "LOCALAPPDATA": str(folder / "cache")}


def scan(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "headshot_check", "scan", "--workers", "1", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, timeout=120, cwd=folder.parent, env=environment(folder.parent), check=False
    )


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def test_text_is_a_summary(folder: Path) -> None:
    put(folder, "a.jpg", GOOD)
    put(folder, "sub/copy.jpg", GOOD)
    put(folder, "sub/selfie.jpg", SELFIE)
    put(folder, "broken.jpg", GOOD.read_bytes()[:300])
    put(folder, ".hidden.jpg", GOOD)
    put(folder, "notes.txt", b"not a picture")
    done = scan(folder, "photos")
    text = done.stdout.decode()
    assert done.returncode == 2, done.stderr.decode()
    assert done.stderr == b""
    for words in (
        "4 photos in photos",
        "1 likely taken in a car",
        "sub/selfie.jpg",
        "best of 2",
        "Cannot be read",
        "broken.jpg",
        "hidden file (1)",
        "not a picture (1)",
    ):
        assert words in text
    assert "\x1b[" not in text
    again = scan(folder, "photos")
    assert (again.returncode, again.stderr) == (2, b"")
    assert "From earlier runs: 4 of 4" in again.stdout.decode()


def test_json_lines_and_array_have_every_photo_in_order(folder: Path) -> None:
    put(folder, "2.jpg", GOOD)
    put(folder, "10.jpg", SELFIE)
    put(folder, "3.jpg", b"")
    done = scan(folder, "photos", "--format", "jsonl")
    reports = lines(done)
    assert done.returncode == 2
    assert [Path(str(report["source"])).name for report in reports] == ["2.jpg", "3.jpg", "10.jpg"]
    assert [report["verdict"] for report in reports] == ["ready", "unreadable", "retake"]
    for report in reports:
        jsonschema.validate(report, dict(schema()))
    assert json.loads(scan(folder, "photos", "--format", "json").stdout) == reports
    checked = subprocess.run(
        [sys.executable, "-m", "headshot_check", "check", "photos/2.jpg", "--format", "json"],
        capture_output=True,
        cwd=folder.parent,
        check=False,
    )
    assert json.loads(checked.stdout) == {**reports[0], "source": "photos/2.jpg"}


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems take no such names")
def test_names_of_any_kind_come_out_as_utf8(folder: Path) -> None:
    for name in (os.fsdecode(b"caf\xe9.jpg"), "日本 🙂.jpg", "new\nline.jpg"):
        put(folder, name, b"no picture")
    done = scan(folder, "photos", "--format", "jsonl", "--out", "report")
    assert done.returncode == 2, done.stderr.decode()
    assert len(lines(done)) == 3
    ElementTree.parse(folder.parent / "report" / "junit.xml")
    (folder.parent / "report" / "rows.csv").read_text(encoding="utf-8-sig")
    assert scan(folder, "photos").returncode == 2


def test_reports_are_written_and_named(folder: Path) -> None:
    put(folder, "a.jpg", GOOD)
    done = scan(folder, "photos", "--out", "report")
    assert (done.returncode, done.stderr) == (0, b"")
    assert str(Path("report") / "report.html") in done.stdout.decode()
    made = {path.name for path in (folder.parent / "report").iterdir()}
    assert made >= {"report.html", "rows.csv", "rows.jsonl", "junit.xml", "scan.sqlite"}


@pytest.mark.parametrize("seconds", ["inf", "1e300", "nan", "0", "-3"])
def test_a_time_limit_that_is_none_is_refused_in_words(folder: Path, seconds: str) -> None:
    put(folder, "a.jpg", GOOD)
    done = scan(folder, "photos", "--time-limit", seconds)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--time-limit: the time limit must be above 0 and at most 86,400 seconds" in done.stderr


def test_unreadable_is_exit_2(folder: Path) -> None:
    put(folder, "a.jpg", GOOD)
    put(folder, "broken.jpg", b"")
    assert scan(folder, "photos").returncode == 2


def test_one_photo_instead_of_a_folder(folder: Path) -> None:
    put(folder, "a.jpg", GOOD)
    done = scan(folder, "photos/a.jpg", "--format", "jsonl")
    assert (done.returncode, [report["source"] for report in lines(done)]) == (0, ["photos/a.jpg"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing"], "no such folder"),
        (["empty"], "no photos"),
        (["empty", "--policy", "nobodys"], "no policy"),
        (["empty", "--time-limit", "0"], "above 0"),
        (["empty", "--workers", "0"], "workers"),
        (["empty", "--address", "auto"], "--engine ray"),
        (["empty", "--engine", "ray"], "--out"),
        (["empty", "--watch", "--format", "json"], "jsonl"),
        (["photos", "--out", "photos/a.jpg"], "a.jpg"),
        ([], "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(folder: Path, arguments: Sequence[str], words: str) -> None:
    put(folder, "a.jpg", GOOD)
    (folder.parent / "empty").mkdir()
    done = scan(folder, *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""


def test_empty_folder_as_json_is_an_empty_array(folder: Path) -> None:
    done = scan(folder, "photos", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)) == (2, [])


def test_damaged_store_is_set_aside_with_a_note(folder: Path) -> None:
    put(folder, "a.jpg", GOOD)
    assert scan(folder, "photos", "--out", "report").returncode == 0
    (folder.parent / "report" / "scan.sqlite").write_bytes(b"damaged " * 999)
    done = scan(folder, "photos", "--out", "report", "--format", "jsonl")
    assert (done.returncode, len(lines(done))) == (0, 1)
    assert done.stderr.decode().startswith("headshot-check: note: ")
    assert len(list((folder.parent / "report").glob("*.unused"))) == 1


def test_open_says_where_the_report_is_if_there_is_no_browser(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, "a.jpg", b"no picture")
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    monkeypatch.setattr("shutil.which", lambda tool: None)
    out = str(folder.parent / "report")
    request = ScanRequest([str(folder)], ReportFormat.text, None, out, 1, 30.0, True, True, False, False, False)
    assert scan_locally(request) == 2
    report = folder.parent / "report" / "report.html"
    assert f"The report is at {report}, but no browser could be opened." in capsys.readouterr().err


def test_fresh_checks_again(folder: Path) -> None:
    put(folder, "a.jpg", GOOD)
    scan(folder, "photos")
    assert "From earlier runs" in scan(folder, "photos").stdout.decode()
    assert "From earlier runs" not in scan(folder, "photos", "--fresh").stdout.decode()


FULL_DISK = """
import sys
from headshot_check.cli import main
from headshot_check.scan.kept import database
private = database._private
def small():
    made = private()
    made.execute("PRAGMA main.max_page_count = 8")  # what a full disk of temporary files answers
    return made
database._private = small
sys.argv = ["headshot-check", "scan", "photos", "--workers", "1"]
main()
"""


def test_a_full_disk_of_temporary_files_is_an_error_with_a_remedy(folder: Path) -> None:
    for number in range(200):
        put(folder, f"{number:0200}.jpg", b"no picture")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK],
        capture_output=True,
        timeout=120,
        cwd=folder.parent,
        env=environment(folder.parent),
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == (
        "headshot-check: the scan's temporary database cannot be used (database or disk is full): free space on the "
        "disk of temporary files, or set TMPDIR to a folder on another disk\n"
    )


@posix
def test_notes_have_no_escape_sequence_of_a_name(folder: Path) -> None:
    put(folder, "a.jpg", b"no picture")
    out = folder.parent / "out\x1b[31m"
    out.mkdir()
    (out / "scan.sqlite").write_bytes(b"damaged " * 999)
    done = scan(folder, "photos", "--out", out)
    assert b"\x1b" not in done.stderr
    assert rb"out\x1b[31m" in done.stderr


@posix
def test_ctrl_c_says_how_to_go_on_and_keeps_what_is_done(folder: Path) -> None:
    for number in range(60):
        put(folder, f"{number}.jpg", GOOD.read_bytes() + bytes([number]))
    command = [sys.executable, "-m", "headshot_check", "scan", "photos", "--format", "jsonl", "--workers", "1"]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder.parent,
        env=environment(folder.parent),
        start_new_session=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline()
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to the workers as well
    rest, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said.decode().startswith("Stopped: ")
    assert "continues from there" in said.decode()
    assert said.count(b"\n") == 1
    done = int(said.split()[1])
    assert done > rest.count(b"\n")
    again = scan(folder, "photos")
    assert again.returncode == 0
    assert f"From earlier runs: {done} of 60" in again.stdout.decode()


@posix
def test_watched_folder_gives_each_photo_once(folder: Path) -> None:
    put(folder, "old.jpg", GOOD)
    long_ago = time.time() - 60
    os.utime(folder / "old.jpg", (long_ago, long_ago))
    command = [
        sys.executable,
        "-m",
        "headshot_check",
        "scan",
        "photos",
        "--watch",
        "--format",
        "jsonl",
        "--workers",
        "1",
    ]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder.parent,
        env=environment(folder.parent),
        start_new_session=True,
    )
    try:
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["source"] == str(Path("photos/old.jpg"))
        put(folder, "new.jpg", SELFIE)
        new = json.loads(running.stdout.readline())
        assert (new["source"], new["verdict"]) == (str(Path("photos/new.jpg")), "retake")
        os.killpg(running.pid, signal.SIGINT)
        rest, said = running.communicate(timeout=60)
        assert (running.returncode, rest, said) == (130, b"", b"")
    finally:
        running.kill()
        running.communicate()


@posix
def test_progress_is_told_on_a_terminal(folder: Path) -> None:
    import pty

    put(folder, "worst [bold].jpg", SELFIE)
    put(folder, "a.jpg", GOOD)
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "headshot_check", "scan", "photos", "--format", "jsonl", "--workers", "1"]
    terminal = {**environment(folder.parent), "TERM": "xterm-256color", "COLUMNS": "140"}
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=slave, cwd=folder.parent, env=terminal, close_fds=True
    )
    os.close(slave)
    said = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            part = os.read(master, 4096)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        said += part
    os.close(master)
    out, _ = running.communicate(timeout=60)
    assert (running.returncode, out.count(b"\n")) == (1, 2)
    text = said.decode(errors="replace")
    assert "2 of 2" in text
    assert "worst: " in text
    assert "worst [bold].jpg" in text


PHOTO = NamedPhoto("sub/[red]a\x1b[31m.jpg", 12, 0.97, ("lighting.backlight", "pose.roll"))
SUMMARY = Summary(
    Counts(
        12_345,
        {"ready": 2000, "usable": 345, "retake": 9_990, "unreadable": 10},
        {"hidden file": 3},
        (ScanProblem("photos/locked", "this folder cannot be read (reading it is not permitted)"),),
        5000,
        754.0,
        1.0,
    ),
    Counter({"likely": 812, "possible": 120, "unlikely": 11_403}),
    (PHOTO,),
    (PHOTO,),
    (NamedPhoto("b.jpg", None, None, (), "the file is empty"),),
    (Frequency("lighting.backlight", 1200, 310), Frequency("pose.roll", 0, 4)),
    (BestShot("best.jpg", 4, "good as it is; the others: blurred"),),
    17,
)


def page(width: int) -> str:
    console = Console(record=True, width=width, file=open(os.devnull, "w", encoding="utf-8"), force_terminal=True)  # noqa: SIM115, PTH123
    render_scan(SUMMARY, load_policy("linkedin"), ["photos"], reports=[Path("out/report.html")], console=console)
    console.file.close()
    return console.export_text()


@pytest.mark.parametrize("width", [40, 60, 80, 96, 200])
def test_summary_fits_and_has_all_that_counts(width: int) -> None:
    text = page(width)
    assert max(map(len, text.splitlines())) <= min(width, 96)
    flat = " ".join(text.split())
    for words in ("12,345 photos", "9,990", "812 likely taken in a car", "12 min 34 s", "1,200", "310", "backlit"):
        assert words in flat
    assert "17 groups" in flat
    assert "photos/locked" in flat
    assert "\x1b[31m" not in text
    assert r"\x1b[31m" in flat or width < 60


def test_counts_alone(capsys: pytest.CaptureFixture[str]) -> None:
    render_counts(SUMMARY.counts, load_policy("linkedin"), ["s3://photos"], "s3://rows")
    said = capsys.readouterr().out
    assert "12,345 photos in s3://photos" in said
    assert "Rows: s3://rows" in said
