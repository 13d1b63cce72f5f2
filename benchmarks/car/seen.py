"""The development photos as two versions of the checker see them, and the parts that are reported apart."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.car import answers
from benchmarks.car.answers import Answer
from benchmarks.car.car_photos import SELFIES, YAWDD, Row, read_outlines, view
from benchmarks.photo_set import tags
from benchmarks.quality.skin_tone import tone_group, typology_angle
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.scene import Scene

LEAST = 3
"""A source or kind with fewer photos has no row of its own."""
SMALL_PX = 200
"""Below this short side at most "possible" is said."""
Parts = dict[str, list[int]]


@dataclass
class Seen:
    """One photo, what is known of it and what is said."""

    row: Row
    now: Answer
    before: Answer
    view: str
    """from where an in-car photo was taken, as outlines.json says"""
    tones: tuple[str, ...]
    """groups of skin tone by two readings (skin_tone.py), or black and white"""

    @property
    def car(self) -> bool:
        return self.row["label"] == "car"


def look(rows: list[Row], photos: Path) -> list[Seen]:
    """Each row through this version and the one before."""
    outlines = read_outlines(photos)
    said = zip(rows, answers.answers(rows, photos), answers.earlier_answers(rows, photos), strict=True)
    return [Seen(row, now, before, view(row, outlines), ()) for row, now, before in said]


def add_tones(seen: list[Seen], photos: Path) -> None:
    """Groups of skin tone of the people in cars, measured in the picture: a guess about light as much as about skin."""
    nets = Nets()
    for one in seen:
        if not one.car:
            continue
        scene = Scene(load(photos / one.row["file"]), nets)
        readings = {"as the photo has it": False, "white made white": True}
        angles = {name: typology_angle(scene, white=white) for name, white in readings.items()}
        tones = [f"{tone_group(angle)} skin, {name}" for name, angle in angles.items() if angle is not None]
        if one.now.grey or "bw" in tags(one.row):
            tones = ["black and white"]
        one.tones = tuple(tones)


def parts_of(seen: list[Seen]) -> Parts:
    """In-car photos, pooled and by how, where and of whom they were taken: name to their indices."""
    cars = [k for k, one in enumerate(seen) if one.car]

    def those(condition: Callable[[Seen], bool]) -> list[int]:
        return [k for k in cars if condition(seen[k])]

    parts = {"all in cars": cars, "not the fixed camera": those(lambda one: one.row["source_repo"] != YAWDD)}
    parts["hand-held selfies"] = those(lambda one: one.row["subtype"] in SELFIES)
    outside = ("through_window", "from_outside")
    parts["from inside"] = those(lambda one: one.row["subtype"] != "through_window" and one.view not in outside)
    parts["through a window or from outside"] = those(
        lambda one: one.row["subtype"] == "through_window" or one.view in outside
    )
    for where in outside:
        parts[f"view {where}"] = those(lambda one, at=where: one.view == at)  # type: ignore[misc]
    parts["short side under 200 px"] = those(lambda one: _short_side(one.row) < SMALL_PX)
    for tone in sorted({tone for k in cars for tone in seen[k].tones}):
        parts[tone] = those(lambda one, t=tone: t in one.tones)  # type: ignore[misc]
    for kind in sorted({seen[k].row["subtype"] for k in cars}):
        parts[f"subtype {kind}"] = those(lambda one, s=kind: one.row["subtype"] == s)  # type: ignore[misc]
    for source, _ in Counter(seen[k].row["source_repo"] for k in cars).most_common():
        parts[f"source {source}"] = those(lambda one, s=source: one.row["source_repo"] == s)  # type: ignore[misc]
    kept: Parts = {}
    for name, members in parts.items():
        if len(members) >= LEAST and members not in kept.values():
            kept[name] = members
    return kept


def _short_side(row: Row) -> int:
    return min(int(row["width"]), int(row["height"]))


def note_look(what: str, every: int = 1) -> None:
    """Rows that nothing may be chosen by are looked at seldom: each look is counted."""
    answers.KEPT.mkdir(parents=True, exist_ok=True)
    with (answers.KEPT / "looks.txt").open("a", encoding="utf-8") as file:
        file.write(f"{time.strftime('%Y-%m-%d %H:%M')} {what}, every {every}\n")
