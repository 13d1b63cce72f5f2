"""Start-up against MediaPipe: checking a 12-megapixel JPEG, `--version`, `--help` and the bare import, each in a new
process, against `import mediapipe`, in turns in one run.

    python -m benchmarks.speed.startup --mediapipe-python PYTHON [--python PYTHON] [--runs 15]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

try:
    import resource
except ImportError:  # Windows: processor time of children is not known there
    resource = None  # type: ignore[assignment]

IMAGES = Path(__file__).resolve().parents[2] / "fixtures" / "images"
SIZE = (3024, 4032)
JPEG_BYTES = 3_000_000
_CHECK, _VERSION, _HELP = "headshot-check check PHOTO", "headshot-check --version", "headshot-check --help"
_IMPORT, _PYTHON = "import headshot_check", "python alone"
HEAVY = ("cv2", "ai_edge_litert", "typer")
AT_MOST = {_CHECK: 0.6, _VERSION: 0.15, _HELP: 0.15}
"""of the wall time of `import mediapipe`"""
IMPORT_AT_MOST_S = 0.025
"""what `import headshot_check` may take beyond Python alone"""
# A run that is late by this much shows the machine's load, not the program.
_LIMIT_S = 120


def twelve_megapixels(fixture: Path, out: Path) -> None:
    """Enlarge a fixture to what a phone takes: 3024 x 4032 with sensor noise, about 3 MB as JPEG."""
    with Image.open(fixture) as image:
        small = image.convert("RGB")
    side = min(small.width / 3, small.height / 4)
    left, top = (small.width - 3 * side) / 2, (small.height - 4 * side) / 2
    large = small.resize(SIZE, Image.Resampling.BICUBIC, box=(left, top, left + 3 * side, top + 4 * side))
    noise = np.random.default_rng(12).normal(0, 4, (SIZE[1], SIZE[0], 1))
    noisy = Image.fromarray(np.clip(np.asarray(large) + noise, 0, 255).astype(np.uint8))
    best = b""
    for quality in range(95, 40, -5):
        buffer = io.BytesIO()
        noisy.save(buffer, "JPEG", quality=quality)
        best = buffer.getvalue()
        if len(best) <= JPEG_BYTES:
            break
    out.write_bytes(best)


def took(command: Sequence[str], *, report: bool = False) -> tuple[float, float]:
    """Wall time and processor time of a new process, s; SystemExit when it does not do its job.

    With `report` it must print a report as JSON that has a verdict: exit status 1 alone could be a crash.
    """
    cpu, start = _children_cpu(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, timeout=_LIMIT_S, check=False, env=_environment())
    wall = time.perf_counter() - start
    used = _children_cpu() - cpu if resource else wall
    try:
        verdict = json.loads(done.stdout)["verdict"] if report else None
    except (ValueError, KeyError, TypeError):
        verdict = "none"
    worked = verdict in ("ready", "usable", "retake") if report else done.returncode == 0
    if not worked:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')}")
    return wall, used


def _children_cpu() -> float:
    if resource is None:
        return 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(used.ru_utime + used.ru_stime)


def _environment() -> dict[str, str]:
    """Byte code is kept, as it is where something is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def heavy_imports(python: str) -> str:
    """Which of HEAVY `import headshot_check` loads, comma-separated."""
    code = f"import sys, headshot_check; print(*(m for m in {HEAVY!r} if m in sys.modules), sep=', ')"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    """Time all in turns and print a table; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the python that has headshot-check (default: this)")
    parser.add_argument("--mediapipe-python", required=True, metavar="PYTHON", help="a python that has mediapipe")
    parser.add_argument("--fixture", type=Path, help="picture to enlarge (default: the first of fixtures/images)")
    parser.add_argument("--policy", help="policy for the check (default: the command's own)")
    parser.add_argument("--runs", type=int, default=15, help="rounds, after one that is not counted (default 15)")
    options = parser.parse_args()
    fixture = options.fixture or min(IMAGES.glob("*.jpg"), default=None)
    if fixture is None:
        parser.error(f"no picture in {IMAGES}: name one with --fixture")
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        twelve_megapixels(fixture, photo)
        ours = [options.python, "-m", "headshot_check"]
        check = [*ours, "check", str(photo), "--format", "json"]
        if options.policy:
            check += ["--policy", options.policy]
        commands = {
            "import mediapipe": [options.mediapipe_python, "-c", "import mediapipe"],
            _CHECK: check,
            _VERSION: [*ours, "--version"],
            _HELP: [*ours, "--help"],
            _IMPORT: [options.python, "-c", "import headshot_check"],
            _PYTHON: [options.python, "-c", "pass"],
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for turn in range(options.runs + 1):
            for name, command in commands.items():
                one = took(command, report=name == _CHECK)
                if turn:  # the first round fills the disk cache
                    times[name].append(one)
        print(
            f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}"
            if hasattr(os, "getloadavg")
            else f"{platform.machine()}, {os.cpu_count()} CPUs"
        )
        print(f"{options.runs} rounds; photo {SIZE[0]} x {SIZE[1]}, {photo.stat().st_size / 1e6:.1f} MB\n")
    walls = {name: [wall for wall, _ in values] for name, values in times.items()}
    print("| new process | median s | least to most s | CPU s | over import mediapipe: median | least to most |")
    print("|---|---:|---:|---:|---:|---:|")
    ratio = {}
    for name, values in walls.items():
        paired = [own / other for own, other in zip(values, walls["import mediapipe"], strict=True)]
        ratio[name] = statistics.median(paired)
        cpu = statistics.median(used for _, used in times[name])
        print(
            f"| `{name}` | {statistics.median(values):.3f} | {min(values):.3f} to {max(values):.3f} | {cpu:.3f} "
            f"| {ratio[name]:.2f} | {min(paired):.2f} to {max(paired):.2f} |"
        )
    loaded = heavy_imports(options.python)
    print(f"\n`import headshot_check` loads of {', '.join(HEAVY)}: {loaded or 'none'}")
    beyond = statistics.median(own - bare for own, bare in zip(walls[_IMPORT], walls[_PYTHON], strict=True))
    met = all(ratio[name] <= bound for name, bound in AT_MOST.items()) and beyond <= IMPORT_AT_MOST_S and not loaded
    bounds = ", ".join(f"{name} {bound}" for name, bound in AT_MOST.items())
    print(f"{_IMPORT} takes {1000 * beyond:.0f} ms beyond {_PYTHON}")
    print(f"bounds ({bounds}, import {1000 * IMPORT_AT_MOST_S:.0f} ms, nothing heavy):", "met" if met else "MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
