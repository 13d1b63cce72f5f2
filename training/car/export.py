"""The network as car.tflite (one square in, of any side; answers of both heads and features out) and car_places.tflite
(features in, maps out). The first is int8 but for the first layers and the answers, the second float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from training.car.model import WIDTHS, Block, CarModel, Conv, Decoder
from training.ranges import activation_ranges
from training.tflite_writer import NONE, RELU6, Graph

PLACES = "car_places.tflite"
"""The decoder's file, beside the other."""


def export(
    model: CarModel, path: Path, *, size: int, note: str, pictures: np.ndarray | None = None, floats: int = 2
) -> None:
    """Write both graphs; with pictures (N, 1, size, size, 3) in int8, for the values that they give.

    floats: how many of the first blocks stay in float32.
    """
    model.eval()
    graph = _trunk(model, size, note, floats)
    graph.save(path)
    if pictures is not None:
        ranges = activation_ranges(path, graph.activations, pictures)
        _trunk(model, size, note, floats, ranges).save(path)
    maps_of([model.decoder], size, note).save(path.with_name(PLACES))


def _trunk(model: CarModel, size: int, note: str, floats: int, ranges: np.ndarray | None = None) -> Graph:
    g = Graph(note, ranges)
    x = g.input("view", (1, size, size, 3))
    layers = [*model.trunk.early[0], *model.trunk.early[1]]
    features = []
    for k, layer in enumerate(layers):
        x = layer_of(g, layer, x)
        if k == floats:
            x = g.quantize(x)
        if k in (3, 5):  # strides 4 and 8
            features.append(x)
    for part in model.trunk.late:
        for layer in part:
            x = layer_of(g, layer, x)
        features.append(x)
    pooled = g.mean(g.dequantize(layer_of(g, model.trunk.last, x)))
    heads = [model.window, model.frame]
    weight, bias = (np.concatenate([_np(getattr(h, n)) for h in heads]) for n in ("weight", "bias"))
    g.output(g.dense(pooled, weight, bias), "answers")
    for k, feature in enumerate(features):
        g.output(g.dequantize(feature), f"features{k}")
    return g


def maps_of(decoders: Sequence[Decoder], size: int, note: str) -> Graph:
    """Decoders as a graph of their own: what the other gives beside its answers in, the mean of their maps out."""
    g = Graph(note)
    inputs = [
        g.input(f"features{k}", (1, size // stride, size // stride, width))
        for k, (stride, width) in enumerate(zip((4, 8, 16, 32), WIDTHS, strict=True))
    ]
    first, *others = [_log_odds(g, decoder, inputs, len(decoders)) for decoder in decoders]
    for other in others:
        first = g.add(first, other)
    g.output(g.logistic(first), "maps")
    return g


def _log_odds(g: Graph, decoder: Decoder, inputs: list[int], among: int) -> int:
    """A decoder's maps before the logistic, its share of the mean."""
    sides = [layer_of(g, s, f) for s, f in zip(decoder.sides, inputs, strict=True)]
    x = g.relu6(sides[3])
    for k in (2, 1, 0):
        for layer in decoder.mixes[k]:
            x = layer_of(g, layer, x)
        x = g.add(sides[k], g.enlarge(x, g.shape(sides[k])[1]), RELU6)
    for layer in decoder.end:
        x = layer_of(g, layer, x)
    return g.conv(x, _np(decoder.maps.weight).transpose(0, 2, 3, 1) / among, _np(decoder.maps.bias) / among)


def layer_of(g: Graph, layer: torch.nn.Module, x: int) -> int:
    if isinstance(layer, Block):
        wide = x if layer.expand is None else layer_of(g, layer.expand, x)
        y = layer_of(g, layer.project, layer_of(g, layer.depth, wide))
        return g.add(x, y) if layer.same else y
    assert isinstance(layer, Conv)
    kernel, bias = _np(layer.conv.weight), _np(layer.conv.bias)
    act = NONE if layer.linear else RELU6
    if layer.depthwise:
        return g.depthwise(x, kernel.transpose(1, 2, 3, 0), bias, layer.stride, act)
    return g.conv(x, kernel.transpose(0, 2, 3, 1), bias, layer.stride, act)


def _np(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().numpy()
