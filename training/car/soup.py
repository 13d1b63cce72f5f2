"""What comes of the two runs: their mean, mixed with the start; and what either says of what it has not seen."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from training.car.augment import shoot
from training.car.model import ANSWERS, CLASSES, CarModel, knowing
from training.car.samples import Sample
from training.car.tune import normal

State = dict[str, Tensor]


def mixed(states: list[State], share: float) -> CarModel:
    """The mean of the states, its trunk mixed with ImageNet's: `share` of what was learnt, the rest as it was."""
    start = knowing()[0].state_dict()
    model = CarModel()
    mean = {k: torch.stack([s[k].float() for s in states]).mean(0) for k in states[0]}
    for name, value in start.items():
        key = f"trunk.{name}"
        mean[key] = value + share * (mean[key] - value)
    model.load_state_dict(mean)
    return model.eval().to(memory_format=torch.channels_last)


NAMES = tuple(f"{view}.{name}" for view in ("window", "frame") for name in (*ANSWERS, *(f"{o}_odds" for o in CLASSES)))
"""Columns of `told`, as nets/car.py calls them."""


@torch.no_grad()
def told(model: CarModel, samples: list[Sample], size: int, *, batch: int = 12) -> np.ndarray:
    """(N, 2, len(NAMES)): what the model says of each picture as it is, and of its mirror image; NaN without a face."""
    out = np.full((len(samples), 2, 2, len(NAMES) // 2), np.nan, np.float32)
    for first in range(0, len(samples), batch):
        views, where = [], []
        for k in range(first, min(first + batch, len(samples))):
            seen = shoot(samples[k], size, np.random.default_rng(0), plain=True)
            for n in (0, 1) if seen.face else (1,):
                views += [seen.pixels[n], np.ascontiguousarray(seen.pixels[n][:, ::-1])]
                where += [(k, 0, n), (k, 1, n)]
        with torch.autocast("cpu", torch.bfloat16):
            _, eighth = model.trunk.start(normal(torch.from_numpy(np.stack(views))))
            pooled = model.trunk.go_on(eighth)[2].float()
        said = [head(pooled).numpy() for head in (model.window, model.frame)]
        for at, place in enumerate(where):
            out[place] = said[place[2]][at]
    return out.reshape(len(samples), 2, len(NAMES))


def auc(car: np.ndarray, score: np.ndarray) -> float:
    below = np.searchsorted(np.sort(score[~car]), score[car])
    return float(below.mean() / (~car).sum())


def recall_at(car: np.ndarray, score: np.ndarray, alarms: float) -> float:
    """Share of cars above the threshold that `alarms` of the others pass."""
    order = np.sort(score[~car])[::-1]
    return float((score[car] > order[int(alarms * len(order))]).mean())


def precision(car: np.ndarray, score: np.ndarray) -> float:
    """Average precision."""
    hits = car[np.argsort(-score, kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())
