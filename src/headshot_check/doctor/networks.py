"""Tests each network of the registry: its file exists, has the right SHA-256, and LiteRT can load it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from headshot_check.errors import WeightsError
from headshot_check.nets.runtime import WEIGHTS, Network, registry


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """One network; `sha256` is that of the installed file, None if there is none."""

    name: str
    file: str
    bytes: int
    sha256: str | None
    error: str | None


def networks_found() -> tuple[NetworkFile, ...]:
    """Test each network of the registry.

    Raises
    ------
    WeightsError
        The registry itself cannot be read.
    """
    return tuple(_found(name, entry["file"]) for name, entry in registry().items())


def _found(name: str, file: str) -> NetworkFile:
    try:
        content = (WEIGHTS / file).read_bytes()
    except OSError as error:
        return NetworkFile(name, file, 0, None, f"its file is not there ({error.strerror})")
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != registry()[name]["sha256"]:
        return NetworkFile(name, file, len(content), sha256, "its file is damaged: its SHA-256 is another one")
    try:
        Network(name)
    except (WeightsError, ImportError) as error:
        return NetworkFile(name, file, len(content), sha256, f"LiteRT does not open it ({error})")
    return NetworkFile(name, file, len(content), sha256, None)
