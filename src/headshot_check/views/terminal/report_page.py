"""A report on the terminal: the verdict, what is wrong (worst first), what to do.

The page is laid out once, as lines of styled spans; colour is put on by rich where the output is a terminal that shows
it, and elsewhere the same lines are written as plain text, without loading rich.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from headshot_check.report import Finding, Report
from headshot_check.text import capitalised, clean, sentence
from headshot_check.views import labels
from headshot_check.views.palette import VERDICT_TONES
from headshot_check.views.terminal.typesetting import (
    ASCII_PLAIN,
    PLAIN,
    Line,
    Page,
    Signs,
    cells,
    shortened,
)
from headshot_check.views.terminal.writing import held, plain, write_page
from headshot_check.words.numbers import byte_size

if TYPE_CHECKING:
    from rich.console import Console

_BAR_CELLS: Final = 20


def render(report: Report, *, console: Console | None = None, verbose: bool = False) -> None:
    """Write the report to the console, or to standard output when none is given.

    Colours appear only on a terminal (or where FORCE_COLOR asks for them), never with NO_COLOR or TERM=dumb; where the
    output cannot carry Unicode, every sign has an ASCII form.

    Parameters
    ----------
    console
        A rich console to write to.
    verbose
        A row for every check, also those that passed.
    """
    write_page(lambda width, signs: _page(report, width, signs, verbose), console)


def render_text(report: Report, *, width: int = 80, verbose: bool = False, ascii_only: bool = False) -> str:
    """The report as plain text, without colours or escape sequences, ending in a line break.

    Parameters
    ----------
    width
        Columns, held between 40 and 96.
    verbose
        A row for every check, also those that passed.
    ascii_only
        ASCII signs only; letters beyond ASCII in names and messages become "?".
    """
    return plain(_page(report, held(width), ASCII_PLAIN if ascii_only else PLAIN, verbose))


def render_summary(reports: Sequence[Report], *, console: Console | None = None) -> None:
    """Write one closing line for several photos: how many of each verdict, how many from a car, the best.

    It becomes two where the window is narrow. Nothing is written for no reports.
    """
    write_page(lambda width, signs: _summary(reports, width, signs), console)


def _page(report: Report, width: int, signs: Signs, verbose: bool) -> list[Line]:
    page = Page(width, signs)
    headline(page, report)
    findings = labels.worst_first(report)
    in_car = report.drivers_seat.verdict in ("likely", "possible")
    about_car = [one for one in findings if in_car and one.check.startswith("car.") and one.status in ("fail", "warn")]
    planned = bool(report.retake or report.edits)
    advised = verbose or not planned
    if in_car:
        _seat(page, report, about_car, advised)
    for finding in findings:
        if finding.status in ("fail", "warn") and finding not in about_car:
            _problem(page, finding, advised or (finding.mend is not None and not report.edits))
    page.gap()
    _passes(page, report, verbose)
    _steps(page, report)
    _edits(page, report)
    if report.verdict != "unreadable":
        _unknown(page, report, verbose)
    return page.lines


def headline(page: Page, report: Report) -> None:
    signs, tone = page.signs, VERDICT_TONES[report.verdict]
    facts, name = _facts(report, signs), shortened(signs.spell(report.name), page.width, signs)
    if facts and cells(name) + cells(facts) + 3 <= page.width:
        page.spread([(name, "name")], [(facts, "dim")])
        facts = ""
    else:
        page.add([(name, "name")])
    badge: Line = [(f"{signs.pad}{signs.of(tone)} {report.verdict.upper()}{signs.pad}", f"badge-{tone}")]
    if report.score is not None:
        filled = round(report.score / 100 * _BAR_CELLS)
        condition = report.condition
        badge += [
            (f"{'' if signs.pad else ','} {condition}" if condition else "", tone),
            ("  ", ""),
            (signs.full * filled, tone),
            (signs.empty * (_BAR_CELLS - filled), "dim"),
            (f" {report.score}", "label"),
            ("/100", "dim"),
        ]
    if facts and cells("".join(text for text, _ in badge)) + cells(facts) + 3 <= page.width:
        page.spread(badge, [(facts, "dim")])
    else:
        page.add(badge)
        if facts:
            page.add([(facts, "dim")])
    for note in report.notes:
        page.wrap(capitalised(clean(note)), style="dim")
    page.gap()


def _facts(report: Report, signs: Signs) -> str:
    photo = report.photo
    if photo is None:
        return ""
    parts = [f"{photo.width} {signs.times} {photo.height} px", clean(photo.format or "")]
    if photo.bytes is not None:
        parts.append(byte_size(photo.bytes))
    return f" {signs.dot} ".join(filter(None, parts))


def _seat(page: Page, report: Report, findings: list[Finding], advised: bool) -> None:
    seat = report.drivers_seat
    tone = "fail" if seat.verdict == "likely" else "warn"
    certainty = seat.shown
    title = capitalised(seat.title)
    page.spread([(f"{page.signs.of(tone)} ", tone), (title, f"{tone}-title")], [(certainty, "dim")])
    evidence = labels.seat_evidence(seat)
    if evidence:
        page.wrap(capitalised(evidence), indent=2)
    for finding in findings:
        _words(page, finding, advised, silent=labels.said_by_title(finding, seat))


def _problem(page: Page, finding: Finding, advised: bool) -> None:
    sign, name = page.signs.of(finding.status), capitalised(finding.label)
    page.spread([(f"{sign} ", finding.status), (name, "label")], [(finding.shown, "dim")])
    _words(page, finding, advised)


def _words(page: Page, finding: Finding, advised: bool, *, silent: bool = False) -> None:
    """The message unless silent, and its own advice where the plan below does not say it."""
    if finding.message and not silent:
        page.wrap(sentence(finding.message), indent=2)
    advice = sentence(finding.advice or "")
    if advised and advice and advice not in sentence(finding.message):
        page.wrap(f"{page.signs.arrow} {advice}", indent=2, hang=cells(page.signs.arrow) + 1, style="advice")


def _passes(page: Page, report: Report, verbose: bool) -> None:
    """What is good in a word each, and how many checks passed; or a row for each that did."""
    sign, names = page.signs.good, ", ".join(clean(word) for word in report.praise)
    passed, made = labels.passed(report)
    if passed:
        counted = f"{passed} of {made} checks passed"
        lead: Line = [(f"{sign} ", "good"), *([("Good: ", "label")] if names else [])]
        page.wrap(f"{names} ({passed} of {made} passed)" if names else counted, lead=lead, hang=2)
    near = labels.near_limits(report)
    if near:
        page.wrap(", ".join(near), lead=[(f"{page.signs.arrow} ", "dim"), ("Near a limit: ", "label")], hang=2)
    for finding in labels.worst_first(report) if verbose else ():
        if finding.status != "pass":
            continue
        name = capitalised(finding.label)
        page.spread([(f"{sign} ", "good"), (name, "")], [(finding.shown, "dim")])
        if finding.message:
            page.wrap(sentence(finding.message), indent=2, style="dim")
    page.gap()


def _steps(page: Page, report: Report) -> None:
    if not report.retake:
        return
    page.add([(labels.plan_heading(report), "heading")])
    digits = len(str(len(report.retake)))
    for number, step in enumerate(report.retake, 1):
        lead = f"{number:>{digits}}. "
        page.wrap(sentence(step), lead=[(lead, "advice")], hang=len(lead))
    page.gap()


def _edits(page: Page, report: Report) -> None:
    """What mends this very file, with the command that does it."""
    hang = cells(page.signs.arrow) + 1
    for edit in report.edits:
        page.wrap(sentence(edit), lead=[(f"{page.signs.arrow} ", "advice")], hang=hang)
    command = labels.crop_command(report)
    if command:  # never wrapped, so that it can be copied
        page.add([(" " * hang, ""), (page.signs.spell(command), "advice")])
    page.gap()


def _unknown(page: Page, report: Report, verbose: bool) -> None:
    """What was not checked, one group per cause; `verbose` names what another finding says already."""
    if verbose and (names := labels.said_already(report)):
        page.wrap(", ".join(names), lead=[("Said by another finding: ", "dim")], hang=2, style="dim")
        page.gap()
    causes = labels.not_checked(report, verbose=verbose)
    if causes:
        groups = (", ".join(names) + (f" ({cause})" if cause else "") for cause, names in causes.items())
        page.wrap("; ".join(groups), lead=[("Not checked: ", "dim")], hang=2, style="dim")
        page.gap()


def _summary(reports: Sequence[Report], width: int, signs: Signs) -> list[Line]:
    if not reports:
        return []
    counts = Counter(report.verdict for report in reports)
    line: Line = [(f"{len(reports)} photo{'s' if len(reports) > 1 else ''}: ", "label")]
    for verdict, tone in VERDICT_TONES.items():
        if counts[verdict]:
            line += [(f"{signs.of(tone)} {counts[verdict]} {verdict}", tone), (", ", "dim")]
    line.pop()
    more = []
    in_cars = sum(report.drivers_seat.verdict == "likely" for report in reports)
    if in_cars:
        more.append(f"{in_cars} likely taken in a car")
    scored = [report for report in reports if report.score is not None]
    if len(scored) > 1:
        best = max(scored, key=lambda report: report.score or 0)
        more.append(f"best: {clean(best.source)} ({best.score})")
    if not more:
        return [line]
    page, rest = Page(width, signs), f" {signs.dot} ".join(map(signs.spell, more))
    if sum(cells(text) for text, _ in line) + cells(rest) + 3 <= width:
        page.add([*line, (f" {signs.dot} {rest}", "")])
    else:
        page.add(line)
        page.wrap(rest)
    return page.lines
