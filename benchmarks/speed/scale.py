"""How checking grows: throughput with workers, memory with photos, cost with faces and megapixels.

    python -m benchmarks.speed.scale --work DIR [--parts workers memory faces megapixels] [--rounds 7] [--photos DIR]

Needs the extra `benchmarks` (matplotlib). All files are made from the fixtures below --work; `--photos` takes the 12
megapixel ones of part `workers` from a folder of one's own instead. What was measured is kept in --work/scale.json, so
that the parts may be run one by one; each run writes the plots (benchmarks/plots) and the section of RESULTS.md anew.

Throughput is by the clock, in rounds that ask every number of workers in turn: a ratio is the median over the rounds in
which every worker had a processor to itself nearly all of the time.
Costs are CPU time of one process with one thread. Memory is each process's resident set as Linux counts it, with the
file pages that workers share counted for each of them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2

from benchmarks.phone_photos import Shape, make
from benchmarks.speed.scale_files import FIXTURES, ROOT, group_photo, small_files
from benchmarks.speed.scale_report import UNDISTURBED, write_report
from headshot_check import Checker
from headshot_check.photo import load
from headshot_check.workers.jobs import Job
from headshot_check.workers.pool import WorkerPool, available_cpus

PHONE = Shape("12 MP", 3024, 4032)
MEGAPIXELS = (0.25, 0.5, 1, 2, 4, 8, 12, 24, 48)
FACES = (0, 1, 2, 4, 6, 9, 12, 16)
_MOST = 6
"""part `workers` goes on until it has had its rounds undisturbed, but no more than so many times as long"""
_LARGE_EVERY = 11
"""in part `memory` one photo in so many has 12 megapixels: 1,000 of 11,000"""


def workers(work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Photos a second with 1, 2, ... workers on 12-megapixel JPEGs, in turns."""
    files = sorted(options.photos.glob("*.jp*g")) if options.photos else phone_photos(work)
    numbers = list(range(1, available_cpus() + 1))
    pools = {number: WorkerPool(workers=number) for number in numbers}
    try:
        for number, pool in pools.items():  # loads the networks of every worker
            drain(pool, [files[0]] * number * 4)
        rates: dict[int, list[float]] = {number: [] for number in numbers}
        cpu_ms: dict[int, list[float]] = {number: [] for number in numbers}
        had: list[float] = []
        others: list[float] = []
        while sum(share >= UNDISTURBED for share in had) < options.rounds and len(had) < _MOST * options.rounds:
            busy, own, began, shares = busy_s(), own_s(), time.perf_counter(), []
            for number, pool in pools.items():
                chosen = list(itertools.islice(itertools.cycle(files), options.photos_each * number))
                spent, start = own_s(), time.perf_counter()
                drain(pool, chosen)
                took = time.perf_counter() - start
                rates[number].append(len(chosen) / took)
                spent = own_s() - spent
                shares.append(spent / took / number)
                cpu_ms[number].append(spent / len(chosen) * 1e3)
            had.append(min(shares))
            print(f"{rates[numbers[-1]][-1] / rates[1][-1]:.2f}, processors had {had[-1]:.0%}", file=sys.stderr)
            others.append(max(0.0, busy_s() - busy - (own_s() - own)) / (time.perf_counter() - began) / os.cpu_count())
        peaks = [peak_mb(pid) for pid in children()]
    finally:
        for pool in pools.values():
            pool.close()
    size = statistics.mean(path.stat().st_size for path in files) / 1e6
    return {
        "rates": rates,
        "cpu_ms": cpu_ms,
        "had": had,
        "others": others,
        "photos": options.photos_each,
        "mean_mb": size,
        "files": len(files),
        "peaks_mb": peaks,
    }


