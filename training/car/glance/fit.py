"""Stage train: distils the teacher and learns the labels in one run, resumable, seeded."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from headshot_check.nets.car_glance import SIZE
from headshot_check.nets.car_views import FILL
from training.car.glance.cache import Store
from training.car.glance.model import CarModel
from training.car.glance.teacher import BELT_CLASSES, CAR_CLASSES, SEAT_CLASSES, log_odds
from training.car.glance.trunk import warm_up

SHARES = {"renders": 0.12, "places": 0.36}
"""Share of each batch from caches beside the main one whose name begins so: rendered people; rendered places."""
_GRAIN = np.random.default_rng(0).normal(0, 1, (512, 512, 3)).astype(np.float32)


@dataclass
class Recipe:
    steps: int = 6000
    batch: int = 24
    """pairs per worker"""
    rate: float = 2e-3
    trunk_rate: float = 4e-4
    decay_share: float = 0.7
    """the rate is constant, then falls in a straight line over this last share"""
    small_share: float = 0.0
    """the first share of the steps looks at SMALL pixels instead of all"""
    small: int = 96
    stem_share: float = 0.1
    """the stem learns too in this last share of the steps, and rests before"""
    seed: int = 1
    report: int = 100
    average: float = 0.99
    """decay of the averaged weights, which are the ones kept"""


class Batches:
    """Draws samples of the cache, in threads."""

    def __init__(self, folder: Path, recipe: Recipe, start: int, rank: int) -> None:
        self.sources = [(_open(folder), 0.0)]
        for name, share in SHARES.items():
            group = [_open(p.parent) for p in sorted(folder.parent.glob(name + "*/jobs.json"))]
            total = sum(len(pick) for _, pick in group)
            self.sources += [(source, share * len(source[1]) / total) for source in group]
        self.recipe, self.rank = recipe, rank
        self._queue: queue.Queue[dict[str, np.ndarray]] = queue.Queue(6)
        threading.Thread(target=self._run, args=(start,), daemon=True).start()

    def _run(self, start: int) -> None:
        step = start
        while True:
            rng = np.random.default_rng((self.recipe.seed, step, self.rank))
            counts = [int(share * self.recipe.batch + rng.random()) for _, share in self.sources[1:]]
            parts = []
            every = (self.recipe.batch - sum(counts), *counts)
            for ((store, pick), _), count in zip(self.sources, every, strict=True):
                at = np.sort(rng.choice(pick, count, replace=False))
                parts.append({k: np.asarray(v[at]) for k, v in store.items()})
            batch = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
            size = self.recipe.small if step < self.recipe.small_share * self.recipe.steps else SIZE
            flip = bool(rng.random() < 0.5)
            batch["pixels"] = np.stack([augment(v, size, flip, rng) for v in batch["pixels"]])
            if flip:
                for key, axis in (("middle", 3), ("deep", 3), ("belt", 2), ("person", 2), ("regions", 2)):
                    batch[key] = np.ascontiguousarray(np.flip(batch[key], axis))
            self._queue.put(batch)
            step += 1

    def next(self) -> dict[str, Tensor]:
        raw = self._queue.get()
        batch = {k: torch.from_numpy(v) for k, v in raw.items() if k != "logits"}
        logits = raw["logits"].reshape(-1, 1001).astype(np.float32)
        odds = [log_odds(logits, c) for c in (CAR_CLASSES, BELT_CLASSES, SEAT_CLASSES)]
        batch["scalars"] = torch.from_numpy(np.stack(odds, 1)).reshape(-1, 2, 3)
        batch["logits"] = torch.from_numpy(logits).reshape(-1, 2, 1001)
        return batch


def _open(folder: Path) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """A cache's arrays, and which of its samples may be fitted on."""
    meta = json.loads((folder / "jobs.json").read_text())
    store = dict(Store(folder, len(meta)).open("r"))
    pick = np.flatnonzero(np.array([m["fit"] for m in meta]) & (store.pop("done") == 1))
    return store, pick


