"""Messages between a parent and its worker over a pair of pipes: a length of eight bytes, then a pickle."""

from __future__ import annotations

import pickle
from typing import Any, BinaryIO

_LENGTH_BYTES = 8


class Messages:
    """Both ways: what one end sends the other receives. Only for processes that trust each other."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    def send(self, message: Any) -> None:
        """Send anything that pickles; OSError when nobody reads."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self._outgoing.write(len(data).to_bytes(_LENGTH_BYTES, "little"))
        self._outgoing.write(data)
        self._outgoing.flush()

    def receive(self) -> Any:
        """Wait for a message; EOFError when the other end is gone, also in the middle of one."""
        return pickle.loads(self._read(int.from_bytes(self._read(_LENGTH_BYTES), "little")))

    def _read(self, length: int) -> bytes:
        data = self._incoming.read(length)
        if len(data) < length:
            raise EOFError
        return data
