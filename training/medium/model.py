"""The network: EfficientNet-Lite0 up to stride 16 as ImageNet taught it, and a head of ours over two views.

The views are the whole frame and a piece of the face at the pixels' own size, which goes to stride 8 only. The trunk
stays as it is, so that what it makes of every example is computed once (cache.py); the head is fitted on that (fit.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from headshot_check.nets.medium import ANSWERS, SIZE
from training.car.export import _np, layer_of
from training.car.model import Trunk, knowing
from training.tflite_writer import RELU6, Graph

NARROW, LARGEST, WIDE = (192, 288), (48, 48), 256
"""channels that the head makes of strides 8 and 16, of which the mean counts; the largest; and of all together"""
_FLOATS = 2
"""of the first blocks stay in float32, as in car.tflite"""


class Head(nn.Module):
    """Log-odds (N, ANSWERS): from both views at stride 8, where texture shows, and from the frame at stride 16.

    What fills a picture shows in the mean over it, a button or a ribbon in the largest.

    Parameters
    ----------
    more
        Hidden units besides, which `drawing` alone hears (widen.py).
    """

    def __init__(self, more: int = 0) -> None:
        super().__init__()
        self.fine = nn.Conv2d(40, NARROW[0], 1)
        self.coarse = nn.Conv2d(112, NARROW[1], 1)
        self.fine_spots = nn.Conv2d(40, LARGEST[0], 3)
        self.coarse_spots = nn.Conv2d(112, LARGEST[1], 1)
        self.both = nn.Linear(2 * NARROW[0] + NARROW[1] + sum(LARGEST), WIDE + more)
        self.out = nn.Linear(WIDE + more, len(ANSWERS))

    def pooled(self, fine: Tensor, coarse: Tensor) -> Tensor:
        """What the hidden units hear, (N, 768), of fine (N, 2, 40, 16, 16) and coarse (N, 112, 8, 8)."""
        n = len(fine)
        texture = F.relu6(self.fine(fine.flatten(0, 1))).mean((2, 3)).reshape(n, -1)
        parts = [texture, F.relu6(self.coarse(coarse)).mean((2, 3))]
        parts += [F.relu6(self.fine_spots(fine[:, 0])).amax((2, 3)), F.relu6(self.coarse_spots(coarse)).amax((2, 3))]
        return torch.cat(parts, 1)

    def forward(self, fine: Tensor, coarse: Tensor) -> Tensor:
        """Of the same as `pooled`."""
        flat = self.pooled(fine, coarse)
        if self.training:
            flat = F.dropout(flat, 0.2)
        told: Tensor = self.out(F.relu6(self.both(flat)))
        return told


def begun(shipped: Mapping[str, Tensor]) -> Head:
    """A head that says at first what an earlier one said, whose state is given: also one of means only."""
    wide, known = shipped["both.weight"].shape
    head = Head(max(wide - WIDE, 0))
    if "fine_spots.weight" in shipped:
        head.load_state_dict(dict(shipped))
        return head
    with torch.no_grad():
        for name in ("fine", "coarse"):
            getattr(head, name).load_state_dict({k: shipped[f"{name}.{k}"] for k in ("weight", "bias")})
        for spots in (head.fine_spots, head.coarse_spots):
            spots.weight *= 0.3
        head.both.weight[:wide] = 0
        head.both.weight[:wide, :known], head.both.bias[:wide] = shipped["both.weight"], shipped["both.bias"]
        head.out.weight *= 0.1
        head.out.weight[:, :wide], head.out.bias[:] = 0, -2.0
        for k, row in enumerate(shipped["out.weight"]):
            head.out.weight[k, :wide], head.out.bias[k] = row, shipped["out.bias"][k]
    return head


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
    wide_coarse = g.dequantize(coarse)

    def seen_by(layer: nn.Conv2d, x: int) -> int:
        kernel, bias = _np(layer.weight).transpose(0, 2, 3, 1), _np(layer.bias)
        return g.conv(x, kernel, bias, 1, RELU6, valid=True)

    means = ((head.fine, frame), (head.fine, g.dequantize(fine)), (head.coarse, wide_coarse))
    told = [g.mean(seen_by(layer, x)) for layer, x in means]
    for layer, x in ((head.fine_spots, frame), (head.coarse_spots, wide_coarse)):
        y = seen_by(layer, x)
        told.append(g.reshape(g.pool(y, g.shape(y)[1], largest=True), (1, layer.out_channels)))
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
        x = layer_of(g, layer, x)
        if k == _FLOATS:
            x = g.quantize(x)
    return x


def _late(g: Graph, trunk: Trunk, x: int) -> int:
    for layer in trunk.late[0]:
        x = layer_of(g, layer, x)
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