def augment(views: np.ndarray, size: int, flip: bool, rng: np.random.Generator) -> np.ndarray:
    """(2, S, S, 3) of one photo to (2, size, size, 3): light, colour and noise varied alike in both, bars left grey.

    OpenCV on bytes: on two shared cores the same in floats costs as much as the network's own step.
    """
    saturation = 0.0 if rng.random() < 0.12 else rng.uniform(0.5, 1.4)
    mix = saturation * np.eye(3) + (1 - saturation) / 3
    mix = mix * (rng.uniform(0.55, 1.5) * rng.uniform(0.9, 1.1, (3, 1)))
    curve = (np.linspace(0, 1, 256) ** rng.uniform(0.7, 1.4) * 255).astype(np.uint8)
    sigma = rng.uniform(0, 8) if rng.random() < 0.5 else 0.0
    out = np.empty((2, size, size, 3), np.uint8)
    for k, view in enumerate(views):
        if size != view.shape[0]:
            view = cv2.resize(view, (size, size), interpolation=cv2.INTER_AREA)
        changed = cv2.LUT(cv2.transform(view, mix), curve)
        if sigma > 1:
            y, x = rng.integers(0, _GRAIN.shape[0] - size, 2)
            grain = _GRAIN[y : y + size, x : x + size] * sigma
            changed = np.clip(changed + grain, 0, 255).astype(np.uint8)
        bars = (view == FILL).all(-1)
        changed[bars] = FILL
        out[k] = changed[:, ::-1] if flip else changed
    return out


