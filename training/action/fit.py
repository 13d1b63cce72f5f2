"""Fits both networks: python -m training.action.fit --cache DIR --seen seen.csv [--hold-out FOLD] [--answers NPZ]

`--cache` is the folder that cache.py filled. `seen.csv` (id, action, light): what a person saw on ordinary pictures,
"yes", "no" or "skip" (cannot be told); those that have no answer were not looked at one by one and count less. It says
something of single pictures and is therefore not in the repository. Seeded; four minutes on one core. With `--hold-out`
a fifth of the people is kept out and asked, and nothing is written but `--answers`.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from ai_edge_litert.interpreter import Interpreter
from torch import Tensor

from training.action.model import QUESTIONS, Head, hint, hint_features, network
from training.registering import register

WEIGHTS = Path(__file__).resolve().parents[2] / "src/headshot_check/nets/weights"
FOLDS = 5
HEADS, STEPS, RATE, DECAY = 3, 400, 4e-3, 2e-2
POSITIVE, NEGATIVE = 32, 96
"""of a batch"""
UNSEEN = 0.4
"""what a picture that nobody looked at by itself counts"""
SOFT = 0.02
"""how far what a person said is from certain"""
HINT_COST, HINT_POSITIVES = 3e-4, 4.0
"""of the hint's weights, squared; and what a picture of which it is so counts"""
ALIKE = 0.75, 0.8
"""cosines of two pictures' frames and windows from which they show one person: they are never parted"""


@dataclass(frozen=True)
class Seen:
    """(N,) What was seen of one question: yes 1, no 0; weight 0 where it cannot be told."""

    yes: np.ndarray
    weight: np.ndarray


class Examples:
    """What cache.py made, and what was seen."""

    def __init__(self, cache: Path, seen: Path) -> None:
        with np.load(cache / "action.npz") as made:
            self.ids, self.sources = made["ids"], made["sources"]
            self.fine, self.frame, self.window = made["fine"], made["frame"], made["window"]
        with seen.open(encoding="utf-8", newline="") as file:
            rows = {row["id"]: row for row in csv.DictReader(file)}
        details = Interpreter(str(cache / "trunk.tflite")).get_output_details()
        self._steps = {int(one["shape"][-1]): one["quantization"] for one in details}
        self.person = self._people()
        self.seen = {
            question: self._seen([rows.get(k, {}).get(question, "") for k in self.ids]) for question in QUESTIONS
        }

    def __len__(self) -> int:
        return len(self.ids)

    def wide(self, values: np.ndarray) -> np.ndarray:
        scale, zero = self._steps[values.shape[-1]]
        return (values.astype(np.float32) - zero) * scale

    def batch(self, which: np.ndarray, mirrored: np.ndarray) -> list[Tensor]:
        views = (self.wide(view[which, mirrored]) for view in (self.frame, self.window))
        return [torch.from_numpy(view).permute(0, 3, 1, 2) for view in views]

    def hints(self, mirrored: int) -> np.ndarray:
        return hint_features(self.wide(self.fine[:, mirrored]))

    def _seen(self, answers: list[str]) -> Seen:
        weight = np.array([{"yes": 1.0, "no": 1.0, "skip": 0.0}.get(a, UNSEEN) for a in answers], np.float32)
        yes = np.array([answer == "yes" for answer in answers], np.float32)
        return Seen(yes, weight / np.bincount(self.person)[self.person])

    def _people(self) -> np.ndarray:
        """(N,) a number for each: pictures that are alike have one (pages show the same photo in several sizes)."""
        units = []
        for view in (self.frame, self.window):
            flat = np.concatenate([self.wide(view[:, 0]).mean((1, 2)), self.wide(view[:, 0]).max((1, 2))], 1)
            flat = (flat - flat.mean(0)) / (flat.std(0) + 1e-3)
            units.append(flat / np.linalg.norm(flat, axis=1, keepdims=True))
        parent = np.arange(len(self))

        def root(k: int) -> int:
            while parent[k] != k:
                k = parent[k]
            return k

        for begin in range(0, len(self), 500):
            alike = np.logical_and(*(one[begin : begin + 500] @ one.T > a for one, a in zip(units, ALIKE, strict=True)))
            for a, b in zip(*np.nonzero(alike), strict=True):
                one, other = root(begin + int(a)), root(int(b))
                parent[max(one, other)] = min(one, other)
        return np.array([root(k) for k in range(len(self))])


