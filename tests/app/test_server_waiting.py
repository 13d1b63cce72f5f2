"""Requests that wait: how many, how much memory they hold, and what becomes of them when their client goes away."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from headshot_check.app import server_state
from headshot_check.app.limits import ServerLimits
from headshot_check.app.problems import HttpProblem
from headshot_check.app.server_state import ServerState
from headshot_check.app.service import service
from headshot_check.app.throttling import ConcurrencyLimit, MemoryBudget, RateLimit
from headshot_check.errors import PhotoError, WeightsError
from headshot_check.policy import load_policy
from headshot_check.report import unreadable
from headshot_check.workers.jobs import Job, Outcome

POLICY = load_policy("linkedin")
PORT, SECRET = 8000, "the secret"


class SlowPool:
    """A pool whose one worker is done with a photo when the test says so."""

    workers = 1

    def __init__(self) -> None:
        self.given: list[tuple[Job, Future[Outcome]]] = []

    def submit(self, job: Job) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        future.set_running_or_notify_cancel()
        self.given.append((job, future))
        return future

    @property
    def names(self) -> list[str]:
        return [job.name for job, _ in self.given]

    def finish(self, at: int) -> None:
        job, future = self.given[at]
        future.set_result(Outcome(unreadable(PhotoError("not_an_image", job.name, "it is a test"))))


class Client:
    """One request to the application itself, piece by piece, without a socket."""

    def __init__(
        self, app: Any, name: str, body: bytes = b"photo", content_type: str = "image/jpeg", secret: str = SECRET
    ) -> None:
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.body = b""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/api/check",
            "raw_path": b"/api/check",
            "root_path": "",
            "query_string": f"name={name}".encode(),
            "headers": [
                (b"host", f"127.0.0.1:{PORT}".encode()),
                (b"authorization", f"Bearer {secret}".encode()),
                (b"content-type", content_type.encode()),
            ],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", PORT),
            "state": {},
        }
        if body:
            self.sends(body, more=False)
        self._task = asyncio.create_task(app(scope, self._events.get, self._hear))

    def sends(self, body: bytes, *, more: bool = True) -> None:
        self._events.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leaves(self) -> None:
        self._events.put_nowait({"type": "http.disconnect"})

    async def answered(self) -> Any:
        await asyncio.wait_for(self._task, 60)
        return json.loads(self.body) if self.body else None

    async def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message["body"]


def with_server(test: Callable[[ServerState, SlowPool, Any], Awaitable[None]], **limits: int) -> None:
    """Run a test on an event loop of its own; afterwards nothing is held."""

    async def run() -> None:
        pool = SlowPool()
        server = ServerState(POLICY, pool, ServerLimits(**limits))  # type: ignore[arg-type]
        await test(server, pool, service(server, port=PORT, secret=SECRET))
        assert server.budget.held == 0
        assert server.checks.in_use == 0
        server.close()

    asyncio.run(run())


async def soon(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "it never was so"
        await asyncio.sleep(0.01)


def test_a_photo_whose_client_leaves_while_it_waits_is_not_checked() -> None:
    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        clients = [Client(app, name) for name in "abcd"]
        await soon(lambda: server.checks.in_use == 4)
        await soon(lambda: len(pool.given) == 2)  # one in work, one ahead
        clients[2].leaves()
        assert await clients[2].answered() is None
        assert clients[2].status == 499
        pool.finish(0)
        pool.finish(1)
        await soon(lambda: len(pool.given) == 3)
        pool.finish(2)
        answers = [await clients[at].answered() for at in (0, 1, 3)]
        assert [answer["name"] for answer in answers] == ["a", "b", "d"]
        assert pool.names == ["a", "b", "d"]

    with_server(test)


def test_a_client_that_leaves_during_its_check_gives_its_place_back() -> None:
    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        client = Client(app, "a")
        await soon(lambda: len(pool.given) == 1)
        assert server.budget.held == len(b"photo")
        client.leaves()
        await client.answered()
        assert (server.checks.in_use, server.budget.held) == (0, 0)
        pool.finish(0)
        other = Client(app, "b")
        await soon(lambda: len(pool.given) == 2)
        pool.finish(1)
        assert (await other.answered())["name"] == "b"

    with_server(test)


def test_one_too_many_is_told_when_to_come_back() -> None:
    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        clients = [Client(app, name) for name in "ab"]
        await soon(lambda: server.checks.in_use == 2)
        refused = Client(app, "c")
        assert (await refused.answered())["code"] == "busy"
        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        pool.finish(0)
        pool.finish(1)
        for client in clients:
            await client.answered()
        again = Client(app, "c")
        await soon(lambda: len(pool.given) == 3)
        pool.finish(2)
        assert (await again.answered())["name"] == "c"

    with_server(test, queued=1)


def test_memory_for_uploads_is_bounded_over_all_requests() -> None:
    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        first, second = Client(app, "a", b""), Client(app, "b", b"")
        first.sends(bytes(600))
        await soon(lambda: server.budget.held == 600)
        second.sends(bytes(300))
        await soon(lambda: server.budget.held == 900)
        second.sends(bytes(300), more=False)
        assert (await second.answered())["code"] == "busy"
        assert server.budget.held == 600
        first.sends(bytes(300), more=False)
        await soon(lambda: len(pool.given) == 1)
        pool.finish(0)
        assert (await first.answered())["name"] == "a"

    with_server(test, held_bytes=1000)


def test_many_photos_in_one_request_wait_for_memory_that_its_own_checks_give_back() -> None:
    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        client = Client(app, "a", b"", "multipart/form-data; boundary=b")
        part = b'Content-Disposition: form-data; name="photo"; filename="a"\r\n\r\n' + bytes(600) + b"\r\n--b"
        client.sends(b"--b\r\n" + part + b"\r\n")
        client.sends(part + b"\r\n")
        await soon(lambda: len(pool.given) == 1)
        await asyncio.sleep(0.05)
        assert len(pool.given) == 1  # the second piece waits
        client.sends(part + b"--\r\n", more=False)
        for at in range(3):
            await soon(lambda at=at: len(pool.given) == at + 1)  # type: ignore[misc]
            assert server.budget.held <= 1000
            pool.finish(at)
        with pytest.raises(json.JSONDecodeError):  # one line for each
            await client.answered()
        assert [json.loads(line)["index"] for line in client.body.splitlines()] == [0, 1, 2]

    with_server(test, held_bytes=1000)


def test_a_client_that_leaves_takes_all_its_photos_back() -> None:
    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        part = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\nx\r\n'
        client = Client(app, "a", part * 10 + b"--b--\r\n", "multipart/form-data; boundary=b")
        await soon(lambda: len(pool.given) == 2)
        client.leaves()
        await client.answered()
        pool.finish(0)
        pool.finish(1)
        await asyncio.sleep(0.05)
        assert len(pool.given) == 2

    with_server(test)


def test_who_waits_when_the_server_closes_is_told_so() -> None:
    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        waiting, uploading = Client(app, "a"), Client(app, "b", b"")
        await soon(lambda: len(pool.given) == 1)
        server.close()
        for client in (waiting, uploading, Client(app, "c")):
            assert (await client.answered())["code"] == "closing"
            assert client.status == 503

    with_server(test)


def test_a_fault_is_said_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        client = Client(app, "a")
        await soon(lambda: len(pool.given) == 1)
        pool.given[0][1].set_exception(RuntimeError("something private"))
        answer = await client.answered()
        assert (client.status, answer["code"]) == (500, "internal")
        assert "private" not in client.body.decode()
        assert "something private" in caplog.text  # for the one at the terminal

    with_server(test)


def test_a_fault_of_the_installation_is_said_in_its_own_words() -> None:
    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        client = Client(app, "a")
        await soon(lambda: len(pool.given) == 1)
        pool.given[0][1].set_exception(WeightsError("car.tflite is damaged: install again"))
        assert "car.tflite is damaged" in (await client.answered())["detail"]
        assert client.status == 500

    with_server(test)


def test_a_fault_of_the_installation_ends_the_lines_of_several_photos() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\nphoto\r\n'

    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        for done_before in (0, 1):
            pool.given.clear()
            client = Client(app, "a", part * 2 + b"--b--\r\n", "multipart/form-data; boundary=b")
            await soon(lambda: len(pool.given) == 2)
            if done_before:
                pool.finish(0)
            pool.given[done_before][1].set_exception(WeightsError("car.tflite is damaged: install again"))
            with suppress(json.JSONDecodeError):  # several lines
                await client.answered()
            assert client.status == (200 if done_before else 500)
            last = json.loads(client.body.splitlines()[-1])
            assert "car.tflite is damaged" in (last["problem"] if done_before else last)["detail"]
            if not done_before:
                pool.finish(1)
            await soon(lambda: server.budget.held == 0)

    with_server(test)


def test_what_is_taken_is_given_back_once() -> None:
    budget = MemoryBudget(ServerLimits(held_bytes=100))
    one, other = budget.reservation(), budget.reservation()
    one.take(60)
    with pytest.raises(HttpProblem, match="503"):
        other.take(41)
    other.take(40)
    assert not one.has_room(1)
    one.release(70)
    one.release_all()
    assert budget.held == 40


def test_the_pace_is_kept_over_time_and_a_rest_allows_a_burst() -> None:
    now = [100.0]
    rate = RateLimit(10, 20, 1, clock=lambda: now[0])
    refusals: list[HttpProblem] = []

    def steps(most: int) -> int:
        for count in range(most):
            try:
                rate.count()
            except HttpProblem as problem:
                refusals.append(problem)
                return count
        return most

    assert steps(50) == 20
    now[0] += 0.5
    assert steps(50) == 5
    now[0] += 1000
    assert steps(50) == 20
    assert [(one.code, one.headers) for one in refusals] == [("busy", {"retry-after": "1"})] * 3


def test_guessing_the_secret_does_not_slow_the_page_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_state, "RateLimit", partial(RateLimit, clock=lambda: 0.0))  # no time passes

    async def test(server: ServerState, pool: SlowPool, app: Any) -> None:
        guesses = [Client(app, "a", secret="guess") for _ in range(5)]
        codes = [(await guess.answered())["code"] for guess in guesses]
        assert codes == ["unauthorized"] * 3 + ["busy"] * 2
        client = Client(app, "a")
        await soon(lambda: len(pool.given) == 1)
        pool.finish(0)
        assert (await client.answered())["name"] == "a"

    with_server(test, requests_per_s=1, requests_at_once=3)


def test_a_place_is_given_back_also_after_an_error() -> None:
    limit = ConcurrencyLimit(1, 1, "checks")
    with pytest.raises(ValueError, match="x"), limit.slot():
        raise ValueError("x")
    with limit.slot(), pytest.raises(HttpProblem), limit.slot():
        raise AssertionError("there was no place")
    assert limit.in_use == 0
