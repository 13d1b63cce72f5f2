"""The graph writer of training/: what it writes runs, and int8 stays near float32."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("flatbuffers")
import flatbuffers
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from build_networks.int8_graph import narrower
from training.covering.export import export
from training.ranges import activation_ranges
from training.repack import repacked
from training.tflite_writer import RELU6, Graph

SIDE = 16


def written(path: Path, ranges: NDArray[np.float64] | None = None) -> Graph:
    """Two views through a stem, a residual block of depthwise convolutions and a slice of the first view."""
    rng = np.random.default_rng(1)
    graph = Graph("test", ranges)
    x = graph.input("views", (2, SIDE, SIDE, 3))
    x = graph.conv(x, rng.normal(0, 0.4, (8, 3, 3, 3)), rng.normal(0, 0.1, 8), 2, RELU6)
    x = graph.quantize(x)
    y = graph.depthwise(graph.pad(x, 1), rng.normal(0, 0.3, (1, 3, 3, 8)), rng.normal(0, 0.1, 8), 1, RELU6, valid=True)
    y = graph.conv(y, rng.normal(0, 0.3, (8, 1, 1, 8)), np.zeros(8))
    y = graph.add(x, y)
    graph.output(graph.mean(graph.dequantize(y)), "means")
    graph.output(graph.dequantize(graph.first(y)), "first")
    graph.save(path)
    return graph


def answers(path: Path, views: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    net = Interpreter(str(path), num_threads=1)
    net.allocate_tensors()
    net.set_tensor(net.get_input_details()[0]["index"], views)
    net.invoke()
    return [net.get_tensor(detail["index"]).copy() for detail in net.get_output_details()]


def test_int8_stays_near_float(tmp_path: Path) -> None:
    pictures = np.random.default_rng(2).integers(0, 256, (12, 2, SIDE, SIDE, 3), dtype=np.uint8)
    graph = written(tmp_path / "float.tflite")
    ranges = activation_ranges(tmp_path / "float.tflite", graph.activations, pictures)
    assert ranges.shape == (len(graph.activations), 2)
    assert (ranges[:, 0] <= ranges[:, 1]).all()
    written(tmp_path / "int8.tflite", ranges)
    views = pictures[0].astype(np.float32) / 127.5 - 1
    for exact, rounded in zip(*(answers(tmp_path / f"{k}.tflite", views) for k in ("float", "int8")), strict=True):
        assert exact.shape == rounded.shape
        assert np.abs(exact - rounded).mean() < 0.03 * exact.std() + 0.01


def test_int8_kernels_take_half_the_room_of_float16(tmp_path: Path) -> None:
    kernel = np.random.default_rng(3).normal(0, 1, (64, 1, 1, 512))

    def size(ranges: NDArray[np.float64] | None) -> int:
        graph = Graph("test", ranges)
        x = graph.conv(graph.input("x", (1, 4, 4, 8)), np.ones((512, 1, 1, 8)), np.zeros(512))
        graph.output(graph.dequantize(graph.conv(graph.quantize(x), kernel, np.zeros(64))), "y")
        graph.save(tmp_path / "graph.tflite")
        return (tmp_path / "graph.tflite").stat().st_size

    assert size(np.array([[-9.0, 9.0]] * 2)) < 0.65 * size(None)  # beside float16


def test_equal_lists_are_written_once_and_answers_stay(tmp_path: Path) -> None:
    pictures = np.random.default_rng(2).integers(0, 256, (4, 2, SIDE, SIDE, 3), dtype=np.uint8)
    graph = written(tmp_path / "float.tflite")
    written(tmp_path / "shared.tflite", activation_ranges(tmp_path / "float.tflite", graph.activations, pictures))
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs((tmp_path / "shared.tflite").read_bytes(), 0))
    plain = flatbuffers.Builder(1 << 16)
    plain.Finish(model.Pack(plain), b"TFL3")
    (tmp_path / "plain.tflite").write_bytes(bytes(plain.Output()))
    (tmp_path / "again.tflite").write_bytes(repacked(bytes(plain.Output())))
    sizes = {name: (tmp_path / f"{name}.tflite").stat().st_size for name in ("plain", "shared", "again")}
    assert max(sizes["shared"], sizes["again"]) < sizes["plain"]
    views = pictures[0].astype(np.float32) / 127.5 - 1
    expected = answers(tmp_path / "plain.tflite", views)
    for name in ("shared", "again"):
        for now, before in zip(answers(tmp_path / f"{name}.tflite", views), expected, strict=True):
            np.testing.assert_array_equal(now, before)


def convolved(
    layer: NDArray[np.float32], kernel: NDArray[np.float32], bias: NDArray[np.float32]
) -> NDArray[np.float32]:
    """3 x 3, stride 2, a margin of zeros, then what is above 0: (S, S, in) to (S / 2, S / 2, out)."""
    half = layer.shape[0] // 2
    padded = np.pad(layer, ((1, 1), (1, 1), (0, 0)))
    out = np.zeros((half, half, kernel.shape[3]), np.float32) + bias
    for down in range(3):
        for across in range(3):
            out += padded[down : down + 2 * half : 2, across : across + 2 * half : 2] @ kernel[down, across]
    return np.maximum(out, 0)


def test_covering_networks_are_their_coefficients(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    shapes = {
        "kernel0": (3, 3, 3, 6), "bias0": (6,), "kernel1": (3, 3, 6, 8), "bias1": (8,),
        "hidden_weight": (4 * 4 * 8, 10), "hidden_bias": (10,), "out_weight": (10, 4), "out_bias": (4,),
    }  # fmt: skip
    coefficients = {
        f"{member}_{name}": rng.normal(0, 0.2, shape).astype(np.float16)
        for member in ("m0", "m1", "m2")
        for name, shape in shapes.items()
    }
    counts = np.array([(1, 1, 1, 1), (1, 1, 0, 3), (1, 1, 0, 0)], np.float32)  # of each network in each answer
    for member, says in list(zip(("m0", "m1", "m2"), counts, strict=True))[1:]:  # that of the first is 1
        coefficients[f"{member}_says"] = says
    export(coefficients, tmp_path / "covering.tflite", size=SIDE)
    windows = rng.normal(0, 1, (2, SIDE, SIDE, 3)).astype(np.float32)
    (odds,) = answers(tmp_path / "covering.tflite", windows)
    for window, said in zip(windows, odds, strict=True):
        expected = []
        for member in ("m0", "m1", "m2"):
            of = {name: coefficients[f"{member}_{name}"].astype(np.float32) for name in shapes}
            layer = convolved(convolved(window, of["kernel0"], of["bias0"]), of["kernel1"], of["bias1"])
            hidden = np.maximum(layer.reshape(-1) @ of["hidden_weight"] + of["hidden_bias"], 0)
            expected.append(hidden @ of["out_weight"] + of["out_bias"])
        assert said == pytest.approx(np.average(expected, axis=0, weights=counts), abs=1e-4)


@pytest.mark.parametrize("count", [2, 3])
def test_equal_kernels_that_share_their_numbers_come_out_in_steps(tmp_path: Path, count: int) -> None:
    rng = np.random.default_rng(5)
    kernel, bias = rng.normal(0, 0.2, (32, 3, 3, 32)), rng.normal(0, 0.1, 32)
    graph = Graph("test")
    x = graph.input("views", (1, SIDE, SIDE, 32))
    for _ in range(count):
        x = graph.conv(x, kernel, bias, act=RELU6)
    graph.output(x, "y")
    graph.save(tmp_path / "float.tflite")
    content = (tmp_path / "float.tflite").read_bytes()
    assert len(content) < 2 * kernel.size * 2  # float16, once
    (tmp_path / "steps.tflite").write_bytes(narrower(content))
    views = rng.normal(0, 1, (1, SIDE, SIDE, 32)).astype(np.float32)
    (exact,), (rounded,) = (answers(tmp_path / f"{name}.tflite", views) for name in ("float", "steps"))
    assert exact.std() > 0.1
    assert 0 < np.abs(exact - rounded).mean() < 0.05 * exact.std()
