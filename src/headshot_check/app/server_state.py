"""The server's state, shared by all requests: policies, worker pool, limits, running requests, shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

from headshot_check.app.limits import ServerLimits
from headshot_check.app.problems import HttpProblem
from headshot_check.app.throttling import ConcurrencyLimit, MemoryBudget, RateLimit
from headshot_check.memory import freed_memory_to_the_system
from headshot_check.policy import Policy, built_in, load_policy
from headshot_check.workers.jobs import Call, Job, Outcome
from headshot_check.workers.pool import WorkerPool

T = TypeVar("T")

_AHEAD = 2
"""jobs for each worker that are handed to the pool: the one in work, and one so that it need not wait for the next"""


_MUCH, _TIDY_AFTER_S = 8 * 1024 * 1024, 2.0
"""bytes of uploads after which memory is given back to the system, and how soon"""
_SMALL_DOCUMENT = 4 * 1024 * 1024
"""bytes; 100 results with their previews. Read in 50 ms, where a worker would take a second to start"""


class ServerState:
    """One server's state. Its methods are called on the event loop, if not said otherwise.

    Parameters
    ----------
    policy
        What photos are held against when a request names no other.
    pool
        Checks the photos; whoever made it closes it.
    limits
        Bounds of the server.
    """

    def __init__(self, policy: Policy, pool: WorkerPool, limits: ServerLimits) -> None:
        self.pool = pool
        self.limits = limits
        self.policies = {name: load_policy(name) for name in built_in()}
        """by name; only these can be asked for: a request must not make the server read files"""
        self.policies[policy.name] = policy
        self.policy = policy
        self.budget = MemoryBudget(limits)
        self.parallel = limits.queued + pool.workers
        self.checks = ConcurrencyLimit(self.parallel, limits.retry_s, "checks")
        self.crops = ConcurrencyLimit(limits.documents, limits.retry_s, "crops")
        self.documents = ConcurrencyLimit(limits.documents, limits.retry_s, "rankings and exports")
        self.known_rate, self.unknown_rate = (
            RateLimit(limits.requests_per_s, limits.requests_at_once, limits.retry_s) for _ in range(2)
        )
        """of requests with the secret and of those without, who must not use up the others' share"""
        self.closed = False
        self.stop: Callable[[], None] = self.close
        """makes the server end"""
        self._next = asyncio.Semaphore(_AHEAD * pool.workers)
        self._document_thread = ThreadPoolExecutor(1, "headshot-document")
        self._requests: set[asyncio.Task[None]] = set()
        self._give_back, self._tidying = freed_memory_to_the_system(), False
        self._on_close: list[Callable[[], None]] = []

    def policy_named(self, name: str | None) -> Policy:
        """A policy of this server; its default when no name is given.

        Raises
        ------
        HttpProblem
            "unknown_policy".
        """
        return policy_among(self.policies, name, self.policy)

    async def check(self, job: Job, request: Request) -> Outcome:
        """Have a photo checked, unless the client goes away first: then a job that still waits is cancelled.

        Raises
        ------
        ClientDisconnect
            It has.
        """
        return await until_gone(request, self.checked(job))

    async def checked(self, job: Job) -> Outcome:
        """Have a photo checked; cancelling withdraws a job that is not yet handed to the pool."""
        await self._next.acquire()
        try:
            outcome = asyncio.wrap_future(self.pool.submit(job))
        except BaseException:
            self._next.release()
            raise
        outcome.add_done_callback(lambda _: self._next.release())
        return await asyncio.shield(outcome)

    async def call(self, call: Call[T], request: Request) -> T:
        """Have something else done with a photo by a worker, before the checks that wait; hold a slot of `crops`."""
        return await until_gone(request, asyncio.wrap_future(self.pool.call(call)))

    async def document(self, call: Call[T], size: int, request: Request) -> T:
        """Have a document of `size` bytes read and written; hold a slot of `documents`.

        Reading takes many times the document's bytes, and seconds. A large one has a worker of its own, with which all
        of that ends.
        """
        if size <= _SMALL_DOCUMENT:
            future = self._document_thread.submit(call.function, None, *call.arguments)
            return await until_gone(request, asyncio.wrap_future(future))
        with WorkerPool(self.policy, workers=1) as pool:
            return await until_gone(request, asyncio.wrap_future(pool.call(call)))

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Wraps a request, so that `close` can cancel it."""
        if self.closed:
            raise HttpProblem("closing", "the server was told to stop")
        task = asyncio.current_task()
        assert task is not None
        self._requests.add(task)
        try:
            yield
        finally:
            self._requests.discard(task)
            if not self._tidying and self.budget.most_held >= _MUCH:
                self._tidying = True
                asyncio.get_running_loop().call_later(_TIDY_AFTER_S, self._tidy)

    def _tidy(self) -> None:
        """Return the memory of uploads to the system; the allocator would keep it."""
        self._tidying, self.budget.most_held = False, self.budget.held
        self._give_back()

    def on_close(self, callback: Callable[[], None]) -> None:
        """Have something called when the server ends."""
        self._on_close.append(callback)

    def close(self) -> None:
        """Cancel all requests; running jobs end with the pool."""
        if self.closed:
            return
        self.closed = True
        for task in self._requests:
            task.cancel()
        for callback in self._on_close:
            callback()
        self._document_thread.shutdown(wait=False, cancel_futures=True)


def policy_among(policies: Mapping[str, Policy], name: str | None, default: Policy) -> Policy:
    """A policy by name; the default when none is given.

    Raises
    ------
    HttpProblem
        "unknown_policy".
    """
    if name is None:
        return default
    if name not in policies:
        raise HttpProblem("unknown_policy", f"there is no policy of that name here, only {', '.join(policies)}")
    return policies[name]


async def until_gone(request: Request, work: Awaitable[T]) -> T:
    """The result, unless the client goes away first; the body of the request must have been read.

    Raises
    ------
    ClientDisconnect
        It went away; what had not begun is cancelled.
    """
    result = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnect(request))
    try:
        await asyncio.wait({gone, result}, return_when=asyncio.FIRST_COMPLETED)
        if result.done():
            return result.result()
        raise ClientDisconnect
    finally:
        gone.cancel()
        result.cancel()


async def _disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
