"""The short speed run: how long we take in times of something else, held against the ratios kept in ratios.json.

    python -m benchmarks.speed.ratios [--mediapipe-python PYTHON --bundle face_landmarker.task]  # CI; a minute
    python -m benchmarks.speed.ratios --renew [the same]  # keeps what is found, after a change of speed that stays

Warm: whole checks of a set of photos, made of the fixtures (photo_files.py), and of one of them, well framed, over the
floor (OpenCV decoding them at an eighth) and, of the one, where MediaPipe is, over its landmarks and mask. Cold: a new
process over one that imports OpenCV, which every installation has, and over one that imports MediaPipe. All in turns on
one core, in processor time: what else the machine does hardly counts. So waiting (sleep, locks) is not seen here;
startup.py sees it.
Exit status 1 when a ratio is above the kept one times the margin, twice.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.phone_photos import SHAPES, make
from benchmarks.speed.peers import SEGMENTATION, started
from benchmarks.speed.photo_files import files
from benchmarks.speed.startup import took

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).with_name("ratios.json")
FIXTURE = ROOT / "fixtures" / "images" / "soft_office.jpg"
MARGIN = 1.2
"""from the scatter of 43 runs, half of them beside two busy processes: 1.17 at most (README.md)"""
MARGIN_ELSEWHERE = 1.6
"""where processor or Python are not those of the kept ratios: networks and decoding need not differ by one factor"""
WARM_ROUNDS, SET_ROUNDS, COLD_ROUNDS = 30, 6, 11
_COLD = "cold "
_FLOOR = {"decoder": "OpenCV", "step": 8}
_LIBRARIES = ("ai-edge-litert", "numpy", "opencv-python-headless", "pillow", "typer")
_MEDIAPIPE = ("MediaPipe's landmarks and mask", "import mediapipe")
"""yardsticks that are not everywhere"""

Seconds = dict[str, list[float]]
"""processor time of each thing that was timed, round by round"""


@dataclass(frozen=True)
class Row:
    """One ratio: what is kept (None: nothing yet), what it is now (None: cannot be measured here), what it may be."""

    name: str
    kept: float | None
    now: float | None
    bound: float | None

    @property
    def verdict(self) -> str:
        """What is to be said of it in a word or two."""
        if self.kept is None or self.bound is None:
            return "new"
        if self.now is None:
            return "no MediaPipe here" if self.name.endswith(_MEDIAPIPE) else "MISSING"
        if self.now > self.bound:
            return "WORSE"
        return "ok" if self.now * self.bound > self.kept**2 else "better: keep it with --renew"

    @property
    def bad(self) -> bool:
        """It is worse by more than the margin, or not measured where it could be."""
        return self.verdict in ("WORSE", "MISSING")


def ratios_of(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    """Each of ours in times of each of its yardsticks; names are "what / yardstick".

    Warm, the least of both: other work on the machine slows a check more than the decoder, as it needs more cache.
    Cold, the median over the rounds: a start waits for memory and disk as much as its yardstick does at that moment.

    >>> ratios_of({"1 MP": [0.04, 0.03], "1 MP / floor": [0.003, 0.002]})
    {'1 MP / floor': 15.0}
    >>> ratios_of({"cold check": [2.0, 6.0, 3.0], "cold check / import cv2": [1.0, 2.0, 2.0]})
    {'cold check / import cv2': 2.0}
    """
    found = {}
    for name, theirs in seconds.items():
        what, over, _ = name.partition(" / ")
        if not over:
            continue
        ours = seconds[what]
        if what.startswith(_COLD):
            found[name] = statistics.median(own / other for own, other in zip(ours, theirs, strict=True))
        else:
            found[name] = min(ours) / min(theirs)
    return found


def held(kept: Mapping[str, float], found: Mapping[str, float], margin: float) -> list[Row]:
    """Each ratio of now beside the kept one."""
    rows = [Row(name, value, found.get(name), value * margin) for name, value in kept.items()]
    return rows + [Row(name, None, value, None) for name, value in found.items() if name not in kept]


def table(rows: list[Row]) -> str:
    """Markdown."""
    lines = ["| ratio | kept | now | bound | |", "|---|---:|---:|---:|---|"]
    for row in rows:
        numbers = (f"{value:.3g}" if value is not None else "" for value in (row.kept, row.now, row.bound))
        lines.append(f"| {row.name} | {' | '.join(numbers)} | {row.verdict} |")
    return "\n".join(lines)


def warm(seconds: Seconds, photos: dict[str, Path], rounds: int, mediapipe: tuple[str, Path] | None) -> None:
    """Add the times of whole checks and of their yardsticks, in turns; the first two rounds warm up."""
    with ExitStack() as stack:
        timed = {"": stack.enter_context(started("headshot-check", sys.executable, "ours.py"))}
        timed[" / floor"] = stack.enter_context(started("floor", sys.executable, "floor.py"))
        if mediapipe is not None:
            python, bundle = mediapipe
            script = (python, "mediapipe_tasks.py", str(bundle), str(SEGMENTATION))
            timed[f" / {_MEDIAPIPE[0]}"] = stack.enter_context(started("mediapipe", *script))
        for turn in range(rounds + 2):
            for name, path in photos.items():
                for suffix, contender in timed.items():
                    answer = contender.take(path=str(path), **_FLOOR)
                    if "error" in answer:
                        raise SystemExit(f"{contender.name}: {answer['error']}")
                    if turn > 1:
                        seconds.setdefault(name + suffix, []).append(answer["cpu"])


def warm_set(seconds: Seconds, photos: Mapping[str, Sequence[Path]], rounds: int) -> None:
    """Add the mean times of whole checks of sets of photos and of decoding them, in turns; the first round warms up."""
    with ExitStack() as stack:
        timed = {"": stack.enter_context(started("headshot-check", sys.executable, "ours.py"))}
        timed[" / floor"] = stack.enter_context(started("floor", sys.executable, "floor.py"))
        for turn in range(rounds + 1):
            for name, paths in photos.items():
                used = dict.fromkeys(timed, 0.0)
                for path in paths:
                    for suffix, contender in timed.items():
                        answer = contender.take(path=str(path), **_FLOOR)
                        if "error" in answer:
                            raise SystemExit(f"{path.stem}: {contender.name}: {answer['error']}")
                        used[suffix] += answer["cpu"] / len(paths)
                for suffix, mean in used.items() if turn else ():
                    seconds.setdefault(name + suffix, []).append(mean)


def cold(seconds: Seconds, photo: Path, rounds: int, mediapipe: tuple[str, Path] | None) -> None:
    """Add the times of new processes and of their yardsticks, in turns; the first round fills the disk's cache."""
    ours = [sys.executable, "-m", "headshot_check"]
    timed = {
        "check": [*ours, "check", str(photo), "--format", "json"],
        "--version": [*ours, "--version"],
        "--help": [*ours, "--help"],
        "import headshot_check": [sys.executable, "-c", "import headshot_check"],
    }
    yardsticks = {"import cv2": [sys.executable, "-c", "import cv2"]}
    if mediapipe is not None:
        yardsticks[_MEDIAPIPE[1]] = [mediapipe[0], "-c", "import mediapipe"]
    for turn in range(rounds + 1):
        used = {name: took(command, report=name == "check")[1] for name, command in (timed | yardsticks).items()}
        for name in timed if turn else ():
            seconds.setdefault(_COLD + name, []).append(used[name])
            for yardstick in yardsticks:
                seconds.setdefault(f"{_COLD}{name} / {yardstick}", []).append(used[yardstick])


