"""What the car network learns from: pictures with their faces, labels and masks, and pictures composed of two."""

from __future__ import annotations

import multiprocessing
import pickle
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from headshot_check.nets.car_views import WINDOW_FACES
from training.car import outlines
from training.car.composites import Cutter, compose, wear, without_seen
from training.car.model import ANSWERS
from training.car.renders import develop
from training.car.renders import rows as rendered_rows
from training.car.seats import drawn_seat, dyed, real_seat, rendered_seat
from training.rows import Row
from training.sources import crops, find_faces, measured, read, rows, without_twins

LONG, WINDOW = 384, 256
"""Least of the longest side and of the window's side that a kept picture has, px, unless it was smaller."""
MOST = 900
COMPOSITES = {"car": 1500, "place": 700, "belted": 500, "seated": 2600, "rendered": 2600}
"""People before car interiors, before other places, people in cars with a belt drawn on them, people before head
restraints, and in rendered cabins (where there are any)."""
PHOTOGRAPHED, IN_CARS = 0.5, 0.65
"""Of those before head restraints: how often the seat is a photographed one, and how often a drawn one is in a car."""
FOLDS = (
    ("NSS-IITPatna/", "CSI-NSIT/", "jclaw/", "Fares3993/", "iris-hep/"),
    ("srideepkar/", "forLoopOfficial/", "Priceless-P/", "amira-medhat/", "Sharpiless/", "110598071/", "bharat-"),
)
"""Sources that each of the two runs keeps back: their answers to those choose recipe, mix and fusion."""
STOCK = "State Farm"
_RIG = ("amira-medhat/", "nguyenquoc18320/", "Sharpiless/", "110598071/", "bharat-chandra/", "kirandeshmukh6421/")
"""Sources that are one camera, seat and side."""


@dataclass
class Sample:
    rgb: np.ndarray
    face: np.ndarray | None
    """(8,) box, right and left eye, px"""
    labels: np.ndarray
    """(len(ANSWERS),) 1, 0 or NaN"""
    masks: np.ndarray | None
    """(H, W, 5) levels of outlines.py; None: nowhere, where the label is 0, and else unknown"""
    id: str
    kind: str
    camera: str
    """what must not be learnt: of each no more than a share of the car side is drawn"""
    held: tuple[bool, bool]
    """whether each of the two runs keeps it back"""
    odds: float = np.nan
    """log-odds of a car by EfficientNet-Lite2 for the whole picture"""


def build(photos: Path, folder: Path, *, renders: Path | None = None, seed: int = 1, workers: int = 2) -> None:
    """Everything that is learnt from, in folder/samples.pkl; renders: what fixtures/render/training_set.py made."""
    folder.mkdir(parents=True, exist_ok=True)
    data, aside = rows(photos), measured(photos)
    find_faces(data + aside, folder / "faces.pkl")
    data = without_twins(data, aside)
    drawn = outlines.outlines(photos)
    real = [s for s in (_real(row, drawn) for row in data) if s is not None]
    print(f"samples: {len(real)} pictures", flush=True)
    stages = [r for r in rendered_rows(renders) if r.kind == "stage" and r.car] if renders else []
    jobs = _jobs(data, stages, np.random.default_rng(seed))
    with multiprocessing.get_context("fork").Pool(workers, _begin, (crops(photos),)) as pool:
        made = [s for s in pool.imap(_composed, jobs, chunksize=16) if s is not None]
    print(f"samples: {len(made)} composed", flush=True)
    (folder / "samples.tmp").write_bytes(pickle.dumps(real + made, protocol=5))
    (folder / "samples.tmp").replace(folder / "samples.pkl")


def load(folder: Path) -> list[Sample]:
    """What `build` made."""
    found: list[Sample] = pickle.loads((folder / "samples.pkl").read_bytes())
    return found


def kept_back(row: Row) -> tuple[bool, bool]:
    """By which of the two runs a row is kept back; ordinary pictures by both or by neither."""
    if row.kind in ("car_place", "place"):
        return False, False
    first, second = (any(row.source.startswith(name) for name in fold) for fold in FOLDS)
    if row.car or row.subtype.startswith("hard_"):
        if "fossasia" in row.source:
            first, second = int(row.id[-1]) % 4 == 0, int(row.id[-1]) % 4 == 1
        if row.source.startswith("Muneeb"):
            return row.held_out, row.held_out
        return first, second
    return row.held_out, row.held_out


