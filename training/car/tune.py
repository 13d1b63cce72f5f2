"""Fine-tuning: heads first, then the late blocks at a small rate. Resumable, seeded."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.car.augment import shoot
from training.car.model import ANSWERS, CarModel, Conv, knowing, odds
from training.car.samples import STOCK, Sample

SIZE = 192
"""Side of the views while training, px; the exported network may look at more."""
MOST_OF_A_CAMERA = 0.1
"""Share of the car side that one camera may have."""
CAR_SIDE = {"composed car": 0.22, "belted": 0.05, "car_place": 0.2}
"""Shares of the car side that are not photos of people in cars."""
OTHER_SIDE = {"pool": 0.46, "portrait": 0.14, "hard": 0.18, "place": 0.12, "composed place": 0.10}


@dataclass
class Recipe:
    steps: int
    batch: int = 16
    """samples, half of them in cars; most give two views"""
    rate: float = 2e-3
    """of the heads"""
    trunk_rate: float = 2e-3
    """of a late block's kernel in terms of its own spread; 0: the trunk rests"""
    average: float = 0.99
    seed: int = 1
    fold: int | None = None
    """the samples that this run keeps back; None: those of both"""


class Draws:
    """Which samples come up, and how often."""

    def __init__(self, samples: list[Sample], fold: int | None) -> None:
        fitted = [k for k, s in enumerate(samples) if not (any(s.held) if fold is None else s.held[fold])]
        fitted = [k for k in fitted if samples[k].kind not in ("seated", "rendered")]  # restraint.py's
        self.groups: list[tuple[float, np.ndarray, np.ndarray]] = []
        cars = [k for k in fitted if samples[k].labels[0] == 1]
        cameras: dict[str, list[int]] = {}
        for k in cars:
            s = samples[k]
            special = s.kind if s.kind in CAR_SIDE else s.camera
            cameras.setdefault(special, []).append(k)
        weights = {c: min(len(m), 12) ** 0.7 for c, m in cameras.items() if c not in CAR_SIDE}
        left = 1 - sum(CAR_SIDE.values())
        total = sum(weights.values())
        for camera, members in cameras.items():
            share = CAR_SIDE.get(camera) or min(left * weights[camera] / total, MOST_OF_A_CAMERA)
            each = np.ones(len(members))
            if camera == "car_place":  # one dealer's lot is nearly half of them
                source = [samples[k].camera for k in members]
                each = np.array([1 / max(source.count(c), 20) ** 0.7 for c in source])
            elif camera in ("Muneeb-Ahmed-Khan/Yawn-Detection", STOCK) or "Fares" in camera:
                each = np.array([4.0 if samples[k].masks is not None else 1.0 for k in members])
            self._add(0.5 * share, members, each)
        others: dict[str, list[int]] = {name: [] for name in OTHER_SIDE}
        for k in fitted:
            s = samples[k]
            if s.labels[0] == 0:
                name = "hard" if s.kind.startswith("hard") else s.camera if s.camera in others else s.kind
                others[name if name in others else "portrait"].append(k)
        for name, members in others.items():
            # what an ImageNet network takes for a car comes up more often
            each = np.array([1 + 6 / (1 + np.exp(-(np.nan_to_num(samples[k].odds, nan=-9.0) + 5))) for k in members])
            self._add(0.5 * OTHER_SIDE[name], members, each)
        self.shares = np.array([g[0] for g in self.groups]) / sum(g[0] for g in self.groups)

    def _add(self, share: float, members: list[int], each: np.ndarray) -> None:
        if members:
            self.groups.append((share, np.array(members), each / each.sum()))

    def __call__(self, count: int, rng: np.random.Generator) -> list[int]:
        found = []
        for g in rng.choice(len(self.groups), count, p=self.shares):
            _, members, each = self.groups[g]
            found.append(int(rng.choice(members, p=each)))
        return found


def batch_of(samples: list[Sample], picked: list[int], size: int, rng: np.random.Generator) -> dict[str, Tensor]:
    """The views of some samples: windows and frames, one after the other; samples without a face give a frame only."""
    parts: dict[str, list[np.ndarray]] = {"pixels": [], "there": [], "known": [], "labels": [], "window": [], "far": []}
    for k in picked:
        views = shoot(samples[k], size, rng)
        for n in (0, 1) if views.face else (1,):
            parts["pixels"].append(views.pixels[n])
            parts["there"].append(views.there[n])
            parts["known"].append(views.known[n])
            parts["labels"].append(samples[k].labels)
            parts["window"].append(np.array(n == 0))
            parts["far"].append(np.array(samples[k].odds if n == 1 else np.nan, np.float32))
    return {k: torch.from_numpy(np.stack(v)) for k, v in parts.items()}


