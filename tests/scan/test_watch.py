"""A watched folder: every photo is handed on once it is complete, and never before."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import ROOT, fixture
from hostile import encoded, picture
from hypothesis import given, settings
from hypothesis import strategies as st

from headshot_check.decoding.completeness import looks_whole
from headshot_check.errors import PhotoError
from headshot_check.scan.kept.cache_folder import STORE_NAME
from headshot_check.scan.walk import Walk
from headshot_check.scan.watch import QUIET_S, Arrivals, watch_folders

SELFIE = fixture("drivers_seat_selfie")
_ENOUGH_S = 120.0
"""for anything to be noticed; it takes a second or two when the machine is not busy"""


def until(true: Callable[[], Any], seconds: float = _ENOUGH_S) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


class Seen:
    """Stands where the command's scan stands: notes the size of every photo that it is given, as it is at that time."""

    def __init__(self, *places: Path) -> None:
        self.places = [str(place) for place in places]
        self.sizes: dict[str, list[int]] = {}
        self.pauses: list[float] = []
        self.growing: list[frozenset[str]] = []

    def on_change(self, growing: frozenset[str]) -> None:
        self.growing.append(growing)
        for photo in Walk(self.places, exclude=sorted(growing)):
            now = Path(photo.path).stat().st_size
            sizes = self.sizes.setdefault(photo.name, [])
            if sizes[-1:] != [now]:
                sizes.append(now)

    def on_pause(self) -> None:
        self.pauses.append(time.monotonic())


@contextmanager
def watching(*places: Path, ignore: tuple[Path, ...] = ()) -> Iterator[Seen]:
    seen, stop = Seen(*places), threading.Event()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            watch_folders(seen.places, seen.on_change, seen.on_pause, ignore=ignore, stop=stop)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert until(lambda: seen.growing or failed)
        yield seen
    finally:
        stop.set()
        thread.join(_ENOUGH_S)
    assert not thread.is_alive()
    if failed:
        raise failed[0]


def test_what_is_there_comes_first_and_what_arrives_then(tmp_path: Path) -> None:
    shutil.copy2(SELFIE, tmp_path / "old.jpg")
    size = SELFIE.stat().st_size
    with watching(tmp_path) as seen:
        assert until(lambda: "old.jpg" in seen.sizes)
        shutil.copy(SELFIE, tmp_path / "new.jpg")
        assert until(lambda: "new.jpg" in seen.sizes)
    assert seen.sizes == {"old.jpg": [size], "new.jpg": [size]}


