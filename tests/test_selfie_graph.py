"""The segmentation network's file, rewritten: still a file that LiteRT's schema reads, and the same mask."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from fixture_photos import Fixture, fixtures
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from build_networks import ORIGINALS
from build_networks.flatbuffer import Flatbuffer
from build_networks.selfie_graph import quicker
from headshot_check.nets.runtime import WEIGHTS, registry
from headshot_check.nets.selfie import SelfieSegmenter

_VERSION, _CODES, _GRAPHS, _BUFFERS = 0, 1, 2, 4


Network = Callable[[NDArray[Any]], NDArray[np.float32]]


@lru_cache(maxsize=1)
def content() -> bytes:
    """MediaPipe's own file, which the build keeps: `pip install -e .` puts it there."""
    return (ORIGINALS / "selfie_segmentation.tflite").read_bytes()


def opened(file: bytes) -> Network:
    interpreter = Interpreter(model_content=file, num_threads=1)
    interpreter.allocate_tensors()

    def run(values: NDArray[Any]) -> NDArray[np.float32]:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], values)
        interpreter.invoke()
        return np.asarray(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))

    return run


@lru_cache(maxsize=1)
def networks() -> tuple[Network, Network]:
    return opened(content()), opened(quicker(content(), side=256))


def test_the_package_holds_the_rewritten_file() -> None:
    assert (WEIGHTS / registry()["selfie"]["file"]).read_bytes() == quicker(content())


def unpacked(file: bytes) -> Any:
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(file, 0))


@pytest.mark.parametrize("one", fixtures(), ids=lambda one: one.name)
def test_the_mask_is_the_same(one: Fixture) -> None:
    with Image.open(one.path) as image:
        small = cv2.resize(np.asarray(image.convert("RGB")), (256, 256), interpolation=cv2.INTER_AREA)
    plain, rewritten = networks()
    expected = plain(small[None].astype(np.float32) / np.float32(255))
    mask = rewritten(np.asarray(small, np.uint8)[None])
    assert mask.shape == expected.shape
    assert mask == pytest.approx(expected, abs=1e-4)
    assert 0.02 < mask.mean() < 0.98


@pytest.mark.parametrize("one", fixtures(), ids=lambda one: one.name)
def test_a_smaller_picture_has_nearly_that_mask(one: Fixture) -> None:
    with Image.open(one.path) as image:
        small = cv2.resize(np.asarray(image.convert("RGB")), (256, 256), interpolation=cv2.INTER_AREA)
    whole = networks()[0](small[None].astype(np.float32) / np.float32(255))
    person, smaller = whole[0, :, :, 0] > 0.5, SelfieSegmenter()(np.asarray(small, np.uint8)) > 0.5
    assert (person & smaller).sum() / (person | smaller).sum() > 0.85


def test_the_rewritten_file_has_no_transposed_convolution() -> None:
    def count(model: Any, kind: int) -> int:
        codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in model.operatorCodes]
        return sum(codes[operator.opcodeIndex] == kind for operator in model.subgraphs[0].operators)

    before, after = unpacked(content()), unpacked(quicker(content(), 224))
    kinds = schema.BuiltinOperator
    for kind, added in (
        (kinds.CUSTOM, -1),
        (kinds.CONV_2D, 1),
        (kinds.DEPTH_TO_SPACE, 1),
        (kinds.DEQUANTIZE, 0),  # one bias less, and the picture
        (kinds.AVERAGE_POOL_2D, 3),
        (kinds.ADD, 0),
        (kinds.RESIZE_BILINEAR, 3),
    ):
        assert count(after, kind) - count(before, kind) == added
    graph = after.subgraphs[0]
    (source,) = (graph.tensors[tensor] for tensor in graph.inputs)
    assert (list(source.shape), source.type) == ([1, 224, 224, 3], schema.TensorType.UINT8)
    given = {int(graph.inputs[0])} | {
        k for k, t in enumerate(graph.tensors) if after.buffers[t.buffer].data is not None
    }
    for operator in graph.operators:  # each finds what it needs
        assert given.issuperset(map(int, operator.inputs))
        given.update(map(int, operator.outputs))


def test_a_flatbuffer_reads_as_the_schema_does() -> None:
    file, model = Flatbuffer(content()), unpacked(content())
    (graph,) = file.tables(file.root, _GRAPHS)
    tensors = file.tables(graph, 0)
    assert file.number(file.root, _VERSION) == model.version
    assert [file.small(code, 0) for code in file.tables(file.root, _CODES)] == [
        code.deprecatedBuiltinCode for code in model.operatorCodes
    ]
    assert [file.vector(tensor, 0) for tensor in tensors] == [list(t.shape) for t in model.subgraphs[0].tensors]
    buffers = file.tables(file.root, _BUFFERS)
    assert [file.content(buffer, 0) for buffer in buffers] == [
        b"" if b.data is None else bytes(b.data) for b in model.buffers
    ]
    assert file.number(tensors[0], 99) == file.small(tensors[0], 99) == 0
    assert file.vector(buffers[0], 0) == []


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=5), st.binary(max_size=40), st.integers(0, 100))
def test_what_is_new_reads_back(shape: list[int], values: bytes, index: int) -> None:
    file = Flatbuffer(content())
    (graph,) = file.tables(file.root, _GRAPHS)
    file.change(file.tables(graph, 0)[index], 0, shape)
    file.replace(file.root, _BUFFERS, index, file.table({0: values}))
    operator = {0: 3, 1: shape, 2: [7], 3: schema.BuiltinOptions.Conv2DOptions, 4: {0: 1, 1: 2, 2: 2}}
    file.replace(graph, 3, index, file.table(operator))
    before, after = unpacked(content()), unpacked(bytes(file.data))
    tensors, operators = after.subgraphs[0].tensors, after.subgraphs[0].operators
    assert list(tensors[index].shape) == shape
    assert tensors[index].name == before.subgraphs[0].tensors[index].name
    assert bytes(after.buffers[index].data) == values
    assert (operators[index].opcodeIndex, list(operators[index].inputs)) == (3, shape)
    options = operators[index].builtinOptions
    assert (options.padding, options.strideW, options.dilationWFactor) == (1, 2, 1)
    others = [k for k in range(len(tensors)) if k != index]
    assert all((tensors[k].shape == before.subgraphs[0].tensors[k].shape).all() for k in others)
