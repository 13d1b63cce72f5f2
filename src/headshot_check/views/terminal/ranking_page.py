"""A ranking on the terminal: a row for every shot, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from headshot_check.text import clean
from headshot_check.views.palette import VERDICT_TONES
from headshot_check.views.terminal.typesetting import Line, Page, Signs, cells, shortened
from headshot_check.views.terminal.writing import write_page

if TYPE_CHECKING:
    from rich.console import Console

    from headshot_check.advice.ranking import RankedPhoto
    from headshot_check.policy import Policy


def render_ranking(ranked: Sequence[RankedPhoto], policy: Policy, *, console: Console | None = None) -> None:
    """Write the ranking to the console, or to standard output when none is given."""
    write_page(lambda width, signs: _page(ranked, policy, width, signs), console)


def _page(ranked: Sequence[RankedPhoto], policy: Policy, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs)
    most = max(width // 2 - 8, 12)
    paths = [signs.spell(clean(one.source)) for one in ranked]
    folders = {PurePath(path).parent for path in paths}
    # A folder that all share would take the room of what tells them apart.
    folder = folders.pop() if len(folders) == 1 and max(map(cells, paths)) > most else PurePath()
    names = [shortened(PurePath(path).name if folder.name else path, most, signs) for path in paths]
    column, digits = max(map(cells, names)), len(str(len(ranked)))
    for one, name in zip(ranked, names, strict=True):
        tone = VERDICT_TONES[one.report.verdict]
        place = "" if one.place is None else str(one.place)
        score = "" if one.report.score is None else str(one.report.score)
        lead: Line = [
            (f"{place:>{digits}} ", "label"),
            (f"{signs.of(tone)} ", tone),
            (f"{name}{' ' * (column - cells(name))}", "name" if one.place == 1 else ""),
            (f" {score:>3}  ", "dim"),
        ]
        page.wrap(
            one.reason, lead=lead, hang=sum(cells(text) for text, _ in lead), style="good" if place == "1" else ""
        )
    page.gap()
    readable = sum(one.place is not None for one in ranked)
    unread = f", {len(ranked) - readable} cannot be read" if readable < len(ranked) else ""
    count = f"{len(ranked)} photo{'s' if len(ranked) > 1 else ''}{f' in {folder}' if folder.name else ''}"
    page.wrap(f"{count}{unread} {signs.dot} judged as {policy.title}", style="dim")
    return page.lines
