"""What an installation weighs: installs the project into a new environment and prints each distribution's size.

python -m benchmarks.speed.environment [--python PYTHON] [--requirement mediapipe==1.2.2]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MB = 450

# Runs in the new environment: every file that a distribution's record names, and the whole of site-packages.
_WEIGH = """
import importlib.metadata, json, pathlib, sysconfig
site = pathlib.Path(sysconfig.get_path("purelib"))
files = lambda top: (p for p in top.rglob("*") if p.is_file() and not p.is_symlink())
sizes = {}
for found in importlib.metadata.distributions(path=[str(site)]):
    paths = [pathlib.Path(found.locate_file(p)) for p in found.files or ()]
    # Byte code is written at installation too and is part of the weight, whether recorded or not.
    caches = {c for p in paths if p.suffix == ".py" for c in p.parent.glob("__pycache__/" + p.stem + ".*.pyc")}
    sizes[found.name + " " + found.version] = sum(p.stat().st_size for p in {*paths, *caches} if p.is_file())
print(json.dumps([sizes, sum(p.stat().st_size for p in files(site))]))
"""


def weigh(python: str, requirement: str) -> tuple[dict[str, int], int]:
    """Bytes of each distribution after installing requirement alone, and of all site-packages (without pip)."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        own = str(
            next(path for path in (Path(folder, "bin/python"), Path(folder, "Scripts/python.exe")) if path.exists())
        )
        subprocess.run([own, "-m", "pip", "install", "--quiet", requirement], check=True, stdout=sys.stderr)
        sizes, total = json.loads(subprocess.run([own, "-c", _WEIGH], capture_output=True, check=True).stdout)
    for tool in [name for name in sizes if name.split()[0] in {"pip", "setuptools"}]:
        total -= sizes.pop(tool)
    return sizes, total


def main() -> int:
    """Install, weigh, print; 1 when the limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the python to make the environment with")
    parser.add_argument("--requirement", default=str(ROOT), help="what to install (default: this project)")
    options = parser.parse_args()
    sizes, total = weigh(options.python, options.requirement)
    print("| distribution | MB |\n|---|---:|")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"| {name} | {size / 1e6:.1f} |")
    print(f"| **site-packages, without pip and setuptools** | **{total / 1e6:.0f}** |")
    met = total < LIMIT_MB * 1e6
    print(f"\nunder {LIMIT_MB} MB: {'yes' if met else 'NO'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
