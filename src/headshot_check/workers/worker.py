"""The worker process: checks photos one after another, with one set of networks for all policies."""

from __future__ import annotations

import contextlib
import faulthandler
import io
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from headshot_check.checker import Checker
from headshot_check.checks import Check
from headshot_check.decoding.source import read_source
from headshot_check.errors import HeadshotCheckError, PhotoError, WeightsError
from headshot_check.memory import freed_memory_to_the_system
from headshot_check.photo import PhotoLimits, load
from headshot_check.pixels.perceptual_hash import perceptual_hash
from headshot_check.pixels.shrinking import area_means
from headshot_check.policy import Policy
from headshot_check.report import check_failed, unreadable
from headshot_check.workers.jobs import OUT_OF_MEMORY, Call, Job, Outcome, Setting, new_digest
from headshot_check.workers.messages import Messages

_PREVIEW_QUALITY = 80
_TIDY_EVERY = 64
"""jobs after which freed memory is returned to the system (2 ms): with pictures of all sizes glibc keeps 25 MB of it"""
_GRACE_S = 10.0
"""time after the time limit at which a worker ends itself if its parent, which may have died, has not killed it"""


class JobChecker:
    """Runs jobs in the thread that calls it.

    Parameters
    ----------
    policy
        Policy for jobs that have none.
    limits
        File size, pixels and memory above which a photo is refused before it is decoded.
    checks
        Custom checks, in addition to those of installed packages.
    """

    def __init__(self, policy: Policy, limits: PhotoLimits | None = None, checks: tuple[Check, ...] = ()) -> None:
        self._limits = limits if limits is not None else PhotoLimits()
        self._checker = Checker(policy, limits=self._limits, checks=checks)

    def outcome(self, job: Job) -> Outcome:
        """The outcome of a job; a photo that cannot be read or checked has an "unreadable" report.

        Raises
        ------
        MemoryError
            The job should be retried in a new process.
        WeightsError
            A network's file is missing or damaged: no photo can be checked.
        """
        start = time.perf_counter()
        try:
            done = self._outcome(job)
        except (MemoryError, WeightsError):
            raise
        except Exception as error:  # a fault in a measure must not end the run
            policy = self._checker.policy if job.policy is None else job.policy
            done = Outcome(unreadable(check_failed(job.name, error), policy.name))
        return replace(done, seconds=time.perf_counter() - start)

    def called(self, call: Call[Any]) -> Any:
        """What the function of a call returns, or the error that it raises.

        Raises
        ------
        MemoryError
            As `outcome`.
        """
        try:
            return call.function(self._for(call.policy), *call.arguments)
        except MemoryError:
            raise
        except HeadshotCheckError as error:
            return error
        except Exception as error:
            return check_failed(call.name, error)

    def close(self) -> None:
        """Free the networks' memory."""
        self._checker.close()

    def _for(self, policy: Policy | None) -> Checker:
        return self._checker if policy is None else self._checker.with_policy(policy)

    def _outcome(self, job: Job) -> Outcome:
        checker = self._for(job.policy)
        digest, size = None, None
        try:
            data = read_source(job.source, self._limits.max_bytes)[1]
            digest, size = new_digest(data).hexdigest(), len(data)
            photo = replace(load(data, limits=self._limits), source=job.name)
            report = checker.check_photo(photo)
        except PhotoError as error:
            if error.code == "out_of_memory":  # there may be enough in a new process
                raise MemoryError from error
            named = PhotoError(error.code, job.name, error.cause, error.remedy)
            return Outcome(unreadable(named, checker.policy.name), digest, size=size)
        shown = preview(photo.rgb, job.preview_px) if job.preview_px else None
        return Outcome(report, digest, perceptual_hash(photo.rgb), shown, size)


def preview(rgb: NDArray[np.uint8], long_side: int) -> bytes:
    """A picture (H, W, 3) as JPEG, reduced so that its longer side is at most `long_side` px."""
    high, wide = rgb.shape[:2]
    scale = long_side / max(high, wide)
    if scale < 1:
        rgb = area_means(rgb, max(1, round(wide * scale)), max(1, round(high * scale)))
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=_PREVIEW_QUALITY)
    return file.getvalue()


def serve(receive: Callable[[], Any], send: Callable[[Any], None]) -> None:
    """Receive a `Setting`, then run jobs until the input ends.

    Sends "ready" after loading, and "started" when a job was received. The answer to a `Job` is its `Outcome`, or the
    `WeightsError` that every photo would raise; to a `Call`, what its function returns or raises.
    """
    with contextlib.suppress(ValueError, OSError):  # signals can only be ignored in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    setting: Setting = receive()
    checker = JobChecker(setting.policy, setting.limits, setting.checks)
    send("ready")
    give_back = freed_memory_to_the_system()
    with Path(os.devnull).open("w") as nowhere:
        for done in count(1):
            try:
                job: Job | Call[Any] = receive()
                send("started")
                faulthandler.dump_traceback_later(setting.time_limit_s + _GRACE_S, exit=True, file=nowhere)
                called = isinstance(job, Call)
                answer: Any = checker.called(job) if isinstance(job, Call) else checker.outcome(job)
            except EOFError:
                return
            except WeightsError as error:
                answer = error
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            faulthandler.cancel_dump_traceback_later()
            send(answer)
            del job, answer  # free the photo before waiting for the next job
            if called or done % _TIDY_EVERY == 0:
                give_back()


def main() -> None:
    """Serve the parent over standard input and output, until standard input ends."""
    messages = Messages(*_own_pipes())
    with contextlib.suppress(EOFError, BrokenPipeError):  # the parent has ended
        serve(messages.receive, messages.send)
    os._exit(0)  # skip the interpreter's shutdown: there is nothing to clean up


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, moved away from standard input and output, where libraries may print."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    try:
        os.dup2(2, 1)
    except OSError:  # standard error is closed
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.close(nothing)
    sys.stdout = sys.stderr
    return jobs, answers
