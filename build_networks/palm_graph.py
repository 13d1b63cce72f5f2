"""The palm detector's file, rewritten for a smaller picture, with weights in steps of one byte.

It was made for a hand that may be anywhere in a frame; here it sees a window round a face, in which hands are large.
"""

from __future__ import annotations

import struct

from build_networks.int8_graph import narrower
from build_networks.tflite import Graph, Kind, Type

SEEN = 160
"""Side of what the network sees, px. It was made for 192; this is 0.7 of the time. Of 29 train photos with hands that
it finds there 28 keep theirs (26 at 128)."""

_NARROW = 48
"""Channels from which a convolution's weights in steps of one byte save time: 0.78 of it in all."""


def smaller_and_narrower(content: bytes) -> bytes:
    """MediaPipe's palm_detection_full.tflite as the package runs it."""
    return narrower(smaller(content), _NARROW)


def smaller(content: bytes, side: int = SEEN) -> bytes:
    """MediaPipe's palm_detection_full.tflite as one that takes pictures (1, side, side, 3); side: a multiple of 16."""
    graph = Graph(content)
    (source,) = graph.sources
    before = graph.shape(source)[1]
    graph.reshape(source, [1, side, side, 3])
    for operator in graph.operators:
        if operator.kind == Kind.DEQUANTIZE:  # a constant
            continue
        one, *sides, channels = graph.shape(operator.output)
        # of maps height and width, of anchors their number
        sides = [sides[0] * side**2 // before**2] if len(sides) == 1 else [length * side // before for length in sides]
        graph.reshape(operator.output, [one, *sides, channels])
        if operator.kind == Kind.ENLARGE:
            size = graph.tensor([2], Type.INT32, struct.pack("<2i", *sides))
            graph.rewire(operator, [operator.inputs[0], size], operator.output)
    return graph.packed()
