"""The SHA-256 of a network of our own in the registry beside it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path


def register(path: Path, name: str) -> None:
    """Write the SHA-256 of the network at path to the registry beside it, where there is one."""
    registry = path.with_name("registry.toml")
    if registry.is_file():
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        text = registry.read_text(encoding="utf-8")
        entry = re.compile(rf'(\[network\.{name}\].*?sha256 = ")[0-9a-f]*', re.DOTALL)
        registry.write_text(entry.sub(rf"\g<1>{sha256}", text), encoding="utf-8")
