"""The page's server beside `scan`: the same folder, the same number of workers, in turns; first result, all, and waits.

    python -m benchmarks.speed.app_speed [--photos 200] [--megapixels 12] [--workers 2] [--rounds 3]

The client asks as the page does: one request for each photo, workers + 2 of them under way, with previews; the server
is a process of its own that has stood for a while. `scan` is the command from start to end, --fresh, without reports.
Meanwhile the client fetches one of the page's files every 50 ms: how long that takes at most says how responsive the
server stays. Processor time is that of all processes, client and start-up too: on a machine that has other work, its
ratio says more than that of the wall times. Exit status 1 when the ratio or the first result misses its limit.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.phone_photos import Shape, make

FIXTURES = Path(__file__).parents[2] / "fixtures" / "images"
DISTINCT = 12
"""pictures that are really encoded; the others are these with other bytes after their end, so all digests differ"""
MOST_RATIO, MOST_FIRST_S = 1.3, 1.0
"""what the page promises: all within 1.3 times scan's time, the first within 1 s"""
PREVIEW_PX = 480
_SETTLE_S = 3.0
_COMMAND = (sys.executable, "-m", "headshot_check")


@dataclass(frozen=True)
class Run:
    """One folder through the server."""

    first_s: float
    all_s: float
    longest_wait_s: float


def folder_of(count: int, megapixels: float, folder: Path) -> list[Path]:
    """Photos as phones make them, all with digests of their own."""
    width = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    shape = Shape(f"{megapixels:g} MP", width, round(width * 4 / 3))
    made = [make(path, shape, folder) for path in sorted(FIXTURES.glob("*.jpg"))[:DISTINCT]]
    photos = folder / "photos"
    photos.mkdir()
    for number in range(count):
        data = made[number % len(made)].read_bytes()
        (photos / f"{number:04}.jpg").write_bytes(data + number.to_bytes(4, "big"))
    return sorted(photos.iterdir())


@contextmanager
def server(workers: int) -> Iterator[tuple[str, str]]:
    """The page's server in a process of its own: its origin and its secret."""
    command = [*_COMMAND, "app", "--no-open", "--workers", str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        origin, _, secret = process.stdout.readline().strip().partition("/?secret=")
        time.sleep(_SETTLE_S)
        for _ in range(2 * workers):  # answered only when the workers have loaded, however busy the machine is
            url = f"{origin}/api/check"
            httpx.post(url, headers={"authorization": f"Bearer {secret}"}, content=b"-", timeout=120, trust_env=False)
        yield origin, secret
        process.terminate()


async def through_server(photos: list[Path], origin: str, secret: str, parallel: int) -> Run:
    """Post all photos, `parallel` at a time."""
    waiting = iter(photos)
    done: list[float] = []
    waits: list[float] = []
    headers = {"authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(base_url=origin, headers=headers, timeout=120, trust_env=False) as client:

        async def ask() -> None:
            for photo in waiting:
                params = {"name": photo.name, "preview": PREVIEW_PX}
                answer = await client.post("/api/check", params=params, content=photo.read_bytes())
                assert answer.json()["report"]["verdict"] != "unreadable", answer.text[:500]
                done.append(time.perf_counter())

        async def look() -> None:
            while True:
                asked = time.perf_counter()
                (await client.get("/static/web/base.css")).raise_for_status()
                waits.append(time.perf_counter() - asked)
                await asyncio.sleep(0.05)

        await client.get("/static/web/base.css")
        looking = asyncio.create_task(look())
        started = time.perf_counter()
        await asyncio.gather(*(ask() for _ in range(parallel)))
        looking.cancel()
    return Run(done[0] - started, done[-1] - started, max(waits))


def through_scan(folder: Path, workers: int) -> float:
    """Seconds of `headshot-check scan` from start to end."""
    started = time.perf_counter()
    command = [*_COMMAND, "scan", str(folder), "--fresh", "--workers", str(workers), "--format", "jsonl"]
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(f"scan failed: {done.stderr}")
    return seconds


def processor_s() -> float:
    """Processor time of this process and of those that it has seen to their end, theirs included (0 on Windows)."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def spread(values: list[float]) -> str:
    """Median and range.

    >>> spread([3.0, 1.0, 2.0])
    '2.00 (1.00 to 3.00)'
    """
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> int:
    """Measure, print; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    scans, runs, used = [], [], []
    with tempfile.TemporaryDirectory() as place:
        photos = folder_of(options.photos, options.megapixels, Path(place))
        for _ in range(options.rounds):
            begun = processor_s()
            scans.append(through_scan(photos[0].parent, options.workers))
            between = processor_s()
            with server(options.workers) as (origin, secret):
                runs.append(asyncio.run(through_server(photos, origin, secret, options.workers + 2)))
            used.append((between - begun, processor_s() - between))
    ratios = [run.all_s / scan for run, scan in zip(runs, scans, strict=True)]
    firsts = [run.first_s for run in runs]
    what = f"{options.photos} photos of {options.megapixels:g} MP, {options.workers} workers"
    print(f"{what}, median (range) of {options.rounds}\n\n| | |\n|---|---:|")
    for name, values in (
        ("`scan`, s", scans),
        ("server, all results, s", [run.all_s for run in runs]),
        ("server / `scan`", ratios),
        ("processor time of `scan`, s", [scan for scan, _ in used]),
        ("processor time of server and client, s", [ours for _, ours in used]),
        ("its ratio", [ours / scan if scan else 0.0 for scan, ours in used]),
        ("server, first result, s", firsts),
        ("longest wait for a file meanwhile, s", [run.longest_wait_s for run in runs]),
    ):
        print(f"| {name} | {spread(values)} |")
    met = statistics.median(ratios) <= MOST_RATIO and statistics.median(firsts) <= MOST_FIRST_S
    print(f"\nwithin {MOST_RATIO} of scan, first within {MOST_FIRST_S:g} s: {'yes' if met else 'NO'}")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
