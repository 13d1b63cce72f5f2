"""Samples of README and docs/: blocks of code, and the desk on which they run."""

from __future__ import annotations

import os
import re
import shutil
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixture_photos import IMAGES, ROOT

from build_docs.written import PART

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block of code."""

    page: str
    """from the top folder"""
    kind: str
    text: str


def blocks(kind: str, pages: list[Path] = PAGES) -> list[Block]:
    """All blocks of one kind, in order."""
    return list(_blocks(kind, pages))


def _blocks(kind: str, pages: list[Path]) -> Iterator[Block]:
    for page in pages:
        for found, text in _BLOCK.findall(PART.sub("", page.read_text(encoding="utf-8"))):
            if found == kind:
                yield Block(page.relative_to(ROOT).as_posix(), found, text)


def commands(pages: list[Path] = PAGES) -> list[tuple[str, str]]:
    """Every command line with its page, without its comment."""
    lines = [(block.page, line) for block in blocks("sh", pages) for line in block.text.splitlines()]
    return [(page, line.partition("  #")[0].strip()) for page, line in lines]


def lay_out(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """A folder with all that the samples name, from which headshot-check is found."""
    selfie, good, tilted = (IMAGES / f"{name}.jpg" for name in ("drivers_seat_selfie", "soft_office", "tilted"))
    for place, photos in (("", [selfie]), ("shots", [good, tilted]), ("photos", [selfie, good]), ("more", [tilted])):
        (folder / place).mkdir(exist_ok=True)
        for photo in photos:
            shutil.copy(photo, folder / place / ("me.jpg" if place == "" else photo.name))
    (folder / "fixtures" / "images").mkdir(parents=True)
    for name in ("drivers_seat_selfie", "hard_side_light", "car_dusk", "soft_office"):
        shutil.copy(IMAGES / f"{name}.jpg", folder / "fixtures" / "images")
    for block in blocks("toml"):
        if block.text.startswith("# acme.toml"):
            (folder / "acme.toml").write_text(block.text, encoding="utf-8")
    (folder / "mine.toml").write_text('title = "Mine"\nextend = "linkedin"\n', encoding="utf-8")
    patch.chdir(folder)
    patch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
    patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    return folder
