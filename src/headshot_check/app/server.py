"""The server: where it listens, how it starts, and how it stops."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from types import FrameType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from headshot_check.app.limits import ServerLimits
from headshot_check.app.server_state import ServerState
from headshot_check.app.service import service
from headshot_check.defaults import DEFAULT_POLICY
from headshot_check.errors import HeadshotCheckError
from headshot_check.policy import Policy, load_policy
from headshot_check.workers.jobs import Job
from headshot_check.workers.pool import WorkerPool

HOST = "127.0.0.1"
_SECRET_BYTES = 32
_STARTS_WITHIN_S = 30.0
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))


class PortError(HeadshotCheckError):
    """The port cannot be listened on."""

    code = "port"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running server is reached."""

    port: int
    secret: str
    once: str = ""
    """opens the page one time"""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The page, with its secret."""
        return f"{self.origin}/?secret={self.secret}"

    @property
    def url_for_browser(self) -> str:
        """A one-time URL that redirects to `url`: a browser's command line can be read by other users."""
        return f"{self.origin}/?once={self.once}"


def serve(
    policy: Policy,
    *,
    port: int = 0,
    workers: int | None = None,
    limits: ServerLimits | None = None,
    ready: Callable[[Address], None],
) -> None:
    """Serve the page until Ctrl-C, SIGTERM or the page's own button; workers are started at once.

    Parameters
    ----------
    port
        0: any that is free.
    workers
        Processes that check photos; default: as many as there are processors.
    ready
        Called when the server answers.

    Raises
    ------
    PortError
        The port is taken, or not for this user.
    """
    with _listening(port) as (listener, address), WorkerPool(policy, workers=workers) as pool:
        _Server(policy, pool, limits, address, ready).run([listener])


@contextmanager
def running(
    policy: str | Policy = DEFAULT_POLICY,
    *,
    port: int = 0,
    workers: int | None = None,
    limits: ServerLimits | None = None,
) -> Iterator[Address]:
    """A server on a thread of this process, for the length of a `with` block.

    Raises
    ------
    PortError
        The port is taken, or not for this user.
    """
    rules = policy if isinstance(policy, Policy) else load_policy(policy)
    started = threading.Event()
    with _listening(port) as (listener, address), WorkerPool(rules, workers=workers) as pool:
        server = _Server(rules, pool, limits, address, lambda _: started.set())
        thread = threading.Thread(target=server.run, args=([listener],), name="headshot-server")
        thread.start()
        try:
            if not started.wait(_STARTS_WITHIN_S):
                raise RuntimeError("the server does not start")
            yield address
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _listening(port: int) -> Iterator[tuple[socket.socket, Address]]:
    # With the protocol named, or asyncio leaves Nagle's algorithm on, and each answer takes 40 ms longer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # a second start must not wait for the connections of the first to be forgotten
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except (OSError, OverflowError) as error:
            cause = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise PortError(
                f"port {port} of {HOST} cannot be used ({cause}): name another with --port, or leave it out"
            ) from error
        secret, once = secrets.token_urlsafe(_SECRET_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
        yield listener, Address(listener.getsockname()[1], secret, once)
    finally:
        listener.close()


class _Server(uvicorn.Server):
    """uvicorn with another shutdown: running requests are cancelled first, and signals are not raised again."""

    def __init__(
        self,
        policy: Policy,
        pool: WorkerPool,
        limits: ServerLimits | None,
        address: Address,
        ready: Callable[[Address], None],
    ) -> None:
        bounds = limits if limits is not None else ServerLimits()
        self._state = ServerState(policy, pool, bounds)
        self._state.stop = self._stop
        self._address = address
        self._ready = ready
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # the request guard tells what is worth telling
        super().__init__(
            uvicorn.Config(
                service(self._state, port=address.port, secret=address.secret, once=address.once),
                http=_protocol(bounds),
                loop="asyncio",
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=bounds.connections,
                h11_max_incomplete_event_size=bounds.head_bytes,
                timeout_graceful_shutdown=max(1, round(bounds.closing_s)),
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and start the workers."""
        await super().startup(sockets)
        _warm(self._state.pool)
        self._ready(self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End requests, then connections."""
        self._state.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM stop the server, which then exits without an error."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit  # the second one waits for nobody
        self.should_exit = True

    def _stop(self) -> None:
        self.should_exit = True


def _protocol(limits: ServerLimits) -> type[H11Protocol]:
    """uvicorn's HTTP protocol with a timeout for connections that send no complete request; uvicorn has none."""

    class TimeoutProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._expect_request()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._expect_request()

        def _expect_request(self) -> None:
            self.loop.call_later(limits.silence_s, self._close_unless_asked, self.cycle)

        def _close_unless_asked(self, before: object) -> None:
            if self.cycle is before and not self.transport.is_closing():
                self.transport.close()

    return TimeoutProtocol


_WARM_UP_PX = 256


def _warm(pool: WorkerPool) -> None:
    """Give each worker a blank picture, so that it starts and loads its networks in the background."""
    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (_WARM_UP_PX, _WARM_UP_PX), (128, 128, 128)).save(file, "JPEG")
    for _ in range(pool.workers):
        pool.submit(Job(file.getvalue(), "warm-up", preview_px=0))
