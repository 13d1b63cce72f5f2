"""Where the head restraint is: python -m training.car.restraint [--work DIR]

A network of its own, so that the other maps stay as they are: the blocks of the trunk from stride 8 to 16 once more,
taught, and a decoder; it sees what car.tflite gives at the other strides. Restraints are learnt from photographs with
polygons, and from people composed before drawn, photographed and rendered seats.
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
from torch import Tensor, nn

from headshot_check.nets.car import RESTRAINT_SEES, SIZE
from headshot_check.nets.runtime import WEIGHTS, Network
from training.car import samples as kept
from training.car.augment import shoot
from training.car.export import layer_of, maps_from
from training.car.finish import SHARE
from training.car.model import WIDTHS, Conv, Decoder, Trunk, even
from training.car.outlines import CUES
from training.car.samples import Sample
from training.car.soup import mixed
from training.ranges import ranges_of
from training.registering import register
from training.tflite_writer import Graph

FILE = "car_restraint.tflite"
BLOCKS = 4
"""Blocks of its own, from stride 8 on: the 6 MB of all car networks leave no room for more."""
WIDE = (16, 32, 64, 64)
"""Channels of the decoder at the four strides."""
SHARES = {"outlined": 0.26, "seated": 0.28, "rendered": 0.36, "other": 0.10}
"""How often each kind of view is learnt from."""
VIEWS = {"outlined": 9, "seated": 1, "rendered": 1, "other": 1}
SELDOM = 24
"""Views of a photograph with polygons of a camera that has fewer than ten of them."""
MOST_OF_A_CAMERA = 320
OTHERS = 550
SCARCE = 2.0
"""How much more a cell counts that shows the restraint."""
BATCH = 16
RATE, BLOCK_RATE = 3e-3, 3e-3
"""Of the decoder; of a block's kernel in terms of its own spread."""


class Restraint(nn.Module):
    """Features at strides 4, 8 and 32 in, the map as log-odds out."""

    def __init__(self) -> None:
        super().__init__()
        self.late = nn.Sequential(*list(Trunk().late[0])[:BLOCKS])  # type: ignore[arg-type]
        self.decoder = Decoder(1, WIDE)

    def forward(self, fine: Tensor, eighth: Tensor, coarse: Tensor) -> Tensor:
        return self.decoder((fine, eighth, self.late(eighth), coarse))[:, 0]

    def begin(self, trunk: Trunk, fine: Tensor, eighth: Tensor, coarse: Tensor) -> None:
        """As the trunk's own blocks, and a decoder for what they give of these features."""
        self.late.load_state_dict(nn.Sequential(*list(trunk.late[0])[:BLOCKS]).state_dict())  # type: ignore[arg-type]
        with torch.no_grad():
            even(self.decoder, [fine, eighth, self.late(eighth), coarse])


@dataclass
class Views:
    """Windows of one kind as the network gets them."""

    features: list[np.ndarray]
    """RESTRAINT_SEES: each (N, channels, side, side), float16"""
    there: np.ndarray
    """(N, cells, cells) share of a cell that is the restraint, 0..255"""
    known: np.ndarray
    weight: np.ndarray
    """(N,) how often each is drawn"""


def seen(samples: list[Sample], times: list[int], net: Network, rng: np.random.Generator) -> Views:
    """Each sample's window as often as told, by the network that ships."""
    features: list[list[np.ndarray]] = [[] for _ in RESTRAINT_SEES]
    there, known, cameras = [], [], []
    own = CUES.index("headrest")
    for sample, count in zip(samples, times, strict=True):
        for _ in range(count):
            view = shoot(sample, SIZE, rng)
            if not view.face:
                continue
            _, *found = net(view.pixels[:1].astype(np.float32) / np.float32(127.5) - np.float32(1))
            for some, k in zip(features, RESTRAINT_SEES, strict=True):
                some.append(np.moveaxis(found[k], 3, 1).astype(np.float16))
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


