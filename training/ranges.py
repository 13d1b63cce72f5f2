"""What values each activation of a graph takes on real pictures: an int8 graph spreads its levels over them."""

from __future__ import annotations

import warnings
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
    from ai_edge_litert.interpreter import Interpreter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # reading inner tensors is for debugging, says LiteRT: quite so
        net = Interpreter(str(path), num_threads=1, experimental_preserve_all_tensors=True)
    net.allocate_tensors()
    into = net.get_input_details()[0]["index"]
    extremes = np.empty((len(pictures), len(tensors), 2), np.float32)
    for k, views in enumerate(pictures):
        net.set_tensor(into, views.astype(np.float32) / 127.5 - 1)
        net.invoke()
        for n, tensor in enumerate(tensors):
            values = net.get_tensor(tensor)
            extremes[k, n] = values.min(), values.max()
    low, high = np.quantile(extremes[..., 0], OUTLIERS, 0), np.quantile(extremes[..., 1], 1 - OUTLIERS, 0)
    return np.stack([low, high], 1)
