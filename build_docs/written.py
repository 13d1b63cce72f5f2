"""The parts of docs/ that come from the code. They stand in the repository, so that its pages are complete there.

    python -m build_docs             # writes them
    python -m build_docs --check     # ends 1 when a page is not up to date

In a page, such a part lies between `<!-- made: NAME -->` and `<!-- end -->`. Pages of checks are written whole.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "packaging"))  # from_help.py

from build_docs import checks, codes, command_line, http, json_schema, library, targets  # noqa: E402

DOCS = ROOT / "docs"
MADE: dict[str, Callable[[], str]] = {
    "JSON example": json_schema.example,
    "JSON fields": json_schema.fields,
    "causes": codes.causes,
    "commands": command_line.commands,
    "crop targets": targets.targets,
    "cues": codes.cues,
    "errors": codes.errors,
    "list of checks": checks.listed,
    "operations": http.operations,
    "photo errors": codes.photo_errors,
    "refusals": http.refusals,
    **{f"names: {section}": library.table_of(names) for section, names in library.SECTIONS.items()},
}
PART = re.compile("<!-- made: (?P<name>.+?) -->\n.*?<!-- end -->", re.DOTALL)


def pages() -> dict[Path, str]:
    """Every page with a part from the code, as it should be."""
    found = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
    made = {path: PART.sub(_part, text) for path, text in found.items() if PART.search(text)}
    return made | {DOCS / place: text for place, text in checks.pages().items()}


def _part(found: re.Match[str]) -> str:
    return f"<!-- made: {found['name']} -->\n\n{MADE[found['name']]()}\n\n<!-- end -->"


def comparable(text: str) -> str:
    """Without the numbers of the JSON example, whose last digits depend on the processor."""
    return PART.sub(lambda part: re.sub(r"\d+", "0", part[0]) if part["name"] == "JSON example" else part[0], text)


def outdated() -> list[Path]:
    """Pages that are missing or not up to date."""
    return [
        path
        for path, text in pages().items()
        if not path.is_file() or comparable(path.read_text(encoding="utf-8")) != comparable(text)
    ]
