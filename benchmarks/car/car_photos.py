"""The pictures that the car is looked for in, and what they show as far as labels say."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

from benchmarks import photo_set

Row = photo_set.Row
SELFIES = ("driver_selfie", "passenger", "other")
"""Subtypes of the photos that someone in a car took by hand."""
YAWDD = "Muneeb-Ahmed-Khan/Yawn-Detection"
"""The fixed camera that most in-car train rows come from."""
PRESS = ("logicdeveloperTR/Manually-Created-Face-Recognition-Model", "muxspace/facial_expressions")
"""Sources of press portraits of some 150 px in pool/."""
HELD_OUT_SHARE = 0.2
"""Share of pool/ that training keeps from fitting (training/rows.py chooses it in the same way)."""


def read_rows(photos: Path, use: str) -> list[Row]:
    """The rows of labels.csv with this `use`: train or measure."""
    return [row for row in photo_set.read_rows(photos) if row["use"] == use]


def pool_rows(photos: Path) -> list[Row]:
    """Pictures of pool/ that training keeps from fitting, as rows: not in cars, subtype "pool" or "press"."""
    with (photos / "pool/index.csv").open(encoding="utf-8", newline="") as file:
        index = list(csv.DictReader(file))
    return [
        {
            "id": picture["id"],
            "file": f"pool/images/{picture['id']}.jpg",
            "use": "pool",
            "label": "not_car",
            "subtype": "press" if picture["source_repo"] in PRESS else "pool",
            "quality_tags": "",
            "group": picture["id"],
            "source_repo": picture["source_repo"],
        }
        for picture in index
        if int(hashlib.sha256(picture["id"].encode()).hexdigest(), 16) % 1000 < 1000 * HELD_OUT_SHARE
    ]


def read_outlines(photos: Path) -> dict[str, dict[str, Any]]:
    """outlines.json: polygons drawn by hand and flags, by the photo's id."""
    found: dict[str, dict[str, Any]] = json.loads((photos / "outlines.json").read_text(encoding="utf-8"))
    return found


def view(row: Row, outlines: dict[str, dict[str, Any]]) -> str:
    """From where an in-car photo was taken, as its outlines say; "" where they do not."""
    return str(outlines[row["id"]]["flags"].get("view", "")) if row["id"] in outlines else ""
