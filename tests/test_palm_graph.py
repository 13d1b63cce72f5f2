"""The palm detector's file, rewritten for a smaller picture: the same network."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from build_networks import ORIGINALS
from build_networks.palm_graph import smaller


def said(file: bytes, side: int) -> list[NDArray[Any]]:
    """What a network says of blurred noise, the same picture at every size."""
    noise = np.random.default_rng(4).random((12, 12, 3)).astype(np.float32)
    interpreter = Interpreter(model_content=file, num_threads=1)
    interpreter.allocate_tensors()
    picture = np.asarray(cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC))[None]
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]


@pytest.fixture(scope="module")
def content() -> bytes:
    """MediaPipe's own file, which the build keeps: `pip install -e .` puts it there."""
    return (ORIGINALS / "palm_detection_full.tflite").read_bytes()


def test_at_its_own_size_it_says_the_same(content: bytes) -> None:
    for was, now in zip(said(content, 192), said(smaller(content, 192), 192), strict=True):
        assert (was == now).all()


@pytest.mark.parametrize("side", [128, 160, 256])
def test_at_another_size_it_answers_for_each_of_its_anchors(content: bytes, side: int) -> None:
    raw, scores = said(smaller(content, side), side)
    assert raw.shape == (1, (side // 8) ** 2 * 2 + (side // 16) ** 2 * 6, 18)
    assert scores.shape == (*raw.shape[:2], 1)
    assert np.isfinite(raw).all()
