"""Checks mutations in a process of its own, which may die of them: `python fuzz_photos.py FIRST COUNT [decode]`.

With `decode` they are decoded, once more at full size, and not checked: thirty times as fast. A line of JSON for each:
its name, what came of it, and the CPU time. What the library does not document is named "exception"; a check that hangs
is ended by the alarm.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz.corpus import mutations

from headshot_check import Checker
from headshot_check.crop.targets import CropError
from headshot_check.errors import PHOTO_ERROR_CODES, PhotoError
from headshot_check.photo import load

LIMIT_S = 30
CROP_EVERY = 10


def checked(checker: Checker, number: int, data: bytes) -> str:
    """The verdict, or the code of what cannot be read; some are cropped as well."""
    report = checker.check(data)
    json.dumps(report.to_dict(), allow_nan=False)
    if report.verdict == "unreadable":
        outcome = report.findings[0].cause or "exception: no cause"
        assert outcome in PHOTO_ERROR_CODES
        return outcome
    if number % CROP_EVERY == 0:
        with suppress(CropError, PhotoError):
            checker.crop(data)
    return report.verdict


def decoded(data: bytes) -> str:
    """ "decoded", or the code of what cannot be read."""
    try:
        photo = load(data)
        photo.detail((0, 0, photo.width, photo.height), 1)
    except PhotoError as error:
        return error.code if error.code in PHOTO_ERROR_CODES else f"exception: {error.code}"
    return "decoded"


def main(first: int, count: int, *, decode: bool = False) -> None:
    """Every answer is a line on standard output."""
    checker = Checker()
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError("hangs")))
    for number, (name, data) in enumerate(mutations(first, count)):
        before = resource.getrusage(resource.RUSAGE_SELF)
        signal.alarm(LIMIT_S)
        try:
            outcome = decoded(data) if decode else checked(checker, number, data)
        except BaseException as error:
            outcome = f"exception: {error!r} {traceback.format_exc(limit=-3)}"
        finally:
            signal.alarm(0)
        after = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"name": name, "outcome": outcome, "cpu_s": after.ru_utime - before.ru_utime}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), decode=sys.argv[3:] == ["decode"])
