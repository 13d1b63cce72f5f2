"""Results of futures, with a bounded number of pending ones, so that memory use does not grow."""

from __future__ import annotations

import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")


def results_of(
    submitted: Iterable[tuple[K, Future[T]]], at_once: int, *, ordered: bool = True
) -> Iterator[tuple[K, T]]:
    """Yield each key with its future's result, in order or as they are done.

    The next pair is taken from `submitted` only while fewer than `at_once` are pending, so a generator that submits
    jobs is never more than that ahead. The exception of a future is raised. When the iterator ends early, the pending
    futures are cancelled.
    """
    source = iter(submitted)
    held: dict[Future[T], K] = {}
    done: queue.SimpleQueue[Future[T]] = queue.SimpleQueue()
    try:
        while True:
            while len(held) < at_once and (pair := next(source, None)) is not None:
                key, future = pair
                held[future] = key
                if not ordered:
                    future.add_done_callback(done.put)
            if not held:
                return
            future = next(iter(held)) if ordered else done.get()
            result = future.result()
            yield held.pop(future), result
    finally:
        for future in held:
            future.cancel()