def learn(views: dict[str, Views], trunk: Trunk, *, steps: int, seed: int = 0) -> Restraint:
    """The network, its weights averaged over time."""
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)
    rng, model = np.random.default_rng(seed), Restraint()
    shares = np.array([SHARES[name] for name in views])
    some = [[torch.from_numpy(f[:60]).float() for f in v.features] for v in views.values()]
    model.begin(trunk, *(torch.cat(parts) for parts in zip(*some, strict=True)))
    model = model.to(memory_format=torch.channels_last)
    parts = [{"params": [*model.decoder.parameters()], "rate": RATE, "weight_decay": 2e-4}]
    for conv in (m.conv for m in model.late.modules() if isinstance(m, Conv)):
        rate = BLOCK_RATE * float(conv.weight.detach().std())
        parts.append({"params": [*conv.parameters()], "rate": rate, "weight_decay": 0.0})
    optimiser = torch.optim.AdamW(parts, lr=RATE, betas=(0.9, 0.99))
    average = {k: v.clone() for k, v in model.state_dict().items()}
    began = time.process_time()
    for step in range(steps):
        for group in optimiser.param_groups:
            fall = max(0.5 * (1 + np.cos(np.pi * step / steps)), 0.02)
            group["lr"] = group["rate"] * min(1.0, (step + 1) / 40) * fall
        features, there, known = _batch(views, rng.multinomial(BATCH, shares / shares.sum()), rng)
        loss = _loss(model(*features), there, known)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        keep = min(0.99, (step + 1) / (step + 10))
        for k, v in model.state_dict().items():
            average[k].lerp_(v, 1 - keep)
        if (step + 1) % 100 == 0:
            print(f"restraint {step + 1}/{steps} {time.process_time() - began:.0f} s {loss.item():.3f}", flush=True)
    model.load_state_dict(average)
    return model.eval()


def _batch(
    views: dict[str, Views], counts: np.ndarray, rng: np.random.Generator
) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
    picked = [(v, rng.choice(len(v.weight), n, p=v.weight)) for v, n in zip(views.values(), counts, strict=True)]
    features = [
        torch.from_numpy(np.concatenate([v.features[k][i] for v, i in picked])).float()
        for k in range(len(RESTRAINT_SEES))
    ]
    there, known = (
        torch.from_numpy(np.concatenate([getattr(v, name)[i] for v, i in picked])).float()
        for name in ("there", "known")
    )
    if rng.random() < 0.5:
        features, there, known = [f.flip(3) for f in features], there.flip(2), known.flip(2)
    return tuple(f.contiguous(memory_format=torch.channels_last) for f in features), there / 255, known


def _loss(said: Tensor, there: Tensor, known: Tensor) -> Tensor:
    """Cell by cell, and how the shapes overlap."""
    cell = F.binary_cross_entropy_with_logits(said, there, reduction="none") * (1 + (SCARCE - 1) * there)
    p = torch.sigmoid(said) * known
    some = (there * known).sum((1, 2))
    apart = 1 - (2 * (p * there).sum((1, 2)) + 1) / (p.sum((1, 2)) + some + 1)
    shown = some > 4
    return 3 * (cell * known).sum() / known.sum() + (apart * shown).sum() / shown.sum().clamp(min=1)


def export(model: Restraint, path: Path, looks: list[list[np.ndarray]]) -> None:
    """Write the network, its blocks in int8 by what they give of these looks: RESTRAINT_SEES, (1, side, side, channels)
    each.
    """
    graph = _graph(model, None)
    graph.save(path)
    _graph(model, ranges_of(path, graph.activations, looks)).save(path)


def _graph(model: Restraint, ranges: np.ndarray | None) -> Graph:
    g = Graph("headshot-check head restraint", ranges)
    fine, eighth, coarse = (
        g.input(f"features{k}", (1, SIZE >> (k + 2), SIZE >> (k + 2), WIDTHS[k]), ranged=k == 1) for k in RESTRAINT_SEES
    )
    x = g.quantize(eighth)
    for block in model.late:
        x = layer_of(g, block, x)
    maps_from(g, model.decoder, [fine, eighth, g.dequantize(x), coarse])
    return g


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folder = Path(__file__).resolve().parents[3] / "train"
    parser.add_argument("--work", type=Path, default=folder, help="samples.pkl, and the two runs of train.py")
    parser.add_argument("--out", type=Path, default=WEIGHTS / FILE)
    parser.add_argument("--steps", type=int, default=1400)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    trunk = mixed([torch.load(options.work / f"fold{fold}/model.pt") for fold in (0, 1)], SHARE).trunk
    views = groups(kept.load(options.work), Network("car", threads=1), options.seed)
    model = learn(views, trunk, steps=options.steps, seed=options.seed)
    export(model, options.out, looks_of(views))
    register(options.out, "car_restraint")
    print(f"{options.out}: {options.out.stat().st_size} bytes")


def looks_of(views: dict[str, Views], count: int = 60) -> list[list[np.ndarray]]:
    """The first of each kind, for the ranges of int8."""
    return [
        [np.ascontiguousarray(np.moveaxis(f[k], 0, 2)[None], np.float32) for f in v.features]
        for v in views.values()
        for k in range(min(count, len(v.there)))
    ]


if __name__ == "__main__":
    main()
