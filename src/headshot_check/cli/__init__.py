"""The command line: parses, calls, prints; no logic. `--version` and `--help` load nothing heavy."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from headshot_check import __version__
from headshot_check.cli import streams
from headshot_check.cli.outcome import INTERRUPTED, fail
from headshot_check.cli.plain import CheckRequest, read_plain

__all__ = ["main"]


def main() -> None:
    """Entry point of the `headshot-check` command. What is asked plainly is answered without Typer, 0.1 s sooner."""
    # NumPy's products here are small: threads of its own only keep other cores spinning. Before it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What is wrong with a file is in its report: decoders say it to nobody else.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    warnings.filterwarnings("ignore", module=r"PIL\.")
    streams.prepare()
    try:
        _run(sys.argv[1:])
    finally:
        if (refused := streams.refusal()) is not None:
            raise SystemExit(fail(f"standard output cannot be written ({refused.strerror})"))


def _run(arguments: list[str]) -> None:
    if arguments in (["--version"], ["-V"]):
        print(f"headshot-check {__version__}")
    elif (asked := read_plain(arguments)) is not None:
        raise SystemExit(_check(asked))
    else:
        with _kept_to_the_end():
            from headshot_check.cli.commands import app
        app()


def _check(asked: CheckRequest) -> int:
    """Check photos; Ctrl-C ends it as it ends a command under Typer."""
    try:
        with _kept_to_the_end():
            from headshot_check.cli.checking import check_photos
        return check_photos(asked)
    except KeyboardInterrupt:
        return INTERRUPTED


@contextmanager
def _kept_to_the_end() -> Iterator[None]:
    """What is imported meanwhile stays: garbage is not looked for among it, now or later (30 ms of a check)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
