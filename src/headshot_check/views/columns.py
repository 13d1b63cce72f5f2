"""A row of a scan as flat columns: what CSV and Parquet hold, whichever engine made the row."""

from __future__ import annotations

from typing import Final

from headshot_check.file_names import encodable
from headshot_check.policy import Policy
from headshot_check.report import Report, Status, Value
from headshot_check.scan.row import Row

Cell = str | int | float | bool | None

FACTS: Final[dict[str, type]] = {
    "name": str,
    "path": str,
    "bytes": int,
    "width": int,
    "height": int,
    "format": str,
    "verdict": str,
    "score": int,
    "drivers_seat": str,
    "drivers_seat_probability": float,
    "failed": str,
    "warned": str,
    "first_instruction": str,
    "cause": str,
    "group": int,
    "best_of_group": bool,
    "digest": str,
}
"""The columns before those of the checks, in order, with their types; columns are added, never renamed."""

ANSWERS: Final[dict[str, type]] = {
    "capture.front_camera": bool,
    "capture.software": str,
    "faces.found": str,
    "file.animated": bool,
    "file.format": str,
    "file.greyscale": bool,
    "file.truncated": bool,
    "file.damaged": bool,
}
"""Checks that answer with a word or with yes or no; all others give a number."""

SEPARATOR: Final = ";"
"""between the checks of `failed` and of `warned`"""


def column_types(policy: Policy) -> dict[str, type]:
    """Names of all columns in their order, each with the type of what is in it where it is not None."""
    return FACTS | {check: ANSWERS.get(check, float) for check in policy.rules}


def columns(row: Row, policy: Policy, *, group: int | None = None, best: bool | None = None) -> dict[str, Cell]:
    """One row by column.

    Parameters
    ----------
    policy
        What the row was held against: each of its checks has a column, named as the check, with the measured value.
    group
        Number, from 1, of the group of near-duplicates that the photo is in.
    best
        Whether it is the best of that group.

    Returns
    -------
    dict
        `column_types` says names, order and types. `bytes` is the file's size; `failed` and `warned` are checks joined
        by ";", the worst first; `first_instruction` is the first thing to do, in the next photo or to this file;
        `cause` is the stable code of what could not be read. Texts are valid Unicode: half characters in names of files
        are escaped as in "\\udcff". Numbers of checks are rounded as in the report's JSON.
    """
    report, photo = row.report, row.report.photo
    seat = report.drivers_seat
    facts: dict[str, Cell] = {
        "name": encodable(row.name),
        "path": encodable(row.path),
        "bytes": row.size if row.size is not None or photo is None else photo.bytes,
        "width": photo.width if photo else None,
        "height": photo.height if photo else None,
        "format": photo.format if photo else None,
        "verdict": report.verdict,
        "score": report.score,
        "drivers_seat": seat.verdict,
        "drivers_seat_probability": None if seat.probability is None else round(seat.probability, 4),
        "failed": SEPARATOR.join(checks_with(report, "fail")),
        "warned": SEPARATOR.join(checks_with(report, "warn")),
        "first_instruction": encodable(next(iter((*report.retake, *report.edits)), "")) or None,
        "cause": cause_of(report),
        "group": group,
        "best_of_group": best,
        "digest": row.digest,
    }
    values = {finding.check: finding.value for finding in report.findings}
    return facts | {check: _cell(values.get(check), ANSWERS.get(check, float)) for check in policy.rules}


def checks_with(report: Report, status: Status) -> tuple[str, ...]:
    """The checks that came out so, the worst first."""
    return tuple(finding.check for finding in report.findings if finding.status == status)


def cause_of(report: Report) -> str | None:
    """The stable code of why a photo could not be read; None for one that could.

    >>> from headshot_check import check
    >>> cause_of(check(b"no photo"))
    'not_an_image'
    """
    if report.verdict != "unreadable":
        return None
    return next((finding.cause for finding in report.findings if finding.cause), None)


def _cell(value: Value, kind: type) -> Cell:
    if value is None:
        return None
    if kind is float and isinstance(value, (int, float)):
        return round(float(value), 4)
    return encodable(value) if isinstance(value, str) else value