def test_a_slow_copy_is_never_judged_half(tmp_path: Path) -> None:
    data = SELFIE.read_bytes()
    with watching(tmp_path) as seen, (tmp_path / "slow.jpg").open("wb", buffering=0) as file:
        for part in range(8):
            file.write(data[len(data) * part // 8 : len(data) * (part + 1) // 8])
            if part % 3 == 2:
                (tmp_path / f"meanwhile-{part}.jpg").write_bytes(data)  # others are not kept waiting by it
            time.sleep(0.4 if part != 4 else 2 * QUIET_S + 1)  # once it stalls for longer than a finished one is quiet
        assert until(lambda: "slow.jpg" in seen.sizes)
    assert seen.sizes["slow.jpg"] == [len(data)]
    assert seen.sizes["meanwhile-2.jpg"] == seen.sizes["meanwhile-5.jpg"] == [len(data)]
    assert any(str(tmp_path / "slow.jpg") in growing for growing in seen.growing)


def test_a_file_whose_room_was_set_aside_first_is_not_judged_empty(tmp_path: Path) -> None:
    data = SELFIE.read_bytes()
    path = tmp_path / "preallocated.jpg"
    seen_whole = []
    with watching(tmp_path) as seen:
        with path.open("wb", buffering=0) as file:
            file.truncate(len(data))
            for start in range(0, len(data), len(data) // 4 + 1):
                time.sleep(1.5 * QUIET_S)
                seen_whole.append(path.name in seen.sizes)
                file.write(data[start : start + len(data) // 4 + 1])
        assert until(lambda: path.name in seen.sizes)
    assert seen_whole == [False] * 4


def test_a_burst_is_handed_on_whole_and_in_few_rounds(tmp_path: Path) -> None:
    data = encoded(picture())
    with watching(tmp_path) as seen:
        start = time.monotonic()
        for number in range(200):
            (tmp_path / f"{number}.jpg").write_bytes(data)
        written_s = time.monotonic() - start
        assert until(lambda: len(seen.sizes) == 200)
        assert until(lambda: len(seen.pauses) >= 1)
    assert Counter(map(tuple, seen.sizes.values())) == {(len(data),): 200}
    assert len(seen.growing) < 20 + 2 * written_s


def test_an_atomic_replacement_is_a_change_and_a_rename_an_arrival(tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    folder = tmp_path / "watched"
    aside.mkdir()
    folder.mkdir()
    first, second = encoded(picture(300, 200)), encoded(picture(500, 400))
    (folder / "me.jpg").write_bytes(first)
    (aside / "moved.jpg").write_bytes(second)
    with watching(folder) as seen:
        assert until(lambda: seen.sizes.get("me.jpg") == [len(first)])
        (aside / "part").write_bytes(second)
        (aside / "part").replace(folder / "me.jpg")
        (aside / "moved.jpg").rename(folder / "moved.jpg")
        assert until(lambda: seen.sizes.get("me.jpg") == [len(first), len(second)] and "moved.jpg" in seen.sizes)


def test_new_nested_folders_are_watched(tmp_path: Path) -> None:
    data = encoded(picture())
    prepared = tmp_path / "prepared" / "deep" / "er"
    prepared.mkdir(parents=True)
    (prepared / "0.jpg").write_bytes(data)
    folder = tmp_path / "watched"
    folder.mkdir()
    with watching(folder) as seen:
        (folder / "a" / "b" / "c").mkdir(parents=True)
        (folder / "a" / "b" / "c" / "1.jpg").write_bytes(data)  # before anybody can watch c
        (tmp_path / "prepared").rename(folder / "moved")  # a whole tree at once
        assert until(lambda: {"a/b/c/1.jpg", "moved/deep/er/0.jpg"} <= seen.sizes.keys())
        (folder / "a" / "b" / "c" / "2.jpg").write_bytes(data)
        assert until(lambda: "a/b/c/2.jpg" in seen.sizes)


def test_downloads_and_reports_and_deletions_do_not_matter(tmp_path: Path) -> None:
    data = encoded(picture())
    reports = tmp_path / "reports"
    reports.mkdir()
    (tmp_path / "gone.jpg").write_bytes(data)
    with watching(tmp_path, ignore=(reports,)) as seen:
        assert until(lambda: "gone.jpg" in seen.sizes)
        (tmp_path / "me.jpg.part").write_bytes(data)  # Firefox, until the download is complete
        (reports / "thumbnail.jpg").write_bytes(data)
        (tmp_path / "gone.jpg").unlink()
        rounds = len(seen.growing)
        time.sleep(3 * QUIET_S)
        assert len(seen.growing) == rounds
        (tmp_path / "me.jpg.part").rename(tmp_path / "me.jpg")
        assert until(lambda: "me.jpg" in seen.sizes)
    assert "me.jpg.part" not in seen.sizes


def test_a_single_photo_is_watched_too(tmp_path: Path) -> None:
    path = tmp_path / "me.jpg"
    path.write_bytes(encoded(picture(300, 200)))
    with watching(path) as seen:
        assert until(lambda: seen.sizes)
        path.write_bytes(encoded(picture(500, 400)))
        assert until(lambda: len(seen.sizes["me.jpg"]) == 2)


def test_reports_are_brought_up_to_date_after_a_burst_and_at_the_end(tmp_path: Path) -> None:
    data = encoded(picture())
    aside, folder = tmp_path / "aside", tmp_path / "watched"
    aside.mkdir()
    folder.mkdir()
    for name in ("1.jpg", "2.jpg"):
        (aside / name).write_bytes(data)
    with watching(folder) as seen:
        assert until(lambda: len(seen.pauses) == 1)
        (aside / "1.jpg").rename(folder / "1.jpg")  # whole at once: one change
        assert until(lambda: "1.jpg" in seen.sizes)
        assert until(lambda: len(seen.pauses) == 2)
        (aside / "2.jpg").rename(folder / "2.jpg")
        assert until(lambda: "2.jpg" in seen.sizes)
    assert len(seen.pauses) == 3


def test_a_folder_that_goes_away_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    arrivals = Arrivals([str(folder)])
    arrivals.survey()
    folder.rmdir()
    with pytest.raises(PhotoError, match="no such folder"):
        arrivals.survey()


def test_a_file_that_lacks_its_end_is_handed_on_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cut.jpg"
    path.write_bytes(SELFIE.read_bytes()[:20_000])
    arrivals = Arrivals([str(tmp_path)])
    for patience_s, quiet_s, growing in ((600, 0, True), (600, 300, True), (200, 300, False)):
        monkeypatch.setattr("headshot_check.scan.watch._TRUNCATED_QUIET_S", patience_s)
        os.utime(path, (time.time() - quiet_s,) * 2)
        assert arrivals.survey() != growing
        assert (str(path) in arrivals.growing) == growing


FORMATS = {
    "JPEG": encoded(picture()),
    "PNG": encoded(picture(), "PNG"),
    "WEBP": encoded(picture(), "WEBP"),
    "GIF": encoded(picture(), "GIF"),
    "BMP": encoded(picture(), "BMP"),
    "HEIF": encoded(picture(), "HEIF"),
    "AVIF": encoded(picture(), "AVIF"),
}


@pytest.mark.parametrize("name", ["HEIF", "AVIF"])
def test_a_box_that_is_cut_within_its_head_has_no_end(name: str, tmp_path: Path) -> None:
    path = tmp_path / "part"
    for length in range(16, 80):
        path.write_bytes(FORMATS[name][:length])
        assert not looks_whole(str(path)), length


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=25, deadline=None)
@given(share=st.floats(0, 0.995), aside=st.booleans())
def test_every_format_tells_a_part_from_the_whole(
    name: str, share: float, aside: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = FORMATS[name]
    path = tmp_path_factory.getbasetemp() / f"part.{name}"
    path.write_bytes(data)
    assert looks_whole(str(path))
    part = data[: int(len(data) * share)]
    # formats that say their length in the header cannot tell a file whose room was set aside
    zeros = aside and name in ("JPEG", "PNG")
    path.write_bytes(part.ljust(len(data), b"\0") if zeros else part)
    assert not looks_whole(str(path)) or not part.strip(b"\0")


class Command:
    """`headshot-check scan --watch`, as a user runs it."""

    def __init__(self, *arguments: str | Path, cache: Path) -> None:
        line = [sys.executable, "-m", "headshot_check", "scan", "--watch", "--workers", "1", *map(str, arguments)]
        environment = os.environ | {"XDG_CACHE_HOME": str(cache), "PYTHONUNBUFFERED": "1"}
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, env=environment
        )
        self._said: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=pair)
            for pair in ((self.process.stdout, self.lines), (self.process.stderr, self._said))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: io.TextIOBase, lines: list[str]) -> None:
        with stream:
            lines.extend(iter(stream.readline, ""))

    def interrupt(self) -> str:
        """Press Ctrl-C; what stands on standard error."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(_ENOUGH_S)
        for reader in self._readers:
            reader.join()
        return "".join(self._said)


posix = pytest.mark.skipif(os.name == "nt", reason="signals")


@posix
def test_the_command_prints_a_line_for_each_photo_and_ends_with_a_summary(tmp_path: Path) -> None:
    folder, out = tmp_path / "shots", tmp_path / "out"
    folder.mkdir()
    shutil.copy(SELFIE, folder / "first.jpg")
    running = Command(folder, "--out", out, cache=tmp_path / "cache")
    assert until(lambda: any("first.jpg" in line for line in running.lines)), running.process.poll()
    shutil.copy(fixture("studio_light_skin"), folder / "Grüße 🙂.jpg")
    assert until(lambda: any("Grüße 🙂.jpg" in line for line in running.lines))
    assert until(lambda: (out / "rows.csv").is_file() and "Grüße" in (out / "rows.csv").read_text(encoding="utf-8"))
    said = running.interrupt()
    assert "Traceback" not in said
    assert running.process.returncode == 130
    lines = "".join(running.lines).partition("\n\n")
    (line,) = [line for line in lines[0].splitlines() if "first.jpg" in line]
    assert "retake" in line.lower()
    assert "car" in line
    assert "2 photos" in lines[2]


@posix
def test_the_command_gives_a_report_a_line_as_json(tmp_path: Path) -> None:
    (tmp_path / "shots").mkdir()
    running = Command(tmp_path / "shots", "--format", "jsonl", cache=tmp_path / "cache")
    assert until(lambda: any((tmp_path / "cache").rglob(STORE_NAME))), "it does not begin"
    for number in range(3):
        shutil.copy(SELFIE, tmp_path / "shots" / f"{number}.jpg")
    assert until(lambda: len(running.lines) == 3), running.lines
    running.interrupt()
    reports = [json.loads(line) for line in running.lines]
    assert [Path(report["source"]).name for report in reports] == ["0.jpg", "1.jpg", "2.jpg"]
    assert {report["verdict"] for report in reports} == {"retake"}
