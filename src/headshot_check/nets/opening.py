"""Opens networks once and one at a time, safely with respect to `os.fork`."""

from __future__ import annotations

import os
import threading
from typing import Final, TypeVar

from headshot_check.cached_property import cached_property

T = TypeVar("T")

OPENING: Final = threading.RLock()
"""held while a network is opened (milliseconds) and during `os.fork`, so that no child process inherits it locked"""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=OPENING.acquire, after_in_parent=OPENING.release, after_in_child=OPENING.release)


class opened_once(cached_property[T]):
    """A property that opens a network on first use; concurrent threads wait for one of them to open it."""

    def _kept(self, instance: object) -> T:
        with OPENING:
            known: T | None = instance.__dict__.get(self._name)
            return super()._kept(instance) if known is None else known