def _camera(row: Row) -> str:
    if any(row.source.startswith(name) for name in _RIG):
        return STOCK
    return row.source if row.car else row.kind


def _labels(row: Row, drawn: dict) -> dict[str, float]:
    headrest, window = without_seen(row)
    told = {"car": float(row.car), "headrest": headrest, "window": window, **row.labels}
    if not row.car:
        told |= {"belt": 0.0, "roof": 0.0, "wheel": 0.0}
        vehicle = row.subtype in ("hard_vehicle_other", "lookalike_vehicle")
        told["other_vehicle"] = np.nan if vehicle and told["window"] == 0 else float(vehicle)
        if vehicle:
            told["roof"] = np.nan
        if row.subtype == "lookalike_vehicle":
            told["other_vehicle"] = 1.0
    else:
        told["other_vehicle"] = 0.0
    if row.id in drawn:
        told |= outlines.seen(drawn[row.id])
    return told


def _real(row: Row, drawn: dict) -> Sample | None:
    rgb = read(row.path)
    if row.face is None and row.kind == "pool":
        return None
    long = max(rgb.shape[:2])
    side = WINDOW_FACES * (row.face[2] - row.face[0]) if row.face is not None else long
    scale = min(1.0, max(LONG / long, WINDOW / side), MOST / long)
    face = row.face
    if scale < 1:
        rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        face = None if face is None else face * scale
    told = _labels(row, drawn)
    marked = outlines.masks(drawn[row.id], *rgb.shape[:2]) if row.id in drawn else None
    if row.id in outlines.RESTRAINTS:
        marked = outlines.with_restraints(marked, row.id, *rgb.shape[:2])
        told["headrest"] = float(bool(outlines.RESTRAINTS[row.id]))
    labels = np.array([told.get(name, np.nan) for name in ANSWERS], np.float32)
    kind = row.kind if not row.subtype.startswith("hard_") else row.subtype
    kind = "selfie" if row.subtype == "driver_selfie" else kind
    return Sample(rgb, face, labels, marked, row.id, kind, _camera(row), kept_back(row))


@dataclass
class _Job:
    kind: str
    person: Row
    place: Row | None
    seed: int


def _jobs(data: list[Row], stages: list[Row], rng: np.random.Generator) -> list[_Job]:
    people = [r for r in data if r.kind in ("pool", "portrait") and r.face is not None and not any(kept_back(r))]
    cars = [r for r in data if r.kind == "car_place"]
    dealers = [r for r in cars if sum(o.source == r.source for o in cars) > 50]
    others = [r for r in cars if r not in dealers]
    seats = [r for r in cars if r.id in outlines.RESTRAINTS]
    places = [r for r in data if r.kind == "place"]
    drivers = [r for r in data if r.car and r.face is not None and r.labels.get("belt") != 1]
    jobs = []
    for kind, count in COMPOSITES.items():
        for _ in range(count if stages or kind != "rendered" else 0):
            if kind == "belted":
                person, place = drivers[rng.integers(len(drivers))], None
            else:
                person = people[rng.integers(len(people))]
                pick = places if kind == "place" else dealers if rng.random() < 0.25 else others
                if kind == "rendered":
                    pick = stages
                if kind == "seated":
                    pick = seats if rng.random() < PHOTOGRAPHED else pick if rng.random() < IN_CARS else places
                place = pick[rng.integers(len(pick))]
            jobs.append(_Job(kind, person, place, int(rng.integers(2**31))))
    return jobs


def _begin(windows: dict) -> None:
    cv2.setNumThreads(1)
    global _state
    _state = (Cutter(), windows)