def losses(out: dict[str, Tensor], batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each term on a scale near 1 at the start."""
    n = batch["labels"].shape[0]

    def views(t: Tensor) -> Tensor:  # (N, 2, h, w, c) -> (2N, c, h, w), windows first
        return t.transpose(0, 1).flatten(0, 1).permute(0, 3, 1, 2).float()

    def like(target: Tensor, answer: Tensor) -> Tensor:
        if target.shape[-1] != answer.shape[-1]:
            target = F.interpolate(target, answer.shape[-2:], mode="area")
        return F.mse_loss(answer, target) / target.var().clamp(min=1e-3)

    teacher = batch["logits"].transpose(0, 1).flatten(0, 1)
    kl = F.kl_div(F.log_softmax(out["logits"] / 2, 1), F.softmax(teacher / 2, 1), reduction="batchmean")
    labels = batch["labels"]
    known = ~labels.isnan()
    goal = labels.nan_to_num(0) * 0.98 + 0.01
    cue = F.binary_cross_entropy_with_logits(out["cues"], goal, reduction="none")
    weak = F.binary_cross_entropy_with_logits(out["peaks"], goal, reduction="none")
    each = known.float() * torch.tensor([1.5, 1, 1, 0.7, 0.7, 0.5])
    maps = out["maps"]
    size = maps.shape[-2:]
    belt, person = (F.interpolate(batch[k].float()[:, None], size, mode="area")[:, 0] for k in ("belt", "person"))
    drawn = ~belt.isnan()
    exact = F.binary_cross_entropy_with_logits(maps[:, 1], belt.nan_to_num(0), reduction="none")
    exact = exact * drawn * (1 + 4 * belt.nan_to_num(0))
    places = torch.zeros(())
    for k, weight in ((2, 1.0), (3, 0.5), (4, 0.5), (5, 0.3)):
        region = F.interpolate(batch["regions"][..., k - 2].float()[:, None], size, mode="area")[:, 0]
        marked = ~region.isnan()
        cell = F.binary_cross_entropy_with_logits(maps[:, k], region.nan_to_num(0), reduction="none")
        cell = cell * marked * (1 + 3 * region.nan_to_num(0))
        places = places + weight * cell.sum() / marked.sum().clamp(min=1)
    around = (person < 0.2) & known[:, :1, None]
    inside = F.binary_cross_entropy_with_logits(maps[:, 0], goal[:, :1, None].expand_as(belt), reduction="none")
    # above the eyes, away from the person, the structure of a car is its roof and pillars
    rows = size[0] // 3
    top = F.avg_pool2d(maps[:, 4:5, :rows], 2).amax((2, 3))[:, 0]
    roof = F.binary_cross_entropy_with_logits(top, goal[:, 0], reduction="none")
    odds = batch["scalars"].clamp(-12, 6)
    return {
        "middle": like(views(batch["middle"]), out["middle"]),
        "deep": 2 * like(views(batch["deep"]), out["deep"]),
        "logits": 0.5 * kl,
        "scalars": 0.15 * F.smooth_l1_loss(out["scalars"], odds),
        "cues": (cue * each).sum() / n,
        "weak": 0.5 * (weak * each)[:, :4].sum() / n,
        "places": 2 * places,
        "belt": 3 * exact.sum() / drawn.sum().clamp(min=1),
        "inside": 0.5 * (inside * around).sum() / around.sum().clamp(min=1),
        "roof": 0.3 * roof.mean(),
    }


def fit(folder: Path, out: Path, recipe: Recipe, wheel: Path, *, workers: int = 2) -> None:
    """Train to recipe.steps; state in out/state.pt, averaged weights in out/model.pt.

    One process and one thread per worker, gradients averaged once a step: on shared cores threads that meet in every
    layer wait for one another most of the time.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.multiprocessing.spawn(_work, (workers, folder, out, recipe, wheel), nprocs=workers)


def _work(rank: int, workers: int, folder: Path, out: Path, recipe: Recipe, wheel: Path) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    meeting = f"file://{(out / f'meeting{os.getppid()}').resolve()}"
    torch.distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=workers)
    model = CarModel()
    warm_up((model.early, model.fine, model.middle, model.coarse), wheel)
    model = model.to(memory_format=torch.channels_last)
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe.average), use_buffers=True
    )
    tuned = {id(p) for part in (model.early, model.fine, model.middle, model.coarse) for p in part.parameters()}
    groups = []
    for trunk, rate in ((True, recipe.trunk_rate), (False, recipe.rate)):
        for heavy, decay in ((True, 0.02), (False, 0.0)):
            own = [p for p in model.parameters() if p.requires_grad and (id(p) in tuned) == trunk]
            own = [p for p in own if (p.ndim >= 2) == heavy]
            groups.append({"params": own, "weight_decay": decay, "lr": rate, "rate": rate})
    optimiser = torch.optim.AdamW(groups)
    step = 0
    if (out / "state.pt").exists():
        state = torch.load(out / "state.pt")
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    batches = Batches(folder, recipe, step, rank)
    model.train()
    sums: dict[str, float] = {}
    began, first = time.time(), step
    while step < recipe.steps:
        model.early_learns = step >= (1 - recipe.stem_share) * recipe.steps
        warm, left = min(1.0, (step + 1) / 100), (recipe.steps - step) / recipe.steps
        for group in optimiser.param_groups:
            group["lr"] = group["rate"] * warm * min(1.0, max(left / recipe.decay_share, 0.01))
        batch = batches.next()
        views = batch["pixels"].permute(0, 1, 4, 2, 3).float().div_(127.5).sub_(1)
        terms = losses(model(views), batch)
        loss = torch.stack(list(terms.values())).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        _share_gradients(model, workers)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        average.update_parameters(model)
        step += 1
        for k, v in terms.items():
            sums[k] = sums.get(k, 0.0) + float(v.detach())
        if rank == 0 and step % recipe.report == 0:
            speed = (step - first) * recipe.batch * workers / (time.time() - began)
            print(
                f"{step} {speed:.0f}/s " + " ".join(f"{k} {v / recipe.report:.3f}" for k, v in sums.items()), flush=True
            )
            sums = {}
        if rank == 0 and (step % 100 == 0 or step == recipe.steps):
            state = {"model": model.state_dict(), "average": average.state_dict(), "step": step}
            torch.save({**state, "optimiser": optimiser.state_dict()}, out / "state.tmp")
            (out / "state.tmp").replace(out / "state.pt")
            torch.save(average.module.state_dict(), out / "model.pt")


def _share_gradients(model: CarModel, workers: int) -> None:
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([g.flatten() for g in gradients])
    torch.distributed.all_reduce(flat)
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient) / workers)
