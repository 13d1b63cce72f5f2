"""A warm check of a whole set of photos on one core, over the floor: the benchmark of record.

    python -m benchmarks.speed.over_photos [--photos ../shared/photos] [--count 40] [--rounds 5] [--cleanvision]

Without `--photos` the set is made of the fixtures (photo_files.py). Each photo in 12 and in 1 megapixels; ours, the
floor (OpenCV decoding at 1/8) and, when asked for, cleanvision do it in turns, each a process of its own on the same
core. Times are the core's (CPU time), the median of a photo's rounds after one that is not counted; `--work` keeps
files and cleanvision's environment, outside the repository where photos are given.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.peers import Contender, environment_of, peers, started
from benchmarks.speed.photo_files import files

OURS, FLOOR, CLEANVISION = "headshot-check", "floor", "cleanvision"
Times = dict[str, dict[Path, float]]
"""ms by contender and photo"""


def timed(contenders: dict[str, Contender], paths: list[Path], rounds: int) -> Times:
    """Everybody's median time for each photo, in turns. A photo that somebody cannot do is left out for all."""
    times: Times = defaultdict(dict)
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            seen: dict[str, list[float]] = defaultdict(list)
            copies = [str(shutil.copy(path, Path(folder) / f"{number}{path.suffix}")) for number in range(4)]
            for turn in range(rounds + 1):
                for name, contender in contenders.items():
                    job: dict[str, Any] = {"path": str(path), "decoder": "OpenCV", "step": 8}
                    if contender.batch > 1:
                        job["paths"] = copies[: contender.batch]
                    answer = contender.take(**job)
                    if "error" in answer:
                        print(f"{path.stem}: {name}: {answer['error']}", file=sys.stderr)
                    elif turn:
                        seen[name].append(1e3 * answer["cpu"] / contender.batch)
            if seen.keys() == contenders.keys():
                for name, values in seen.items():
                    times[name][path] = statistics.median(values)
    return times


def table(times: Times) -> list[str]:
    """Markdown of one size."""
    ours, floor = _array(times, OURS), _array(times, FLOOR)
    lines = ["| | mean | median | quartiles | p90 |", "|---|---:|---:|---:|---:|"]
    rows = {"ours, ms": ours, "floor, ms": floor, "ours less floor, ms": ours - floor, "ours / floor": ours / floor}
    if CLEANVISION in times:
        other = _array(times, CLEANVISION)
        rows |= {"cleanvision, ms": other, "cleanvision / ours": other / ours}
    for name, values in rows.items():
        low, middle, high, most = np.percentile(values, (25, 50, 75, 90))
        lines.append(f"| {name} | {values.mean():.1f} | {middle:.1f} | {low:.1f}-{high:.1f} | {most:.1f} |")
    lines.append(f"\nratio of the means: ours / floor {ours.mean() / floor.mean():.2f}")
    if CLEANVISION in times:
        lines[-1] += f", cleanvision / ours {_array(times, CLEANVISION).mean() / ours.mean():.2f}"
    return lines


def _array(times: Times, name: str) -> NDArray[np.float64]:
    return np.array([*times[name].values()])


def main() -> None:
    """Make the files, time, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="the development photos")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cleanvision", action="store_true", help="beside it, in an environment made below --work")
    parser.add_argument("--work", type=Path, help="where files and environments stay (default: nowhere)")
    parser.add_argument("--each", action="store_true", help="a line for each photo")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # the contenders inherit it
    with ExitStack() as stack:
        work = options.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        work.mkdir(parents=True, exist_ok=True)
        contenders = {
            OURS: stack.enter_context(started(OURS, sys.executable, "ours.py")),
            FLOOR: stack.enter_context(started(FLOOR, sys.executable, "floor.py")),
        }
        if options.cleanvision:
            peer = next(peer for peer in peers(None) if peer.name == CLEANVISION)
            python = environment_of(peer, work)
            if isinstance(python, str):
                raise SystemExit(f"{CLEANVISION} {python}")
            contenders[CLEANVISION] = stack.enter_context(started(CLEANVISION, python, peer.script, batch=peer.batch))
        for size, paths in files(work, options.photos, options.count).items():
            times = timed(contenders, paths, options.rounds)
            weight = statistics.mean(path.stat().st_size for path in paths) / 1e6
            print(f"\n**{size} MP**, {len(times[OURS])} photos, {weight:.2f} MB in the mean\n", flush=True)
            print("\n".join(table(times)), flush=True)
            for path, ours in times[OURS].items() if options.each else ():
                floor = times[FLOOR][path]
                print(f"{path.stem}: {ours:.1f} - {floor:.1f} = {ours - floor:.1f}")


if __name__ == "__main__":
    main()
