"""The networks: EfficientNet-Lite0 to stride 16 as ImageNet taught it, and small heads over frame and window.

Two questions are asked of the same features: is somebody caught at something, is it the light of a stage or a night?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from headshot_check.nets.action import SIZE
from training.car.export import _np
from training.medium.model import _early, _knowing, _late
from training.tflite_writer import RELU6, Graph

QUESTIONS = {"action": (32, 3), "light": (48, 1)}
"""What is asked, each with the channels that a view is brought down to, of which the mean and the largest count, and
the side of what the largest looks at: things have a shape, light has none."""
WIDE = 48
"""hidden units"""


class Head(nn.Module):
    """Log-odds (N,) of what stride 16 shows of the frame and of the window (N, 112, 8, 8)."""

    def __init__(self, question: str) -> None:
        super().__init__()
        channels, side = QUESTIONS[question]
        self.everywhere = nn.ModuleList(nn.Conv2d(112, channels, 1) for _ in range(2))
        self.somewhere = nn.ModuleList(nn.Conv2d(112, channels, side) for _ in range(2))
        self.hidden = nn.Linear(4 * channels, WIDE)
        self.out = nn.Linear(WIDE, 1)

    def forward(self, views: Sequence[Tensor]) -> Tensor:
        told = []
        for mean, largest, view in zip(self.everywhere, self.somewhere, views, strict=True):
            told += [F.relu6(mean(view)).mean((2, 3)), F.relu6(largest(view)).amax((2, 3))]
        flat = F.dropout(torch.cat(told, 1), 0.4, self.training)
        return self.out(F.dropout(F.relu6(self.hidden(flat)), 0.3, self.training))[:, 0]


def network(ranges: np.ndarray, heads: Mapping[str, Sequence[Head]], note: str) -> Graph:
    """The network that is shipped: the frame at stride 8 as the car network's cheap look saw it, and the window."""
    trunk = _knowing()
    g = Graph(note, ranges)
    frame = g.input("frame", (1, SIZE // 8, SIZE // 8, 40))
    fine = _early(g, trunk, g.input("window", (1, SIZE, SIZE, 3)))
    g.activations.append(frame)  # in the place of the trunk's slice, whose range it has
    begun = len(g.activations)
    views = [g.dequantize(_late(g, trunk, g.quantize(frame)))]
    # the same blocks once more: their ranges follow those of the first time
    g.repeat_ranges(begun, len(g.activations))
    views.append(g.dequantize(_late(g, trunk, fine)))
    answers = [_answer(g, heads[question], views) for question in QUESTIONS]
    g.output(g.concat(answers), "log_odds")
    return g


def _answer(g: Graph, heads: Sequence[Head], views: Sequence[int]) -> int:
    """(1, 1) the heads' mean."""
    answers = []
    for head in heads:
        told = []
        for mean, largest, view in zip(head.everywhere, head.somewhere, views, strict=True):
            told.append(g.mean(_conv(g, mean, view)))
            spots = _conv(g, largest, view)
            side, channels = g.shape(spots)[1], g.shape(spots)[3]
            told.append(g.reshape(g.pool(spots, side, largest=True), (1, channels)))
        flat = g.concat(told)
        flat = g.reshape(flat, (1, 1, 1, g.shape(flat)[1]))
        hidden = g.conv(flat, _np(head.hidden.weight)[:, None, None, :], _np(head.hidden.bias), 1, RELU6)
        answers.append(g.reshape(hidden, (1, WIDE)))
    weights = np.concatenate([_np(head.out.weight) for head in heads], 1) / len(heads)
    return g.dense(g.concat(answers), weights, np.mean([_np(head.out.bias) for head in heads], 0))


def hint(weights: np.ndarray, bias: np.ndarray, note: str) -> Graph:
    """The network that says which photos are worth the other: linear, of `hint_features`.

    weights (2, 680) and bias (2,) in the order of `QUESTIONS`.
    """
    g = Graph(note)
    frame = g.input("frame", (1, SIZE // 8, SIZE // 8, 40))
    parts = [g.reshape(g.pool(frame, 4, largest=False), (1, 640)), g.reshape(g.pool(frame, 16, largest=True), (1, 40))]
    g.output(g.dense(g.concat(parts), weights.astype(np.float32), bias.astype(np.float32)), "log_odds")
    return g


def hint_features(fine: np.ndarray) -> np.ndarray:
    """(N, 680) of the frame at stride 8 (N, 16, 16, 40): means of 4 x 4 parts, and the largest of each channel."""
    parts = fine.reshape(len(fine), 4, 4, 4, 4, 40).mean((2, 4)).reshape(len(fine), -1)
    return np.concatenate([parts, fine.max((1, 2))], 1)


def _conv(g: Graph, layer: nn.Conv2d, x: int) -> int:
    return g.conv(x, _np(layer.weight).transpose(0, 2, 3, 1), _np(layer.bias), 1, RELU6, valid=True)
