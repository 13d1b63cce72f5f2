"""Changes a flatbuffer (such as a .tflite file) where it lies, without unpacking it: under a millisecond.

A flatbuffer is tables, whose fields hold numbers or point to vectors and tables further on
(https://flatbuffers.dev/internals). What is new is put at the end, and what pointed to the old points there.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_integer = struct.Struct("<i").unpack_from
_short = struct.Struct("<H").unpack_from
_ALIGNED = 16
"""bytes: the strictest alignment that LiteRT's schema asks for"""


class Tables(tuple[int, ...]):
    """Positions of tables that a vector is to point to."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A vector of other numbers than integers of four bytes."""

    code: str
    """as for `struct`"""
    values: Sequence[float]


Values = bytes | Sequence[int] | Numbers | Tables
"""A vector of bytes, of integers of four bytes, of other numbers, or of tables"""


class Flatbuffer:
    """A flatbuffer being changed. Tables are known by their positions, fields by their numbers in the schema."""

    def __init__(self, content: bytes) -> None:
        self.data = bytearray(content)
        self.root = self._integer(0)

    def number(self, table: int, field: int) -> int:
        """A field of four bytes; 0 where it is absent."""
        at = self._field(table, field)
        return self._integer(at) if at else 0

    def small(self, table: int, field: int) -> int:
        """A field of one byte; 0 where it is absent."""
        at = self._field(table, field)
        return self.data[at] if at else 0

    def vector(self, table: int, field: int) -> list[int]:
        """A vector of integers of four bytes."""
        start, length = self._start(table, field)
        return list(struct.unpack_from(f"<{length}i", self.data, start))

    def content(self, table: int, field: int) -> bytes:
        """A vector of bytes."""
        start, length = self._start(table, field)
        return bytes(self.data[start : start + length])

    def tables(self, table: int, field: int) -> list[int]:
        """A vector of tables."""
        start, length = self._start(table, field)
        offsets = struct.unpack_from(f"<{length}I", self.data, start)
        return [start + 4 * index + offset for index, offset in enumerate(offsets)]

    def within(self, table: int, field: int) -> int:
        """A table within."""
        at = self._field(table, field)
        return at + self._integer(at)

    def put(self, table: int, field: int, number: int) -> None:
        """Give a field of four bytes that is there another number."""
        struct.pack_into("<i", self.data, self._field(table, field), number)

    def replace(self, table: int, field: int, index: int, by: int) -> None:
        """Put a table further on in the place of one of a vector."""
        start, _ = self._start(table, field)
        self._point(start + 4 * index, by)

    def change(self, table: int, field: int, values: Values) -> None:
        """Give a field that is there another vector."""
        self.data.extend(bytes(-(len(self.data) + 4) % _ALIGNED))
        self._point(self._field(table, field), len(self.data))
        start = len(self.data) + 4
        if isinstance(values, Tables):
            values = [position - start - 4 * index for index, position in enumerate(values)]
        code, numbers = (values.code, values.values) if isinstance(values, Numbers) else ("i", values)
        raw = values if isinstance(values, bytes) else struct.pack(f"<{len(numbers)}{code}", *numbers)
        self.data.extend(struct.pack("<I", len(numbers)) + raw)

    def shorten(self, table: int, field: int, raw: bytes) -> None:
        """Put fewer bytes where a vector of bytes lies; zeros are left behind them."""
        start, length = self._start(table, field)
        self.data[start : start + length] = raw.ljust(length, b"\0")
        struct.pack_into("<I", self.data, start - 4, len(raw))

    def table(self, fields: Mapping[int, int | Values | Mapping[int, int | Values]]) -> int:
        """A new table: numbers (of one byte or four), vectors, and tables within."""
        self.data.extend(bytes(-len(self.data) % _ALIGNED))
        count = max(fields) + 1
        places = [4 + 4 * index if index in fields else 0 for index in range(count)]
        head = struct.pack(f"<{2 + count}H", 4 + 2 * count, 4 + 4 * count, *places)
        head += bytes(-len(head) % 4)
        table = len(self.data) + len(head)
        numbers = [value if isinstance(value, int) else 0 for value in (fields.get(index, 0) for index in range(count))]
        self.data.extend(head + struct.pack(f"<{1 + count}i", len(head), *numbers))
        for field, value in fields.items():
            if isinstance(value, Mapping):
                self._point(self._field(table, field), self.table(value))
            elif not isinstance(value, int):
                self.change(table, field, value)
        return table

    def _field(self, table: int, field: int) -> int:
        """Where a field lies; 0 for one that is absent."""
        layout = table - self._integer(table)
        if 4 + 2 * field >= _short(self.data, layout)[0]:
            return 0
        offset: int = _short(self.data, layout + 4 + 2 * field)[0]
        return table + offset if offset else 0

    def _start(self, table: int, field: int) -> tuple[int, int]:
        """Where a vector's first value lies, and how many it has."""
        at = self._field(table, field)
        if not at:
            return 0, 0
        at += self._integer(at)
        return at + 4, self._integer(at)

    def _integer(self, at: int) -> int:
        number: int = _integer(self.data, at)[0]
        return number

    def _point(self, at: int, to: int) -> None:
        struct.pack_into("<I", self.data, at, to - at)
