"""Stage export: the trained network, batch norms folded, fusion inside, as car_glance.tflite.

Where the second block has come to stride 4 the trunk goes on in int8: half the time of float32 with float16 kernels and
two thirds of its bytes. What comes before stays in float32, as do the heads: int8 kernels in the second convolution
alone moved the logit by 0.43 on average, those of all later layers together by 0.05 (training/GLANCE_CARD.md).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from headshot_check.nets.car_glance import SIZE
from training.car.glance.model import CUES, POOLED, SCALARS, CarModel, Conv
from training.car.glance.trunk import Block, Warm
from training.ranges import activation_ranges
from training.tflite_writer import NONE, RELU, RELU6, Graph

EVIDENCE = 2 * CUES + 2 * SCALARS
"""What fusion weighs: cue logits, map peaks, then the scalars of the window and of the frame."""


def export(
    model: CarModel, fusion: tuple[np.ndarray, float], path: Path, *, note: str, pictures: np.ndarray | None = None
) -> None:
    """Write the graph; with pictures (N, 2, SIZE, SIZE, 3) its trunk in int8, for the values that they give.

    fusion: EVIDENCE weights and the bias of the logistic.
    """
    model.eval()
    graph = _graph(model, fusion, note)
    graph.save(path)
    if pictures is not None:
        ranges = activation_ranges(path, graph.activations, pictures)
        _graph(model, fusion, note, ranges).save(path)


def _graph(model: CarModel, fusion: tuple[np.ndarray, float], note: str, ranges: np.ndarray | None = None) -> Graph:
    g = Graph(note, ranges)
    early = _early(g, model.early, g.input("views", (2, SIZE, SIZE, 3)))
    fine = _chain(g, model.fine, early)
    middle = _chain(g, model.middle, fine)
    coarse = _chain(g, model.coarse, middle)
    pooled = g.mean(g.dequantize(_conv(g, model.last, coarse)))
    both = g.reshape(pooled, (1, 2 * POOLED))
    cues = g.dense(both, _np(model.cues.weight), _np(model.cues.bias))
    scalars = g.reshape(g.dense(pooled, _np(model.scalars.weight), _np(model.scalars.bias)), (1, 2 * SCALARS))
    cells = g.shape(fine)[1]
    sides = [g.dequantize(_conv(g, s, g.first(f))) for s, f in zip(model.sides, (fine, middle, coarse), strict=True)]
    total = g.add(sides[0], g.enlarge(sides[1], cells))
    total = g.add(total, g.enlarge(sides[2], cells), RELU)
    maps = g.conv(_chain(g, model.mix, total), _kernel(model.maps.weight), _np(model.maps.bias))
    peaks = g.reshape(g.pool(g.pool(maps, 2, largest=False), cells // 2, largest=True), (1, CUES))
    fused = g.dense(g.concat([cues, peaks, scalars]), fusion[0].reshape(1, -1), np.array([fusion[1]]))
    g.output(g.logistic(fused), "probability")
    seen = g.concat([cues, peaks])
    mean = np.concatenate([np.eye(CUES), np.eye(CUES)], 1) / 2  # the photo's answer and its map's, half each
    g.output(g.logistic(g.dense(seen, mean, np.zeros(CUES))), "cues")
    g.output(g.logistic(maps), "maps")
    g.output(g.concat([cues, peaks, scalars]), "evidence")
    return g


def _early(g: Graph, blocks: torch.nn.Module, x: int) -> int:
    """To stride 4; int8 from where the second block has come there."""
    stem, first, second, third = blocks.children()
    x = _block(g, first, _warm(g, stem, x))
    x = _warm(g, second.project, g.quantize(_warm(g, second.depth, _warm(g, second.expand, x))))
    return _block(g, third, x)


def _chain(g: Graph, blocks: torch.nn.Module, x: int) -> int:
    for block in blocks.children():
        if isinstance(block, Block):
            x = _block(g, block, x)
        else:
            x = _warm(g, block, x) if isinstance(block, Warm) else _conv(g, block, x)
    return x


def _block(g: Graph, block: Block, x: int) -> int:
    wide = x if block.expand is None else _warm(g, block.expand, x)
    y = _warm(g, block.project, _warm(g, block.depth, wide))
    return g.add(x, y) if block.same else y


def _warm(g: Graph, layer: Warm, x: int) -> int:
    kernel, bias = _np(layer.conv.weight), _np(layer.conv.bias)
    act = NONE if layer.linear else RELU6
    if layer.stride > 1:
        x = g.pad(x, layer.kernel // 2)
    valid = layer.stride > 1
    if layer.depthwise:
        return g.depthwise(x, kernel.transpose(1, 2, 3, 0), bias, layer.stride, act, valid=valid)
    return g.conv(x, kernel.transpose(0, 2, 3, 1), bias, layer.stride, act, valid=valid)


def _conv(g: Graph, block: Conv, x: int) -> int:
    norm = block.norm
    scale = _np(norm.weight) / np.sqrt(_np(norm.running_var) + norm.eps)
    bias = _np(norm.bias) - _np(norm.running_mean) * scale
    kernel = _np(block.conv.weight) * scale[:, None, None, None]
    act = NONE if block.linear else RELU6
    if block.depthwise:
        return g.depthwise(x, kernel.transpose(1, 2, 3, 0), bias, block.stride, act)
    return g.conv(x, kernel.transpose(0, 2, 3, 1), bias, block.stride, act)


def _kernel(weight: torch.Tensor) -> np.ndarray:
    return _np(weight).transpose(0, 2, 3, 1)


def _np(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().numpy()
