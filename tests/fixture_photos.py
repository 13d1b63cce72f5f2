"""The project's own pictures and what is true of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "fixtures" / "images"


@dataclass(frozen=True)
class Fixture:
    """One picture of fixtures/images with its ground truth."""

    path: Path
    truth: dict[str, Any]

    @property
    def name(self) -> str:
        return self.path.stem


def fixtures() -> list[Fixture]:
    """All of them, by name."""
    return [
        Fixture(path, json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        for path in sorted(IMAGES.glob("*.jpg"))
    ]


def fixture(name: str) -> Path:
    """The picture of that name."""
    return IMAGES / f"{name}.jpg"
