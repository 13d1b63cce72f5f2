"""Fits nets/weights/head_marks.tflite: python -m training.medium.head_marks --photos DIR --cache DIR --begin PT

4 x 4 px of a head in a row, then the layers of the lettering network (lettering.py, whose fit it begins with) but for
colour, and one answer for the whole view from the mean and the largest of what is seen. Examples are made while fitting
(head_examples.py), in a process of their own. Nothing of people kept back, or with something over them already.
"""

from __future__ import annotations

import argparse
import pickle
from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from headshot_check.errors import PhotoError
from headshot_check.nets.all import Nets
from headshot_check.nets.head_marks import CELL, GROUND, SIZE, in_patches, view
from headshot_check.photo import load
from headshot_check.pixels.geometry import Box
from headshot_check.scene import NotAssessed, Scene
from training.medium.cache import known_rows
from training.medium.head_examples import COVERED, UNSURE, Heads
from training.medium.lettering import WIDE, Trunk, follow, trunk_graph, write
from training.medium.read_back import as_is, layers, normalise, read_trunk
from training.registering import register
from training.tflite_writer import Graph

NETWORK = Path(__file__).resolve().parents[2] / "src/headshot_check/nets/weights/head_marks.tflite"
FIXTURES = NETWORK.parents[4] / "fixtures/images"
"""renders: eyes and glasses of theirs look drawn"""
FIRST, HIDDEN, GREY = 40, 32, (0.299, 0.587, 0.114)
RATE, BATCH, DECAY = 3e-3, 32, 1e-4
ORDINARY, BY_CELL = 3.0, 2.0
"""weight of a head with nothing over it; of the cells' loss over the view's"""
HARD, TIMES = 400, 5
"""ordinary heads that an earlier fit took most for covered ones; how often each is drawn then"""
KEPT = 60
"""batches whose examples are drawn once more, mirrored"""
_AROUND, _LARGEST = 1.55, 320
"""how far a picture reaches around a head, in sides of the view; most px of that side"""


class HeadMarks(Trunk):
    """Log-odds of cells (N, side / 8, side / 8) and of all (N,), of patches (N, 48, side / 4, side / 4)."""

    def __init__(self) -> None:
        super().__init__(48, FIRST)
        self.out = nn.Conv2d(WIDE, 1, 1)
        self.hidden, self.told = nn.Linear(2 * WIDE, HIDDEN), nn.Linear(HIDDEN, 1)
        self.rest = nn.Dropout(0.2)

    def forward(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        x = self.seen(patches)
        seen = torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)
        return self.out(x)[:, 0], self.told(F.relu6(self.hidden(self.rest(seen))))[:, 0]


def begun(lettering: dict[str, Tensor]) -> HeadMarks:
    """A network that sees at first what a lettering network does: in grey, with some filters of colour besides."""
    net = HeadMarks()
    own = net.state_dict()
    for name, value in lettering.items():
        if name == "first.weight":  # each px of a row was one number and is three
            share = torch.tensor(GREY)[None, None, :, None, None]
            own[name][: len(value)] = (value[:, :, None] * share).flatten(1, 2)
        elif name.startswith("out."):
            own[name] = value[:1].clone()
        elif own[name].shape == value.shape:
            own[name] = value.clone()
        elif name == "down.across.weight":
            own[name][:, : value.shape[1]] = value
            own[name][:, value.shape[1] :] *= 0.1
        else:
            own[name][: len(value)] = value
    net.load_state_dict(own)
    return net


def read_back(path: Path, shown: Tensor) -> HeadMarks:
    """A shipped network to fit on, with the normalisations that it would have on views (N, SIZE, SIZE, 3) uint8."""
    net, found = HeadMarks(), layers(path)
    read_trunk(net, found)
    for layer in (net.out, net.hidden, net.told):
        as_is(layer, next(found))
    normalise(net, as_input(shown))
    return net


