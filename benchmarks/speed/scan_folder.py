"""A folder of ten thousand files: nothing is lost, whatever stops the scan, and a second one takes next to no time.

    python -m benchmarks.speed.scan_folder [--work DIR] [--files 10000] [--kills 10] [--photos DIR] [--workers 2]
        [--side 96 320]

Makes the folder below DIR out of the photos (default: the fixtures), re-encoded at varied sizes: 3 % damaged, 1 % that
are no pictures, 3 % duplicates, odd names. Then scans it in one go, scans a second time, and scans it anew while the
process is killed (SIGKILL) at random moments and started again. It ends with exit status 1 when a row is missing or
differs, when more than `workers` photos were done twice for a kill, or when a command says anything but what it should.

`--logged FILE ARGUMENT...` is headshot-check itself with a line in FILE for every photo that a worker has done.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from headshot_check.file_names import SUFFIXES

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "images"
DAMAGED, NO_PICTURE, DUPLICATE, FAKE = 0.03, 0.01, 0.03, 0.3
"""shares of the files; the last is of those that are no pictures: called .jpg all the same"""
_ODD = (
    "ünï {} ça.jpg",
    "日本 {} 🙂.jpg",
    "שלום {}.jpg",
    "with\nline {}.jpg",
    "  spaces {} .jpg",
    "{}.JPEG",
    "-{}.jpg",
    "{}",
)
_KINDS = (("JPEG", ".jpg"),) * 8 + (("PNG", ".png"), ("WEBP", ".webp"))
_NOTES = (
    ("notes {}.txt", b"Some notes.\n"),
    ("scan {}.pdf", b"%PDF-1.7\n"),
    ("clip {}.mp4", b"\0\0\0\x20ftypisom" + bytes(99)),
)


@dataclass
class Made:
    """What lies in the folder."""

    photos: int = 0
    """files that must have a row"""
    unreadable: int = 0
    """of these, files that are empty or no pictures; damaged ones may be readable in part"""
    passed_over: int = 0
    """files that must be counted"""


@dataclass
class Checked:
    """Figures, and what went wrong."""

    figures: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def claim(self, holds: bool, otherwise: str) -> None:
        """Note a fault unless something holds."""
        if not holds:
            self.faults.append(otherwise)
            print(f"FAULT: {otherwise}", file=sys.stderr, flush=True)


def make_folder(folder: Path, files: int, photos: Sequence[Path], sides: tuple[int, int], seed: int = 5) -> Made:
    """Write the files, the same ones for the same seed, and say what they are."""
    dice, made = random.Random(seed), Made()
    pictures = [picture for path in photos if (picture := _small(path, sides[1])) is not None]
    earlier: list[bytes] = []
    for number in range(files):
        below = folder / f"{number % 40:02d}" / ("" if number % 3 else "deeper")
        below.mkdir(parents=True, exist_ok=True)
        fate = dice.random()
        if fate < NO_PICTURE:
            fake = dice.random() < FAKE
            name, data = dice.choice(_NOTES)
            path = below / (f"fake {number}.jpg" if fake else name.format(number))
            made.photos, made.unreadable = made.photos + fake, made.unreadable + fake
            made.passed_over += not fake
        else:
            kind, suffix = dice.choice(_KINDS)
            odd, name = dice.random() < 0.05, dice.choice(_ODD)
            path = below / (name.format(number) if odd else f"IMG_{number}{suffix}")
            shape = dice.choice(pictures), kind, dice.uniform(*sides), dice.randint(50, 95)
            left, twin = dice.choice((0.0, 0.001, 0.33)), dice.random()
            duplicate = NO_PICTURE + DAMAGED <= fate < NO_PICTURE + DAMAGED + DUPLICATE and bool(earlier)
            if path.exists():  # from an earlier run with this folder
                data = path.read_bytes()
            elif duplicate:
                data = earlier[int(twin * len(earlier))]
            else:
                data = _encoded(*shape)
                if fate < NO_PICTURE + DAMAGED and path.suffix.lower() in SUFFIXES:
                    data = data[: int(left * len(data))]
            if fate >= NO_PICTURE + DAMAGED and not duplicate:
                earlier = [*earlier[-500:], data]
            made.unreadable += fate < NO_PICTURE + DAMAGED and len(data) < 100
            made.photos += 1
        path.write_bytes(data)
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    return made


def _small(path: Path, side: int) -> Image.Image | None:
    try:
        with Image.open(path) as image:
            image.draft("RGB", (2 * side, 2 * side))
            picture = image.convert("RGB")
    except OSError:
        return None
    picture.thumbnail((side, side))
    return picture


def _encoded(picture: Image.Image, kind: str, side: float, quality: int) -> bytes:
    scale = side / max(picture.size)
    size = max(round(picture.width * scale), 64), max(round(picture.height * scale), 64)
    file = io.BytesIO()
    picture.resize(size).save(file, kind, quality=quality)
    return file.getvalue()


class Runs:
    """Runs the command, with results kept in a cache of its own."""

    def __init__(self, folder: Path, cache: Path, workers: int) -> None:
        self.folder, self.workers = folder, workers
        self.log = cache.with_suffix(".log")
        self._environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}

    @contextmanager
    def start(self, format: str, out: Path) -> Iterator[subprocess.Popen[bytes]]:
        """A scan of the folder that writes what it says to a file."""
        command = [sys.executable, __file__, "--logged", str(self.log), "scan", ".", "--workers", str(self.workers)]
        with out.open("wb") as stdout:
            running = subprocess.Popen(
                [*command, "--format", format],
                stdout=stdout,
                stderr=subprocess.PIPE,
                cwd=self.folder,
                env=self._environment,
            )
            try:
                yield running
            finally:
                running.kill()
                running.communicate()

    def whole(self, format: str, out: Path, checked: Checked) -> tuple[float, float]:
        """Scan to the end; seconds, and by how many MB the process grew after the first 5 % of the photos."""
        began, sizes = time.perf_counter(), []
        with self.start(format, out) as running:
            while running.poll() is None:
                sizes.append((self.done(), _resident_mb(running.pid)))
                time.sleep(0.05 if len(sizes) < 100 else 0.5)
            seconds = time.perf_counter() - began
            said = running.stderr.read().decode(errors="replace") if running.stderr else ""
        checked.claim(running.returncode == 1, f"exit status {running.returncode}, not 1: {said[-2000:]}")
        checked.claim(said == "", f"standard error is not empty: {said[-2000:]}")
        working = [size for done, size in sizes if done > 0.05 * sizes[-1][0] and size]
        return seconds, (max(working) - working[0]) if working else 0.0

    def done(self) -> int:
        """Photos that workers have done so far, in all runs."""
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0

    def twice(self) -> int:
        """How often a photo was done again."""
        return sum(times - 1 for times in Counter(self.log.read_bytes().splitlines()).values())


def _resident_mb(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def row_digests(path: Path) -> list[str]:
    """A digest for each line that a scan wrote, which must be JSON."""
    digests = []
    with path.open("rb") as lines:
        for line in lines:
            json.loads(line)
            digests.append(hashlib.blake2b(line, digest_size=16).hexdigest())
    return digests


def measure(work: Path, folder: Path, made: Made, workers: int, kills: int, seed: int = 5) -> Checked:
    """Scan in one go, again, and with kills; figures and faults."""
    checked, dice = Checked(), random.Random(seed)
    one = Runs(folder, work / "cache-one", workers)
    seconds, grown = one.whole("jsonl", work / "one.jsonl", checked)
    rows = row_digests(work / "one.jsonl")
    checked.claim(len(rows) == made.photos, f"{len(rows)} rows for {made.photos} photos")
    again, _ = one.whole("text", work / "again.txt", checked)
    summary = (work / "again.txt").read_text(encoding="utf-8")
    checked.claim(
        f"From earlier runs: {made.photos:,} of {made.photos:,}" in summary, "the second scan did not know all"
    )
    over = sum(
        int(part.partition(")")[0].replace(",", "")) for part in summary.partition("Passed over: ")[2].split("(")[1:]
    )
    checked.claim(over == made.passed_over, f"{over} files were passed over, not {made.passed_over}")
    photos_done = one.done()
    checked.figures |= {
        "files, rows, passed over": f"{made.photos + made.passed_over:,}, {len(rows):,}, {over:,}",
        "in one go": f"{seconds:.0f} s, {photos_done:,} photos done by workers",
        "growth of the main process after the first 5 % of the photos": f"{grown:.1f} MB",
        "scan with nothing changed, whole command, text": f"{again:.1f} s, {1000 * again / len(rows):.2f} ms a file",
    }
    killed = Runs(folder, work / "cache-killed", workers)
    for moment in sorted(dice.randrange(1, photos_done) for _ in range(kills)):
        with killed.start("jsonl", work / "killed.jsonl") as running:
            while killed.done() < moment and running.poll() is None:
                time.sleep(0.01)
            time.sleep(dice.uniform(0, 0.3))
            checked.claim(running.poll() is None, f"the run to be killed at {moment} had ended")
            running.kill()
    killed.whole("jsonl", work / "killed.jsonl", checked)
    checked.claim(row_digests(work / "killed.jsonl") == rows, "the rows differ from those of an uninterrupted run")
    twice = killed.twice()
    checked.claim(twice <= kills * workers, f"{twice} photos were done twice in {kills} kills with {workers} workers")
    checked.figures[f"killed {kills} times and resumed"] = (
        f"the same {len(rows):,} rows; {twice} photos done twice, {twice / max(kills, 1):.1f} a kill"
    )
    return checked


def logged(log: Path, arguments: Sequence[str]) -> None:
    """headshot-check with a line in `log` for every photo that a worker has done, before anything is made of it."""
    from headshot_check.cli import main
    from headshot_check.scan import run
    from headshot_check.workers.jobs import Job, Outcome
    from headshot_check.workers.pool import WorkerPool

    lines = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    class LoggingPool(WorkerPool):
        def submit(self, job: Job) -> Future[Outcome]:
            future = super().submit(job)
            line = json.dumps(job.name).encode() + b"\n"
            future.add_done_callback(lambda done: None if done.cancelled() else os.write(lines, line) and None)
            return future

    run.WorkerPool = LoggingPool  # type: ignore[misc]
    sys.argv = ["headshot-check", *arguments]
    main()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--work", type=Path, default=None, help="folder to work in; default: a new one, deleted at the end"
    )
    parser.add_argument("--photos", type=Path, default=FIXTURES, help="folder of the photos to re-encode")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--side", type=int, nargs=2, default=(96, 320), help="longer side in px, from and to")
    return parser.parse_args()


def run(options: argparse.Namespace, work: Path) -> int:
    """Do all of it and print the figures; the exit status."""
    photos = sorted(path for path in options.photos.rglob("*") if path.suffix.lower() in SUFFIXES)
    folder = work / "photos"
    made = make_folder(folder, options.files, photos, tuple(options.side))
    load = f"load average {os.getloadavg()[0]:.0f}" if hasattr(os, "getloadavg") else ""
    checked = measure(work, folder, made, options.workers, options.kills)
    print(f"{options.workers} workers, {os.cpu_count()} {platform.machine()} cores, {load}, our own not included\n")
    print("| | |\n|---|---|")
    for name, value in checked.figures.items():
        print(f"| {name} | {value} |")
    for fault in checked.faults:
        print(f"FAULT: {fault}")
    return 1 if checked.faults else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--logged"]:
        logged(Path(sys.argv[2]), sys.argv[3:])
    else:
        given = _options()
        with tempfile.TemporaryDirectory() as temporary:
            sys.exit(run(given, given.work or Path(temporary)))
