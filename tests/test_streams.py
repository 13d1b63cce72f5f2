"""Standard streams that are closed, full, or read by nobody: the work is done, and the exit status is the same."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from fixture_photos import fixture

from headshot_check import check

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="streams of POSIX shells")
GOOD, SELFIE = fixture("soft_office"), fixture("drivers_seat_selfie")
REPORTS = {"report.html", "rows.csv", "rows.jsonl", "junit.xml"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(GOOD.read_bytes())
    (photos / "b.jpg").write_bytes(SELFIE.read_bytes())
    return tmp_path


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line in which `headshot-check` stands for this one."""
    line = line.replace("headshot-check", f"'{sys.executable}' -m headshot_check")
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
    )


def sound(store: Path) -> bool:
    with sqlite3.connect(store) as opened:
        found: tuple[str] = opened.execute("PRAGMA integrity_check").fetchone()
    opened.close()
    return found == ("ok",)


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_nothing_for_a_scan(folder: Path, closed: str) -> None:
    done = shell(folder, f"headshot-check scan photos --workers 1 --out report {closed}")
    assert done.returncode == 1, done.stderr
    assert {path.name for path in (folder / "report").iterdir()} >= REPORTS
    assert sound(folder / "report" / "scan.sqlite")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("check photos/a.jpg", 0),
        ("check photos/a.jpg photos/b.jpg --format jsonl", 1),
        ("check -", 2),
        ("crop photos/a.jpg -o crop.jpg", 0),
        ("rank photos", 1),
        ("policy show linkedin", 0),
        ("--version", 0),
        ("--help", 0),
        ("check", 2),
    ],
)
def test_all_streams_closed_change_nothing_for_any_command(folder: Path, command: str, status: int) -> None:
    done = shell(folder, f"headshot-check {command} <&- >&- 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")
    assert (folder / "crop.jpg").exists() == command.startswith("crop")


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("check photos/a.jpg photos/b.jpg --format jsonl", 1),
        ("check photos/b.jpg photos/a.jpg", 1),
        ("scan photos --workers 1 --out report --format jsonl", 1),
        ("scan photos --workers 1 --out report", 1),
        ("policy show linkedin", 0),
    ],
)
def test_a_reader_that_leaves_changes_nothing(folder: Path, command: str, status: int) -> None:
    done = shell(folder, f"headshot-check {command} | true; echo ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == (f"{status}\n", "")
    assert (folder / "report" / "report.html").exists() == ("--out" in command)


def test_a_watched_folder_ends_when_nobody_reads_what_is_found(folder: Path) -> None:
    done = shell(
        folder, "headshot-check scan photos --workers 1 --watch --format jsonl | head -1; echo ${PIPESTATUS[0]}"
    )
    assert done.stdout.splitlines()[1:] == ["1"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("command", ["check photos/a.jpg", "scan photos --workers 1 --out report", "--version"])
def test_a_full_disk_behind_standard_output_is_said(folder: Path, command: str) -> None:
    done = shell(folder, f"headshot-check {command} > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "headshot-check: standard output cannot be written (No space left on device)\n"
    assert (folder / "report" / "report.html").exists() == ("--out" in command)


def test_a_disk_that_is_full_at_the_reports_costs_no_summary(folder: Path) -> None:
    shell(folder, "headshot-check scan photos --workers 1 --out report")
    size = (folder / "report" / "report.html").stat().st_size
    (folder / "report" / "report.html").unlink()
    done = shell(folder, f"ulimit -f {size // 1024 - 1}; headshot-check scan photos --workers 1 --out report")
    assert done.returncode == 2
    assert "2 photos in photos" in done.stdout
    assert done.stderr.endswith("headshot-check: report/report.html could not be written (File too large)\n")
    left = {path.name for path in (folder / "report").iterdir() if not path.name.startswith("scan.sqlite")}
    assert left == REPORTS - {"report.html"}


def test_a_report_whose_place_is_taken_is_named_and_the_others_are_there(folder: Path) -> None:
    (folder / "report" / "rows.csv").mkdir(parents=True)
    done = shell(folder, "headshot-check scan photos --workers 1 --out report")
    assert (done.returncode, "2 photos in photos" in done.stdout) == (2, True)
    assert "report/rows.csv could not be written" in done.stderr
    assert {path.name for path in (folder / "report").iterdir()} >= REPORTS
    assert not list((folder / "report").glob("*.part"))


_HOLDS = """
import sys, time
from pathlib import Path
from headshot_check.part_files import open_part
part, stream = open_part(Path(sys.argv[1]))
print(part.name, flush=True)
time.sleep(60)
"""


def test_what_a_killed_run_left_is_cleared_and_what_is_in_use_is_not(folder: Path) -> None:
    report = folder / "report"
    report.mkdir()
    for name in (".report.html.0123456789abcdef.part", ".rows.csv.0123456789abcdef.part"):
        (report / name).write_bytes(b"half")
    (report / ".mine.0123456789abcdef.part").write_bytes(b"another program's")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            _HOLDS,
            str(report / "rows.csv"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    in_use = holder.stdout.readline().strip()
    done = shell(folder, "headshot-check scan photos --workers 1 --out report")
    parts = {path.name for path in report.glob(".*.part")}
    holder.kill()
    holder.communicate()
    assert done.returncode == 1
    assert parts == {in_use, ".mine.0123456789abcdef.part"}
    shell(folder, "headshot-check scan photos --workers 1 --out report")
    assert {path.name for path in report.glob(".*.part")} == {".mine.0123456789abcdef.part"}


def test_crops_clear_what_a_killed_crop_left(folder: Path) -> None:
    (folder / ".crop.jpg.0123456789abcdef.part").write_bytes(b"half")
    assert shell(folder, "headshot-check crop photos/a.jpg -o crop.jpg").returncode == 0
    assert not list(folder.glob(".*.part"))


def test_a_folder_that_may_not_be_read_is_the_cause(folder: Path) -> None:
    (folder / "sitecustomize.py").write_text(  # root may read all, so the system's answer is made up
        "import os, pathlib\n"
        "scandir, iterdir = os.scandir, pathlib.Path.iterdir\n"
        "def refused(path, read):\n"
        "    if str(path).endswith('photos'): raise PermissionError(13, 'Permission denied', str(path))\n"
        "    return read(path)\n"
        "os.scandir = lambda path='.': refused(path, scandir)\n"
        "pathlib.Path.iterdir = lambda path: refused(path, iterdir)\n",
        encoding="utf-8",
    )
    line = "export PYTHONPATH=.; headshot-check scan photos; echo $?; headshot-check rank photos; echo $?"
    done = shell(folder, line)
    assert done.stdout == "2\n2\n"
    assert "photos: this folder cannot be read (reading it is not permitted)" in done.stderr
    assert "reading this folder is not permitted" in done.stderr
    assert "no photos" not in done.stderr


@pytest.mark.parametrize("command", ["scan", "rank", "check", "crop -o crop.jpg"])
def test_a_name_that_is_too_long_is_the_cause(folder: Path, command: str) -> None:
    done = shell(folder, f"headshot-check {command} {'x' * 5000}")
    assert done.returncode == 2
    assert "file name too long" in (done.stdout + done.stderr).lower()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["crop photos/a.jpg -o", "scan photos --out", "check photos/a.jpg --overlay"])
def test_an_output_whose_name_is_too_long_is_the_cause(folder: Path, command: str) -> None:
    done = shell(folder, f"headshot-check {command} {'x' * 5000}.jpg")
    assert done.returncode == 2
    assert "File name too long" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_scan_is_killed_while_it_writes_and_the_next_clears_up(folder: Path) -> None:
    code = (
        "import sys, os, signal; from headshot_check.views import scan_reports as made; "
        "made._Report.complete = lambda self: os.kill(os.getpid(), signal.SIGKILL); "
        "sys.argv = ['headshot-check', 'scan', 'photos', '--workers', '1', '--out', 'report']; "
        "from headshot_check.cli import main; main()"
    )
    killed = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, timeout=180, check=False)
    assert killed.returncode == -9
    assert len(list((folder / "report").glob(".*.part"))) >= 4
    done = shell(folder, "headshot-check scan photos --workers 1 --out report")
    assert done.returncode == 1
    assert not list((folder / "report").glob(".*.part"))
    assert {path.name for path in (folder / "report").iterdir()} >= REPORTS


def test_decoders_say_nothing_of_their_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """OpenCV writes an error of its own of a WebP that has a picture's header and ends before it has 32 bytes."""
    cut = b"RIFF\x16\x00\x00\x00WEBPVP8 \x0a\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x40\x00\x40\x00"
    assert check(cut).cause == "damaged"
    assert capfd.readouterr().err == ""
    (tmp_path / "cut.webp").write_bytes(cut)
    command = [sys.executable, "-m", "headshot_check", "scan", ".", "--fresh", "--workers", "1", "--format", "jsonl"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (2, 1, "")
