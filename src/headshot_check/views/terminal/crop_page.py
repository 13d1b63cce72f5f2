"""A crop on the terminal: its file, its score, what it mends and what it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from headshot_check.report import PhotoFacts
from headshot_check.text import clean
from headshot_check.views.labels import typed
from headshot_check.views.terminal.report_page import headline
from headshot_check.views.terminal.typesetting import Line, Page, Signs, cells
from headshot_check.views.terminal.writing import write_page
from headshot_check.words import check_label

if TYPE_CHECKING:
    from rich.console import Console

    from headshot_check.crop.result import CroppedPhoto


def render_crop(cropped: CroppedPhoto, place: Path, *, console: Console | None = None) -> None:
    """Write what was saved at `place` to the console, or to standard output when none is given."""
    write_page(lambda width, signs: _page(cropped, place, width, signs), console)


def _page(cropped: CroppedPhoto, place: Path, width: int, signs: Signs) -> list[Line]:
    page, report = Page(width, signs), cropped.report
    high, wide = cropped.pixels.shape[:2]
    facts = PhotoFacts(wide, high, "PNG" if place.suffix.lower() == ".png" else "JPEG", place.stat().st_size)
    headline(page, replace(report, source=str(place), photo=facts))
    before = cropped.before
    score = "" if before.score is None else f" {before.score}/100"
    page.wrap(
        f"{before.name}: {before.verdict.upper()}{score}",
        lead=[("Cropped from ", "dim")],
        hang=2,
        style="dim",
    )
    wrong = [one.check for one in report.findings if one.status in ("fail", "warn")]
    for sign, tone, lead, checks in (
        (signs.good, "good", "Fixed: ", cropped.crop.mends),
        (signs.warn, "warn", "Wrong in the crop: ", wrong),
    ):
        if checks:
            names = ", ".join(dict.fromkeys(check_label(check) for check in checks))
            page.wrap(names, lead=[(f"{sign} ", tone), (lead, "label")], hang=2)
    for note in cropped.notes:
        page.wrap(note, lead=[(f"{signs.arrow} ", "dim")], hang=cells(signs.arrow) + 1, style="dim")
    if report.retake:
        page.gap()
        page.wrap(typed("check", clean(str(place))), lead=[("What to do about the rest: ", "label")])
    page.gap()
    return page.lines
