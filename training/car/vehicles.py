"""Another vehicle than a car: python -m training.car.vehicles --renders PLACES [--work DIR]

A head for each view, learnt on what the finished car.tflite gives, so that the car's own answer stays as it is: people
in trains, buses, aeroplanes and boats against people in cars. Photographs are few, so most are composed: before
rendered vehicles and cabins, photographed ones, and in the place of others, by one procedure for all.
"""

from __future__ import annotations

import argparse
import collections
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from headshot_check.nets.car import SIZE, pooled
from headshot_check.nets.runtime import WEIGHTS, Network
from training.car import samples as kept
from training.car.augment import shoot
from training.car.composites import Cutter, compose
from training.car.model import ANSWERS
from training.car.renders import rows as rendered_rows
from training.registering import register
from training.rows import Row
from training.sources import ANOTHER_VEHICLE, crops, find_faces, in_vehicles, measured, rows, without_twins
from training.tflite_writer import Graph

FILE = "car_vehicle.tflite"
RIDGE = 0.1
"""0.03 and 0.3 told kept-back sources apart as well."""
SHARES = {
    "vehicle": 0.5,
    "photographed": 0.2,
    "swapped": 0.15,
    "real": 0.15,
    "cabin": 0.15,
    "interior": 0.15,
    "swapped car": 0.15,
    "real car": 0.2,
}
"""How much each kind counts among its own: people composed before rendered vehicles, before photographed ones, in the
place of those in photographs, and these as they are; the same four of cars."""
TIMES = {
    "vehicle": 14,
    "photographed": 36,
    "swapped": 12,
    "real": 17,
    "cabin": 12,
    "interior": 2,
    "swapped car": 3,
    "real car": 6,
}
"""Pictures of each place, or views of each photograph."""
PLACES = ("vehicle", "photographed", "cabin", "interior")
MOTOR_HOMES = ("g_0405", "g_0406")
"""Their seats are a car's."""
ALIKE = 0.7
"""A place (of photographs, a source) with twice as many pictures counts 2 to the 1 - ALIKE as much."""


@dataclass
class Seen:
    """Views as the head gets them."""

    kinds: list[str]
    places: list[str]
    features: np.ndarray
    """(N, 2, 432) window and frame"""


def places(photos: Path, renders: Path, work: Path) -> tuple[dict[str, list[Row]], list[Row]]:
    """Places and photographs of each kind, and people to put there; nothing that is measured, nor its twins."""
    data, aside = rows(photos) + in_vehicles(photos), measured(photos)
    find_faces(data + aside, work / "faces.pkl")
    data = without_twins(data, aside)
    stages = [r for r in rendered_rows(renders) if r.kind == "stage"]
    real = [r for r in data if r.id in ANOTHER_VEHICLE and r.face is not None]
    cars = [r for r in data if r.car and r.kind != "car_place" and r.face is not None]
    found = {
        "vehicle": [r for r in stages if r.subtype.startswith("vehicle/")],
        "photographed": [r for r in data if r.subtype == "lookalike_vehicle" and r.id not in MOTOR_HOMES],
        "swapped": real,
        "real": real,
        "cabin": [r for r in stages if r.car],
        "interior": [r for r in data if r.kind == "car_place"],
        "swapped car": cars,
        "real car": cars,
    }
    people = [r for r in data if r.kind == "pool" and r.face is not None and r.id not in ANOTHER_VEHICLE]
    return found, people


def seen(found: dict[str, list[Row]], people: Sequence[Row], windows: dict, rng: np.random.Generator) -> Seen:
    """Everything that is learnt from, by the network that ships."""
    cut, net = Cutter(), Network("car", threads=1)
    told = Seen([], [], np.empty(0))
    features = []
    for kind, some in found.items():
        for row in some:
            real = kept._real(row, {}) if kind.startswith("real") else None
            for _ in range(TIMES[kind]):
                sample = real or _composed(people[rng.integers(len(people))], row, windows.get(row.id), cut, rng)
                view = None if sample is None else shoot(sample, SIZE, rng)
                if view is None or not view.face:
                    continue
                turned = bool(rng.random() < 0.5)
                features.append([_looked(net, p, t) for p, t in zip(view.pixels, (turned, not turned), strict=True)])
                told.kinds.append(kind)
                told.places.append(row.id if kind in PLACES else kept._camera(row) if row.car else row.source)
    told.features = np.array(features, np.float32)
    return told


def _composed(person: Row, place: Row, crop: tuple | None, cut: Cutter, rng: np.random.Generator) -> kept.Sample | None:
    made = compose(person, place, crop, cut, rng)
    if made is None:
        return None
    labels = np.full(len(ANSWERS), np.nan, np.float32)
    return kept.Sample(made.rgb, made.face, labels, None, place.id, "composed", "", (False, False))


def _looked(net: Network, pixels: np.ndarray, turned: bool) -> np.ndarray:
    shown = (cv2.flip(pixels, 1) if turned else pixels)[None].astype(np.float32) / np.float32(127.5) - np.float32(1)
    return pooled(net(shown))[0]


def fit(told: Seen) -> tuple[np.ndarray, np.ndarray]:
    """Weights (2, features) and biases (2,) of window and frame: logistic, with a ridge."""
    kinds, yes = np.array(told.kinds), np.isin(told.kinds, list(SHARES)[:4])
    weight = np.zeros(len(kinds))
    for kind, share in SHARES.items():
        mine = np.flatnonzero(kinds == kind)
        count = collections.Counter(told.places[k] for k in mine)
        each = np.array([count[told.places[k]] ** -ALIKE for k in mine])
        weight[mine] = share * each / each.sum() if len(mine) else 0
    for side in (yes, ~yes):
        weight[side] /= 2 * weight[side].sum()
    weights, biases = zip(*(_head(told.features[:, k], yes, weight) for k in (0, 1)), strict=True)
    return np.stack(weights), np.array(biases)


def _head(features: np.ndarray, yes: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    mean, spread = features.mean(0), features.std(0) + 1e-3
    x, goal = torch.from_numpy((features - mean) / spread).float(), torch.from_numpy(yes).float()
    counts = torch.from_numpy(weight).float()
    w, b = torch.zeros(x.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([w, b], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        each = torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, goal, reduction="none")
        loss = (each * counts).sum() + RIDGE * w.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)
    own = w.detach().numpy() / spread
    return own, float(b.detach()) - float(own @ mean)


def graph(weights: np.ndarray, biases: np.ndarray) -> Graph:
    """What `pooled` gives of a view in, log-odds (1, 2) by the window's head and the frame's out."""
    g = Graph("headshot-check another vehicle")
    features = g.input("features", (1, weights.shape[1]))
    g.output(g.dense(features, weights.astype(np.float32), biases.astype(np.float32)), "vehicle")
    return g


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = Path(__file__).resolve().parents[3]
    parser.add_argument("--shared", type=Path, default=root / "shared", help="holds photos/")
    parser.add_argument("--work", type=Path, default=root / "train", help="where faces are kept")
    parser.add_argument("--renders", type=Path, required=True, help="by fixtures/render/training_set.py")
    parser.add_argument("--out", type=Path, default=WEIGHTS / FILE)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    photos: Path = options.shared / "photos"
    found, people = places(photos, options.renders, options.work)
    told = seen(found, people, crops(photos), np.random.default_rng(options.seed))
    graph(*fit(told)).save(options.out)
    register(options.out, "car_vehicle")
    print(f"{options.out}: {options.out.stat().st_size} bytes, of {collections.Counter(told.kinds)}")


if __name__ == "__main__":
    main()
