"""What a version of the checker says of pictures: the version at hand, or one from the project's history.

    python -m benchmarks.car.answers ROWS.json PHOTOS OUT.jsonl

The benchmarks beside this one call `answers` and `earlier_answers`; the command is what runs in an earlier version's
stead, with its sources first on the path. An earlier version's answers are kept in benchmarks/out (never committed).
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from headshot_check import Checker
from headshot_check.measures.car_cues import car_cues
from headshot_check.nets.all import Nets
from headshot_check.photo import Photo, load
from headshot_check.policy import Policy, load_policy
from headshot_check.report import DriversSeat
from headshot_check.scene import NotAssessed, Scene

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "benchmarks/out"
"""Git ignores it."""
BEFORE = "1eef849"
"""The last version whose car network began with MediaPipe's pose trunk (the weights of f1823d5)."""
SEAT = "car.drivers_seat"
Polygon = list[list[float]]


@dataclass
class Answer:
    """What is said of one picture."""

    id: str
    probability: float
    """the network's, 0..1, whatever the room round the face; 0 where it cannot answer"""
    verdict: str
    """the whole checker's word"""
    setting: str | None
    """ "car", "other_vehicle" or None, where the version has it"""
    cues: list[tuple[str, float | None, Polygon | None]]
    """name, probability and outline in fractions of the frame, as reported"""
    seen: dict[str, float]
    """the network's own probability of each cue, 0..1"""
    face: list[float] | None
    """box of the main face in fractions of the frame: x0, y0, x1, y1"""
    grey: bool
    car_ms: float
    """processor time of the network with its views, after the face was found"""
    cues_ms: float
    """of outlining"""


def seat_checker() -> Checker:
    """The whole path to the driver's seat and nothing else: the default policy's limits for it."""
    policy = load_policy("linkedin")
    return Checker(Policy(policy.name, policy.title, {SEAT: policy.rules[SEAT]}))


def answers(rows: list[dict[str, str]], photos: Path) -> list[Answer]:
    """Of the version at hand."""
    checker, nets = seat_checker(), Nets()
    found = []
    for row in rows:
        photo = load(photos / row["file"])
        found.append(answer(row["id"], photo, Scene(photo, nets), checker.check_photo(photo).drivers_seat))
    return found


def answer(name: str, photo: Photo, scene: Scene, seat: DriversSeat) -> Answer:
    """Of one picture."""
    face: list[float] | None = None
    probability, seen, spent = 0.0, dict[str, float](), [float("nan"), float("nan")]
    try:
        size = np.array((scene.width, scene.height) * 2)
        face = (np.array(scene.main.box) / size).tolist()
    except NotAssessed:
        pass
    try:
        began = time.process_time()
        evidence = scene.car
        spent[0] = 1000 * (time.process_time() - began)
        car_cues(scene)
        spent[1] = 1000 * (time.process_time() - began) - spent[0]
        probability = evidence.probability
        seen = {cue: float(getattr(evidence, cue)) for cue in ("belt", "headrest", "window", "roof", "wheel")}
    except NotAssessed:
        pass
    cues: list[tuple[str, float | None, Polygon | None]] = [
        (cue.name, cue.probability, [list(point) for point in cue.region.points] if cue.region else None)
        for cue in seat.cues
    ]
    setting = getattr(seat, "setting", None)
    return Answer(name, probability, seat.verdict, setting, cues, seen, face, bool(photo.greyscale), *spent)


def earlier_answers(rows: list[dict[str, str]], photos: Path, commit: str = BEFORE) -> list[Answer]:
    """Of a version in the project's history; asked once for each picture, then read from benchmarks/out."""
    kept = KEPT / f"{commit}.jsonl"
    known = read(kept) if kept.exists() else {}
    missing = [row for row in rows if row["id"] not in known]
    if missing:
        sources = _exported(commit)
        asked, said = KEPT / f"{commit}.asked.json", KEPT / f"{commit}.said.jsonl"
        asked.write_text(json.dumps(missing), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "benchmarks.car.answers", str(asked), str(photos.resolve()), str(said)],
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(sources)},
        )
        known |= read(said)
        write(list(known.values()), kept)
    return [known[row["id"]] for row in rows]


def _exported(commit: str) -> Path:
    """The folder with an earlier version's package, built as that version builds itself."""
    folder = KEPT / commit
    if not (folder / "built").exists():
        shown = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True)
        with tarfile.open(fileobj=io.BytesIO(shown.stdout)) as archive:
            archive.extractall(folder / "source", filter="data")
        target = ["--no-deps", "--target", str(folder / "built"), str(folder / "source")]
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", *target], check=True)
    return folder / "built"


def write(some: list[Answer], path: Path) -> None:
    """JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(asdict(one)) + "\n" for one in some), encoding="utf-8")


def read(path: Path) -> dict[str, Answer]:
    """By id."""
    names = {field.name for field in fields(Answer)}
    lines: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {line["id"]: Answer(**{name: line[name] for name in names}) for line in lines}


if __name__ == "__main__":
    asked, photos, out = map(Path, sys.argv[1:])
    write(answers(json.loads(asked.read_text(encoding="utf-8")), photos), out)
