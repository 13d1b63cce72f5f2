"""A .tflite file to be changed: its tensors and operators as lists, the rest where it lies."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from build_networks.flatbuffer import Flatbuffer, Numbers, Tables, Values

# Fields of the tables of LiteRT's schema.fbs: the model, its graph, a tensor, an operator, a kind of operator.
_VERSION, _CODES, _GRAPHS, _BUFFERS = 0, 1, 2, 4
_TENSORS, _INPUTS_OF_ALL, _OUTPUTS_OF_ALL, _OPERATORS = 0, 1, 2, 3
_SHAPE, _TYPE, _BUFFER, _QUANTIZATION = 0, 1, 2, 4
_CODE, _INPUTS, _OUTPUTS, _OPTIONS_KIND, _OPTIONS = 0, 1, 2, 3, 4
_OLD_NUMBER, _CODE_VERSION, _NUMBER = 0, 2, 3
_SCALE, _ZERO_POINT = 2, 3


class Kind(IntEnum):
    """Operators, by their numbers in the schema."""

    ADD = 0
    AVERAGE_POOL = 1
    CONVOLUTION = 3
    DEPTH_TO_SPACE = 5
    DEQUANTIZE = 6
    MULTIPLY = 18
    ENLARGE = 23
    CUSTOM = 32


_OPTIONS_OF = {Kind.ADD: 11, Kind.AVERAGE_POOL: 5, Kind.CONVOLUTION: 1, Kind.DEPTH_TO_SPACE: 94, Kind.ENLARGE: 15}
_VERSION_OF = {Kind.DEQUANTIZE: 2, Kind.ENLARGE: 3}


class Type(IntEnum):
    """What a tensor holds, by its number in the schema."""

    FLOAT32 = 0
    FLOAT16 = 1
    INT32 = 2
    UINT8 = 3
    INT8 = 9


@dataclass(slots=True, eq=False)
class Operator:
    """A step of the graph."""

    position: int
    """in the file"""
    kind: int
    inputs: list[int]
    """tensors"""
    output: int
    """the first tensor that it gives"""


class Graph:
    """The graph of a file. Tensors are known by their numbers."""

    def __init__(self, content: bytes) -> None:
        self.file = Flatbuffer(content)
        root = self.file.root
        (graph,) = self.file.tables(root, _GRAPHS)
        self._codes, self._buffers = self.file.tables(root, _CODES), self.file.tables(root, _BUFFERS)
        self._tensors = self.file.tables(graph, _TENSORS)
        self._kinds = [self.file.small(code, _OLD_NUMBER) for code in self._codes]
        self.operators = [self._read(position) for position in self.file.tables(graph, _OPERATORS)]
        """in the order in which they run"""
        self.sources = self.file.vector(graph, _INPUTS_OF_ALL)
        """tensors that are given"""
        self._results = self.file.vector(graph, _OUTPUTS_OF_ALL)

    def packed(self) -> bytes:
        """The changed file: what holds the lists at its front, for they point ahead, then all else."""
        shift = len(self.file.data)  # no more than a place holder: the front is as long wherever the rest lies
        for _ in range(2):
            front = Flatbuffer(bytes(4) + b"TFL3")
            codes, buffers, tensors, operators = (
                Tables(position + shift for position in positions)
                for positions in (self._codes, self._buffers, self._tensors, [one.position for one in self.operators])
            )
            root = front.table({_VERSION: 3, _CODES: codes, _GRAPHS: codes[:1], _BUFFERS: buffers})
            lists = {_TENSORS: tensors, _INPUTS_OF_ALL: self.sources, _OUTPUTS_OF_ALL: self._results}
            front.replace(root, _GRAPHS, 0, front.table({**lists, _OPERATORS: operators}))
            front.data[:4] = struct.pack("<I", root)
            shift = -(-len(front.data) // 16) * 16
        return bytes(front.data).ljust(shift, b"\0") + bytes(self.file.data)

    def shape(self, tensor: int) -> list[int]:
        """Batch first, channels last."""
        return self.file.vector(self._tensors[tensor], _SHAPE)

    def values(self, tensor: int) -> bytes:
        """A constant's."""
        return self.file.content(self._buffers[self.file.number(self._tensors[tensor], _BUFFER)], 0)

    def kind(self, tensor: int) -> int:
        """What it holds: one of `Type`."""
        return self.file.small(self._tensors[tensor], _TYPE)

    def put_in_steps(self, tensor: int, values: bytes, scales: Sequence[float]) -> None:
        """Make a constant one of whole numbers of one byte; `scales` are what one step is, by its first dimension."""
        buffer = self.file.number(self._tensors[tensor], _BUFFER)
        if sum(self.file.number(other, _BUFFER) == buffer for other in self._tensors) > 1:  # equal constants share one
            buffer = len(self._buffers)
            self._buffers.append(self.file.table({0: values}))
        else:  # a file of both would be larger
            self.file.shorten(self._buffers[buffer], 0, values)
        steps = {_SCALE: Numbers("f", scales), _ZERO_POINT: Numbers("q", [0] * len(scales))}
        fields: dict[int, int | Values | Mapping[int, int | Values]]
        fields = {_SHAPE: self.shape(tensor), _TYPE: Type.INT8, _BUFFER: buffer, _QUANTIZATION: steps}
        self._tensors[tensor] = self.file.table(fields)

    def reshape(self, tensor: int, shape: Sequence[int]) -> None:
        """Let a tensor have another shape."""
        self.file.change(self._tensors[tensor], _SHAPE, shape)

    def rewire(self, operator: Operator, inputs: list[int], output: int) -> None:
        """Let an operator work on other tensors."""
        self.file.change(operator.position, _INPUTS, inputs)
        self.file.change(operator.position, _OUTPUTS, [output])
        operator.inputs, operator.output = inputs, output

    def set_option(self, operator: Operator, field: int, number: int) -> None:
        """Change one of its options, of four bytes, that is written in the file."""
        self.file.put(self.file.within(operator.position, _OPTIONS), field, number)

    def tensor(self, shape: Sequence[int], kind: Type = Type.FLOAT32, values: bytes = b"", scale: float = 0) -> int:
        """A new tensor; `values` make it a constant, `scale` is what one step of whole numbers stands for."""
        fields: dict[int, int | Values | Mapping[int, int | Values]] = {_SHAPE: shape, _TYPE: kind, _BUFFER: 0}
        if values:
            fields[_BUFFER] = len(self._buffers)
            self._buffers.append(self.file.table({0: values}))
        if scale:
            fields[_QUANTIZATION] = {_SCALE: Numbers("f", [scale]), _ZERO_POINT: Numbers("q", [0])}
        self._tensors.append(self.file.table(fields))
        return len(self._tensors) - 1

    def operator(
        self, kind: Kind, inputs: list[int], output: int, options: Mapping[int, int] | None = None
    ) -> Operator:
        """A new operator, to be put among the others."""
        if kind not in self._kinds:
            named = {_OLD_NUMBER: int(kind), _CODE_VERSION: _VERSION_OF.get(kind, 1), _NUMBER: int(kind)}
            self._codes.append(self.file.table(named))
            self._kinds.append(kind)
        fields: dict[int, int | Values | Mapping[int, int | Values]]
        fields = {_CODE: self._kinds.index(kind), _INPUTS: inputs, _OUTPUTS: [output]}
        if options is not None:
            fields |= {_OPTIONS_KIND: _OPTIONS_OF[kind], _OPTIONS: options}
        return Operator(self.file.table(fields), kind, inputs, output)

    def _read(self, position: int) -> Operator:
        kind = self._kinds[self.file.number(position, _CODE)]
        return Operator(position, kind, self.file.vector(position, _INPUTS), self.file.vector(position, _OUTPUTS)[0])
