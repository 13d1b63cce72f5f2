"""One network is opened at a time, and only once, in a way that a fork meanwhile does not break."""

from __future__ import annotations

import os
import threading
from typing import Final, TypeVar

from headshot_check.cached_property import cached_property

T = TypeVar("T")

OPENING: Final = threading.RLock()
"""Held while a network is opened, which takes milliseconds, and by `os.fork`: so a child never finds it held."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=OPENING.acquire, after_in_parent=OPENING.release, after_in_child=OPENING.release)


class opened_once(cached_property[T]):
    """A network of an object, opened when it is first asked for; threads that ask at once wait for one to open it."""

    def _kept(self, instance: object) -> T:
        with OPENING:
            known: T | None = instance.__dict__.get(self._name)
            return super()._kept(instance) if known is None else known