def normal(pixels: Tensor) -> Tensor:
    """(N, S, S, 3) bytes to what the network takes."""
    return pixels.permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


def losses(model: CarModel, batch: dict[str, Tensor], teacher: tuple, learns: bool) -> dict[str, Tensor]:
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        _, eighth = model.trunk.start(normal(batch["pixels"]))
        _, _, known = teacher[0].go_on(eighth)
        told = odds(teacher[1](known).float())
    with torch.set_grad_enabled(learns), torch.autocast("cpu", torch.bfloat16, enabled=not learns):
        pooled = model.trunk.go_on(eighth if not learns else eighth.float())[2].float()
    window = batch["window"][:, None]
    said = torch.where(window, model.window(pooled), model.frame(pooled))
    labels = batch["labels"]
    sure = ~labels.isnan()
    goal = labels.nan_to_num(0) * 0.98 + 0.01
    weight = torch.tensor([1.0, 0.4, 0.3, 0.3, 0.15, 0.15, 0.4]) * sure
    each = F.binary_cross_entropy_with_logits(said[:, : len(ANSWERS)], goal, reduction="none")
    far = batch["far"]
    told[:, 0] = torch.where(far.isnan(), told[:, 0], (told[:, 0] + far) / 2)
    return {
        "answers": (each * weight).sum() / len(labels),
        "odds": 0.05 * F.smooth_l1_loss(said[:, len(ANSWERS) :], told),
    }


def tune(samples: list[Sample], recipe: Recipe, out: Path, start: Path | None = None) -> None:
    """Train to recipe.steps; state in out/state.pt, averaged weights in out/model.pt."""
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    cv2.setNumThreads(1)
    teacher = knowing()
    model = CarModel()
    if start is not None:
        model.load_state_dict(torch.load(start))
    else:
        model.trunk.load_state_dict(teacher[0].state_dict())
    model = model.to(memory_format=torch.channels_last)
    teacher[0].to(memory_format=torch.channels_last)
    learns = recipe.trunk_rate > 0
    model.trunk.early.requires_grad_(False)
    model.trunk.late.requires_grad_(learns)
    model.trunk.last.requires_grad_(learns)
    groups = [
        {"params": [*model.window.parameters(), *model.frame.parameters()], "rate": recipe.rate, "weight_decay": 1e-2},
    ]
    if learns:
        for layer in (m for part in (model.trunk.late, model.trunk.last) for m in part.modules()):
            if isinstance(layer, Conv):
                rate = recipe.trunk_rate * float(layer.conv.weight.detach().std())
                groups.append({"params": list(layer.conv.parameters()), "rate": rate, "weight_decay": 0.0})
    optimiser = torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.99))
    average = {k: v.clone() for k, v in model.state_dict().items()}
    step, spent = 0, 0.0
    if (out / "state.pt").exists():
        state = torch.load(out / "state.pt")
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        average, step, spent = state["average"], state["step"], state["spent"]
    draws = Draws(samples, recipe.fold)
    sums: dict[str, float] = {}
    began = saved = time.time()
    while step < recipe.steps:
        rng = np.random.default_rng((recipe.seed, 0 if recipe.fold is None else recipe.fold + 1, step))
        progress = step / recipe.steps
        fall = min(1.0, (step + 1) / 50) * 0.5 * (1 + math.cos(math.pi * progress))
        for group in optimiser.param_groups:
            group["lr"] = group["rate"] * max(fall, 0.02)
        batch = batch_of(samples, draws(recipe.batch, rng), SIZE, rng)
        terms = losses(model, batch, teacher, learns)
        loss = torch.stack(list(terms.values())).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        step += 1
        keep = min(recipe.average, (step + 1) / (step + 10))
        with torch.no_grad():
            for k, v in model.state_dict().items():
                average[k].lerp_(v, 1 - keep)
        for k, v in terms.items():
            sums[k] = sums.get(k, 0.0) + float(v.detach())
        if step % 50 == 0:
            now = spent + time.time() - began
            shown = " ".join(f"{k} {v / 50:.3f}" for k, v in sums.items())
            print(f"{step}/{recipe.steps} {now:.0f} s {shown}", flush=True)
            sums = {}
        if time.time() - saved > 150 or step == recipe.steps:
            saved = time.time()
            state = {"model": model.state_dict(), "average": average, "step": step, "optimiser": optimiser.state_dict()}
            torch.save({**state, "spent": spent + saved - began}, out / "state.tmp")
            (out / "state.tmp").replace(out / "state.pt")
            torch.save(average, out / "model.tmp")
            (out / "model.tmp").replace(out / "model.pt")
