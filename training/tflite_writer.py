"""Writes a LiteRT flatbuffer operator by operator, with the schema that comes with the runtime: no converter needed.

Arithmetic is float32 with float16 kernels; between `quantize` and `dequantize` int8, one scale per output channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

_TYPES = {
    np.dtype(np.float32): schema.TensorType.FLOAT32,
    np.dtype(np.float16): schema.TensorType.FLOAT16,
    np.dtype(np.int32): schema.TensorType.INT32,
    np.dtype(np.int8): schema.TensorType.INT8,
}
_SAME = schema.Padding.SAME
_VALID = schema.Padding.VALID
NONE, RELU, RELU6 = (
    schema.ActivationFunctionType.NONE,
    schema.ActivationFunctionType.RELU,
    schema.ActivationFunctionType.RELU6,
)

_LONGEST_SHARED = 1 << 16
"""Bytes of a list of numbers above which no equal one is looked for: kernels."""


class _Sharing(flatbuffers.Builder):
    """Writes equal lists of numbers once: the zero points of int8 kernels and biases are all zeros, 8 bytes each."""

    def __init__(self) -> None:
        super().__init__(1 << 20)
        self._written: dict[tuple[str, bytes], int] = {}

    def CreateNumpyVector(self, x: np.ndarray) -> int:
        if x.nbytes > _LONGEST_SHARED:
            return int(super().CreateNumpyVector(x))
        key = x.dtype.str, x.tobytes()
        if key not in self._written:
            self._written[key] = int(super().CreateNumpyVector(x))
        return self._written[key]


def packed(model: Any) -> bytes:
    """A model (schema.ModelT) as a file's bytes."""
    builder = _Sharing()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class Graph:
    """One subgraph in the making. Tensors are numbers; every method returns that of its output (NHWC).

    Parameters
    ----------
    ranges
        (N, 2) least and greatest value of each of `activations`, in the order in which they are made; None for a graph
        in float32 throughout, from which they can be measured.
    """

    def __init__(self, description: str, ranges: np.ndarray | None = None) -> None:
        self._model: Any = schema.ModelT(version=3, description=description)
        self._model.buffers = [schema.BufferT()]
        self._model.operatorCodes = []
        self._graph: Any = schema.SubGraphT(name="main", tensors=[], operators=[], inputs=[], outputs=[])
        self._codes: dict[int, int] = {}
        self._buffers: dict[bytes, int] = {}
        self._ranges = ranges
        self._steps: dict[int, tuple[float, int]] = {}
        self.activations: list[int] = []
        """outputs of convolutions, sums, paddings and slices: what int8 needs ranges for"""

    def shape(self, tensor: int) -> tuple[int, ...]:
        return tuple(self._graph.tensors[tensor].shape)

    def input(self, name: str, shape: Sequence[int]) -> int:
        tensor = self._tensor(name, shape, np.float32)
        self._graph.inputs.append(tensor)
        return tensor

    def output(self, tensor: int, name: str) -> None:
        self._graph.tensors[tensor].name = name
        self._graph.outputs.append(tensor)

    def save(self, path: Path) -> None:
        self._model.subgraphs = [self._graph]
        path.write_bytes(packed(self._model))

    def repeat_ranges(self, begin: int, end: int) -> None:
        """What is made next has the ranges of activations begin .. end - 1: the same layers on another view."""
        if self._ranges is not None:
            self._ranges = np.concatenate([self._ranges[: len(self.activations)], self._ranges[begin:end]])

    def quantize(self, x: int) -> int:
        """From here on int8; as it is in a graph without ranges."""
        if self._ranges is None:
            return x
        scale, zero = self._step(self.activations.index(x))
        y = self._tensor("int8", self.shape(x), np.int8)
        self._mark(y, [scale], [zero])
        self._steps[y] = scale, zero
        return self._operator("QUANTIZE", [x], y, 1, ("QuantizeOptions", schema.QuantizeOptionsT()))

    def dequantize(self, x: int) -> int:
        """Back to float32; as it is where it is float32 already."""
        if x not in self._steps:
            return x
        return self._widened(x, self.shape(x), 2)

    def weights(self, values: np.ndarray, x: int, axis: int) -> int:
        """The kernel of a convolution of x with its output channels along `axis`.

        For float32 a float16 constant, widened when the model is loaded: half the bytes, the same float32 arithmetic.
        """
        if x not in self._steps:
            return self._widened(self._constant(values.astype(np.float16)), values.shape, 1)
        scale = _channel_scale(values, axis)
        wide = np.moveaxis(np.moveaxis(values, axis, -1) / scale, -1, axis)
        kernel = self._constant(np.round(wide).astype(np.int8))
        self._mark(kernel, scale, np.zeros(len(scale), np.int64), axis)
        return kernel

    def bias(self, values: np.ndarray, kernel: np.ndarray, x: int, axis: int) -> int:
        """The bias of the same convolution."""
        if x not in self._steps:
            return self._constant(values.astype(np.float32))
        scale = _channel_scale(kernel, axis) * self._steps[x][0]
        bias = self._constant(np.round(values / scale).clip(-(2**31) + 1, 2**31 - 1).astype(np.int32))
        self._mark(bias, scale, np.zeros(len(scale), np.int64))
        return bias

    def conv(
        self, x: int, kernel: np.ndarray, bias: np.ndarray, stride: int = 1, act: int = NONE, *, valid: bool = False
    ) -> int:
        """kernel (out, h, w, in)."""
        options = schema.Conv2DOptionsT(_VALID if valid else _SAME, stride, stride, act)
        n, h, w, _ = self.shape(x)
        y = self._activation("conv", (n, *_sides(h, w, kernel, stride, valid), kernel.shape[0]), x)
        inputs = [x, self.weights(kernel, x, 0), self.bias(bias, kernel, x, 0)]
        return self._operator("CONV_2D", inputs, y, self._version(x, 3), ("Conv2DOptions", options))

    def depthwise(
        self, x: int, kernel: np.ndarray, bias: np.ndarray, stride: int = 1, act: int = NONE, *, valid: bool = False
    ) -> int:
        """kernel (1, h, w, channels)."""
        options = schema.DepthwiseConv2DOptionsT(_VALID if valid else _SAME, stride, stride, 1, act)
        n, h, w, c = self.shape(x)
        y = self._activation("depthwise", (n, *_sides(h, w, kernel, stride, valid), c), x)
        inputs = [x, self.weights(kernel, x, 3), self.bias(bias, kernel, x, 3)]
        return self._operator("DEPTHWISE_CONV_2D", inputs, y, self._version(x, 3), ("DepthwiseConv2DOptions", options))

    def pad(self, x: int, width: int) -> int:
        """Zeros round height and width."""
        n, h, w, c = self.shape(x)
        y = self._activation("pad", (n, h + 2 * width, w + 2 * width, c), x, same=True)
        widths = self._constant(np.array([[0, 0], [width, width], [width, width], [0, 0]], np.int32))
        return self._operator("PAD", [x, widths], y, self._version(x, 2), ("PadOptions", schema.PadOptionsT()))

    def dense(self, x: int, kernel: np.ndarray, bias: np.ndarray) -> int:
        """kernel (out, in)."""
        y = self._tensor("dense", (self.shape(x)[0], kernel.shape[0]), np.float32)
        inputs = [x, self._constant(kernel.astype(np.float32)), self._constant(bias.astype(np.float32))]
        return self._operator(
            "FULLY_CONNECTED", inputs, y, 1, ("FullyConnectedOptions", schema.FullyConnectedOptionsT())
        )

    def add(self, a: int, b: int, act: int = NONE) -> int:
        y = self._activation("add", self.shape(a), a)
        return self._operator("ADD", [a, b], y, self._version(a, 2), ("AddOptions", schema.AddOptionsT(act)))

    def relu6(self, x: int) -> int:
        y = self._tensor("relu6", self.shape(x), np.float32)
        return self._operator("RELU6", [x], y, 1, None)

    def mean(self, x: int) -> int:
        """Over height and width."""
        n, _, _, c = self.shape(x)
        y = self._tensor("mean", (n, c), np.float32)
        axes = self._constant(np.array([1, 2], np.int32))
        return self._operator("MEAN", [x, axes], y, 1, ("ReducerOptions", schema.ReducerOptionsT(False)))

    def reshape(self, x: int, shape: Sequence[int]) -> int:
        y = self._tensor("reshape", shape, np.float32)
        to = self._constant(np.array(shape, np.int32))
        return self._operator("RESHAPE", [x, to], y, 1, ("ReshapeOptions", schema.ReshapeOptionsT(list(shape))))

    def first(self, x: int) -> int:
        """The first of the batch."""
        shape = (1, *self.shape(x)[1:])
        y = self._activation("first", shape, x, same=True)
        begin, size = np.zeros(len(shape), np.int32), np.array(shape, np.int32)
        inputs = [x, self._constant(begin), self._constant(size)]
        return self._operator("SLICE", inputs, y, self._version(x, 2), ("SliceOptions", schema.SliceOptionsT()))

    def enlarge(self, x: int, side: int) -> int:
        """Bilinear, half-pixel centres."""
        n, _, _, c = self.shape(x)
        y = self._activation("enlarge", (n, side, side, c), x, same=True)
        size = self._constant(np.array([side, side], np.int32))
        options = schema.ResizeBilinearOptionsT(False, True)
        return self._operator("RESIZE_BILINEAR", [x, size], y, 3, ("ResizeBilinearOptions", options))

    def pool(self, x: int, size: int, *, largest: bool) -> int:
        n, h, w, c = self.shape(x)
        y = self._tensor("pool", (n, h // size, w // size, c), np.float32)
        options = schema.Pool2DOptionsT(_VALID, size, size, size, size)
        name = "MAX_POOL_2D" if largest else "AVERAGE_POOL_2D"
        return self._operator(name, [x], y, 1, ("Pool2DOptions", options))

    def concat(self, parts: Sequence[int]) -> int:
        shape = list(self.shape(parts[0]))
        shape[-1] = sum(self.shape(p)[-1] for p in parts)
        y = self._tensor("concat", shape, np.float32)
        options = schema.ConcatenationOptionsT(len(shape) - 1)
        return self._operator("CONCATENATION", list(parts), y, 1, ("ConcatenationOptions", options))

    def logistic(self, x: int) -> int:
        y = self._tensor("logistic", self.shape(x), np.float32)
        return self._operator("LOGISTIC", [x], y, 1, None)

    def _activation(self, name: str, shape: Sequence[int], x: int, *, same: bool = False) -> int:
        """int8 when x is; with `same` in the steps of x."""
        self.activations.append(self._tensor(name, shape, np.int8 if x in self._steps else np.float32))
        y = self.activations[-1]
        if x in self._steps:
            self._steps[y] = self._steps[x] if same else self._step(len(self.activations) - 1)
            self._mark(y, [self._steps[y][0]], [self._steps[y][1]])
        return y

    def _step(self, activation: int) -> tuple[float, int]:
        """Scale and zero point that spread the activation's range over 256 levels, one of them exactly 0."""
        assert self._ranges is not None
        low, high = min(float(self._ranges[activation][0]), 0.0), max(float(self._ranges[activation][1]), 1e-6)
        scale = (high - low) / 255
        return scale, int(np.clip(round(-128 - low / scale), -128, 127))

    def _mark(self, tensor: int, scale: Any, zero: Any, axis: int = 0) -> None:
        self._graph.tensors[tensor].quantization = schema.QuantizationParametersT(
            scale=np.asarray(scale, np.float32), zeroPoint=np.asarray(zero, np.int64), quantizedDimension=axis
        )

    def _widened(self, x: int, shape: Sequence[int], version: int) -> int:
        y = self._tensor("wide", shape, np.float32)
        return self._operator("DEQUANTIZE", [x], y, version, ("DequantizeOptions", schema.DequantizeOptionsT()))

    def _version(self, x: int, of_int8: int) -> int:
        return of_int8 if x in self._steps else 1

    def _tensor(self, name: str, shape: Sequence[int], kind: Any, buffer: int = 0) -> int:
        number = len(self._graph.tensors)
        unique = f"{name}_{number}"
        self._graph.tensors.append(schema.TensorT(list(shape), _TYPES[np.dtype(kind)], buffer, unique, hasRank=True))
        return number

    def _constant(self, values: np.ndarray) -> int:
        content = np.ascontiguousarray(values).tobytes()
        if content not in self._buffers:  # layers that are used twice are written once
            self._buffers[content] = len(self._model.buffers)
            self._model.buffers.append(schema.BufferT(data=np.frombuffer(content, np.uint8)))
        return self._tensor("constant", values.shape, values.dtype, self._buffers[content])

    def _operator(
        self, name: str, inputs: list[int], output: int, version: int, options: tuple[str, Any] | None
    ) -> int:
        code = getattr(schema.BuiltinOperator, name)
        if code not in self._codes:
            self._codes[code] = len(self._model.operatorCodes)
            self._model.operatorCodes.append(schema.OperatorCodeT(min(code, 127), None, version, code))
        operator = schema.OperatorT(self._codes[code], inputs, [output])
        if options is not None:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options[0])
            operator.builtinOptions = options[1]
        self._graph.operators.append(operator)
        return output


def _channel_scale(kernel: np.ndarray, axis: int) -> np.ndarray:
    """Step of each output channel of an int8 kernel; that of an idle channel still leaves room for its bias."""
    rest = tuple(k for k in range(kernel.ndim) if k != axis)
    most = np.abs(kernel).max(rest)
    return np.asarray(np.maximum(most, 1e-5 * most.max()) / 127)


def _sides(h: int, w: int, kernel: np.ndarray, stride: int, valid: bool) -> tuple[int, int]:
    """Height and width after a convolution."""
    lost = kernel.shape[1] - 1 if valid else 0
    return -(-(h - lost) // stride), -(-(w - lost) // stride)