class Made(IterableDataset[tuple[Tensor, Tensor, Tensor]]):
    """Examples without end."""

    def __init__(self, pictures: list[tuple[np.ndarray, Box]], seed: int) -> None:
        self._pictures, self._seed = pictures, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        cv2.setNumThreads(1)
        heads = Heads(self._pictures, np.random.default_rng(self._seed))
        while True:
            shown, cells, told = heads()
            yield torch.from_numpy(shown), torch.from_numpy(cells), torch.tensor(told)


def twice(batches: Iterator[list[Tensor]], seed: int) -> Iterator[list[Tensor]]:
    """Each batch, and after it one of mirrored examples of the last batches: making them takes longer than a step."""
    rng, last = np.random.default_rng(seed), deque[list[Tensor]](maxlen=KEPT)
    for batch in batches:
        last.append(batch)
        yield batch
        chosen = [(int(rng.integers(len(last))), int(rng.integers(BATCH))) for _ in range(BATCH)]
        shown, cells, what = (torch.stack([last[k][part][n] for k, n in chosen]) for part in range(3))
        yield [shown.flip(2), cells.flip(2), what]


def as_input(shown: Tensor) -> Tensor:
    """(N, 48, side / 4, side / 4) float of views (N, side, side, 3) uint8, as nets/head_marks.py has it."""
    n, side = len(shown), SIZE // 4
    rows = shown.view(n, side, 4, side, 4, 3).permute(0, 2, 4, 5, 1, 3).reshape(n, 48, side, side)
    return (rows.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def fit(
    pictures: list[tuple[np.ndarray, Box]], net: HeadMarks, steps: int, seed: int, rate: float, kept: Path
) -> HeadMarks:
    """The network, its weights averaged over the last steps."""
    torch.manual_seed(seed)
    net = net.to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=DECAY)
    average = {k: v.clone() for k, v in net.state_dict().items()}
    batches = twice(iter(DataLoader(Made(pictures, seed), BATCH, num_workers=1, prefetch_factor=8)), seed)
    total = np.zeros(2)
    for step in range(steps):
        shown, cells, what = next(batches)
        for group in optimiser.param_groups:
            group["lr"] = rate * min((step + 1) / 100, max(1 - step / steps, 0.02))
        by_cell, told = net(as_input(shown))
        sure, known = (cells != UNSURE).float(), (what != UNSURE).float()
        of_cells = F.binary_cross_entropy_with_logits(by_cell, (cells == COVERED).float(), reduction="none")
        over = (what == COVERED).float()
        of_all = (
            F.binary_cross_entropy_with_logits(told, over, reduction="none")
            * known
            * (ORDINARY - (ORDINARY - 1) * over)
        )
        losses = (of_cells * sure).mean(), of_all.mean()
        loss = BY_CELL * losses[0] + losses[1]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        total += [float(one.detach()) for one in losses]
        follow(average, net, step)
        if (step + 1) % 100 == 0:
            print(f"{step + 1}/{steps} loss of cells {total[0] / 100:.4f}, of all {total[1] / 100:.4f}", flush=True)
            total[:] = 0
            torch.save(average, kept)
    net.load_state_dict(average)
    return net.eval()


