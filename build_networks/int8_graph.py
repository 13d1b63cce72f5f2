"""A network's file with the weights of its larger convolutions in steps of one byte: LiteRT then takes less time.

Each output channel has steps of its own, and what comes in is brought to steps of one byte for every picture
("dynamic range quantization"). Nothing else of the network changes.
"""

from __future__ import annotations

import struct

from build_networks.tflite import Graph, Kind, Type

_MOST = 127
_CODES = {Type.FLOAT32: "f", Type.FLOAT16: "e"}


def narrower(content: bytes, least: int = 24) -> bytes:
    """The same network with weights in steps, of convolutions that take `least` channels or more.

    Of fewer, bringing what comes in to steps takes longer than it saves.
    """
    graph = Graph(content)
    makers = {operator.output: operator for operator in graph.operators}

    def stored(tensor: int) -> int:
        """Where a constant's values are: of one that is widened from half precision, before that."""
        return makers[tensor].inputs[0] if tensor in makers else tensor

    def values(tensor: int) -> tuple[float, ...]:
        code, raw = _CODES[Type(graph.kind(tensor))], graph.values(tensor)
        return struct.unpack(f"<{len(raw) // struct.calcsize(code)}{code}", raw)

    for operator in graph.operators:
        if operator.kind != Kind.CONVOLUTION or graph.shape(operator.inputs[1])[3] < least:
            continue
        picture, kernel, bias = operator.inputs
        if graph.kind(stored(kernel)) == Type.INT8:
            continue
        biases = values(stored(bias))
        if bias in makers:  # beside such weights it has to lie there as it is
            bias = graph.tensor([len(biases)], values=struct.pack(f"<{len(biases)}f", *biases))
        kernel = stored(kernel)
        graph.put_in_steps(kernel, *_in_steps(values(kernel), len(biases)))
        graph.rewire(operator, [picture, kernel, bias], operator.output)
    read = {tensor for operator in graph.operators for tensor in operator.inputs}
    graph.operators = [one for one in graph.operators if one.kind != Kind.DEQUANTIZE or one.output in read]
    return graph.packed()


def _in_steps(weights: tuple[float, ...], channels: int) -> tuple[bytes, list[float]]:
    """The weights as whole numbers of one byte, and each channel's step."""
    each = len(weights) // channels
    scales, steps = [], []
    for start in range(0, len(weights), each):
        own = weights[start : start + each]
        scale = max(map(abs, own)) / _MOST or 1.0
        scales.append(scale)
        steps += [round(weight / scale) for weight in own]
    return struct.pack(f"<{len(steps)}b", *steps), scales
