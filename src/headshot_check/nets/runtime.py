"""LiteRT: opens a network of the registry and runs it, one interpreter per thread."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headshot_check.errors import WeightsError
from headshot_check.nets.startup_notes import without_startup_notes

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WEIGHTS = Path(__file__).parent / "weights"
_REINSTALL = "reinstall the package (pip install --force-reinstall headshot-check)"


class Network:
    """A network of the registry, safe to call from any thread.

    Each thread gets an interpreter of its own at its first call, freed when the thread ends or at `close`; a forked
    child never touches its parent's.

    Parameters
    ----------
    name
        Its name in weights/registry.toml.
    threads
        Threads that one call may use, 1 or more.
    side
        Side of its square input, where another is wanted than its own: for a network of convolutions alone.

    Raises
    ------
    WeightsError
        The network's file is missing, damaged or not a network.
    """

    def __init__(self, name: str, *, threads: int = 1, side: int | None = None) -> None:
        if threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        self.name = name
        self.threads = threads
        self._side = side
        self._content = _read_weights(name)
        self._local = threading.local()
        self._pid = os.getpid()
        self._interpreter()  # a bad file speaks up here, not in the middle of a photo

    def __call__(self, *inputs: NDArray[np.float32] | NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        """Run the network: each input shaped as the network's own, outputs in the network's order, as copies."""
        interpreter, inputs_at, outputs_at = self._interpreter()
        for index, values in zip(inputs_at, inputs, strict=True):
            interpreter.set_tensor(index, values)
        interpreter.invoke()
        return tuple(interpreter.get_tensor(index) for index in outputs_at)

    @property
    def input_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shape of each input, batch first."""
        interpreter, _, _ = self._interpreter()
        return tuple(tuple(int(n) for n in detail["shape"]) for detail in interpreter.get_input_details())

    def close(self) -> None:
        """Free the interpreters of all threads; a later call opens a new one."""
        self._local = threading.local()

    def _interpreter(self) -> tuple[Any, list[int], list[int]]:
        if self._pid != os.getpid():  # forked: XNNPACK's threads did not come along
            self._local, self._pid = threading.local(), os.getpid()
        opened: tuple[Any, list[int], list[int]] | None = getattr(self._local, "opened", None)
        if opened is None:
            interpreter = self._open()
            opened = (
                interpreter,
                [detail["index"] for detail in interpreter.get_input_details()],
                [detail["index"] for detail in interpreter.get_output_details()],
            )
            self._local.opened = opened
        return opened

    def _open(self) -> Any:
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
        return interpreter


@lru_cache(maxsize=1)
def registry() -> dict[str, dict[str, str]]:
    """The networks by name, each with `file` (below weights/) and `sha256`."""
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
