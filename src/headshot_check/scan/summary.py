"""The one-page summary of a scan: counts, driver's seats, the worst photos, the most frequent problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from headshot_check.scan.finished import Counts
from headshot_check.scan.kept.run_rows import RunRows
from headshot_check.scan.row import PhotoGroup

_MOST_SHOWN: Final = 5
"""photos that are named of each kind; the reports list all"""


@dataclass(frozen=True, slots=True)
class NamedPhoto:
    """A photo that the summary names."""

    name: str
    """as `Row.name`"""
    score: int | None
    probability: float | None
    """probability that it was taken in a car; None if not assessed"""
    failed: tuple[str, ...]
    """failed checks, the worst first"""
    problem: str = ""
    """why it cannot be read, without its name and without a full stop"""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How many photos failed one check, and how many have a warning."""

    check: str
    failed: int
    warned: int


@dataclass(frozen=True, slots=True)
class BestShot:
    """A group of near-duplicates."""

    best: str
    """name of the best"""
    others: int
    """number of the other photos"""
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A scan's one-page summary. Lists hold a few examples; the numbers beside them count all."""

    counts: Counts
    seats: Counter[str]
    """photos by driver's-seat verdict"""
    in_cars: tuple[NamedPhoto, ...]
    """likely taken in a car, the most probable first"""
    worst: tuple[NamedPhoto, ...]
    """to be retaken for other reasons, the lowest score first"""
    unreadable: tuple[NamedPhoto, ...]
    frequent: tuple[Frequency, ...]
    """checks that failed or warned, the most frequent first"""
    groups: tuple[BestShot, ...]
    """the largest first"""
    group_count: int = 0


def summarise(rows: RunRows, counts: Counts, groups: Sequence[PhotoGroup]) -> Summary:
    """The summary, from columns of the results; only the reports of the named photos are read."""
    seats: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    warned: Counter[str] = Counter()
    in_cars: list[tuple[float, int]] = []
    bad: list[tuple[int, int]] = []
    unread: list[int] = []
    columns = ("verdict", "score", "seat", "seat_probability", "failed", "warned")
    for at, verdict, score, seat, probability, fails, warns in rows.column_values(*columns):
        seats[seat] += 1
        if verdict == "unreadable":
            unread.append(at)
            continue
        failed.update(fails.split())
        warned.update(warns.split())
        if seat == "likely":
            in_cars.append((-probability, at))
        elif verdict == "retake":
            bad.append((score, at))
    order = sorted({*failed, *warned}, key=lambda check: (-failed[check] - warned[check], check))
    by_size = sorted(groups, key=lambda group: -len(group.members))
    return Summary(
        counts,
        seats,
        _named(rows, (at for _, at in sorted(in_cars)[:_MOST_SHOWN])),
        _named(rows, (at for _, at in sorted(bad)[:_MOST_SHOWN])),
        _named(rows, unread[:_MOST_SHOWN]),
        tuple(Frequency(check, failed[check], warned[check]) for check in order),
        tuple(BestShot(rows.name(group.best), len(group.members) - 1, group.reason) for group in by_size[:_MOST_SHOWN]),
        len(groups),
    )


def _named(rows: RunRows, places: Iterable[int]) -> tuple[NamedPhoto, ...]:
    named = []
    for at in places:
        (report,) = rows.reports([at])
        fails = tuple(finding.check for finding in report.findings if finding.status == "fail")
        problem = ""
        if report.verdict == "unreadable":
            whole = report.findings[0].message.removeprefix(f"{report.source}: ")
            problem = whole.removesuffix(f". {report.findings[0].advice}")
        named.append(NamedPhoto(rows.name(at), report.score, report.drivers_seat.probability, fails, problem))
    return tuple(named)
