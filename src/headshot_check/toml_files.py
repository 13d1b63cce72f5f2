"""TOML, read without a parser where the build has parsed the very same bytes (build_networks/parsed_toml.py).

To import a parser takes 7 ms of a new process, to parse the package's own files 3.
"""

from __future__ import annotations

import hashlib
import json
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

_PARSED = Path(__file__).with_name("parsed_toml.json")


def parsed(text: bytes) -> dict[str, Any]:
    """What a TOML file says, as a new object.

    Raises
    ------
    ValueError
        It is not TOML, or not UTF-8.
    """
    known = _by_sha256().get(hashlib.sha256(text).hexdigest())
    document: dict[str, Any]
    if known is not None:
        document = json.loads(known)
        return document
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    document = tomllib.loads(text.decode("utf-8").replace("\r\n", "\n"))
    return document


@lru_cache(maxsize=1)
def _by_sha256() -> dict[str, str]:
    try:
        files: dict[str, str] = json.loads(_PARSED.read_bytes())
    except (OSError, ValueError):  # not built, or damaged: then all is parsed
        return {}
    return files