def measured(
    photos: dict[str, Path], sets: Mapping[str, Sequence[Path]], times: int, mediapipe: tuple[str, Path] | None
) -> dict[str, float]:
    """All ratios, from so many times the usual rounds."""
    seconds: Seconds = {}
    warm_set(seconds, sets, times * SET_ROUNDS)
    warm(seconds, photos, times * WARM_ROUNDS, mediapipe)
    cold(seconds, photos["12 MP"], times * COLD_ROUNDS, mediapipe)
    return ratios_of(seconds)


def machine() -> dict[str, str]:
    """What ratios depend on beside our own work: the processor, as the kernel names it where it does, and Python."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    processor = f"{platform.machine()}, {next(named, platform.processor() or 'processor unknown')}"
    return {"processor": processor, "python": ".".join(platform.python_version_tuple()[:2])}


def renewed(found: Mapping[str, float], kept: Mapping[str, float], arguments: Sequence[str]) -> str:
    """What ratios.json is to hold: a ratio that could not be measured this time stays as it was."""
    document = {
        **machine(),
        "processors": os.cpu_count(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "date": time.strftime("%Y-%m-%d"),
        "command": " ".join(["python -m benchmarks.speed.ratios", *(Path(each).name for each in arguments)]),
        "ratios": {name: round(value, 4) for name, value in {**kept, **found}.items()},
    }
    return json.dumps(document, indent=2) + "\n"


def main() -> int:
    """Measure, compare, print; 1 when a ratio is worse than the kept one allows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--kept", type=Path, default=KEPT, metavar="RATIOS.json", help="default: benchmarks/speed/ratios.json"
    )
    parser.add_argument("--margin", type=float, help=f"by how much they may be worse (default {MARGIN})")
    parser.add_argument("--renew", action="store_true", help="keep what is found")
    parser.add_argument("--mediapipe-python", metavar="PYTHON", help="a python that has mediapipe 1.x")
    parser.add_argument("--bundle", type=Path, help="an official face_landmarker.task")
    options = parser.parse_args()
    if (options.mediapipe_python is None) != (options.bundle is None):
        parser.error("--mediapipe-python and --bundle go together")
    mediapipe = None if options.bundle is None else (options.mediapipe_python, options.bundle)
    kept = json.loads(options.kept.read_text(encoding="utf-8")) if options.kept.exists() else {"ratios": {}}
    elsewhere = {name: kept.get(name) for name in machine() if kept.get(name) != machine()[name]}
    margin = options.margin or (MARGIN_ELSEWHERE if elsewhere else MARGIN)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # all that is started here inherits it
    with tempfile.TemporaryDirectory() as folder:
        photos = {shape.name: make(FIXTURE, shape, Path(folder)) for shape in SHAPES if shape.name in ("1 MP", "12 MP")}
        sets = {f"set of {size} MP": paths for size, paths in files(Path(folder)).items()}
        if options.renew:
            found = measured(photos, sets, 3, mediapipe)
            print(table(held(kept["ratios"], found, margin)))
            options.kept.write_text(renewed(found, kept["ratios"], sys.argv[1:]), encoding="utf-8")
            return 0
        rows = held(kept["ratios"], measured(photos, sets, 1, mediapipe), margin)
        if any(row.bad for row in rows):
            print(table(rows), "\nonce more:\n", sep="\n")
            rows = held(kept["ratios"], measured(photos, sets, 1, mediapipe), margin)
    print(table(rows))
    print(f"\nmargin {margin}" + (f", as they were kept on another machine: {elsewhere}" if elsewhere else ""))
    return int(any(row.bad for row in rows))


if __name__ == "__main__":
    sys.exit(main())
