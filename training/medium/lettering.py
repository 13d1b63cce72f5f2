"""Fits and writes nets/weights/lettering.tflite: python -m training.medium.lettering --cache DIR

Fully convolutional: 4 x 4 px in a row, a 2 x 2 convolution, depthwise blocks at a cell of 8 px; between them a branch
at 16 and 32 px, for large words and for what is around. It is fitted on parts of the cache's pictures
(lettering_cache.py) and looks at whole ones. A second answer, lettering in the scene, is there while fitting only: it
keeps both apart.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from headshot_check.nets.lettering import CELL, SIZE, in_patches
from training.medium.lettering_cache import COVERED, IN_SCENE, UNSURE, overlaid
from training.ranges import activation_ranges
from training.registering import register
from training.tflite_writer import RELU6, Graph

NETWORK = Path(__file__).resolve().parents[2] / "src/headshot_check/nets/weights/lettering.tflite"
FIRST, WIDE, COARSE, COARSEST = 24, 48, 64, 128
BEFORE, AFTER, DEEP = 1, 1, 2
"""blocks at 8 px on both sides of the coarse branch; at 16 px and at 32 px in it"""
RATE, BATCH, PART, DECAY = 4e-3, 24, 224, 1e-4
WORDY, TOLD = 5.0, 8
"""weight of a cell with lettering in the scene; cells of a part that are asked all together"""
OVERLAID, SAVED = 0.45, 0.5
"""shares of pictures that get one more thing laid over, where there is none; that are saved once more"""


class Trunk(nn.Module):
    """All layers but the last, which head_marks.py has too: `channels` of a patch, and those of the first layer."""

    def __init__(self, channels: int, first: int) -> None:
        super().__init__()
        self.first, self.norm = nn.Conv2d(channels, first, 2, bias=False), nn.BatchNorm2d(first)
        self.down = Separable(first, WIDE, 2)
        self.blocks = nn.ModuleList(Separable(WIDE, WIDE, 1) for _ in range(BEFORE + AFTER))
        self.coarse = Branch(WIDE, COARSE, DEEP, Branch(COARSE, COARSEST, DEEP))

    def seen(self, patches: Tensor) -> Tensor:
        """(N, WIDE, side / 8, side / 8) of patches (N, channels, side / 4, side / 4)."""
        x = F.relu6(self.norm(self.first(F.pad(patches, (0, 1, 0, 1)))))
        x = F.relu6(self.down(F.pad(x, (0, 1, 0, 1))))
        for k, block in enumerate(self.blocks):
            if k == BEFORE:
                x = self.coarse(x)
            x = x + block(F.pad(x, (1, 1, 1, 1)))
        return x


class Lettering(Trunk):
    """Log-odds (N, 2, side / 8, side / 8) of patches (N, 16, side / 4, side / 4)."""

    def __init__(self) -> None:
        super().__init__(16, FIRST)
        self.out = nn.Conv2d(WIDE, 2, 1)
        nn.init.constant_(self.out.bias, -3.0)

    def forward(self, patches: Tensor) -> Tensor:
        told: Tensor = self.out(self.seen(patches))
        return told


class Branch(nn.Module):
    """Halves height and width, looks with residual blocks, and adds what it sees to what it was given.

    Parameters
    ----------
    inner
        Another, within it.
    """

    def __init__(self, before: int, wide: int, blocks: int, inner: Branch | None = None) -> None:
        super().__init__()
        self.down = Separable(before, wide, 2)
        self.blocks = nn.ModuleList(Separable(wide, wide, 1) for _ in range(blocks))
        self.inner = inner
        self.back, self.norm = nn.Conv2d(wide, before, 1, bias=False), nn.BatchNorm2d(before)
        nn.init.zeros_(self.norm.weight)  # an earlier fit without the branch begins as it was

    def forward(self, given: Tensor) -> Tensor:
        x = F.relu6(self.down(F.pad(given, (0, 1, 0, 1))))
        for block in self.blocks:
            x = x + block(F.pad(x, (1, 1, 1, 1)))
        if self.inner is not None:
            x = self.inner(x)
        seen = self.norm(self.back(x))
        return given + F.interpolate(seen, given.shape[2:], mode="bilinear", align_corners=False)


class Separable(nn.Module):
    """A depthwise convolution with ReLU6 and a pointwise one."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.each = nn.Conv2d(before, before, 3, stride, groups=before, bias=False)
        self.each_norm = nn.BatchNorm2d(before)
        self.across, self.norm = nn.Conv2d(before, after, 1, bias=False), nn.BatchNorm2d(after)

    def forward(self, x: Tensor) -> Tensor:
        told: Tensor = self.norm(self.across(F.relu6(self.each_norm(self.each(x)))))
        return told


