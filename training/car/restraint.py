"""Where the head restraint is: python -m training.car.restraint [--work DIR]

Decoders of its own, learnt on what the finished car.tflite gives, so that the other maps stay as they are. Restraints
are learnt from photographs with polygons, and from people composed before drawn, photographed and rendered seats.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from headshot_check.nets.car_evidence import SIZE
from headshot_check.nets.runtime import WEIGHTS, Network
from training.car import samples as kept
from training.car.augment import shoot
from training.car.export import maps_of
from training.car.model import Decoder, even
from training.car.outlines import CUES
from training.car.samples import Sample
from training.registering import register

FILE = "car_restraint.tflite"
WIDE = (16, 24, 32, 38)
"""Channels at the four strides: 49 kB. More network did not help (RESULTS-car.md), more cabins and photographs did."""
DECODERS = 3
"""Learnt from different seeds; what ships is the mean of their log-odds."""
SHARES = {"outlined": 0.28, "seated": 0.31, "rendered": 0.31, "other": 0.10}
"""How often each kind of view is learnt from."""
VIEWS = {"outlined": 9, "seated": 1, "rendered": 1, "other": 1}
SELDOM = 24
"""Views of a photograph with polygons of a camera that has fewer than ten of them."""
MOST_OF_A_CAMERA = 320
OTHERS = 550
SCARCE = 2.0
"""How much more a cell counts that shows the restraint."""
BATCH = 16


@dataclass
class Views:
    """Windows of one kind as the decoder gets them."""

    features: list[np.ndarray]
    """four of (N, channels, side, side), float16"""
    there: np.ndarray
    """(N, cells, cells) share of a cell that is the restraint, 0..255"""
    known: np.ndarray
    weight: np.ndarray
    """(N,) how often each is drawn"""


def seen(samples: list[Sample], times: list[int], net: Network, rng: np.random.Generator) -> Views:
    """Each sample's window as often as told, by the network that ships."""
    features: list[list[np.ndarray]] = [[], [], [], []]
    there, known, cameras = [], [], []
    own = CUES.index("headrest")
    for sample, count in zip(samples, times, strict=True):
        for _ in range(count):
            view = shoot(sample, SIZE, rng)
            if not view.face:
                continue
            _, *found = net(view.pixels[:1].astype(np.float32) / np.float32(127.5) - np.float32(1))
            for some, one in zip(features, found, strict=True):
                some.append(np.moveaxis(one, 3, 1).astype(np.float16))
            there.append(view.there[0, ..., own])
            known.append(view.known[0, ..., own])
            cameras.append(sample.camera if sample.kind not in VIEWS else "")
    each = np.array([min(cameras.count(c), MOST_OF_A_CAMERA) / cameras.count(c) if c else 1.0 for c in cameras])
    return Views([np.concatenate(f) for f in features], np.stack(there), np.stack(known), each / each.sum())


def groups(samples: list[Sample], net: Network, seed: int) -> dict[str, Views]:
    """What there is of each kind in SHARES."""
    rng = np.random.default_rng(seed)
    members: dict[str, list[Sample]] = {name: [] for name in SHARES}
    for s in samples:
        if s.kind in members:
            members[s.kind].append(s)
        elif s.masks is not None and s.face is not None and s.kind not in kept.COMPOSITES:
            members["outlined"].append(s)
        elif s.labels[0] == 0 and s.labels[2] == 0 and s.face is not None:
            members["other"].append(s)
    hard = [s for s in members["other"] if s.kind.startswith("hard")]
    plain = [s for s in members["other"] if not s.kind.startswith("hard")]
    members["other"] = hard + [plain[k] for k in rng.permutation(len(plain))[: OTHERS - len(hard)]]
    cameras = [s.camera for s in members["outlined"]]
    times = {name: [VIEWS[name]] * len(some) for name, some in members.items()}
    times["outlined"] = [SELDOM if cameras.count(c) < 10 else VIEWS["outlined"] for c in cameras]
    return {name: seen(some, times[name], net, rng) for name, some in members.items() if some}


def learn(views: dict[str, Views], *, steps: int, seed: int = 0, rate: float = 3e-3) -> Decoder:
    """The decoder, its weights averaged over time."""
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)
    rng, decoder = np.random.default_rng(seed), Decoder(1, WIDE)
    shares = np.array([SHARES[name] for name in views])
    some = [v.features for v in views.values()]
    even(decoder, [torch.from_numpy(np.concatenate([f[k][:60] for f in some])) for k in range(4)])
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=2e-4)
    average = {k: v.clone() for k, v in decoder.state_dict().items()}
    began = time.process_time()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 30) * max(0.5 * (1 + np.cos(np.pi * step / steps)), 0.02)
        features, there, known = _batch(views, rng.multinomial(BATCH, shares / shares.sum()), rng)
        loss = _loss(decoder(features)[:, 0], there, known)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 5.0)
        optimiser.step()
        keep = min(0.99, (step + 1) / (step + 10))
        for k, v in decoder.state_dict().items():
            average[k].lerp_(v, 1 - keep)
        if (step + 1) % 200 == 0:
            print(f"restraint {step + 1}/{steps} {time.process_time() - began:.0f} s {loss.item():.3f}", flush=True)
    decoder.load_state_dict(average)
    return decoder.eval()


def _batch(
    views: dict[str, Views], counts: np.ndarray, rng: np.random.Generator
) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
    picked = [(v, rng.choice(len(v.weight), n, p=v.weight)) for v, n in zip(views.values(), counts, strict=True)]
    features = [torch.from_numpy(np.concatenate([v.features[k][i] for v, i in picked])).float() for k in range(4)]
    there, known = (
        torch.from_numpy(np.concatenate([getattr(v, name)[i] for v, i in picked])).float()
        for name in ("there", "known")
    )
    if rng.random() < 0.5:
        features, there, known = [f.flip(3) for f in features], there.flip(2), known.flip(2)
    return tuple(features), there / 255, known


def _loss(said: Tensor, there: Tensor, known: Tensor) -> Tensor:
    """Cell by cell, and how the shapes overlap."""
    cell = F.binary_cross_entropy_with_logits(said, there, reduction="none") * (1 + (SCARCE - 1) * there)
    p = torch.sigmoid(said) * known
    some = (there * known).sum((1, 2))
    apart = 1 - (2 * (p * there).sum((1, 2)) + 1) / (p.sum((1, 2)) + some + 1)
    shown = some > 4
    return 3 * (cell * known).sum() / known.sum() + (apart * shown).sum() / shown.sum().clamp(min=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(__file__).resolve().parents[3] / "train", help="samples.pkl")
    parser.add_argument("--out", type=Path, default=WEIGHTS / FILE)
    parser.add_argument("--steps", type=int, default=3200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    views = groups(kept.load(options.work), Network("car", threads=1), options.seed)
    decoders = [learn(views, steps=options.steps, seed=options.seed + k) for k in range(DECODERS)]
    maps_of(decoders, SIZE, "headshot-check head restraint").save(options.out)
    register(options.out, "car_restraint")
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
