"""The package's TOML files as JSON: a check then need not import a parser of TOML, which is 10 ms of a new process."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE_NAME = "parsed_toml.json"


def write(package: Path) -> None:
    """Put the file into the package's folder: what each .toml file says, by the SHA-256 of its bytes."""
    texts = [path.read_bytes() for path in sorted(package.rglob("*.toml"))]
    parsed = {hashlib.sha256(text).hexdigest(): json.dumps(tomllib.loads(text.decode("utf-8"))) for text in texts}
    (package / FILE_NAME).write_text(json.dumps(parsed, indent=0) + "\n", encoding="utf-8", newline="\n")
