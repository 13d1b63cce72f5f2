"""Stage cache: every training sample drawn once, kept as arrays beside the answers of the teacher."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from headshot_check.nets.car_glance import SIZE
from training.car import renders
from training.car.composites import Cutter, Made, compose, mark, without_seen
from training.car.glance.staged import seat_behind, sit
from training.car.glance.teacher import DEEP_KEPT, MIDDLE_KEPT, Basis, Teacher
from training.car.glance.views import CELLS, imagined_face, shoot
from training.car.renders import develop
from training.rows import Row
from training.sources import crops, find_faces, measured, read, rows, without_twins

COPIES = {
    "pool": 1,
    "portrait": 2,
    "yawdd": 6,
    "car_place": 3,
    "place": 2,
    "render_car": 20,
    "render_room": 12,
    "stage": 30,
    "seat": 14,
}
"""Drawings of each picture."""
COMPOSITES = {"car_replace": 1700, "car_stand": 1300, "place_replace": 1600, "place_stand": 1300}
LABELS = ("interior", "belt", "headrest", "window", "roof", "wheel")


@dataclass
class Job:
    kind: str
    first: int
    second: int = -1
    seed: int = 0


@dataclass
class Store:
    """The arrays of the cache, memory-mapped. N samples; index 1 of two is window, frame."""

    folder: Path
    count: int = 0

    def open(self, mode: str) -> dict[str, np.memmap]:
        n = self.count
        shapes = {
            "pixels": ((n, 2, SIZE, SIZE, 3), np.uint8),
            "middle": ((n, 2, SIZE // 16, SIZE // 16, MIDDLE_KEPT), np.float16),
            "deep": ((n, 2, SIZE // 32, SIZE // 32, DEEP_KEPT), np.float16),
            "logits": ((n, 2, 1001), np.float16),
            "labels": ((n, len(LABELS)), np.float32),
            "belt": ((n, CELLS, CELLS), np.float16),
            "person": ((n, CELLS, CELLS), np.float16),
            "regions": ((n, CELLS, CELLS, 4), np.float16),
            "done": ((n,), np.uint8),
        }
        return {k: np.memmap(self.folder / f"{k}.bin", d, mode, shape=s) for k, (s, d) in shapes.items()}


def build(photos: Path, teacher: Path, folder: Path, *, seed: int, workers: int, rendered: Path | None = None) -> None:
    """Everything up to training; carries on where it was interrupted.

    With `rendered`, a cache of those renders alone, as they are and with real people in them, beside the main cache.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = rows(photos)
    if rendered is not None:
        data += renders.rows(rendered)
    aside = measured(photos)
    find_faces(data + aside, folder / "faces.pkl")
    data = without_twins(data, aside)
    data = [r for r in data if r.face is not None or r.kind in ("car_place", "place")]
    jobs = plan(data, seed) if rendered is None else plan_renders(data, seed)
    store = Store(folder, len(jobs))
    if not (folder / "jobs.json").exists():
        store.open("w+")
        held = [bool(data[j.first].held_out or (j.second >= 0 and data[j.second].held_out)) for j in jobs]
        fit = [not (data[j.first].held_out or (j.second >= 0 and data[j.second].held_out)) for j in jobs]
        pure = [data[j.first].held_out and (j.second < 0 or data[j.second].held_out) for j in jobs]
        meta = [
            {
                **asdict(j),
                "id": data[j.first].id,
                "group": data[j.first].group,
                "source": data[j.first].source,
                "car": _is_car(j, data),
                "fit": f,
                "held_out": bool(p),
                "mixed": h and not p,
            }
            for j, f, p, h in zip(jobs, fit, pure, held, strict=True)
        ]
        (folder / "jobs.json").write_text(json.dumps(meta))
    if rendered is not None and not (folder / "basis.npz").exists():
        shutil.copy(folder.parent / "cache" / "basis.npz", folder)  # the teacher's answers in the same terms
    if not (folder / "basis.npz").exists():
        _fit_basis(data, jobs, photos, teacher, folder)
    done = store.open("r+")["done"]
    todo = [
        int(k) for k in np.random.default_rng(seed).permutation(len(jobs)) if not done[k]
    ]  # part done = fair sample
    parts = [todo[k : k + 32] for k in range(0, len(todo), 32)]
    setting = (data, jobs, photos, teacher, folder)
    with multiprocessing.get_context("spawn").Pool(workers, _start, setting) as pool:
        for k, _ in enumerate(pool.imap_unordered(_fill, parts)):
            if k % 20 == 0:
                print(f"cache: {k * 32} of {len(todo)} samples", flush=True)


def plan(data: list[Row], seed: int) -> list[Job]:
    """Which pictures are drawn, how often, and who goes where."""
    rng = np.random.default_rng(seed)
    jobs = [Job("real", k) for k, r in enumerate(data) for _ in range(COPIES[r.kind])]
    people = [k for k, r in enumerate(data) if r.kind in ("pool", "portrait")]
    drivers = [k for k, r in enumerate(data) if r.kind == "yawdd"]
    others = {
        "car_replace": drivers,
        "car_stand": [k for k, r in enumerate(data) if r.kind == "car_place"],
        "place_replace": people,
        "place_stand": [k for k, r in enumerate(data) if r.kind == "place"],
    }
    for kind, wanted in COMPOSITES.items():
        for _ in range(wanted):
            # drivers leave their cars, and now and then drive another's
            pick = drivers if rng.random() < (0.3 if kind.startswith("place") else 0.05) else people
            jobs.append(Job(kind, int(rng.choice(pick)), int(rng.choice(others[kind]))))
    for k, job in enumerate(jobs):
        job.seed = seed * 1_000_003 + k
    return jobs


