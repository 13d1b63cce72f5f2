"""Rows and finished scans made by hand for the tests of reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import report_factory

from headshot_check.policy import Policy, load_policy
from headshot_check.report import Finding, Report
from headshot_check.scan.finished import Counts, FinishedScan
from headshot_check.scan.row import PhotoGroup, Row
from headshot_check.scan.tables.listed_row import ListedRow

LINKEDIN = load_policy("linkedin")


def row(name: str = "team/me.jpg", report: Report | None = None, **parts: Any) -> Row:
    """A photo to retake, 480 kB; `parts` replace what differs."""
    facts: dict[str, Any] = {
        "size": 480_200,
        "modified_ns": 1_700_000_000_000_000_001,
        "digest": "0123456789abcdef" * 2,
    }
    facts |= {"phash": 0xFEDCBA9876543210, "thumbnail": b"\xff\xd8 thumbnail \xff\xd9", "seconds": 0.05}
    shown = report if report is not None else report_factory.report(source=f"photos/{name}")
    return Row(f"/photos/{name}", name, shown, **(facts | parts))


def as_listed(row: Row, group: int | None = None, best: bool | None = None) -> ListedRow:
    """A row as the reports of a scan list it."""
    return ListedRow(row, LINKEDIN, group, best)


def unreadable_row(name: str = "team/broken.jpg") -> Row:
    """A file that could not be opened."""
    return row(name, report_factory.unreadable(), digest=None, phash=None, thumbnail=None)


def ready_row(name: str = "team/fine.jpg", score: int = 96) -> Row:
    """A photo with nothing to do about."""
    passing = tuple(
        replace(one, status="pass", advice=None) for one in report_factory.FINDINGS if one.value is not None
    )
    return row(name, report_factory.report(verdict="ready", score=score, findings=passing, retake=()))


def in_car_row(name: str = "team/car.jpg", score: int = 12) -> Row:
    """A driver's-seat selfie."""
    seat = Finding("car.drivers_seat", "fail", "Likely taken in a car.", 0.97, "probability", advice="Get out.", step=1)
    findings = (seat, *report_factory.FINDINGS)
    return row(name, report_factory.report(drivers_seat=report_factory.in_a_car(), findings=findings, score=score))


def scan(
    rows: Sequence[Row], *, groups: Sequence[PhotoGroup] = (), policy: Policy = LINKEDIN, **counts: Any
) -> FinishedScan:
    """A scan that came to these rows."""
    verdicts = dict(Counter(row.report.verdict for row in rows))
    facts = {"seconds": 12.5, "started": 1_790_000_000.0} | counts
    return FinishedScan(policy, ("photos",), Counts(len(rows), verdicts, **facts), lambda: iter(rows), groups)
