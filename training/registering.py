"""The SHA-256 of a network of our own in the registry beside it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path


def register(path: Path, name: str, *, fitted_on: str | None = None) -> None:
    """Write the SHA-256 of the network at path to the registry beside it, where there is one.

    `fitted_on` is the file beside it whose outputs the network takes: its SHA-256 is written, too.
    """
    registry = path.with_name("registry.toml")
    if registry.is_file():
        text = _put(registry.read_text(encoding="utf-8"), name, "sha256", path)
        if fitted_on is not None:
            text = _put(text, name, "fitted_on", path.with_name(fitted_on))
        registry.write_text(text, encoding="utf-8")


def _put(text: str, name: str, key: str, path: Path) -> str:
    entry = re.compile(rf'(\[network\.{name}\][^\[]*?^{key} = ")[0-9a-f]*', re.DOTALL | re.MULTILINE)
    return entry.sub(rf"\g<1>{hashlib.sha256(path.read_bytes()).hexdigest()}", text)
