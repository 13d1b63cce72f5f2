"""The command line: parses arguments, calls the library and prints; `--version` and `--help` import nothing heavy."""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
import warnings
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from headshot_check import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headshot_check.cli.plain import CheckRequest

__all__ = ["main"]


def main() -> None:
    """Entry point of the `headshot-check` command. Simple command lines skip Typer (0.1 s faster)."""
    with _ctrl_c_ends_process():
        from headshot_check.cli import streams
        from headshot_check.cli.outcome import fail
        from headshot_check.cli.plain import read_plain

    # NumPy's matrix products here are small: its threads would only keep other cores busy. Read when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Decoders print no warnings: the report says what is wrong with a file.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    warnings.filterwarnings("ignore", module=r"PIL\.")
    streams.prepare()
    try:
        arguments = sys.argv[1:]
        _run(arguments, read_plain(arguments))
    except Exception:  # Python would end with status 1, which here means "something to retake"
        traceback.print_exc()
        raise SystemExit(fail("this is a fault of headshot-check: please report it with the lines above")) from None
    finally:
        if (refused := streams.refusal()) is not None:
            raise SystemExit(fail(f"standard output cannot be written ({refused.strerror})"))


def _run(arguments: list[str], plain: CheckRequest | None) -> None:
    if arguments in (["--version"], ["-V"]):
        print(f"headshot-check {__version__}")
    elif plain is not None:
        raise SystemExit(_check(plain))
    else:
        with _ctrl_c_ends_process(), _without_garbage_collection():
            from headshot_check.cli.commands import app
        app()


def _check(request: CheckRequest) -> int:
    """Check photos; Ctrl-C has the same exit status as with Typer."""
    with _ctrl_c_ends_process(), _without_garbage_collection():
        from headshot_check.cli.checking import check_photos
        from headshot_check.cli.outcome import INTERRUPTED
    try:
        return check_photos(request)
    except KeyboardInterrupt:
        return INTERRUPTED


@contextmanager
def _ctrl_c_ends_process() -> Iterator[None]:
    """Ctrl-C in this block ends the process at once: KeyboardInterrupt within an import would print a traceback."""
    ours = current_thread() is main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Exclude the objects that are created in this block from garbage collection (saves 30 ms of a check)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
