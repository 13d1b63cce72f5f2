"""What mkdocs calls while it builds the site (mkdocs.yml, `hooks`)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT), str(ROOT / "packaging")]  # mkdocs loads this file by its path, from anywhere

from build_docs import checks, codes, command_line, gallery, http, json_schema, notebook, targets  # noqa: E402

MADE: dict[str, Callable[[], str]] = {
    "JSON example": json_schema.example,
    "JSON fields": json_schema.fields,
    "causes": codes.causes,
    "commands": command_line.commands,
    "crop targets": targets.targets,
    "cues": codes.cues,
    "errors": codes.errors,
    "gallery elsewhere": lambda: gallery.figures(in_car=False),
    "gallery in cars": lambda: gallery.figures(in_car=True),
    "list of checks": checks.listed,
    "notebook cells": notebook.cells,
    "operations": http.operations,
    "photo errors": codes.photo_errors,
    "refusals": http.refusals,
}
"""what stands on the site in the place of `<!-- made: NAME -->`"""
_LANGUAGES = {".py": "python", ".toml": "toml"}


def on_files(files: Any, config: Any, **_: Any) -> Any:
    """Add pages and pictures that are made."""
    for place, content in (checks.pages() | gallery.pictures()).items():
        files.append(File.generated(config, place, content=content))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put in what is made, and the project's own files in the place of `<!-- file: PATH -->`."""
    markdown = re.sub("<!-- made: (.+?) -->", lambda found: MADE[found[1]](), markdown)
    return re.sub("<!-- file: (.+?) -->", lambda found: _file(ROOT / found[1]), markdown)


def _file(path: Path) -> str:
    return f"```{_LANGUAGES[path.suffix]}\n{path.read_text(encoding='utf-8')}```"
