"""Do verdict, score and plan agree with each other?

    python -m benchmarks.quality.verdicts ../shared/photos [--count 3000]

Photos with `use` = train and the pool, in an order that has nothing to do with them. Counted: scores outside the band
of their verdict; retakes whose first instruction answers the failing check that weighs most, apart those where it does
not because another photo is another file anyway (too small, compressed too much), or because the car is left first.
Markdown on standard output.
"""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import islice
from pathlib import Path

import cv2

from benchmarks.quality.curves import portraits
from headshot_check import Checker, load_policy
from headshot_check.errors import PhotoError
from headshot_check.policy import Rule
from headshot_check.report import Report

BANDS = {"ready": (80, 100), "usable": (50, 79), "retake": (0, 49)}
OF_THE_FILE = ("file.", "framing.inter_eye_distance")


def plan_of(report: Report, rules: dict[str, Rule]) -> str:
    """How the first instruction of a retake stands to the failing check that weighs most."""
    failing = [finding for finding in report.findings if finding.status == "fail" and finding.mend is None]
    most = max(rules[finding.check].weight for finding in failing)
    worst = [finding for finding in failing if rules[finding.check].weight == most]
    if any(finding.step == 1 for finding in worst):
        return "answered"
    if all(finding.check.startswith(OF_THE_FILE) for finding in worst):
        return "another photo is another file"
    first = {finding.check for finding in failing if finding.step == 1}
    return "the car first" if "car.drivers_seat" in first else "not answered"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--count", type=int, default=3000)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    checker, rules = Checker(), dict(load_policy("linkedin").rules)
    verdicts: Counter[str] = Counter()
    plans: Counter[str] = Counter()
    outside = 0
    for path in islice(portraits(options.photos), options.count):
        try:
            report = checker.check(path)
        except PhotoError:
            continue
        verdicts[report.verdict] += 1
        least, most = BANDS[report.verdict]
        outside += not least <= report.score <= most
        if report.verdict == "retake":
            plans[plan_of(report, rules)] += 1
    print("| | photos |\n|---|---:|")
    for name, count in (*verdicts.most_common(), ("score outside its verdict's band", outside)):
        print(f"| {name} | {count} |")
    for name, count in plans.most_common():
        print(f"| first instruction of a retake: {name} | {count} |")


if __name__ == "__main__":
    main()