def fit(some: Examples, question: str, taken: np.ndarray, seed: int) -> Head:
    seen = some.seen[question]
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    head = Head(question)
    optimiser = torch.optim.AdamW(head.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, STEPS)
    kinds = [np.flatnonzero(taken & (seen.yes == told) & (seen.weight > 0)) for told in (1, 0)]
    chances = [seen.weight[kind] / seen.weight[kind].sum() for kind in kinds]
    for _ in range(STEPS):
        which = np.concatenate(
            [rng.choice(kind, n, p=p) for kind, n, p in zip(kinds, (POSITIVE, NEGATIVE), chances, strict=True)]
        )
        said = head(some.batch(which, rng.integers(0, 2, len(which))))
        told = torch.from_numpy(seen.yes[which]) * (1 - 2 * SOFT) + SOFT
        loss = F.binary_cross_entropy_with_logits(said, told)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return head.eval()


def fit_hint(some: Examples, question: str, taken: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights (680,) and bias of the hint."""
    seen = some.seen[question]
    features = [some.hints(mirrored)[taken] for mirrored in (0, 1)]
    mean, spread = features[0].mean(0), features[0].std(0) + 1e-3
    unit = spread * np.float32(np.sqrt(len(mean)))
    x = torch.from_numpy(np.concatenate([np.clip((one - mean) / unit, -0.2, 0.2) for one in features]))
    told = torch.from_numpy(np.tile(seen.yes[taken], 2))
    counts = torch.from_numpy(np.tile(seen.weight[taken] * np.where(seen.yes[taken] > 0, HINT_POSITIVES, 1), 2))
    weights, bias = torch.zeros(x.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=80, line_search_fn="strong_wolfe")

    def cost() -> Tensor:
        optimiser.zero_grad()
        losses = F.binary_cross_entropy_with_logits(x @ weights + bias, told, reduction="none")
        loss = (losses * counts).sum() / counts.sum() + HINT_COST * (weights**2).sum()
        loss.backward()
        return loss

    optimiser.step(cost)
    of_values = weights.detach().numpy() / unit
    return of_values, float(bias.detach()[0]) - float(of_values @ mean)


def asked(heads: list[Head], some: Examples, which: np.ndarray) -> np.ndarray:
    """(2, N) log-odds as they are and in the mirror."""
    told = []
    with torch.no_grad():
        for mirrored in (0, 1):
            parts = [some.batch(part, np.full(len(part), mirrored)) for part in np.array_split(which, 20)]
            told.append(np.concatenate([np.mean([head(part).numpy() for head in heads], 0) for part in parts]))
    return np.array(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seen", type=Path, required=True)
    parser.add_argument("--hold-out", type=int, choices=range(FOLDS))
    parser.add_argument("--answers", type=Path, help="what they say of those kept out: .npz")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    some = Examples(options.cache, options.seen)
    people = len(set(some.person.tolist()))
    told = ", ".join(f"{question}: {some.seen[question].yes.sum():.0f}" for question in QUESTIONS)
    print(f"{len(some)} pictures of {people} people; {told}", flush=True)
    fold = np.random.default_rng(0).integers(0, FOLDS, len(some))[some.person]
    taken = np.ones(len(some), bool) if options.hold_out is None else fold != options.hold_out
    heads = {question: [fit(some, question, taken, seed) for seed in range(1, HEADS + 1)] for question in QUESTIONS}
    hints = [fit_hint(some, question, taken) for question in QUESTIONS]
    weights, bias = (np.array(values) for values in zip(*hints, strict=True))
    if options.hold_out is None:
        note = "headshot-check: speaking or busy; light of a stage or a night (training/ACTION_CARD.md)"
        hint(weights, bias, note).save(options.out / "action_hint.tflite")
        network(np.load(options.cache / "ranges.npy"), heads, note).save(options.out / "action.tflite")
        for name in ("action_hint", "action"):
            register(options.out / f"{name}.tflite", name, fitted_on="car.tflite")
        return
    which = np.flatnonzero(~taken)
    if options.answers:
        given = {"hint": np.array([some.hints(mirrored)[which] @ weights.T + bias for mirrored in (0, 1)])}
        for question, fitted in heads.items():
            given[question] = asked(fitted, some, which)
        np.savez(options.answers, id=some.ids[which], **given)


if __name__ == "__main__":
    main()
