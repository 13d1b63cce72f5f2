"""What values each activation of a graph takes on real pictures: an int8 graph spreads its levels over them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

OUTLIERS = 0.01
"""Share of pictures whose extremes are cut off: a level spent on one odd picture is lost to all others."""


def activation_ranges(path: Path, tensors: list[int], pictures: np.ndarray) -> np.ndarray:
    """(len(tensors), 2) least and greatest value of each tensor of the float graph at path.

    Parameters
    ----------
    pictures
        (N, 2, S, S, 3) uint8, window and frame of each, such as training fitted on.
    """
    return ranges_of(path, tensors, ([views.astype(np.float32) / 127.5 - 1] for views in pictures))


def ranges_of(path: Path, tensors: list[int], looks: Iterable[Sequence[np.ndarray]]) -> np.ndarray:
    """The same over looks, each of them what the graph's inputs are, in its order."""
    from ai_edge_litert.interpreter import Interpreter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # reading inner tensors is for debugging, says LiteRT: quite so
        net = Interpreter(str(path), num_threads=1, experimental_preserve_all_tensors=True)
    net.allocate_tensors()
    into = [detail["index"] for detail in net.get_input_details()]
    extremes = []
    for look in looks:
        for index, values in zip(into, look, strict=True):
            net.set_tensor(index, values)
        net.invoke()
        found = [net.get_tensor(tensor) for tensor in tensors]
        extremes.append([(values.min(), values.max()) for values in found])
    low, high = np.moveaxis(np.array(extremes, np.float32), 2, 0)
    return np.stack([np.quantile(low, OUTLIERS, 0), np.quantile(high, 1 - OUTLIERS, 0)], 1)
