"""A fork while other threads check, and the end of the interpreter while daemon threads do: no hang and no abort."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest
from fixture_photos import fixture

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
PHOTO = str(fixture("drivers_seat_selfie"))
_HANGS_S = 60


def run(code: str, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    # forking with threads is what is tested; Python 3.12 warns of it
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


_UNDER_LOAD = """
    import faulthandler, os, sys, threading
    from headshot_check import Checker

    photo, rounds, hangs_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    checker = Checker()
    expected = checker.check(photo).to_dict()
    stop = threading.Event()

    def busy():
        while not stop.is_set():
            checker.check(photo)

    threads = [threading.Thread(target=busy) for _ in range(2)]
    for thread in threads:
        thread.start()
    failed = []
    for number in range(rounds):
        child = os.fork()
        if child == 0:
            faulthandler.dump_traceback_later(hangs_s, exit=True)
            asked = checker if number % 2 else Checker()
            os._exit(0 if asked.check(photo).to_dict() == expected else 9)
        if status := os.waitpid(child, 0)[1]:
            failed.append((number, status))
    stop.set()
    for thread in threads:
        thread.join()
    print(failed)
"""


@forks
@pytest.mark.parametrize("rounds", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_children_that_are_forked_while_threads_check_give_the_same_report(rounds: int) -> None:
    done = run(_UNDER_LOAD, PHOTO, str(rounds), str(_HANGS_S), timeout=_HANGS_S * rounds)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


_WHILE_COMPUTED = """
    import faulthandler, os, threading
    from types import SimpleNamespace
    from headshot_check.scene import Scene

    computing, go_on = threading.Event(), threading.Event()

    class Slow:
        @property
        def rgb(self):
            computing.set()
            go_on.wait()

    thread = threading.Thread(target=lambda: Scene(Slow(), None).halves, daemon=True)
    thread.start()
    computing.wait()
    child = os.fork()
    if child == 0:
        faulthandler.dump_traceback_later(60, exit=True)
        Scene(SimpleNamespace(rgb=None), None).halves
        os._exit(0)
    print(os.waitpid(child, 0)[1])
    os._exit(0)
"""


@forks
def test_a_child_that_was_forked_while_a_property_is_computed_computes_it() -> None:
    done = run(_WHILE_COMPUTED)
    assert done.stdout.strip() == "0", done.stderr


_WHILE_OPENING = """
    import faulthandler, os, threading, time
    from headshot_check.nets.startup_notes import without_startup_notes

    def opens():
        with without_startup_notes(b"INFO"):
            opening.set()
            time.sleep(0.5)

    opening = threading.Event()
    thread = threading.Thread(target=opens)
    thread.start()
    opening.wait()
    child = os.fork()
    if child == 0:
        faulthandler.dump_traceback_later(60, exit=True)
        with without_startup_notes(b"INFO"):
            pass
        os.write(2, b"standard error is the child's, too\\n")
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    thread.join()
    print(status)
"""


@forks
def test_a_child_that_was_forked_while_a_network_opens_opens_its_own_and_keeps_standard_error() -> None:
    done = run(_WHILE_OPENING)
    assert (done.stdout, done.stderr) == ("0\n", "standard error is the child's, too\n")


_DAEMONS = """
    import sys, threading, time
    from headshot_check import Checker

    photo, checker = sys.argv[1], Checker()

    def busy():
        while True:
            checker.check(photo)

    checker.check(photo)
    for _ in range(4):
        threading.Thread(target=busy, daemon=True).start()
    time.sleep(float(sys.argv[2]))
"""


@pytest.mark.parametrize("rounds", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_daemon_threads_that_check_while_the_interpreter_ends_abort_nothing(rounds: int) -> None:
    ends = [run(_DAEMONS, PHOTO, str(0.2 + 0.01 * number)) for number in range(rounds)]
    assert {(done.returncode, done.stderr) for done in ends} == {(0, "")}


_LAST_CHECK = """
    import atexit, sys, threading

    atexit.register(lambda: print(checker.check(sys.argv[1]).verdict))  # runs after what was registered later
    from headshot_check import Checker

    checker = Checker()
    threading.Thread(target=lambda: [checker.check(sys.argv[1]) for _ in iter(int, 1)], daemon=True).start()
    checker.check(sys.argv[1])
"""


def test_what_checks_while_the_interpreter_ends_is_still_answered_in_the_thread_that_ends_it() -> None:
    done = run(_LAST_CHECK, PHOTO)
    assert (done.stdout.split(), done.returncode, done.stderr) == (["retake"], 0, "")
