"""What mkdocs calls while it builds the site (mkdocs.yml, `hooks`): what only the site shows, and its links."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))  # mkdocs loads this file by its path, from anywhere

from build_docs import checks, gallery, library, notebook, written  # noqa: E402

SITE: dict[str, Callable[[], str]] = {
    "gallery elsewhere": lambda: gallery.figures(in_car=False),
    "gallery in cars": lambda: gallery.figures(in_car=True),
    "notebook cells": notebook.cells,
}
"""what the site shows in the place of `<!-- site: NAME -->`; the repository's pages link to it"""
_LANGUAGES = {".py": "python", ".toml": "toml"}


def on_files(files: Any, config: Any, **_: Any) -> Any:
    """Add the pictures."""
    for place, content in (checks.pictures() | gallery.pictures()).items():
        files.append(File.generated(config, place, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put in what only the site shows: pictures, docstrings, and the files that the repository's pages link to."""
    markdown = re.sub(r'<a id="(\S+)"></a>\n\n(## .+)', r"\2 {#\1}", markdown)
    markdown = written.PART.sub(_names, markdown)
    markdown = re.sub("<!-- site: (.+?) -->", lambda found: _site(found[1]), markdown)
    markdown = re.sub("<!-- file: (.+?) -->", lambda found: _file(ROOT / found[1]), markdown)
    return re.sub(r"\[([^\[\]]+)\]\((\.\./[^)\s]+)\)", lambda found: _link(found, page.file.src_uri), markdown)


def _names(part: re.Match[str]) -> str:
    kind, _, section = part["name"].partition(": ")
    return library.docstrings(section) if kind == "names" else part[0]


def _site(name: str) -> str:
    kind, _, check = name.partition(" ")
    return checks.example(check) if kind == "example" else SITE[name]()


def _file(path: Path) -> str:
    return f"```{_LANGUAGES[path.suffix]}\n{path.read_text(encoding='utf-8')}```"


def _link(found: re.Match[str], page: str) -> str:
    """A link, or its text alone where it leads out of docs/: the site holds only that folder."""
    place = posixpath.normpath(posixpath.join(posixpath.dirname(page), found[2]))
    return found[1] if place.startswith("..") else found[0]
