"""Checks mutations in a process of its own, which may die of them: `python fuzz_photos.py FIRST COUNT`.

A line of JSON for each: its name, what came of it, and the CPU time. What the library does not document is named
"exception"; a check that hangs is ended by the alarm.
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

LIMIT_S = 30
CROP_EVERY = 10


def main(first: int, count: int) -> None:
    """Check every one of them and crop some; every answer is a line on standard output."""
    checker = Checker()
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError("hangs")))
    for number, (name, data) in enumerate(mutations(first, count)):
        before = resource.getrusage(resource.RUSAGE_SELF)
        signal.alarm(LIMIT_S)
        try:
            report = checker.check(data)
            json.dumps(report.to_dict(), allow_nan=False)
            outcome = report.verdict
            if report.verdict == "unreadable":
                outcome = report.findings[0].cause or "exception: no cause"
                assert outcome in PHOTO_ERROR_CODES
            elif number % CROP_EVERY == 0:
                with suppress(CropError, PhotoError):
                    checker.crop(data)
        except BaseException as error:
            outcome = f"exception: {error!r} {traceback.format_exc(limit=-3)}"
        finally:
            signal.alarm(0)
        after = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"name": name, "outcome": outcome, "cpu_s": after.ru_utime - before.ru_utime}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
