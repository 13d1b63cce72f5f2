"""The network: EfficientNet-Lite0 up to stride 16 as ImageNet taught it, and a head of ours over two views.

The views are the whole frame and a piece of the face at the pixels' own size, which goes to stride 8 only. The trunk
stays as it is, so that what it makes of every example is computed once (cache.py); the head is fitted on that (fit.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from headshot_check.nets.medium import ANSWERS, SIZE
from training.car.export import _layer, _np
from training.car.model import Trunk, knowing
from training.tflite_writer import RELU6, Graph

NARROW, WIDE = (64, 96), 64
"""channels that the head makes of strides 8 and 16; and of all together"""
_FLOATS = 2
"""of the first blocks stay in float32, as in car.tflite"""


class Head(nn.Module):
    """Log-odds (N, ANSWERS): from both views at stride 8, where texture shows, and from the frame at stride 16."""

    def __init__(self, heads: int = 1) -> None:
        super().__init__()
        self.fine = nn.Conv2d(40, heads * NARROW[0], 1)
        self.coarse = nn.Conv2d(112, heads * NARROW[1], 1)
        self.both = nn.Linear(heads * (2 * NARROW[0] + NARROW[1]), heads * WIDE)
        self.out = nn.Linear(heads * WIDE, len(ANSWERS))

    def forward(self, fine: Tensor, coarse: Tensor) -> Tensor:
        """fine (N, 2, 40, 16, 16), coarse (N, 112, 8, 8)."""
        n = len(fine)
        texture = F.relu6(self.fine(fine.flatten(0, 1))).mean((2, 3)).reshape(n, -1)
        flat = torch.cat([texture, F.relu6(self.coarse(coarse)).mean((2, 3))], 1)
        if self.training:
            flat = F.dropout(flat, 0.2)
        return self.out(F.relu6(self.both(flat)))


def joined(heads: Sequence[Head]) -> Head:
    """One head whose log-odds are the means of the others'."""
    count, (fine, coarse) = len(heads), NARROW
    one = Head(count)
    with torch.no_grad():
        for name in ("fine", "coarse"):
            for part in ("weight", "bias"):
                getattr(getattr(one, name), part).copy_(torch.cat([getattr(getattr(h, name), part) for h in heads]))
        one.both.weight.zero_()
        one.both.bias.copy_(torch.cat([h.both.bias for h in heads]))
        for k, h in enumerate(heads):
            rows = one.both.weight[k * WIDE : (k + 1) * WIDE]
            for view in range(2):  # all heads' frame, all heads' piece, all heads' frame at stride 16
                at = (view * count + k) * fine
                rows[:, at : at + fine] = h.both.weight[:, view * fine : (view + 1) * fine]
            at = 2 * count * fine + k * coarse
            rows[:, at : at + coarse] = h.both.weight[:, 2 * fine :]
        one.out.weight.copy_(torch.cat([h.out.weight for h in heads], 1) / count)
        one.out.bias.copy_(torch.stack([h.out.bias for h in heads]).mean(0))
    return one.eval()


def trunk_graph(ranges: np.ndarray | None) -> Graph:
    """The trunk alone: both views in, features out (int8 where there are `ranges`): what the head is fitted on."""
    trunk = _knowing()
    g = Graph("trunk", ranges)
    fine = _early(g, trunk, g.input("views", (2, SIZE, SIZE, 3)))
    coarse = _late(g, trunk, g.first(fine))
    g.output(fine, "fine")
    g.output(coarse, "coarse")
    return g


def network(ranges: np.ndarray, head: Head, note: str) -> Graph:
    """The network that is shipped: the piece, and the frame at stride 8 as the car network's cheap look has made it."""
    trunk = _knowing()
    g = Graph(note, ranges)
    frame = g.input("frame", (1, SIZE // 8, SIZE // 8, 40))
    fine = _early(g, trunk, g.input("piece", (1, SIZE, SIZE, 3)))
    g.activations.append(frame)  # in the place of the slice above, whose range it has
    coarse = _late(g, trunk, g.quantize(frame))
    told = [
        g.mean(g.conv(g.dequantize(seen), _np(layer.weight).transpose(0, 2, 3, 1), _np(layer.bias), 1, RELU6))
        for layer, seen in ((head.fine, frame), (head.fine, fine), (head.coarse, coarse))
    ]
    flat = g.reshape(g.concat(told), (1, 1, 1, head.both.in_features))
    both = g.conv(flat, _np(head.both.weight)[:, None, None, :], _np(head.both.bias), 1, RELU6)
    g.output(
        g.dense(g.reshape(both, (1, head.both.out_features)), _np(head.out.weight), _np(head.out.bias)), "log_odds"
    )
    return g


def _knowing() -> Trunk:
    trunk: Trunk = knowing()[0]
    return trunk.eval()


def _early(g: Graph, trunk: Trunk, x: int) -> int:
    for k, layer in enumerate([*trunk.early[0], *trunk.early[1]]):
        x = _layer(g, layer, x)
        if k == _FLOATS:
            x = g.quantize(x)
    return x


def _late(g: Graph, trunk: Trunk, x: int) -> int:
    for layer in trunk.late[0]:
        x = _layer(g, layer, x)
    return x


def write_trunk(pictures: np.ndarray, out: Path) -> None:
    """out/ranges.npy, and the trunk alone as out/trunk.tflite: what cache.py looks through.

    Parameters
    ----------
    pictures
        (N, 2, SIZE, SIZE, 3) uint8 views that the int8 levels are spread over.
    """
    from training.ranges import activation_ranges

    plain = out / "plain.tflite"
    graph = trunk_graph(None)
    graph.save(plain)
    ranges = activation_ranges(plain, graph.activations, pictures)
    np.save(out / "ranges.npy", ranges)
    trunk_graph(ranges).save(out / "trunk.tflite")
    plain.unlink()
