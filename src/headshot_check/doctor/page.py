"""An installation as text for the terminal: problems first, then everything that was examined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headshot_check.text import clean
from headshot_check.views.terminal.typesetting import Line, Page, Signs, cells
from headshot_check.views.terminal.writing import write_page

if TYPE_CHECKING:
    from rich.console import Console

    from headshot_check.doctor.examination import Installation

_LABEL = 11
"""columns of the label of a line"""
_SHA_SHOWN = 12
"""digits of a SHA-256 that are shown; the JSON has all of them"""


def render_installation(found: Installation, *, console: Console | None = None) -> None:
    """Write an installation to the console (default: standard output)."""
    write_page(lambda width, signs: _page(found, width, signs), console)


def _page(found: Installation, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs)
    said, tone = ("all is in order", "good") if found.ok else ("something is missing or broken", "fail")
    page.spread([(f"headshot-check {found.headshot_check}", "name")], [(f"{signs.of(tone)} {said}", tone)])
    page.gap()
    for problem in found.problems:
        page.wrap(clean(problem), lead=[(f"{signs.fail} ", "fail")], hang=2)
    for note in found.notes:
        page.wrap(clean(note), lead=[(f"{signs.warn} ", "warn")], hang=2)
    page.gap()

    def line(label: str, text: str) -> None:
        page.wrap(clean(text), lead=[(f"{label:<{_LABEL}}", "label")], hang=_LABEL)

    line("Python", found.python)
    line("System", found.system)
    threads, machine = found.processors, found.processors_of_the_machine
    line("Processors", f"{threads}" if threads == machine else f"{threads} of the machine's {machine}")
    line("Packages", ", ".join(f"{one.name} {one.version or 'missing'}" for one in found.packages))
    line("Formats", ", ".join(f"{one.name} ({one.library or 'not read'})" for one in found.formats))
    line("Extras", ", ".join(f"{one.name} ({'not installed' if one.missing else 'installed'})" for one in found.extras))
    if found.checks_of_packages:
        line("Checks", ", ".join(f"{check} ({package})" for check, package in found.checks_of_packages.items()))
    line("Policy", found.policy or "linkedin, as no pyproject.toml here asks for another")
    line("Cache", f"{found.cache.folder or 'none'} ({found.cache.bytes / 1e6:.1f} MB)")
    line(
        "Trial",
        "failed" if found.trial.seconds is None else f"a made-up picture was checked in {found.trial.seconds:.2f} s",
    )
    page.gap()
    page.add([("Networks, by the beginning of their SHA-256", "heading")])
    column = max((cells(one.name) for one in found.networks), default=0) + 2
    for one in found.networks:
        sign, tone = (signs.fail, "fail") if one.error else (signs.good, "good")
        sha = (one.sha256 or "not there")[:_SHA_SHOWN]
        page.add([(f"{sign} ", tone), (f"{one.name:<{column}}", ""), (f"{sha}  {one.file}", "dim")])
    return page.lines
