"""A scan's summary on the terminal: verdicts, cars, the worst photos, the most frequent problems."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from headshot_check.text import capitalised, clean, sentence
from headshot_check.views.palette import VERDICT_TONES
from headshot_check.views.terminal.typesetting import Line, Page, Signs, cells, shortened
from headshot_check.views.terminal.writing import write_page
from headshot_check.words import words_of
from headshot_check.words.numbers import percent

if TYPE_CHECKING:
    from rich.console import Console

    from headshot_check.policy import Policy
    from headshot_check.scan.finished import Counts
    from headshot_check.scan.summary import NamedPhoto, Summary

_BAR_CELLS: Final = 24
_CHECKS_SHOWN: Final = 6
_PROBLEMS_SHOWN: Final = 5
_REASONS_SHOWN: Final = 2


def render_scan(
    summary: Summary,
    policy: Policy,
    places: Sequence[str],
    *,
    reports: Sequence[Path] = (),
    console: Console | None = None,
) -> None:
    """Write the summary to the console, or to standard output when none is given.

    Parameters
    ----------
    policy
        What the photos were held against.
    places
        As the user named them.
    reports
        Files that were written, the one to look at first.
    """
    write_page(lambda width, signs: _page(summary, policy, places, reports, width, signs), console)


def _page(
    summary: Summary, policy: Policy, places: Sequence[str], reports: Sequence[Path], width: int, signs: Signs
) -> list[Line]:
    page, counts = Page(width, signs), summary.counts
    _head(page, counts, policy, places)
    _verdicts(page, counts)
    _cars(page, summary)
    _worst(page, summary)
    _frequent(page, summary)
    _groups(page, summary)
    _unread(page, summary)
    _rest(page, counts)
    _reports(page, reports)
    return page.lines


def render_counts(counts: Counts, policy: Policy, places: Sequence[str], out: str) -> None:
    """Write the counts of a cluster's scan, and where its rows are, to standard output."""

    def lines(width: int, signs: Signs) -> list[Line]:
        page = Page(width, signs)
        _head(page, counts, policy, places)
        _verdicts(page, counts)
        _rest(page, counts)
        page.add([("Rows: ", "label"), (signs.spell(clean(out)), "advice")])
        return page.lines

    write_page(lines, None)


def _head(page: Page, counts: Counts, policy: Policy, places: Sequence[str]) -> None:
    named = ", ".join(map(clean, places[:3])) + (f" and {len(places) - 3} more" if places[3:] else "")
    photos = _number(counts.files, "photo")
    facts = f"{policy.title} {page.signs.dot} {duration(counts.seconds)}"
    room = max(page.width - cells(photos) - cells(facts) - 7, 12)
    place = shortened(page.signs.spell(named), room, page.signs)
    page.spread([(photos, "name"), (f" in {place}", "")], [(facts, "dim")])
    page.gap()


def _verdicts(page: Page, counts: Counts) -> None:
    digits = len(f"{counts.files:,}")
    for verdict, tone in VERDICT_TONES.items():
        number = counts.verdicts.get(verdict, 0)
        if number:
            share = number / counts.files
            shown = "100 %" if number == counts.files else percent(share)
            lead: Line = [
                (f"{page.signs.of(tone)} ", tone),
                (f"{verdict:<10}  ", "label"),
                (f"{number:>{digits},}  ", ""),
            ]
            room = page.width - sum(cells(text) for text, _ in lead) - 7
            page.add([*lead, *_bar(page.signs, share, tone, min(room, _BAR_CELLS)), (f"  {shown:>5}", "dim")])
    page.gap()


def _bar(signs: Signs, share: float, tone: str, room: int) -> Line:
    full = max(1, round(share * room))
    return [(signs.full * full, tone), (signs.empty * (room - full), "dim")]


def _cars(page: Page, summary: Summary) -> None:
    likely, possible = summary.seats["likely"], summary.seats["possible"]
    if not likely and not possible:
        return
    tone = "fail" if likely else "warn"
    title = f"{likely:,} likely taken in a car" if likely else f"{possible:,} possibly taken in a car"
    more = f"{possible:,} more possibly" if likely and possible else ""
    page.spread([(f"{page.signs.of(tone)} ", tone), (title, f"{tone}-title")], [(more, "dim")])
    _names(page, [(one, _percent(one)) for one in summary.in_cars], likely)
    page.gap()


def _worst(page: Page, summary: Summary) -> None:
    others = summary.counts.verdicts.get("retake", 0) - summary.seats["likely"]
    if summary.worst:
        title = "The worst of the other retakes" if summary.in_cars else "The worst"
        page.add([(title, "heading")])
        _names(page, [(one, _why(one)) for one in summary.worst], max(others, len(summary.worst)), scores=True)
        page.gap()


