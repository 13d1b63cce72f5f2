"""Request bodies, read within limits of size, memory and time and kept in memory only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import Message
from io import BytesIO
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser
from starlette.requests import ClientDisconnect, Request

from headshot_check.app.limits import ServerLimits
from headshot_check.app.problems import HttpProblem
from headshot_check.app.throttling import Reservation

PHOTO_FIELD = "photo"
_PART_HEADERS = 4096
"""bytes of all headers of one part: a file's name has 255 bytes at most, percent-encoded three times that"""
_CLOSE = {"connection": "close"}


def limits_of(request: Request) -> ServerLimits:
    """The server's limits."""
    limits: ServerLimits = request.app.state.server.limits
    return limits


def reservation_of(request: Request) -> Reservation:
    """What this request holds of the server's memory; the request guard gives it back when the request ends."""
    reservation: Reservation = request.scope["headshot_check.reservation"]
    return reservation


async def body(request: Request, *, at_most: int | None = None) -> bytes:
    """The whole body.

    Parameters
    ----------
    at_most
        Bytes; default: those of one photo.

    Raises
    ------
    HttpProblem
        "too_large", "too_slow", "busy" or "unsupported_encoding".
    ClientDisconnect
        The client went away.
    """
    most = limits_of(request).photo_bytes if at_most is None else at_most
    reservation = reservation_of(request)
    declared = _declared(request)
    if declared is not None:
        _check_size(declared, most)
        reservation.take(declared)
    whole, size = BytesIO(), 0  # gives its bytes away without a copy; kept pieces would leave holes in the heap
    async for piece in chunks(request):
        size += len(piece)
        _check_size(size, most)
        if declared is None:
            reservation.take(len(piece))
        whole.write(piece)
    return whole.getvalue()


async def chunks(request: Request) -> AsyncIterator[bytes]:
    """The body in chunks; only the time spent waiting for the client counts towards its time limit.

    Raises
    ------
    HttpProblem
        "too_slow" or "unsupported_encoding".
    ClientDisconnect
        The client went away.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpProblem("unsupported_encoding", "the body is compressed")
    limits = limits_of(request)
    loop = asyncio.get_running_loop()
    waited, size = 0.0, 0
    while True:
        left = limits.silence_s + size / limits.least_bytes_per_s - waited
        started = loop.time()
        try:
            message = await asyncio.wait_for(request.receive(), max(0.0, min(left, limits.silence_s)))
        except (asyncio.TimeoutError, TimeoutError):
            detail = f"only {size:,} bytes came in {waited + loop.time() - started:.0f} seconds of waiting"
            raise HttpProblem("too_slow", detail, headers=_CLOSE) from None
        waited += loop.time() - started
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if piece:
            yield piece
        if not message.get("more_body", False):
            return


def _declared(request: Request) -> int | None:
    """Content-Length, where it is given and binding."""
    if "transfer-encoding" in request.headers:  # overrides a length, which may then say anything
        return None
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else None


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise HttpProblem("too_large", f"the body has more than {most:,} bytes")


@dataclass(slots=True)
class Part:
    """One photo of a multipart body."""

    name: str
    data: bytes
    held: int
    """bytes of the budget that are to be given back when it is done"""


@dataclass(slots=True)
class _Draft:
    """A part while it comes in."""

    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    field_name: bytearray = field(default_factory=bytearray)
    field_value: bytearray = field(default_factory=bytearray)
    header_bytes: int = 0
    name: str = ""
    data: BytesIO = field(default_factory=BytesIO)


class PartsReader:
    """A multipart/form-data body -> its photos, as they come in. Nothing is spooled to disk.

    Raises
    ------
    HttpProblem
        "bad_multipart": the content type has no usable boundary.
    """

    def __init__(self, content_type: str, limits: ServerLimits) -> None:
        self._limits = limits
        message = Message()
        message["content-type"] = content_type
        boundary = message.get_param("boundary")
        if not isinstance(boundary, str) or not boundary or not boundary.isascii():
            raise HttpProblem("bad_multipart", "the content type names no boundary")
        callbacks: Any = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }
        self._draft = _Draft()
        self._done: list[Part] = []
        self._cost = 0
        self._count = 0
        self.complete = False
        try:
            self._parser = MultipartParser(boundary, callbacks)
        except FormParserError as error:
            raise HttpProblem("bad_multipart", "the boundary is too long") from error

    def feed(self, piece: bytes) -> list[Part]:
        """Read on; the photos that are complete now.

        Raises
        ------
        HttpProblem
            "bad_multipart", "too_many_parts", or "too_large" for one photo.
        """
        if self.complete:  # what follows the last boundary is nobody's
            return []
        self._cost += len(piece)
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise HttpProblem("bad_multipart", f"the body does not follow its boundary: {error}") from error
        done, self._done = self._done, []
        return done

    def finish(self) -> None:
        """The body has ended.

        Raises
        ------
        HttpProblem
            "bad_multipart": its last boundary has not come, or there was no photo in it.
        """
        if not self.complete:
            raise HttpProblem("bad_multipart", "the body ends before its last boundary")
        if not self._count:
            raise HttpProblem("bad_multipart", "there is no photo in it")

    def _begin(self) -> None:
        if self._count >= self._limits.parts:
            raise HttpProblem("too_many_parts", f"the body has more than {self._limits.parts} parts")
        self._count += 1
        self._draft = _Draft()

    def _header(self, into: bytearray, data: bytes, start: int, end: int) -> None:
        self._draft.header_bytes += end - start
        if self._draft.header_bytes > _PART_HEADERS:
            raise HttpProblem("bad_multipart", f"the headers of a part have more than {_PART_HEADERS} bytes")
        into += data[start:end]

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header(self._draft.field_name, data, start, end)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header(self._draft.field_value, data, start, end)

    def _header_end(self) -> None:
        draft = self._draft
        draft.header_bytes += 1  # so that empty ones come to an end too
        draft.headers.append((bytes(draft.field_name).lower(), bytes(draft.field_value)))
        draft.field_name, draft.field_value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        disposition = next((value for name, value in self._draft.headers if name == b"content-disposition"), b"")
        message = Message()
        message["content-disposition"] = disposition.decode("utf-8", "replace").replace("\r", " ").replace("\n", " ")
        field_name = message.get_param("name", header="content-disposition")
        if field_name != PHOTO_FIELD:
            raise HttpProblem("bad_multipart", f"a part is not named {PHOTO_FIELD}")
        self._draft.name = message.get_filename() or ""

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._draft.data.tell() + end - start > self._limits.photo_bytes:
            raise HttpProblem("too_large", f"a photo has more than {self._limits.photo_bytes:,} bytes")
        self._draft.data.write(data[start:end])

    def _end(self) -> None:
        draft, self._draft = self._draft, _Draft()
        self._done.append(Part(draft.name, draft.data.getvalue(), self._cost))
        self._cost = 0

    def _finish(self) -> None:
        self.complete = True
