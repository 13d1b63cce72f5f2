"""One photo, warm, on one core: headshot-check beside the floor (decoding alone) and its peers, in turns, as ratios.

    python -m benchmarks.speed.speed [--work DIR] [--rounds 15] [--bundle FILE.task] [--only "12 MP"] [--out TABLE.md]
    python -m benchmarks.speed.ratios   # the short run that CI makes, held against ratios kept from before

Each contender is a process of its own on the same core, in an environment that this script makes once below --work
(downloads by pip), does one photo when it is told to, and says how long it took. A round asks all of them, one after
the other, for the same file. Times are the core's (CPU time of the process, all its threads), so that other work on
the machine does not count; a ratio is the median over the rounds of ours / theirs within a round. A contender that
cannot be installed or cannot do the file is named with the reason.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.phone_photos import SHAPES, make
from benchmarks.speed.peers import CONTENDERS, NOT_RUN, Contender, environment_of, peers, started

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "fixtures" / "images" / "soft_office.jpg"
FLOOR, OURS = "floor", "headshot-check"
_PATIENCE_S = 5.0  # who takes longer in the warm-up is named with that time and not asked again


@dataclass
class Result:
    """What one contender took for one file, round by round."""

    seconds: list[float] = field(default_factory=list)
    """of the core, not of the clock: what else the machine does is not counted"""
    decode: list[float] = field(default_factory=list)
    """what it says of itself: the share that was decoding"""
    error: str | None = None


def fastest_decoder(floor: Contender, names: Sequence[str], path: Path) -> tuple[str, int]:
    """The decoder and scale of the floor for this file: the least median of five."""
    best, at = float("inf"), ("", 0)
    for name in names:
        for step in (8, 4, 1):
            times = [floor.take(path=str(path), decoder=name, step=step).get("cpu") for _ in range(5)]
            if all(times) and statistics.median(times) < best:
                best, at = statistics.median(times), (name, step)
    return at


def measure(contenders: Sequence[Contender], path: Path, decoder: tuple[str, int], rounds: int) -> dict[str, Result]:
    """Everybody's times for one file, in turns; the first round warms up and does not count."""
    results = {one.name: Result() for one in contenders}
    with tempfile.TemporaryDirectory() as folder:
        most = max(one.batch for one in contenders)
        copies = [str(shutil.copy(path, Path(folder) / f"{number}{path.suffix}")) for number in range(most)]
        for turn in range(rounds + 1):
            for one in contenders:
                result = results[one.name]
                if result.error is not None:
                    continue
                job: dict[str, Any] = {"path": str(path)}
                if one.name == FLOOR:
                    job |= {"decoder": decoder[0], "step": decoder[1]}
                elif one.batch > 1:
                    job["paths"] = copies[: one.batch]
                answer = one.take(**job)
                if "error" in answer:
                    result.error = answer["error"].replace(str(path), "the file")
                elif answer["seconds"] / one.batch > _PATIENCE_S:
                    result.error = f"{answer['seconds'] / one.batch:.1f} s, not timed further"
                elif turn:
                    result.seconds.append(answer["cpu"] / one.batch)
                    if answer["what"].startswith("decode "):
                        result.decode.append(float(answer["what"].split()[1]))
    return results


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile."""
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else (values[0],) * 3
    return low, middle, high


def table(results: dict[str, Result], words: dict[str, str]) -> list[str]:
    """Markdown rows of one file."""
    lines = ["| | does | CPU ms, median (quartiles) | ours / it, median (quartiles) |", "|---|---|---:|---:|"]
    ours, own_rest = results[OURS].seconds, _rest(results[OURS])
    for name, result in results.items():
        if result.error is not None:
            lines.append(f"| {name} | {words.get(name, '')} | {result.error} | |")
            continue
        lines.append(_row(name, words.get(name, ""), result.seconds, ours))
        if rest := _rest(result):
            lines.append(_row(f"{name}, its decoding taken off", "", rest, ours))
            if name != OURS:
                lines.append(_row(f"{name}, decoding taken off on both sides", "", rest, own_rest))
    return lines


def _rest(result: Result) -> list[float]:
    """What was not decoding, where a contender tells."""
    return [whole - part for whole, part in zip(result.seconds, result.decode, strict=True)] if result.decode else []


def _row(name: str, does: str, seconds: Sequence[float], ours: Sequence[float]) -> str:
    low, middle, high = (1000 * value for value in quartiles(seconds))
    few, usual, most = quartiles([own / other for own, other in zip(ours, seconds, strict=True)])
    return f"| {name} | {does} | {middle:.1f} ({low:.1f}-{high:.1f}) | {usual:.2f} ({few:.2f}-{most:.2f}) |"


def main() -> None:
    """Run the rounds and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=ROOT / "benchmarks" / "out" / "speed", help="environments, files")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--bundle", type=Path, help="an official face_landmarker.task, for MediaPipe 1.x")
    parser.add_argument("--only", action="append", metavar="NAME", help="these files only, such as '12 MP'")
    parser.add_argument("--fixture", type=Path, default=FIXTURE, help="what the files are made of")
    parser.add_argument("--out", type=Path, metavar="TABLE.md", help="write the tables here too")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # the contenders inherit it
    shapes = [shape for shape in SHAPES if options.only is None or shape.name in options.only]
    words = {OURS: "50 checks, car, advice", FLOOR: "decodes"}
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    machine = f"{platform.machine()}, one core of {os.cpu_count()}{load}, Python {platform.python_version()}"
    lines = [f"{machine}, {time.strftime('%B %Y')}; {options.rounds} rounds"]
    missing = dict(NOT_RUN)
    with ExitStack() as stack:
        floor = stack.enter_context(started(FLOOR, sys.executable, "floor.py"))
        contenders = [stack.enter_context(started(OURS, sys.executable, "ours.py")), floor]
        listed = subprocess.run(
            [sys.executable, str(CONTENDERS / "floor.py"), "--list"], capture_output=True, text=True, check=True
        )
        for peer in peers(options.bundle):
            python = environment_of(peer, options.work)
            if isinstance(python, str):
                missing[peer.name] = python
                continue
            words[peer.name] = peer.does
            contenders.append(
                stack.enter_context(started(peer.name, python, peer.script, *peer.arguments, batch=peer.batch))
            )
        for shape in shapes:
            path = make(options.fixture, shape, options.work)
            decoder = fastest_decoder(floor, listed.stdout.split("\n")[:-1], path)
            words[FLOOR] = f"decodes: {decoder[0]} at 1/{decoder[1]}"
            results = measure(contenders, path, decoder, options.rounds)
            lines += ["", f"**{shape.name}** ({path.stat().st_size / 1e6:.2f} MB)", "", *table(results, words)]
            print("\n".join(lines[-len(results) - 8 :]), file=sys.stderr)
    lines += ["", "Not run:", *(f"- {name}: {reason}" for name, reason in missing.items())]
    print("\n".join(lines))
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
