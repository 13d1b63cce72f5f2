"""headshot-check, warm: every check, the driver's seat and the advice."""

import cv2
from turns import answer

from headshot_check import Checker

cv2.setNumThreads(1)
checker = Checker()


def check(job: dict) -> str:
    """All that `headshot-check check` does but printing."""
    report = checker.check(job["path"])
    if report.verdict == "unreadable" or not report.faces:
        raise RuntimeError(f"no face was looked at: {report.verdict}")
    return report.verdict


answer(check)
