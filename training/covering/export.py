"""From fit.py's coefficients to nets/weights/covering.tflite: python -m training.covering.export NPZ

All networks of the file in one graph, for a face and its mirror image at once; out come the means of their log-odds,
weighted where a network does not count alike in every answer.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from build_networks.int8_graph import narrower
from training.registering import register
from training.tflite_writer import RELU, Graph

ROOT = Path(__file__).resolve().parents[2]
NETWORK = ROOT / "src/headshot_check/nets/weights/covering.tflite"
PICTURES = 2
"""The face and its mirror image."""


def export(coefficients: dict[str, np.ndarray], path: Path, *, size: int = 64) -> None:
    """Write the graph.

    Parameters
    ----------
    coefficients
        For each network m0, m1, ...: m0_kernel0 (3, 3, in, out), m0_bias0, ..., m0_hidden_weight (in, out),
        m0_hidden_bias, m0_out_weight, m0_out_bias, and m0_says (answers,): how much it counts, else 1.
    """
    members = sorted({name.split("_")[0] for name in coefficients})
    graph = Graph("headshot-check: what lies over the face (training/COVERING_CARD.md)")
    windows = graph.input("windows", (PICTURES, size, size, 3))
    parts = [_of(member, coefficients) for member in members]
    counts = np.stack([of.get("says", np.ones(len(of["out_bias"]), np.float32)) for of in parts])
    said = [_network(graph, windows, of, share) for of, share in zip(parts, counts / counts.sum(axis=0), strict=True)]
    total = said[0]
    for one in said[1:]:
        total = graph.add(total, one)
    graph.output(total, "log_odds")
    graph.save(path)
    path.write_bytes(narrower(path.read_bytes()))


def _network(graph: Graph, x: int, of: dict[str, np.ndarray], share: np.ndarray) -> int:
    """Log-odds (PICTURES, answers) of one network, by its share (answers,) in each answer."""
    for layer in range(sum(name.startswith("kernel") for name in of)):
        kernel = of[f"kernel{layer}"].transpose(3, 0, 1, 2)
        x = graph.conv(graph.pad(x, 1), kernel, of[f"bias{layer}"], 2, RELU, valid=True)
    _, high, wide, channels = graph.shape(x)
    # a dense layer over all places is a convolution as large as the picture, whose kernel may be half precision
    dense = of["hidden_weight"].reshape(high, wide, channels, -1).transpose(3, 0, 1, 2)
    hidden = graph.conv(x, dense, of["hidden_bias"], 1, RELU, valid=True)
    flat = graph.reshape(hidden, (PICTURES, dense.shape[0]))
    return graph.dense(flat, of["out_weight"].T * share[:, None], of["out_bias"] * share)


def _of(member: str, coefficients: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    prefix = f"{member}_"
    return {
        name.removeprefix(prefix): values.astype(np.float32)
        for name, values in coefficients.items()
        if name.startswith(prefix)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("coefficients", type=Path, help="what fit.py wrote")
    parser.add_argument("--out", type=Path, default=NETWORK)
    options = parser.parse_args()
    with np.load(options.coefficients) as kept:
        export(dict(kept), options.out)
    register(options.out, "covering")


if __name__ == "__main__":
    main()
