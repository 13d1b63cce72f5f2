"""The default folder for stored results, in the user's cache folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

STORE_NAME = "scan.sqlite"


def cache_folder(
    environment: Mapping[str, str] | None = None, *, platform: str = sys.platform, home: Path | None = None
) -> Path:
    """The folder headshot-check in $XDG_CACHE_HOME or ~/.cache, on Windows in %LOCALAPPDATA%, on macOS in
    ~/Library/Caches.

    Raises
    ------
    RuntimeError
        The user has no home folder.
    """
    variables = os.environ if environment is None else environment
    if platform == "win32":
        base = variables.get("LOCALAPPDATA") or str((home or Path.home()) / "AppData" / "Local")
    elif platform == "darwin":
        base = str((home or Path.home()) / "Library" / "Caches")
    else:
        named = variables.get("XDG_CACHE_HOME", "")
        base = (
            named if named.startswith("/") else str((home or Path.home()) / ".cache")
        )  # the XDG standard ignores relative paths
    return Path(base) / "headshot-check"
