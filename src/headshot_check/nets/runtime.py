"""LiteRT: opens a network of the registry and runs it, one call at a time on each interpreter."""

from __future__ import annotations

import copy
import hashlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from headshot_check.at_exit import stop_at_exit
from headshot_check.errors import WeightsError
from headshot_check.nets.startup_notes import without_startup_notes
from headshot_check.processors import available_cpus

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WEIGHTS = Path(__file__).parent / "weights"
_Opened: TypeAlias = tuple[Any, list[int], list[int]]
"""an interpreter, and where its inputs and outputs are"""
_REINSTALL = "reinstall the package (pip install --force-reinstall headshot-check)"


class Network:
    """A network of the registry, safe to call from any thread.

    An interpreter takes one call at a time and is kept for the next, until `close`. There are as many as calls at once
    have needed, at most one for each processor (all networks of a checker: about 45 MB for each, 65 once hands were
    looked for); further threads wait, which costs no time where all processors are busy. A forked child never touches
    its parent's.

    Parameters
    ----------
    name
        Its name in weights/registry.toml.
    threads
        Threads that one call may use, 1 or more.
    side
        Side of its square input, where another is wanted than its own: for a network of convolutions alone.
    levels
        Of a network that takes floats: what the codes 0 and 255 of inputs of bytes stand for.

    Raises
    ------
    WeightsError
        The network's file is missing, damaged or not a network.
    """

    def __init__(
        self, name: str, *, threads: int = 1, side: int | None = None, levels: tuple[float, float] = (0.0, 1.0)
    ) -> None:
        if threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        self.name = name
        self.threads = threads
        self._side = side
        low, high = levels
        self._least, self._step = np.float32(low), np.float32((high - low) / 255)
        self._content = _read_weights(name)
        self._interpreters = _Interpreters()
        with self._lent():  # a bad file speaks up here, not in the middle of a photo
            pass

    def __call__(self, *inputs: NDArray[np.float32] | NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        """Run the network: each input shaped as the network's own, outputs in the network's order, as copies.

        Bytes for a network that takes floats are brought to its levels.
        """
        stop_at_exit()
        with self._lent() as (interpreter, inputs_at, outputs_at):
            for index, values in zip(inputs_at, inputs, strict=True):
                self._put(interpreter, index, values)
            interpreter.invoke()
            return tuple(interpreter.get_tensor(index) for index in outputs_at)

    def _put(self, interpreter: Any, index: int, values: NDArray[np.float32] | NDArray[np.uint8]) -> None:
        if values.dtype != np.uint8 or (place := interpreter.tensor(index)()).dtype == np.uint8:
            interpreter.set_tensor(index, values)
            return
        place[...] = values  # where it is read: no copies of four times the size
        place *= self._step
        if self._least:
            place += self._least

    @property
    def input_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shape of each input, batch first."""
        with self._lent() as (interpreter, _, _):
            return tuple(tuple(int(n) for n in detail["shape"]) for detail in interpreter.get_input_details())

    def resized(self, side: int | None) -> Network:
        """The same network for another side of its input (None: its own): its file is neither read nor kept twice."""
        other = copy.copy(self)
        other._side, other._interpreters = side, _Interpreters()
        with other._lent():
            pass
        return other

    def close(self) -> None:
        """Free the interpreters, one that is running when it is done; a later call opens a new one."""
        self._interpreters = _Interpreters()

    @contextmanager
    def _lent(self) -> Iterator[_Opened]:
        """An interpreter that no other call has meanwhile."""
        of_all = self._interpreters
        if of_all.pid != os.getpid():  # forked: XNNPACK's threads did not come along, and closing would wait for them
            _abandoned.append(of_all)
            of_all = self._interpreters = _Interpreters()
        with of_all.room:
            try:
                opened = of_all.free.pop()  # the one used last: its memory is still in the processor's cache
            except IndexError:
                opened = self._open()
            try:
                yield opened
            finally:
                of_all.free.append(opened)

    def _open(self) -> _Opened:
        from ai_edge_litert.interpreter import Interpreter

        with without_startup_notes(b"INFO: "):
            try:
                interpreter = Interpreter(model_content=self._content, num_threads=self.threads)
                if self._side is not None:
                    (only,) = interpreter.get_input_details()
                    interpreter.resize_tensor_input(only["index"], (1, self._side, self._side, 3))
                interpreter.allocate_tensors()
            except (ValueError, RuntimeError) as error:
                raise WeightsError(
                    f"the {self.name} network cannot be opened ({error}): {_REINSTALL}", code="weights_damaged"
                ) from error
        return (
            interpreter,
            [detail["index"] for detail in interpreter.get_input_details()],
            [detail["index"] for detail in interpreter.get_output_details()],
        )


class _Interpreters:
    """A network's interpreters in one process."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.free: list[_Opened] = []
        self.room = threading.Semaphore(available_cpus())


_abandoned: list[_Interpreters] = []
"""of the process that this one was forked from"""


@lru_cache(maxsize=1)
def registry() -> dict[str, dict[str, str]]:
    """The networks by name, each with `file` (below weights/) and `sha256`; `fitted_on` where it needs another's."""
    path = WEIGHTS / "registry.toml"
    try:
        networks: dict[str, dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))["network"]
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({error.strerror}): {_REINSTALL}", code="weights_missing") from error
    return networks


def _read_weights(name: str) -> bytes:
    entry = registry()[name]
    path = WEIGHTS / entry["file"]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(
            f"the {name} network is not at {path} ({error.strerror}): {_REINSTALL}", code="weights_missing"
        ) from error
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise WeightsError(f"the {name} network at {path} is damaged: {_REINSTALL}", code="weights_damaged")
    return content
