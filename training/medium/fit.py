"""Fits the head and writes nets/weights/medium.tflite: python -m training.medium.fit --cache DIR [--seen seen.csv]

`seen.csv` (id, answers): what a person said of ordinary pictures that a first fit ranked high, which are drawings,
copies or have something laid over them: "drawing", "screen", "print", "overlay", several with "+", or "skip". It says
something of single pictures and is therefore not in the repository. Two minutes on one core.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from ai_edge_litert.interpreter import Interpreter
from torch import Tensor

from headshot_check.nets.medium import ANSWERS
from training.medium.model import Head, begun, network
from training.registering import register

NETWORK = Path(__file__).resolve().parents[2] / "src/headshot_check/nets/weights/medium.tflite"
RATE, BATCH, DECAY = 1e-3, 192, 3e-3
WARMING, KNOWN_PACE = 50, 0.3
"""steps until the full rate; and how much of it is for what an earlier head knows already"""
WAY = 0.6
"""how far the weights go from an earlier head's to those that were fitted"""
ORDINARY = 3.0
"""what an ordinary picture called something else costs, over what one of them that is missed costs"""


class Examples:
    """All pieces of a cache whose names begin alike, in memory."""

    def __init__(self, cache: Path, prefix: str, seen: dict[str, tuple[int, ...] | None]) -> None:
        parts: dict[str, list[np.ndarray]] = {}
        for path in sorted(cache.glob(f"{prefix}_*.npz")):
            with np.load(path) as piece:
                for name in ("ids", "kinds", "names", "what", "fine", "coarse", "thumbs"):
                    parts.setdefault(name, []).append(piece[name])
        joined = {name: np.concatenate(arrays) for name, arrays in parts.items()}
        self.ids, self.kinds, self.names = joined["ids"], joined["kinds"], joined["names"]
        self.what, self.thumbs = joined["what"].astype(np.float32), joined["thumbs"]
        keep = np.ones(len(self.ids), bool)
        for k, one in enumerate(self.ids):
            if one in seen:
                said = seen[one]
                if said is None:
                    keep[k] = False
                else:  # what it is by itself, and what was made of it
                    self.what[k] = np.maximum(self.what[k], said)
        self.keep = keep
        net = Interpreter(str(cache / "trunk.tflite"))
        self.steps = [one["quantization"] for one in net.get_output_details()]
        self.fine, self.coarse = joined["fine"], joined["coarse"]

    def __len__(self) -> int:
        return len(self.ids)

    def batch(self, which: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        (fine_scale, fine_zero), (coarse_scale, coarse_zero) = self.steps
        fine = (torch.from_numpy(self.fine[which]).float() - fine_zero) * fine_scale
        coarse = (torch.from_numpy(self.coarse[which, 0]).float() - coarse_zero) * coarse_scale
        return fine.permute(0, 1, 4, 2, 3), coarse.permute(0, 3, 1, 2), torch.from_numpy(self.what[which])


def seen_by_eye(path: Path | None) -> dict[str, tuple[int, ...] | None]:
    """By id: what an ordinary picture is, by ANSWERS; None: leave it out."""
    if path is None:
        return {}
    found: dict[str, tuple[int, ...] | None] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said = row["answers"].split("+")
            found[row["id"]] = None if "skip" in said else tuple(int(one in said) for one in ANSWERS)
    return found


def fit(some: Examples, steps: int, seed: int, shipped: dict[str, Tensor] | None = None) -> Head:
    """A head, its weights averaged over the last part of the steps; it begins with the state of a `shipped` one."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    head = Head() if shipped is None else begun(shipped)
    if shipped is not None and "fine_spots.weight" in shipped:  # what it looks for stays, what it makes of it is fitted
        for layer in (head.fine, head.coarse, head.fine_spots, head.coarse_spots):
            layer.requires_grad_(requires_grad=False)
    if shipped is None:  # begin with activations within the range of ReLU6
        with torch.no_grad():
            fine, coarse, _ = some.batch(np.flatnonzero(some.keep)[:256])
            for layer, seen in ((head.fine, fine.flatten(0, 1)), (head.coarse, coarse)):
                layer.weight *= 1.0 / max(float(layer(seen).std()), 1e-3)
    young = [*head.fine_spots.parameters(), *head.coarse_spots.parameters()]
    known = [p for part in (head.fine, head.coarse, head.both, head.out) for p in part.parameters()]
    slow = shipped is not None and "fine_spots.weight" not in shipped
    paces = {"young": (young, 1.0), "known": (known, KNOWN_PACE if slow else 1.0)}
    optimiser = torch.optim.AdamW(
        [{"params": p, "pace": pace} for p, pace in paces.values()], lr=RATE, weight_decay=DECAY
    )
    average = {k: v.clone() for k, v in head.state_dict().items()}
    usable = np.flatnonzero(some.keep)
    plain = usable[some.what[usable].sum(1) == 0]
    others = usable[some.what[usable].sum(1) > 0]
    head.train()
    total = 0.0
    for step in range(steps):
        which = np.concatenate([rng.choice(plain, BATCH // 2), rng.choice(others, BATCH // 2)])
        fine, coarse, what = some.batch(which)
        if rng.random() < 0.5:  # a mirror image is the same kind of picture
            fine, coarse = fine.flip(-1), coarse.flip(-1)
        for group in optimiser.param_groups:
            group["lr"] = group["pace"] * RATE * min((step + 1) / WARMING, max(1 - step / steps, 0.02))
        weight = torch.ones_like(what) + (ORDINARY - 1) * (what.sum(1, keepdim=True) == 0)
        loss = F.binary_cross_entropy_with_logits(head(fine, coarse), what, weight=weight)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        total += float(loss.detach())
        keep = min(0.99, (step + 1) / (step + 10))
        with torch.no_grad():
            for k, v in head.state_dict().items():
                average[k].lerp_(v, 1 - keep)
        if (step + 1) % 200 == 0:
            print(f"{step + 1}/{steps} loss {total / 200:.4f}", flush=True)
            total = 0.0
    if shipped is not None:  # not the whole way: what the earlier head knew of real cards and rings was half forgotten
        torch.manual_seed(seed)
        for k, v in begun(shipped).state_dict().items():
            average[k].lerp_(v, 1 - WAY)
    head.load_state_dict(average)
    return head.eval()


def log_odds(head: Head, some: Examples) -> np.ndarray:
    """(N, ANSWERS)."""
    told = []
    with torch.no_grad():
        for begin in range(0, len(some), 256):
            fine, coarse, _ = some.batch(np.arange(begin, min(begin + 256, len(some))))
            told.append(head(fine, coarse).numpy())
    return np.concatenate(told)


def export(head: Head, cache: Path, path: Path) -> None:
    """Write the network that is shipped, by the cache's ranges, and register it."""
    network(np.load(cache / "ranges.npy"), head).save(path)
    register(path, "medium", fitted_on="car.tflite")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seen", type=Path)
    parser.add_argument("--begin", type=Path, help="state of an earlier head to begin with")
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--out", type=Path, default=NETWORK)
    options = parser.parse_args()
    torch.set_num_threads(1)
    some = Examples(options.cache, "fit", seen_by_eye(options.seen))
    print(len(some), "examples", dict(zip(*np.unique(some.kinds, return_counts=True), strict=True)))
    shipped = None if options.begin is None else torch.load(options.begin)
    head = fit(some, options.steps, 1, shipped)
    torch.save(head.state_dict(), options.cache / "head.pt")
    export(head, options.cache, options.out)


if __name__ == "__main__":
    main()
