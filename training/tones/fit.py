"""From features of photos to nets/weights/tones.tflite: python -m training.tones.fit --features NPZ --seen seen.csv
[--fold 0|1|2 --out FILE [--answers NPZ]]

`--features` is what cache.py wrote. The networks are shown what faces and frames measure as they are and under random
curves, and learn two log-odds: whether the picture is drawn into white, and whether into the dark. `seen.csv` (id,
side, answer) says what a person saw on photos that earlier fits ranked high: side `bleached` or `dark`, answer yes, no
or doubtful. Light, medium and dark skin and black and white count alike, whatever there are of them, and those curves
more than that which are harder to tell, as bleaching of dark skin. Only rows with `use` = train, and the pool, are
fitted on. Seeded; one minute on one core. With `--fold` one third of the people is kept out and asked in the end.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from headshot_check.measures import region_features, tone_features
from training.registering import register
from training.tflite_writer import RELU, Graph

NETWORK = Path(__file__).resolve().parents[2] / "src/headshot_check/nets/weights/tones.tflite"
Curve = Callable[[np.ndarray], np.ndarray]
MADE, FOLDS, MEMBERS, STEPS, BATCH = 7, 3, 2, 1500, 512
COUNT = tone_features.COUNT + region_features.COUNT
CLIPPED, COUNTS = 0.09, 6.0
"""most of the codes that a curve clips, and what of it counts beside the exponent's doublings"""
CHANGED, ALIKE = 0.75, 0.35
"""doublings from which a picture is an example, and below which it is an example of the opposite"""
SIDES = {"bleached": -1, "dark": 1}
SKIN = {
    "bleached": {"light": 0.7, "medium": 1.8, "dark": 4.0, "grey": 0.9},
    "dark": {"light": 2.6, "medium": 1.2, "dark": 0.7, "grey": 1.5},
}
"""how much made examples of each group count: those more that are harder to tell"""
AS_IS, SEEN_YES, SEEN_NO = 6.0, 3.0, 12.0
"""how much a photo as it is counts beside a made one, and one that was looked at"""
CLEAN = {("dark", "medium"): 2.0}
"""how much more unchanged photos of a side and a group count, of which more are flagged otherwise"""
WIDTHS = (96, 32)


class Photos(NamedTuple):
    """N photos."""

    ids: np.ndarray
    tone: np.ndarray
    person: np.ndarray
    features: np.ndarray
    """(N, 1 + MADE, COUNT): as it is, and under random curves"""
    told: np.ndarray
    """(N, 1 + MADE) doublings: above 0 into the dark"""
    curved: np.ndarray
    """(N, 8, COUNT) under benchmarks.quality.curves.CURVES"""


def read(path: Path) -> Photos:
    with np.load(path) as kept:
        return Photos(*(kept[name] for name in ("id", "tone", "person", "features", "told", "curved")))


def random_curve(rng: np.random.Generator) -> tuple[Curve, float]:
    """Codes to codes, and the doublings that it counts for."""
    balance = rng.uniform(0.95, 1.05, 3).astype(np.float32)
    kind = rng.choice(("as is", "bleached", "dark", "faded", "hazy", "exposed"), p=(0.26, 0.33, 0.21, 0.08, 0.07, 0.05))
    if kind in ("as is", "bleached", "dark"):
        told = rng.normal(0, 0.12) if kind == "as is" else rng.uniform(0.5, 1.7) * (1 if kind == "dark" else -1)
        clipped = rng.uniform(0, CLIPPED) if kind != "as is" and rng.random() < 0.6 else 0.0
        black, white = (clipped, 0.0) if told > 0 else (0.0, clipped)
        power = np.float32(2**told)
        return (
            lambda codes: (np.clip(codes * balance, 0, 1) ** power - black) / (1 - black - white),
            told + COUNTS * (black - white),
        )
    if kind == "faded":
        low, high = rng.uniform(0.06, 0.3) + rng.normal(0, 0.02, 3), 1 - rng.uniform(0, 0.12)
        told = rng.uniform(-0.4, 0.1)
        power = np.float32(2**told)
        return lambda codes: low + (high - low) * codes**power, float(0.5 * told - 6 * low.mean())
    if kind == "hazy":
        veil, colour = rng.uniform(0.05, 0.5), rng.uniform(0.5, 0.95) + rng.normal(0, 0.03, 3)
        lift = float((veil * colour.mean()) ** (1 / 2.2))
        return lambda codes: ((1 - veil) * codes**2.2 + veil * colour) ** (1 / 2.2), 0.3 - 3 * lift
    stops = rng.uniform(0.6, 1.4) * rng.choice([-1, 1])
    return lambda codes: codes * 2 ** (stops / 2.2), float(-0.6 * stops)


