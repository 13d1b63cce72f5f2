"""Stage calibrate: fusion of the evidence into one probability, on what was held out of fitting, and the thresholds.

Fitted on held-out groups of the train rows, of pool/, of the places and on composites made of held-out parts only. The
share of cars there is nothing like real life, so negatives are weighted to a prior.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter

from training.car.glance.cache import Store
from training.car.glance.export import EVIDENCE
from training.car.glance.model import CUES, SCALARS

PRIOR = 0.05
"""Share of cars that fusion is fitted at: between the 0.2 % of real life and one photo in five of the complaint."""
SAID_PRIOR = 0.20
"""Share of cars that the probability refers to: one photo in five, among people whose picture is asked about."""
RIDGE = 0.02
SEATS = (2 * CUES + 2, 2 * CUES + SCALARS + 2)
"""Places in the evidence of the answers about other seats, window and frame."""


@dataclass
class HeldOut:
    evidence: np.ndarray
    """(N, EVIDENCE)"""
    car: np.ndarray
    kind: np.ndarray
    """pool, portrait, yawdd, car_place, place or a composite's kind"""


def answers(network: Path, folders: list[Path]) -> HeldOut:
    """What the exported network says of the cached samples that were held out, plain and mirrored, the mean of both.

    Of composites those count whose place was held out; whoever is in them, none was fitted on.
    """
    parts = [_answers(network, folder) for folder in folders]
    return HeldOut(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("evidence", "car", "kind")))


def _answers(network: Path, folder: Path) -> HeldOut:
    meta = json.loads((folder / "jobs.json").read_text())
    store = Store(folder, len(meta)).open("r")
    aside = {m["first"] for m in meta if m["kind"] == "real" and m["held_out"]}
    where = [m["second"] if m["second"] >= 0 else m["first"] for m in meta]
    known = (store["done"] == 1) & ~np.isnan(store["labels"][:, 0])
    pick = [k for k, m in enumerate(meta) if (where[k] in aside or m["held_out"]) and known[k]]
    net = Interpreter(str(network), num_threads=1)
    net.allocate_tensors()
    into = net.get_input_details()[0]["index"]
    out = next(d["index"] for d in net.get_output_details() if d["name"].startswith("evidence"))
    rows = np.empty((2, len(pick), EVIDENCE), np.float32)
    for row, k in enumerate(pick):
        views = np.asarray(store["pixels"][k]).astype(np.float32) / 127.5 - 1
        for look, pixels in enumerate((views, np.ascontiguousarray(views[:, :, ::-1]))):
            net.set_tensor(into, pixels)
            net.invoke()
            rows[look, row] = net.get_tensor(out)[0]
    kinds = [m["kind"] if m["kind"] != "real" else _kind(m) for m in (meta[k] for k in pick)]
    car = np.array([meta[k]["car"] for k in pick])
    return HeldOut(rows.mean(0), car, np.array(kinds))


def pictures(folder: Path, count: int = 400) -> np.ndarray:
    """(count, 2, SIZE, SIZE, 3) of the cache's samples that were fitted on, drawn at random: for the ranges of int8."""
    meta = json.loads((folder / "jobs.json").read_text())
    store = Store(folder, len(meta)).open("r")
    fitted = np.flatnonzero(np.array([m["fit"] for m in meta]) & (store["done"] == 1))
    return np.asarray(store["pixels"][np.sort(np.random.default_rng(0).permutation(fitted)[:count])])


def _kind(m: dict) -> str:
    letter = m["id"][0]
    return {"p": "pool", "c": "yawdd", "g": "car_place" if m["car"] else "place"}.get(letter, "portrait")


ORDINARY = ("pool", "portrait")
"""Real pictures of people not in cars."""
WEIGHTS = {"yawdd": 1.0, "car_replace": 1.0, "car_stand": 1.0, "car_place": 0.2, "place": 0.3}
"""How much a sample of each kind counts in fusion; the rest 1."""


def fuse(held: HeldOut) -> tuple[np.ndarray, float]:
    """Logistic regression with a ridge, cars and others weighted to PRIOR; weights (EVIDENCE,) and bias,
    for SAID_PRIOR.

    No evidence of a car may count against one, and other seats count neither way: a sign that a few held-out groups
    ask for is chance.
    """
    weight = np.array([WEIGHTS.get(k, 1.0) for k in held.kind])
    for side, share in ((held.car, PRIOR), (~held.car, 1 - PRIOR)):
        weight[side] *= share / weight[side].sum()
    mean, spread = held.evidence.mean(0), held.evidence.std(0) + 1e-6
    x = torch.from_numpy(((held.evidence - mean) / spread).astype(np.float64))
    y, sample = torch.from_numpy(held.car.astype(np.float64)), torch.from_numpy(weight)
    use = torch.ones(EVIDENCE, dtype=torch.float64)
    use[list(SEATS)] = 0
    root = torch.full((EVIDENCE,), 0.5, dtype=torch.float64, requires_grad=True)
    b = torch.full((1,), -2.0, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([root, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        w = root.square() * use
        each = torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, y, reduction="none")
        loss = (each * sample).sum() + RIDGE * PRIOR * w.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    weights = (root.square() * use).detach().numpy() / spread
    shift = np.log(SAID_PRIOR / (1 - SAID_PRIOR)) - np.log(PRIOR / (1 - PRIOR))
    return weights, float(b.detach()) - float(weights @ mean) + float(shift)


def threshold(probability: np.ndarray, alarms: float) -> float:
    """Least threshold that at most `alarms` of the negatives pass."""
    order = np.sort(probability)[::-1]
    return float(order[int(alarms * len(order))])


def auc(car: np.ndarray, score: np.ndarray) -> float:
    below = np.searchsorted(np.sort(score[~car]), score[car])
    return float(below.mean() / (~car).sum())