def memory(work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Resident memory of two workers and of the parent over thousands of photos of all sizes."""
    small, large = small_files(work / "small", options.distinct), phone_photos(work)
    number = min(2, available_cpus())
    samples: list[dict[str, Any]] = []

    def jobs() -> Iterator[Job]:
        for index in range(options.files * _LARGE_EVERY // (_LARGE_EVERY - 1)):
            if time.perf_counter() - start > options.minutes * 60:
                return
            kind = large if index % _LARGE_EVERY == _LARGE_EVERY - 1 else small
            yield Job(str(kind[index // 7 % len(kind) if kind is large else index % len(kind)]), str(index))

    verdicts: dict[str, int] = {}
    start = time.perf_counter()
    with WorkerPool(workers=number) as pool:
        for done, (_, outcome) in enumerate(pool.run(jobs(), ordered=False), 1):
            verdicts[outcome.report.verdict] = verdicts.get(outcome.report.verdict, 0) + 1
            if done % 50 == 0:
                pids = sorted(children())
                workers_mb = [resident_mb(pid) for pid in pids]
                samples.append({"photos": done, "workers_mb": workers_mb, "parent_mb": resident_mb(os.getpid())})
        peaks = [peak_mb(pid) for pid in sorted(children())]
    took = time.perf_counter() - start
    return {"samples": samples, "peaks_mb": peaks, "verdicts": verdicts, "seconds": took, "workers": number}


def faces(work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """CPU time for one photo of 8 megapixels with several people in it."""
    rows = []
    checker = Checker()
    for number in FACES:
        path = group_photo(work / "groups", number)
        found = len(checker.check(path).faces)
        decode, total = costs(path, checker, options.rounds)
        rows.append({"people": number, "found": found, "decode_ms": decode, "total_ms": total})
    return {"rows": rows}


def megapixels(work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """CPU time for one photo, JPEG with 0.25 bytes a pixel, as it grows."""
    rows = []
    checker = Checker()
    for size in MEGAPIXELS:
        wide = round((size * 1e6 * 3 / 4) ** 0.5)
        shape = Shape(f"{size:g} MP", wide, round(wide * 4 / 3))
        path = make(ROOT / "fixtures" / "images" / "soft_office.jpg", shape, folder_in(work, "megapixels"))
        decode, total = costs(path, checker, options.rounds)
        rows.append({"megapixels": size, "mb": path.stat().st_size / 1e6, "decode_ms": decode, "total_ms": total})
    return {"rows": rows}


PARTS: dict[str, Callable[[Path, argparse.Namespace], dict[str, Any]]] = {
    "workers": workers,
    "memory": memory,
    "faces": faces,
    "megapixels": megapixels,
}


def phone_photos(work: Path) -> list[Path]:
    """Twenty fixtures as a phone would have taken them."""
    return [make(fixture, PHONE, folder_in(work, "phone")) for fixture in FIXTURES[:20]]


def folder_in(work: Path, name: str) -> Path:
    """A folder, made if need be."""
    folder = work / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def drain(pool: WorkerPool, files: list[Path]) -> None:
    """Check them all; every one must have a report that is not "unreadable"."""
    for job, outcome in pool.run((Job(str(path), path.name) for path in files), ordered=False):
        if outcome.report.verdict == "unreadable":
            raise SystemExit(f"{job.name}: {outcome.report.findings[0].message}")


def costs(path: Path, checker: Checker, rounds: int) -> tuple[float, float]:
    """CPU ms for loading a photo, and for the whole check, the medians of the rounds."""
    data = path.read_bytes()
    decode, total = [], []
    for turn in range(rounds + 2):
        start = time.process_time()
        load(data)
        between = time.process_time()
        checker.check(data)
        if turn >= 2:
            decode.append((between - start) * 1e3)
            total.append((time.process_time() - between) * 1e3)
    return statistics.median(decode), statistics.median(total)


def children() -> list[int]:
    """Processes that this one has started."""
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    found = []
    for path in lists:
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended since
            found += [int(pid) for pid in path.read_text().split()]
    return found


def busy_s() -> float:
    """Seconds that the machine's processors have worked, all programs together."""
    user, nice, system, _, _, *rest = (int(n) for n in Path("/proc/stat").read_text().split("\n")[0].split()[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def own_s() -> float:
    """Seconds of them that this process and its workers have had."""
    times = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in children()]
    spent = sum(int(n) for pair in times for n in pair) / os.sysconf("SC_CLK_TCK")
    return spent + time.process_time()


def resident_mb(pid: int) -> float:
    """What of the process is in memory, MB."""
    return _status_kb(pid, "VmRSS") * 1024 / 1e6


def peak_mb(pid: int) -> float:
    """The most that was ever in memory, MB."""
    return _status_kb(pid, "VmHWM") * 1024 / 1e6


def _status_kb(pid: int, field: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def changed(parser: argparse.ArgumentParser, options: argparse.Namespace) -> str:
    """The options that are not as usual, as one would type them; folders are not named."""
    given = {name: value for name, value in vars(options).items() if value != parser.get_default(name)}
    shown = {name: "DIR" if isinstance(value, Path) else value for name, value in given.items() if name != "parts"}
    return "".join(f" --{name.replace('_', '-')} {value}" for name, value in shown.items())


def main() -> int:
    """Measure the parts that are asked for and write the report of all that was ever measured in --work."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for the files and for what was measured")
    parser.add_argument("--parts", nargs="*", choices=list(PARTS), default=list(PARTS), help="default: all")
    parser.add_argument("--rounds", type=int, default=7, help="default 7")
    parser.add_argument("--photos", type=Path, help="12-megapixel JPEGs of one's own for part `workers`")
    parser.add_argument("--photos-each", type=int, default=30, help="photos for each worker in a round (default 30)")
    parser.add_argument("--files", type=int, default=10_000, help="small files in part `memory` (default 10,000)")
    parser.add_argument("--minutes", type=float, default=60, help="part `memory` stops there (default 60)")
    parser.add_argument("--distinct", type=int, default=500, help="different ones among them (default 500)")
    options = parser.parse_args()
    if not Path("/proc/self/status").exists() and {"workers", "memory"} & set(options.parts):
        parser.error("memory is read from /proc: name the parts faces and megapixels")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        if os.environ.get(name) != "1":  # before NumPy is loaded, so in a new process
            os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, name: "1"})
    kept = options.work / "scale.json"
    options.work.mkdir(parents=True, exist_ok=True)
    measured: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    cv2.setNumThreads(1)
    for part in options.parts:
        before = os.getloadavg()[0]
        measured[part] = {
            **PARTS[part](options.work, options),
            "command": f"python -m benchmarks.speed.scale --parts {part}{changed(parser, options)}",
            "date": time.strftime("%Y-%m-%d"),
            "load": [round(before, 1), round(os.getloadavg()[0], 1)],
            "machine": f"{available_cpus()} {platform.machine()} cores",
            "python": platform.python_version(),
        }
        kept.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    write_report(json.loads(kept.read_text(encoding="utf-8")), ROOT / "benchmarks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