def wanted(photos: Photos, seen: dict[tuple[str, str], str], side: str) -> tuple[Tensor, Tensor]:
    """Answers and weights (N, 1 + MADE) for one side."""
    told = photos.told * SIDES[side]
    said = np.array([seen.get((one, side), "") for one in photos.ids.tolist()])[:, None]
    as_is = np.zeros(told.shape, bool)
    as_is[:, 0] = True
    yes = np.where(as_is, said == "yes", told > CHANGED)
    weight = np.where(as_is, AS_IS, ((told > CHANGED) | (told < ALIKE)).astype(float))
    for answer, counts in (("yes", SEEN_YES), ("no", SEEN_NO), ("doubtful", 0.0)):
        weight = np.where(as_is & (said == answer), counts, weight)
    clean = np.array([CLEAN.get((side, tone), 1.0) for tone in photos.tone.tolist()])[:, None]
    weight = np.where(as_is & ~yes, weight * clean, weight)
    weight[~as_is & ((said == "yes") | (said == "doubtful")) & ~yes] = 0  # it is bleached by itself, say
    kinds, at, count = np.unique(photos.tone, return_inverse=True, return_counts=True)
    rare = (len(at) / count / len(kinds))[at][:, None]
    made = rare * np.array([SKIN[side][tone] for tone in photos.tone.tolist()])[:, None]
    weight = weight * np.where(yes, made, rare**0.5)
    return torch.from_numpy(yes.astype(np.float32)), torch.from_numpy((weight / weight.mean()).astype(np.float32))


class TonesNet(nn.Module):
    """Numbers, each within 3 of its deviations of its mean, to two log-odds."""

    def __init__(self, mean: Tensor, deviation: Tensor) -> None:
        super().__init__()
        self.mean, self.deviation = nn.Parameter(mean, False), nn.Parameter(deviation, False)
        sizes = (COUNT, *WIDTHS, len(SIDES))
        self.layers = nn.ModuleList(nn.Linear(i, o) for i, o in pairwise(sizes))
        self.drop = nn.Dropout(0.15)

    def forward(self, x: Tensor) -> Tensor:
        x = self.drop(((x - self.mean) / self.deviation).clamp(-3, 3))
        x = self.drop(F.relu(self.layers[0](x)))
        return self.layers[2](F.relu(self.layers[1](x)))


def fit(photos: Photos, answers: list[tuple[Tensor, Tensor]], taken: np.ndarray, seed: int) -> TonesNet:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    x = torch.from_numpy(photos.features[taken].reshape(-1, COUNT))
    yes, weight = (torch.stack([one[k][taken].flatten() for one in answers], 1) for k in (0, 1))
    chance = (weight.mean(1) ** 0.5).numpy().astype(np.float64)
    below = np.cumsum(chance / chance.sum())
    weight = weight / torch.from_numpy((chance / chance.mean()).clip(0.05)).float()[:, None]
    net = TonesNet(x.mean(0), x.std(0) + 1e-3)
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, STEPS)
    began = time.process_time()
    for _ in range(STEPS):
        at = np.searchsorted(below, rng.random(BATCH)).clip(0, len(below) - 1)
        loss = (F.binary_cross_entropy_with_logits(net(x[at]), yes[at], reduction="none") * weight[at]).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    print(f"seed {seed}: {float(loss.detach()):.4f} {time.process_time() - began:.0f} s", flush=True)
    return net.eval()