def plan_renders(data: list[Row], seed: int) -> list[Job]:
    """Each render as it is and with real people in the place of the rendered one."""
    rng = np.random.default_rng(seed)
    everyone = [k for k, r in enumerate(data) if r.kind in ("pool", "portrait")]
    aside = [[k for k in everyone if data[k].held_out == held] for held in (False, True)]
    jobs = []
    for k, row in enumerate(data):
        people = aside[row.held_out]
        if row.kind.startswith("render"):
            copies = COPIES[row.kind]
            jobs += [Job("real", k) for _ in range(copies)]
            jobs += [Job("car_replace", int(rng.choice(people)), k) for _ in range(2 * copies)]
        elif row.kind == "stage":
            jobs += [Job("sit", int(rng.choice(people)), k) for _ in range(COPIES["stage"])]
            if row.car and not row.subtype.startswith("outside"):
                jobs += [Job("seat_behind", int(rng.choice(people)), k) for _ in range(COPIES["seat"])]
    for k, job in enumerate(jobs):
        job.seed = (seed + 1) * 1_000_003 + k
    return jobs


def _is_car(job: Job, data: list[Row]) -> bool:
    return job.kind != "seat_behind" and data[job.second if job.second >= 0 else job.first].car


def draw(job: Job, data: list[Row], windows: dict, cut: Cutter) -> tuple[Made, np.random.Generator] | None:
    """The picture of a job, before it is photographed."""
    rng = np.random.default_rng(job.seed)
    row = data[job.first]
    if job.kind in ("sit", "seat_behind"):
        put = sit if job.kind == "sit" else seat_behind
        made = put(row, data[job.second], cut, rng)
        return None if made is None else (made, rng)
    if job.kind != "real":
        place = data[job.second]
        made = compose(row, place, windows.get(place.id), cut, rng)
        return None if made is None else (made, rng)
    if row.kind.startswith("render"):
        seen = develop(row.path, rng, mirror=False)
        made = Made(seen.rgb, row.face, float(row.car), 0.0, 0.0, 0.0, belt_mask=seen.regions[..., 0])
        mark(made, seen.regions[..., 1:])
        made.belt, made.person = float(seen.regions[..., 0].mean() > 0.003), seen.person
        return made, rng
    rgb = read(row.path)
    if row.kind in ("car_place", "place"):
        face = imagined_face(*rgb.shape[:2], rng)
        if row.id in windows and rng.random() < 0.7:
            x0, y0, x1, y1 = windows[row.id]
            h, w = rgb.shape[:2]
            rgb = rgb[int(y0 * h) : int(y1 * h), int(x0 * w) : int(x1 * w)]
            face = imagined_face(*rgb.shape[:2], rng)
        nobody = np.zeros(rgb.shape[:2], np.float32)
        belt = np.nan if row.car else 0.0
        return Made(rgb, face, float(row.car), belt, *without_seen(row), person=nobody), rng
    get = row.labels.get
    headrest, window = without_seen(row)
    belt = get("belt", np.nan if row.car else 0.0)
    return Made(rgb, row.face, float(row.car), belt, get("headrest", headrest), get("window", window)), rng


def _start(data, jobs, photos, teacher, folder) -> None:  # type: ignore[no-untyped-def]
    cv2.setNumThreads(1)
    global _state
    store = Store(folder, len(jobs)).open("r+")
    _state = (data, jobs, crops(photos), Cutter(), Teacher(teacher), Basis(folder / "basis.npz"), store)


def _fill(part: list[int]) -> None:
    data, jobs, windows, cut, teach, basis, store = _state
    for k in part:
        drawn = draw(jobs[k], data, windows, cut)
        if drawn is None:
            store["done"][k] = 2  # could not be made well: left out
            continue
        made, rng = drawn
        pair = shoot(made, rng)
        for n, view in enumerate((pair.window, pair.frame)):
            middle, deep, logits = teach(view)
            store["middle"][k, n], store["deep"][k, n] = basis(middle, deep, SIZE // 16)
            store["logits"][k, n] = logits
            store["pixels"][k, n] = cv2.resize(view, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        roof, wheel = (made.roof, made.wheel) if made.car else (0.0, 0.0)
        store["labels"][k] = made.car, made.belt, made.headrest, made.window, roof, wheel
        for n, known in enumerate((made.headrest, made.window, roof, wheel)):
            nowhere = made.regions is None and known == 0
            store["regions"][k][..., n] = 0.0 if nowhere else pair.regions[..., n]
        belt = pair.belt
        if made.belt_mask is None and made.belt == 0:
            belt = np.zeros_like(belt)
        store["belt"][k], store["person"][k] = belt, pair.person
        store["done"][k] = 1


def _fit_basis(data, jobs, photos, teacher, folder) -> None:  # type: ignore[no-untyped-def]
    cut, teach, windows = Cutter(), Teacher(teacher), crops(photos)
    middles, deeps = [], []
    for k in np.random.default_rng(0).permutation(len(jobs))[:500]:
        drawn = draw(jobs[k], data, windows, cut)
        if drawn is not None:
            pair = shoot(*drawn)
            for view in (pair.window, pair.frame):
                middle, deep, _ = teach(view)
                middles.append(middle)
                deeps.append(deep)
    Basis.fit(np.stack(middles), np.stack(deeps), folder / "basis.npz")