class Parts:
    """Parts of the cache's pictures, half of them round what is laid over or lies in the scene."""

    def __init__(self, cache: Path, prefixes: list[str], seed: int) -> None:
        pieces = [np.load(path) for prefix in prefixes for path in sorted(cache.glob(f"{prefix}_*.npz"))]
        self.greys = np.concatenate([piece["greys"] for piece in pieces])
        self.cells = np.concatenate([piece["cells"] for piece in pieces])
        self._rng = np.random.default_rng(seed)
        self._covered = (self.cells == COVERED).sum((1, 2)) >= 3

    def batch(self) -> tuple[Tensor, Tensor]:
        """(BATCH, 16, PART / 4, PART / 4) patches and (BATCH, PART / 8, PART / 8) cells."""
        rng, patches, cells = self._rng, [], []
        for k in rng.integers(0, len(self.greys), BATCH):
            grey, held, laid = self.greys[k], self.cells[k], False
            if not self._covered[k] and rng.random() < OVERLAID:
                (grey, held), laid = overlaid(grey, held, rng), True
            y, x = (int(at) for at in rng.integers(0, (SIZE - PART) // CELL + 1, 2))
            wanted = [what for what in (COVERED, IN_SCENE) if (held == what).sum() >= 3]
            if wanted and rng.random() < 0.6:
                places = np.argwhere(held == wanted[int(rng.integers(len(wanted)))])
                y, x = (
                    int(np.clip(at - rng.integers(2, PART // CELL - 2), 0, (SIZE - PART) // CELL))
                    for at in places[int(rng.integers(len(places)))]
                )
            elif not wanted:  # not only grey: round the middle
                y, x = (int(at) for at in rng.integers(6, (SIZE - PART) // CELL - 5, 2))
            part = grey[y * CELL : y * CELL + PART, x * CELL : x * CELL + PART]
            if laid and rng.random() < SAVED:
                quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 97))]
                part = cv2.imdecode(cv2.imencode(".jpg", part, quality)[1], cv2.IMREAD_GRAYSCALE)
            held = held[y : y + PART // CELL, x : x + PART // CELL]
            if rng.random() < 0.5:
                part, held = part[:, ::-1], held[:, ::-1]
            light = part.astype(np.float32)
            if rng.random() < 0.5:
                light = (light - 128) * rng.uniform(0.7, 1.25) + 128 + rng.uniform(-25, 25)
            if rng.random() < 0.1:
                light = 255 - light
            seen = np.clip(light, 0, 255).astype(np.uint8)
            patches.append(in_patches(np.ascontiguousarray(seen))[0].transpose(2, 0, 1))
            cells.append(held)
        shown = (torch.from_numpy(np.stack(patches)) / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        return shown, torch.from_numpy(np.stack(cells).astype(np.int64))


def fit(parts: Parts, steps: int, seed: int, begin: Path | None, rate: float) -> Lettering:
    """The network, its weights averaged over the last steps."""
    torch.manual_seed(seed)
    net = Lettering().to(memory_format=torch.channels_last)  # depthwise: three times as fast
    if begin is not None:
        net.load_state_dict(torch.load(begin))
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=DECAY)
    average = {k: v.clone() for k, v in net.state_dict().items()}
    total = 0.0
    for step in range(steps):
        patches, cells = parts.batch()
        for group in optimiser.param_groups:
            group["lr"] = rate * min((step + 1) / 100, max(1 - step / steps, 0.02))
        told = net(patches)
        over, scene = (cells == COVERED).float(), (cells == IN_SCENE).float()
        weight = (cells != UNSURE).float() * (1 + (WORDY - 1) * scene)
        by_cell = F.binary_cross_entropy_with_logits(told[:, 0], over, reduction="none")
        loss = 3 * (by_cell * weight).mean()
        loss = loss + 0.5 * F.binary_cross_entropy_with_logits(told[:, 1], scene)
        most = told[:, 0].flatten(1).topk(TOLD, 1).values.mean(1)  # what a whole picture will be judged by
        many = over.flatten(1).sum(1)
        sure = (many == 0) | (many >= TOLD)
        loss = loss + 0.2 * F.binary_cross_entropy_with_logits(most[sure], (many[sure] > 0).float())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        total += float(loss.detach())
        follow(average, net, step)
        if (step + 1) % 100 == 0:
            print(f"{step + 1}/{steps} loss {total / 100:.4f}", flush=True)
            total = 0.0
    net.load_state_dict(average)
    return net.eval()


def follow(average: dict[str, Tensor], net: nn.Module, step: int) -> None:
    """Move averaged weights a step towards the network's."""
    keep = min(0.995, (step + 1) / (step + 10))
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                average[name].lerp_(value, 1 - keep)


def graph(net: Lettering, ranges: np.ndarray | None) -> Graph:
    """As LiteRT runs it, int8 where there are ranges: (1, 112, 112, 16) in, (1, 56, 56, 1) log-odds out."""
    g = Graph("headshot-check: letters and marks over a picture (training/MEDIUM_CARD.md)", ranges)
    x = trunk_graph(g, net, SIZE // 4)
    kernel, bias = net.out.weight[:1].detach().numpy(), net.out.bias[:1].detach().numpy()
    g.output(g.dequantize(g.conv(x, kernel.transpose(0, 2, 3, 1), bias)), "log_odds")
    return g


def trunk_graph(g: Graph, net: Trunk, side: int) -> int:
    x = g.input("patches", (1, side, side, net.first.in_channels))
    g.activations.append(x)
    x = g.conv(g.quantize(x), *folded(net.first, net.norm), 1, RELU6)
    x = separable_graph(g, net.down, x, 2, RELU6)
    for k, block in enumerate(net.blocks):
        if k == BEFORE:
            x = branch_graph(g, net.coarse, x)
        x = g.add(x, separable_graph(g, block, x, 1, 0))
    return x


def branch_graph(g: Graph, branch: Branch, given: int) -> int:
    x = separable_graph(g, branch.down, given, 2, RELU6)
    for block in branch.blocks:
        x = g.add(x, separable_graph(g, block, x, 1, 0))
    if branch.inner is not None:
        x = branch_graph(g, branch.inner, x)
    seen = g.conv(x, *folded(branch.back, branch.norm))
    return g.add(given, g.enlarge(seen, g.shape(given)[1]))


def separable_graph(g: Graph, layer: nn.Module, x: int, stride: int, act: int) -> int:
    kernel, bias = folded(layer.each, layer.each_norm)
    x = g.depthwise(x, kernel.transpose(3, 1, 2, 0), bias, stride, RELU6)
    return g.conv(x, *folded(layer.across, layer.norm), 1, act)


def folded(layer: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[np.ndarray, np.ndarray]:
    """Kernel (out, h, w, in) and bias with the normalisation in them."""
    with torch.no_grad():
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        kernel = (layer.weight * scale[:, None, None, None]).numpy().transpose(0, 2, 3, 1)
        return np.ascontiguousarray(kernel), (norm.bias - norm.running_mean * scale).numpy()


def write(as_graph: Callable[[np.ndarray | None], Graph], patches: np.ndarray, out: Path) -> None:
    """The int8 network, its levels spread over what `patches` (N, ...) make of each layer."""
    plain = out.with_suffix(".plain")
    first = as_graph(None)
    first.save(plain)
    ranges = activation_ranges(plain, first.activations, patches)
    plain.unlink()
    as_graph(ranges).save(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--begin", type=Path, help="state of an earlier fit to begin with")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--out", type=Path, default=NETWORK)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    parts = Parts(options.cache, ["letters"], options.seed)
    print(len(parts.greys), "pictures", flush=True)
    net = fit(parts, options.steps, options.seed, options.begin, options.rate)
    torch.save(net.state_dict(), options.out.with_suffix(".pt"))
    some = parts.greys[:: max(1, len(parts.greys) // 120)]
    write(partial(graph, net), np.stack([in_patches(grey) for grey in some]), options.out)
    register(options.out, "lettering")


if __name__ == "__main__":
    main()
