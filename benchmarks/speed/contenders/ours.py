"""headshot-check, warm: every check, the driver's seat and the advice."""

import time

import cv2
from turns import answer

from headshot_check import Checker
from headshot_check.photo import load

cv2.setNumThreads(1)
checker = Checker()


def check(job: dict) -> str:
    """All that `headshot-check check` does but printing."""
    start = time.process_time()
    photo = load(job["path"])
    decoded = time.process_time() - start
    report = checker.check_photo(photo)
    if report.verdict == "unreadable" or not report.faces:
        raise RuntimeError(f"no face was looked at: {report.verdict}")
    return f"decode {decoded:.6f}"


answer(check)