def _composed(job: _Job) -> Sample | None:
    cut, windows = _state
    rng = np.random.default_rng(job.seed)
    if job.place is None:
        return _belted(job, cut, rng)
    if job.kind in ("seated", "rendered"):
        return _seated(job, job.place, windows.get(job.place.id), cut, rng)
    made = compose(job.person, job.place, windows.get(job.place.id), cut, rng)
    if made is None:
        return None
    told = {
        "car": made.car,
        "belt": made.belt,
        "headrest": made.headrest,
        "window": made.window,
        "other_vehicle": 0.0 if job.place.subtype != "lookalike_vehicle" else 1.0,
    }
    if not job.place.car:
        told |= {"roof": 0.0, "wheel": 0.0}
    labels = np.array([told.get(name, np.nan) for name in ANSWERS], np.float32)
    marked = np.full((*made.rgb.shape[:2], 5), outlines.UNKNOWN, np.uint8)
    belt = made.belt_mask if made.belt_mask is not None else np.zeros(made.rgb.shape[:2])
    marked[..., 0] = np.where(belt > 0.5, outlines.THERE, outlines.NONE)
    if not job.place.car:
        for k, name in enumerate(outlines.CUES):
            if told.get(name) == 0:
                marked[..., k] = outlines.NONE
    camera = "composed " + ("car" if job.place.car else "place")
    return Sample(made.rgb, made.face, labels, marked, job.place.id, job.kind, camera, (False, False))


def _belted(job: _Job, cut: Cutter, rng: np.random.Generator) -> Sample | None:
    """A belt, or a strap that is none, drawn on somebody in a car who wears no belt."""
    row = job.person
    rgb, face = read(row.path), row.face
    assert face is not None
    scale = min(1.0, 480 / max(rgb.shape[:2]))
    rgb, face = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), face * scale
    worn = wear(rgb, face, cut(rgb), True, rng, belt_share=0.85)
    if worn.belt is None or worn.belt.sum() / float(face[2] - face[0]) ** 2 < 0.2:
        return None
    labels = np.array([{"car": 1.0, "belt": 1.0, "other_vehicle": 0.0}.get(n, np.nan) for n in ANSWERS], np.float32)
    marked = np.full((*rgb.shape[:2], 5), outlines.UNKNOWN, np.uint8)
    marked[..., 0] = np.where(worn.belt > 0.5, outlines.THERE, outlines.NONE)
    return Sample(worn.rgb, face, labels, marked, row.id, "belted", _camera(row), kept_back(row))


def _seated(job: _Job, place: Row, crop: tuple | None, cut: Cutter, rng: np.random.Generator) -> Sample | None:
    """Somebody before a head restraint, or before none."""
    rgb = read(job.person.path)
    if job.kind == "rendered":
        render, face = develop(place.path, rng, mirror=False), place.face
        if rng.random() < 0.5:
            render, face = render.mirrored(), _mirrored(face, render.rgb.shape[1])
        made = rendered_seat(rgb, cut(rgb), job.person.face, render, face, rng)
    elif place.id in outlines.RESTRAINTS:
        scene = dyed(read(place.path), rng)
        made = real_seat(rgb, cut(rgb), job.person.face, scene, outlines.RESTRAINTS[place.id], rng)
    else:
        scene = read(place.path)
        made = drawn_seat(rgb, cut(rgb), job.person.face, scene, crop, not place.car, rng)
    if made is None:
        return None
    marked = np.full((*made.rgb.shape[:2], 5), outlines.NONE, np.uint8)
    if job.kind == "rendered":  # a belt may have been drawn
        marked[..., 0] = outlines.UNKNOWN
    marked[..., 1][~made.known] = outlines.UNKNOWN
    marked[..., 1][made.own > 0.5] = outlines.THERE
    belt = np.nan if job.kind == "rendered" else 0.0
    told = {"car": float(place.car), "belt": belt, "headrest": 1.0 if made.own.any() else np.nan}
    if place.car:
        marked[..., 2:] = outlines.UNKNOWN
    elif not made.own.any():
        told["headrest"] = 0.0
    labels = np.array([told.get(name, np.nan) for name in ANSWERS], np.float32)
    camera = "composed " + ("car" if place.car else "place")
    return Sample(made.rgb, made.face, labels, marked, place.id, job.kind, camera, (False, False))


def _mirrored(face: np.ndarray, width: int) -> np.ndarray:
    x0, y0, x1, y1, *eyes = face
    return np.array([width - x1, y0, width - x0, y1, width - eyes[2], eyes[3], width - eyes[0], eyes[1]], np.float32)
