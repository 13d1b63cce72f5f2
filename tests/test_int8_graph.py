"""Weights in steps of one byte: nearly the same network, and the file that is built."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from build_networks import ORIGINALS, REWRITERS
from build_networks.int8_graph import narrower
from headshot_check.nets.runtime import WEIGHTS, registry


def said(file: bytes) -> list[NDArray[np.float32]]:
    """What the iris network says of a dark disc on a light one."""
    across, down = np.mgrid[:64, :64] - 31.5
    far = np.hypot(across, 1.6 * down)
    eye = np.where(far < 9, 0.2, np.where(far < 24, 0.9, 0.6)).astype(np.float32)
    interpreter = Interpreter(model_content=file, num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.dstack([eye] * 3)[None])
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]


@pytest.fixture(scope="module")
def content() -> bytes:
    """MediaPipe's own file, which the build keeps: `pip install -e .` puts it there."""
    return (ORIGINALS / "iris_landmark.tflite").read_bytes()


def test_where_no_convolution_is_large_it_is_the_same_network(content: bytes) -> None:
    for was, now in zip(said(content), said(narrower(content, 10_000)), strict=True):
        assert (was == now).all()


def test_its_answers_move_by_less_than_half_a_pixel(content: bytes) -> None:
    for was, now in zip(said(content), said(narrower(content)), strict=True):
        assert 0 < np.abs(was - now).max() < 0.5


def test_half_precision_is_read_as_well() -> None:
    content = (ORIGINALS / "palm_detection_full.tflite").read_bytes()
    picture = np.random.default_rng(4).random((1, 192, 192, 3)).astype(np.float32)
    scores = []
    for file in (content, narrower(content), narrower(narrower(content))):
        interpreter = Interpreter(model_content=file, num_threads=1)
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
        interpreter.invoke()
        scores.append(interpreter.get_tensor(interpreter.get_output_details()[1]["index"]))
    assert 0 < np.abs(scores[0] - scores[1]).mean() < 0.5
    assert (scores[1] == scores[2]).all()  # what is narrow already stays


@pytest.mark.parametrize("name", ["iris", "palm"])
def test_it_is_the_file_that_is_built(name: str) -> None:
    entry = registry()[name]
    made = REWRITERS[entry["rewritten_by"]]((ORIGINALS / entry["wheel_path"].rsplit("/", 1)[1]).read_bytes())
    assert hashlib.sha256(made).hexdigest() == entry["sha256"]
    assert (WEIGHTS / entry["file"]).read_bytes() == made
