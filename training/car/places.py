"""Where the cues are: the decoder, learnt on the finished trunk, which rests.

The trunk's features of drawn views are kept in a ring, so that most of a step is the decoder's own.
"""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.car.model import CarModel, Trunk, even, peaks
from training.car.samples import Sample
from training.car.tune import SIZE, batch_of, normal

RING = 2400
"""Views whose features are kept."""
DRAWN, BATCH = 4, 32
"""Samples that are new in each step, and views that are learnt from."""
SHARES = {"outlined": 0.52, "belted": 0.14, "car": 0.08, "place": 0.04, "hard": 0.09, "other": 0.13}
"""How often each kind of sample is drawn: photographs with polygons, people with a drawn belt, composed, and not in
cars. (Those before a drawn seat cost belts and windows: restraint.py has a decoder of its own for these.)"""
COMPOSED = ("seated", "rendered", "belted", "car", "place")
WEIGHTS = (3.0, 2.0, 2.0, 1.0, 1.0)
"""How much each cue counts, in the order of outlines.CUES."""
SCARCE = (5.0, 2.0, 1.5, 1.5, 2.0)
"""How much more a cell counts that shows the cue."""


def of_maps(maps: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    there = batch["there"].permute(0, 3, 1, 2).float() / 255
    known = batch["known"].permute(0, 3, 1, 2).float()
    labels = batch["labels"]
    cues = maps[:, 1:]
    scale = torch.tensor(SCARCE)[:, None, None]
    cell = F.binary_cross_entropy_with_logits(cues, there, reduction="none") * (1 + (scale - 1) * there)
    exact = (cell * known).sum((0, 2, 3)) / known.sum((0, 2, 3)).clamp(min=1)
    p = torch.sigmoid(cues) * known
    some = (there * known).sum((2, 3))
    overlap = 1 - (2 * (p * there).sum((2, 3)) + 1) / (p.sum((2, 3)) + some + 1)
    shown = some > 4
    dice = (overlap * shown).sum(0) / shown.sum(0).clamp(min=1)
    car = labels[:, :1, None].expand(-1, *maps.shape[2:])
    inside = F.binary_cross_entropy_with_logits(maps[:, 0], car.nan_to_num(0), reduction="none")
    inside = (inside * ~car.isnan()).mean()
    sure = ~labels[:, 1:6].isnan()
    weak = F.binary_cross_entropy_with_logits(
        peaks(maps)[:, 1:], labels[:, 1:6].nan_to_num(0) * 0.96 + 0.02, reduction="none"
    )
    return {
        "exact": (exact * torch.tensor(WEIGHTS)).sum(),
        "dice": 0.5 * (dice * torch.tensor([1.0, 1.0, 1.0, 0.3, 0.3])).sum(),
        "inside": 0.1 * inside,
        "weak": 0.1 * (weak * sure).sum() / len(labels),
    }


class _Ring:
    """Features of the latest views, with their masks and labels."""

    def __init__(self) -> None:
        self.parts: dict[str, Tensor] = {}
        self.filled = self.at = 0

    def add(self, views: dict[str, Tensor]) -> None:
        if not self.parts:
            self.parts = {k: torch.zeros((RING, *v.shape[1:]), dtype=v.dtype) for k, v in views.items()}
        count = len(views["labels"])
        where = (torch.arange(count) + self.at) % RING
        for k, v in views.items():
            self.parts[k][where] = v
        self.at, self.filled = (self.at + count) % RING, min(RING, self.filled + count)

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, Tensor]:
        picked = torch.from_numpy(rng.choice(self.filled, count, replace=False))
        return {k: v[picked].float() for k, v in self.parts.items()}


def learn_places(
    samples: list[Sample], model: CarModel, out: Path, *, steps: int, fold: int | None = None, rate: float = 3e-3
) -> None:
    """Train the model's decoder; its averaged weights in out, every 100 steps. fold: what is kept back, as in tune."""
    torch.manual_seed(1)
    cv2.setNumThreads(1)
    torch.set_flush_denormal(True)
    model = model.to(memory_format=torch.channels_last)
    groups = _groups(samples, fold)
    ring, decoder = _Ring(), model.decoder
    fresh = not out.exists()
    if not fresh:
        decoder.load_state_dict(torch.load(out))
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=1e-4)
    average = {k: v.clone() for k, v in decoder.state_dict().items()}
    sums: dict[str, float] = {}
    began = time.time()
    for step in range(steps):
        rng = np.random.default_rng((7, step, 0 if fold is None else fold + 1))
        ring.add(_seen(samples, groups, model.trunk, 40 if step == 0 else DRAWN, rng))
        if step == 0 and fresh:
            even(decoder, [ring.parts[f"features{k}"][: ring.filled] for k in range(4)])
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 30) * max(0.5 * (1 + np.cos(np.pi * step / steps)), 0.02)
        batch = ring.draw(BATCH, rng)
        terms = of_maps(decoder(tuple(batch[f"features{k}"] for k in range(4))), batch)
        loss = torch.stack(list(terms.values())).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 5.0)
        optimiser.step()
        keep = min(0.98, (step + 1) / (step + 10))
        for k, v in decoder.state_dict().items():
            average[k].lerp_(v, 1 - keep)
        for k, term in terms.items():
            sums[k] = sums.get(k, 0.0) + float(term.detach())
        if (step + 1) % 50 == 0 or step + 1 == steps:
            shown = " ".join(f"{k} {v / 50:.3f}" for k, v in sums.items())
            print(f"places {step + 1}/{steps} {time.time() - began:.0f} s {shown}", flush=True)
            sums = {}
            torch.save(average, out.with_suffix(".tmp"))
            out.with_suffix(".tmp").replace(out)


def _groups(samples: list[Sample], fold: int | None) -> list[tuple[float, list[int], np.ndarray]]:
    members: dict[str, list[int]] = {name: [] for name in SHARES}
    for k, s in enumerate(samples):
        outlined = s.masks is not None and s.kind not in COMPOSED
        if s.held[fold] if fold is not None else any(s.held) and not outlined:
            continue  # photographs with polygons are few: the last run learns from all of them
        if s.kind in COMPOSED:
            members.get(s.kind, []).append(k)
        elif outlined:
            members["outlined"].append(k)
        elif s.labels[0] == 0 and s.face is not None:
            members["hard" if s.kind.startswith("hard") else "other"].append(k)
    groups = []
    for name, share in SHARES.items():
        each = np.ones(len(members[name]))
        if name in ("outlined", "belted"):
            cameras = [samples[k].camera for k in members[name]]
            each = np.array([min(cameras.count(c), 20) / cameras.count(c) for c in cameras])
        groups.append((share, members[name], each / each.sum()))
    return groups


@torch.no_grad()
def _seen(samples: list[Sample], groups: list, trunk: Trunk, count: int, rng: np.random.Generator) -> dict[str, Tensor]:
    shares = np.array([g[0] for g in groups])
    drawn = rng.choice(len(groups), count, p=shares / shares.sum())
    picked = [int(rng.choice(groups[g][1], p=groups[g][2])) for g in drawn]
    batch = batch_of(samples, picked, SIZE, rng)
    with torch.autocast("cpu", torch.bfloat16):
        fine, eighth = trunk.start(normal(batch["pixels"]))
        middle, coarse, _ = trunk.go_on(eighth)
    features = {f"features{k}": v.half() for k, v in enumerate((fine, eighth, middle, coarse))}
    return {**features, **{k: batch[k] for k in ("there", "known", "labels")}}