def _names(page: Page, photos: Sequence[tuple[NamedPhoto, str]], total: int, *, scores: bool = False) -> None:
    """A line for each: score, name, what is to be said of it."""
    signs = page.signs
    longest = max((cells(words) for _, words in photos), default=0)
    room = max(page.width // 2 - 8, page.width - longest - (9 if scores else 4))
    names = [shortened(signs.spell(clean(one.name)), room, signs) for one, _ in photos]
    column = max(map(cells, names), default=0)
    for (one, words), name in zip(photos, names, strict=True):
        score = [(f"{'' if one.score is None else one.score:>3}  ", "dim")] if scores else []
        lead: Line = [("  ", ""), *score, (f"{name}{' ' * (column - cells(name))}  ", "")]
        page.wrap(words, lead=lead, hang=sum(cells(text) for text, _ in lead), style="dim")
    if total > len(photos) > 0:
        page.add([(f"  {signs.cut} and {total - len(photos):,} more", "dim")])


def _why(photo: NamedPhoto) -> str:
    return ", ".join(
        dict.fromkeys(words_of(check).how_it_loses(beyond=True) for check in photo.failed[:_REASONS_SHOWN])
    )


def _percent(photo: NamedPhoto) -> str:
    return "" if photo.probability is None else percent(photo.probability)


def _frequent(page: Page, summary: Summary) -> None:
    shown = summary.frequent[:_CHECKS_SHOWN]
    if not shown:
        return
    most = max(one.failed + one.warned for one in shown)
    names = [capitalised(page.signs.spell(words_of(one.check).name)) for one in shown]
    heading = "Problems"
    column = max(*map(cells, names), len(heading) - 2)
    page.add([(heading, "heading"), (" " * (column + 2 - len(heading)) + "  failed  warned", "dim")])
    for one, name in zip(shown, names, strict=True):
        room = min(max(page.width - column - 21, 3), _BAR_CELLS)
        fails, warns = (math.ceil(number / most * (room - 1)) for number in (one.failed, one.warned))
        lead: Line = [("  ", ""), (f"{name}{' ' * (column - cells(name))}  ", "")]
        numbers = "".join(f"{f'{number:,}' if number else '':>6}  " for number in (one.failed, one.warned))
        page.add([*lead, (numbers, "dim"), (page.signs.full * fails, "fail"), (page.signs.full * warns, "warn")])
    page.gap()


def _groups(page: Page, summary: Summary) -> None:
    if not summary.groups:
        return
    page.spread([(_number(summary.group_count, "group") + " of nearly the same shot", "heading")], [])
    signs = page.signs
    names = [shortened(signs.spell(clean(one.best)), max(page.width // 2 - 8, 12), signs) for one in summary.groups]
    column = max(map(cells, names))
    for one, name in zip(summary.groups, names, strict=True):
        lead: Line = [(f"{signs.good} ", "good"), (f"{name}{' ' * (column - cells(name))}  ", "")]
        words = f"best of {one.others + 1:,}: {one.reason}"
        page.wrap(words, lead=lead, hang=sum(cells(text) for text, _ in lead), style="dim")
    if summary.group_count > len(summary.groups):
        page.add([(f"  {signs.cut} and {summary.group_count - len(summary.groups):,} more", "dim")])
    page.gap()


def _unread(page: Page, summary: Summary) -> None:
    if summary.unreadable:
        page.add([("Cannot be read", "heading")])
        photos = [(one, sentence(one.problem)) for one in summary.unreadable]
        _names(page, photos, summary.counts.verdicts.get("unreadable", 0))
        page.gap()


def _rest(page: Page, counts: Counts) -> None:
    if counts.problems:
        page.add([("Could not be searched", "heading")])
        for problem in counts.problems[:_PROBLEMS_SHOWN]:
            page.wrap(f"{clean(problem.place)}: {sentence(problem.reason)}", indent=2, hang=2)
        if len(counts.problems) > _PROBLEMS_SHOWN:
            page.add([(f"  {page.signs.cut} and {len(counts.problems) - _PROBLEMS_SHOWN:,} more", "dim")])
        page.gap()
    if counts.kept:
        page.wrap(
            f"{counts.kept:,} of {_number(counts.files, 'photo')}", lead=[("From earlier runs: ", "dim")], style="dim"
        )
    if counts.skipped:
        listed = ", ".join(f"{reason} ({number:,})" for reason, number in counts.skipped.items())
        page.wrap(listed, lead=[("Skipped: ", "dim")], hang=2, style="dim")
    page.gap()


def _reports(page: Page, reports: Sequence[Path]) -> None:
    if reports:
        page.add([("Report: ", "label"), (page.signs.spell(clean(str(reports[0]))), "advice")])
        others = ", ".join(path.name for path in reports[1:])
        if others:
            page.wrap(clean(others), lead=[("  beside it: ", "dim")], hang=2, style="dim")


def duration(seconds: float) -> str:
    """A time for people.

    >>> duration(0.42), duration(75), duration(7322)
    ('0.4 s', '1 min 15 s', '2 h 2 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def done_line(source: str, verdict: str, score: int | None, seat: str) -> str:
    """One photo on a line, for a watched folder."""
    car = {"likely": "  likely taken in a car", "possible": "  possibly taken in a car"}.get(seat, "")
    return f"{time.strftime('%H:%M:%S')}  {verdict:<10} {'' if score is None else score:>3}  {clean(source)}{car}"


def _number(number: int, what: str) -> str:
    """A number with its noun.

    >>> _number(1, "photo"), _number(1200, "photo")
    ('1 photo', '1,200 photos')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"
