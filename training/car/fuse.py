"""Fusion: what the looks say of held-out pictures, weighed into probabilities; weights/car_fusion.toml.

Each of the two runs answers for the sources that it kept back, and both for the ordinary pictures that neither saw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from training.car.model import ANSWERS
from training.car.samples import Sample
from training.car.soup import NAMES

PRIOR = 0.05
"""Share of cars that fusion is fitted at: between the 0.2 % of real life and one photo in five of the complaint."""
SAID_PRIOR = 0.20
"""Share of cars that the probability refers to: one photo in five, among people whose picture is asked about."""
RIDGE = 0.05
OTHER_VEHICLE = 1.4
"""Added to how much more the ImageNet classes of other vehicles are seen than those of cars. By hand: the train rows
have eight people in trains, buses and aeroplanes, too few to fit."""
MOST_OF_A_CAMERA = 0.1
CUES = ("interior", "belt", "headrest", "window", "roof", "wheel")


def parts(said: str, face: bool) -> dict[str, int]:
    """What is weighed for an answer, and the sign that its weight may have."""
    views = ("window", "frame") if face else ("frame",)
    if said == "car":
        told = {f"{v}.{name}": 1 for v in views for name in ("car", "car_odds", "belt", "window")}
        told |= {f"{v}.other_vehicle": -1 for v in views}
        return {"glance": 1, **told} if face else told
    if said == "interior":
        return {f"{v}.car": 1 for v in views}
    return {f"{v}.{said}": 1 for v in views}


@dataclass
class Weights:
    of: dict[str, float]
    bias: float

    def __call__(self, told: dict[str, np.ndarray]) -> np.ndarray:
        """Log-odds of each picture."""
        total = np.full(len(next(iter(told.values()))), self.bias)
        for name, weight in self.of.items():
            total = total + weight * told[name]
        return total


def columns(told: np.ndarray, glance: np.ndarray) -> dict[str, np.ndarray]:
    """(N, len(NAMES)) of one look and (N,) of the glance, by name."""
    return {"glance": glance, **{name: told[:, k] for k, name in enumerate(NAMES)}}


def counted(samples: list[Sample]) -> np.ndarray:
    """How much each counts before cars and others are weighted: no camera more than a share."""
    cars = np.array([s.labels[0] == 1 for s in samples])
    cameras = np.array([s.camera for s in samples])
    weight = np.ones(len(samples))
    for camera in set(cameras[cars]):
        mine = cars & (cameras == camera)
        weight[mine] = min(mine.sum(), 12) ** 0.7 / mine.sum()
    return weight


def fit(
    told: dict[str, np.ndarray], signs: dict[str, int], yes: np.ndarray, weight: np.ndarray, prior: float
) -> Weights:
    """Logistic regression with a ridge, each weight with its sign; yes and no at `prior`, said at SAID_PRIOR."""
    x = np.stack([told[name] for name in signs], 1).astype(np.float64)
    sure = ~np.isnan(x).any(1) & ~np.isnan(weight)
    x, yes, weight = x[sure], yes[sure], weight[sure].copy()
    for side, share in ((yes, prior), (~yes, 1 - prior)):
        weight[side] *= share / weight[side].sum()
    mean, spread = x.mean(0), x.std(0) + 1e-6
    features, goal = torch.from_numpy((x - mean) / spread), torch.from_numpy(yes.astype(np.float64))
    sample, sign = torch.from_numpy(weight), torch.tensor(list(signs.values()), dtype=torch.float64)
    root = torch.full((len(signs),), 0.5, dtype=torch.float64, requires_grad=True)
    bias = torch.full((1,), -2.0, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([root, bias], max_iter=500, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        w = root.square() * sign
        each = torch.nn.functional.binary_cross_entropy_with_logits(features @ w + bias, goal, reduction="none")
        loss = (each * sample).sum() + RIDGE * prior * w.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    weights = (root.square() * sign).detach().numpy() / spread
    shift = np.log(SAID_PRIOR / (1 - SAID_PRIOR)) - np.log(prior / (1 - prior))
    of = {name: float(w) for name, w in zip(signs, weights, strict=True) if abs(w) > 1e-4}
    return Weights(of, float(bias.detach()) - float(weights @ mean) + float(shift))


def fuse(
    samples: list[Sample], told: dict[str, np.ndarray], first: dict[str, np.ndarray]
) -> dict[str, dict[str, Weights]]:
    """Weights of everything that is said: by the cheap look (`first`), by a full one with a face and without."""
    weight = counted(samples)
    labels = np.stack([s.labels for s in samples])
    found: dict[str, dict[str, Weights]] = {}
    for name, face, looks in (("first", False, first), ("with_face", True, told), ("alone", False, told)):
        found[name] = {}
        views = ("window", "frame") if face else ("frame",)
        signs = {f"{v}.{k}": sign / len(views) for v in views for k, sign in (("vehicle_odds", 1), ("car_odds", -1))}
        found[name]["other_vehicle"] = Weights(signs, OTHER_VEHICLE)
        for said in ("car", *CUES):
            label = labels[:, 0 if said == "interior" else ANSWERS.index(said)]
            counts = np.where(np.isnan(label), np.nan, weight)
            prior = PRIOR if said == "car" else SAID_PRIOR
            found[name][said] = fit(looks, parts(said, face), label == 1, counts, prior)
    return found


def written(fusion: dict[str, dict[str, Weights]]) -> str:
    """As weights/car_fusion.toml."""
    lines = [
        "# What the car networks see, weighed into what is said: log-odds = sum of weight * part + bias.",
        "# training/car/fuse.py writes it.",
    ]
    for name, answers in fusion.items():
        for said, weights in answers.items():
            lines += ["", f"[{name}.{said}]", *(f'"{part}" = {w:.5f}' for part, w in weights.of.items())]
            lines.append(f"bias = {weights.bias:.5f}")
    return "\n".join(lines) + "\n"
