"""Messages between a parent and its worker over a pair of pipes: a length of 8 bytes, then a pickle."""

from __future__ import annotations

import pickle
from typing import Any, BinaryIO

_LENGTH_BYTES = 8


class Messages:
    """Sends and receives messages. Only for processes that trust each other, as pickles can run code.

    Parameters
    ----------
    incoming, outgoing
        The pipes, open for reading and for writing.
    """

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    def send(self, message: Any) -> None:
        """Send any object that can be pickled.

        Raises
        ------
        OSError
            The other end is closed.
        """
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self._outgoing.write(len(data).to_bytes(_LENGTH_BYTES, "little"))
        self._outgoing.write(data)
        self._outgoing.flush()

    def receive(self) -> Any:
        """Wait for a message and return it.

        Raises
        ------
        EOFError
            The other end was closed, before or within a message.
        """
        return pickle.loads(self._read(int.from_bytes(self._read(_LENGTH_BYTES), "little")))

    def _read(self, length: int) -> bytes:
        data = self._incoming.read(length)
        if len(data) < length:
            raise EOFError
        return data