def graph(net: HeadMarks, ranges: np.ndarray | None) -> Graph:
    """As LiteRT runs it, int8 where there are ranges: (1, 40, 40, 48) in; (1, 20, 20, 1) and (1, 1) log-odds out."""
    g = Graph("headshot-check: what lies over a head (training/MEDIUM_CARD.md)", ranges)
    x = trunk_graph(g, net, SIZE // 4)
    cells = g.conv(x, *(one.detach().numpy() for one in (net.out.weight.permute(0, 2, 3, 1), net.out.bias)))
    g.output(g.dequantize(cells), "cells")
    seen = g.dequantize(x)
    largest = g.reshape(g.pool(seen, SIZE // CELL, largest=True), (1, WIDE))
    hidden = g.dense(g.concat([g.mean(seen), largest]), *_dense(net.hidden))
    g.output(g.dense(g.relu6(hidden), *_dense(net.told)), "log_odds")
    return g


def _dense(layer: nn.Linear) -> tuple[np.ndarray, np.ndarray]:
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()


def heads_of(paths: list[Path]) -> list[tuple[np.ndarray, Box]]:
    """What lies around the head on each picture that shows one, and the face's box in it, px."""
    nets, found = Nets(), []
    for path in paths:
        try:
            scene = Scene(load(path), nets)
            box = scene.main.box
        except (PhotoError, NotAssessed):
            continue
        square = view(box)
        reach, most = _AROUND * square.side, (scene.width, scene.height, scene.width, scene.height)
        around = (square.center_x - reach, square.center_y - reach, square.center_x + reach, square.center_y + reach)
        left, top, right, bottom = (int(min(max(at, 0), end)) for at, end in zip(around, most, strict=True))
        part, scale = scene.halves.times(0)[top:bottom, left:right].copy(), min(1.0, _LARGEST / square.side)
        if scale < 1:
            part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        x0, y0, x1, y1 = ((at - least) * scale for at, least in zip(box, (left, top, left, top), strict=True))
        found.append((part, (x0, y0, x1, y1)))
    return found


def hardest(net: HeadMarks, pictures: list[tuple[np.ndarray, Box]]) -> list[tuple[np.ndarray, Box]]:
    """The HARD ordinary heads that a network takes most for covered ones."""
    shown = [torch.from_numpy(view(box).crop(rgb, SIZE, fill=GROUND)) for rgb, box in pictures]
    with torch.no_grad():
        told = np.concatenate([net(as_input(torch.stack(shown[k : k + 64])))[1] for k in range(0, len(shown), 64)])
    return [pictures[k] for k in np.argsort(told)[: -HARD - 1 : -1]]


def start(begin: Path, pictures: list[tuple[np.ndarray, Box]]) -> tuple[HeadMarks, list[tuple[np.ndarray, Box]]]:
    """The network that a fit begins with, and its pictures: the hardest several times where it knows heads already."""
    if begin.suffix == ".tflite":
        heads = Heads(pictures, np.random.default_rng(5))
        net = read_back(begin, torch.from_numpy(np.stack([heads()[0] for _ in range(512)])))
    else:
        state = torch.load(begin)
        if "hidden.weight" not in state:
            return begun(state), pictures
        net = HeadMarks()
        net.load_state_dict(state)
    return net, [*pictures, *hardest(net.eval(), pictures) * (TIMES - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True, help="folder outside the repository")
    parser.add_argument("--without", type=Path, help="ids, one a line: pictures with something over them already")
    parser.add_argument(
        "--begin", type=Path, required=True, help="state of a fit of this or of lettering.py, or a head_marks.tflite"
    )
    parser.add_argument("--steps", type=int, default=2600)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--out", type=Path, default=NETWORK)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)  # before the process that makes examples begins: its threads would be none of ours
    torch.set_num_threads(1)
    kept = options.cache / "heads.pkl"
    if not kept.exists():
        left_out = set(options.without.read_text(encoding="utf-8").split()) if options.without else set()
        rows = [row for row in known_rows(options.photos, options.cache) if row.kind in ("portrait", "pool")]
        paths = [row.path for row in rows if not row.held_out and row.id not in left_out]
        kept.write_bytes(pickle.dumps(heads_of([*paths, *sorted(FIXTURES.glob("*.jpg"))])))
    pictures: list[tuple[np.ndarray, Box]] = pickle.loads(kept.read_bytes())
    net, pictures = start(options.begin, pictures)
    net = fit(pictures, net, options.steps, options.seed, options.rate, options.out.with_suffix(".pt"))
    torch.save(net.state_dict(), options.out.with_suffix(".pt"))
    heads = Heads(pictures, np.random.default_rng(99))
    write(partial(graph, net), np.stack([in_patches(heads()[0]) for _ in range(160)]), options.out)
    register(options.out, "head_marks")


if __name__ == "__main__":
    main()
