"""The default folder for stored results: the user's cache folder of each system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

STORE_NAME = "scan.sqlite"


def cache_folder(
    environment: Mapping[str, str] | None = None, *, platform: str = sys.platform, home: Path | None = None
) -> Path:
    """The folder headshot-check in the user's cache folder: $XDG_CACHE_HOME or ~/.cache, on Windows %LOCALAPPDATA%, on
    macOS ~/Library/Caches.

    Raises
    ------
    RuntimeError
        The user has no home.
    """
    variables = os.environ if environment is None else environment
    if platform == "win32":
        base = variables.get("LOCALAPPDATA") or str((home or Path.home()) / "AppData" / "Local")
    elif platform == "darwin":
        base = str((home or Path.home()) / "Library" / "Caches")
    else:
        named = variables.get("XDG_CACHE_HOME", "")
        base = named if named.startswith("/") else str((home or Path.home()) / ".cache")  # the standard wants it so
    return Path(base) / "headshot-check"