def asked(nets: list[TonesNet], features: np.ndarray) -> np.ndarray:
    """(..., 2) what they say on average."""
    with torch.no_grad():
        x = torch.from_numpy(features.reshape(-1, COUNT))
        return (sum(net(x) for net in nets) / len(nets)).numpy().reshape(*features.shape[:-1], len(SIDES))


def scaled(nets: list[TonesNet], photos: Photos, taken: np.ndarray) -> list[TonesNet]:
    """The same nets with answers in doublings: 0 = half of all photos as they are, 1 = half of those doubled once."""
    said = asked(nets, photos.features[taken])
    for k, side in enumerate(SIDES.values()):
        zero = float(np.median(said[:, 0, k]))
        once = np.abs(photos.told[taken] * side - 1) < 0.15
        step = float(np.median(said[..., k][once])) - zero
        print(f"side {side}: 0 at {zero:.2f}, a doubling is {step:.2f}", flush=True)
        for net in nets:
            last = net.layers[-1]
            with torch.no_grad():
                last.weight[k] /= step
                last.bias[k] = (last.bias[k] - zero) / step
    return nets


def export(nets: list[TonesNet], path: Path) -> None:
    """One graph of all: what is clamped is shifted, as there is an operator from 0 to 6."""
    graph = Graph("headshot-check: what was done to a picture's tones (training/TONES_CARD.md)")
    numbers = graph.input("numbers", (1, 1, 1, COUNT))
    total = None
    for net in nets:
        first, second, last = ((layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in net.layers)
        scale = 1 / net.deviation.numpy()
        x = graph.relu6(graph.depthwise(numbers, scale[None, None, None], 3 - net.mean.numpy() * scale))
        x = graph.conv(x, first[0][:, None, None], first[1] - 3 * first[0].sum(1), 1, RELU)
        x = graph.conv(x, second[0][:, None, None], second[1], 1, RELU)
        said = graph.conv(x, last[0][:, None, None] / len(nets), last[1] / len(nets))
        total = said if total is None else graph.add(total, said)
    graph.output(total, "log_odds")
    graph.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--seen", type=Path, required=True)
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="which third of the people is kept out")
    parser.add_argument("--answers", type=Path, help="what is said of those: .npz of ids, as they are and under curves")
    parser.add_argument("--out", type=Path, help="where the network goes; of all people to the shipped one's place")
    options = parser.parse_args()
    if options.fold is not None and options.out is None:
        parser.error("--fold needs --out: what lacks a third of the people is not to take the shipped network's place")
    if options.fold is None and options.answers is not None:
        parser.error("--answers needs --fold: without it nobody is kept out")
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    with options.seen.open(encoding="utf-8", newline="") as file:
        seen = {(row["id"], row["side"]): row["answer"] for row in csv.DictReader(file)}
    photos = read(options.features)
    answers = [wanted(photos, seen, side) for side in SIDES]
    fold = np.random.default_rng(0).integers(0, FOLDS, photos.person.max() + 1)[photos.person]
    taken = np.ones(len(fold), bool) if options.fold is None else fold != options.fold
    nets = [fit(photos, answers, taken, seed) for seed in range(MEMBERS)]
    nets = scaled(nets, photos, taken)
    path = options.out or NETWORK
    export(nets, path)
    register(path, "tones", fitted_on="car.tflite")
    if options.answers:
        out = ~taken
        plain, curved = asked(nets, photos.features[out, 0]), asked(nets, photos.curved[out])
        np.savez(options.answers, id=photos.ids[out], tone=photos.tone[out], plain=plain, curved=curved)


if __name__ == "__main__":
    main()
