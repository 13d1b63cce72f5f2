"""Policies on the terminal: a table of limits, or the list of what there is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from headshot_check.defaults import DEFAULT_POLICY
from headshot_check.text import clean, sentence
from headshot_check.views.terminal.typesetting import Line, Page, Signs, cells
from headshot_check.views.terminal.writing import write_page

if TYPE_CHECKING:
    from rich.console import Console

    from headshot_check.policy import Policy, Rule

_LEAST_NAME = 14
_LIMITS = 15
"""columns of the limits"""


def render_policies(
    known: Sequence[Policy], project: tuple[Path, Policy] | None, *, console: Console | None = None
) -> None:
    """Write the list of policies to the console, or to standard output when none is given."""
    write_page(lambda width, signs: _list(known, project, width, signs), console)


def render_policy(policy: Policy, *, verbose: bool = False, console: Console | None = None) -> None:
    """Write a policy's table to the console; `verbose` adds where each limit is from."""
    write_page(lambda width, signs: _table(policy, width, signs, verbose), console)


def _list(known: Sequence[Policy], project: tuple[Path, Policy] | None, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs)
    column = max(_LEAST_NAME, *(cells(one.name) + 2 for one in known))
    for one in known:
        based = f"; extends {one.base}" if one.base else ""
        default = " (default)" if one.name == DEFAULT_POLICY else ""
        page.wrap(f"{one.title}{default}{based}", lead=[(f"{one.name:<{column}}", "name")], hang=column)
    page.gap()
    if project is not None:
        path, policy = project
        based = f" (extends {policy.base})" if policy.base and policy.name not in {one.name for one in known} else ""
        page.wrap(f"{clean(str(path))} asks for {policy.name}{based}.", lead=[("Here: ", "label")])
    page.wrap("headshot-check policy show NAME says what each asks for.", style="dim")
    return page.lines


def _table(policy: Policy, width: int, signs: Signs, verbose: bool) -> list[Line]:
    from headshot_check.checks import known_checks

    page = Page(width, signs)
    page.add([(f"{policy.name}: ", "name"), (clean(policy.title), "")])
    if policy.base:
        own = sum(rule.set_by != policy.base for rule in policy.rules.values())
        changed = f"{own} check has" if own == 1 else f"{own} checks have"
        page.wrap(f"Extends {policy.base}; {changed} limits of its own ({signs.dot}).", style="dim")
    page.gap()
    column = max(cells(check) for check in policy.rules)
    head = f"  {'check':<{column}} {'warns':<{_LIMITS}}{'fails':<{_LIMITS}}cost  unit"
    page.add([(head, "heading")])
    for check, rule in policy.rules.items():
        warn, fail = _limits(rule)
        unit = known_checks()[check][1] or ""
        mark = signs.dot if policy.base and rule.set_by != policy.base else " "
        cost = f"{round(100 * rule.weight):>3}%" if rule.limits.to_dict() else "   -"
        wordy = rule.limits.warn_in is not None or rule.limits.fail_in is not None
        row: Line = [
            (f"{mark} ", "warn"),
            (f"{check:<{column}} ", ""),
            (f"{'' if wordy else warn:<{_LIMITS}}", "warn"),
            (f"{'' if wordy else fail:<{_LIMITS}}", "fail"),
            (cost, "dim"),
        ]
        fits = sum(cells(text) for text, _ in row) + 2 + cells(unit) <= width
        page.add([*row, (f"  {unit}", "dim")] if fits else row)
        if not fits:
            page.wrap(unit, indent=4, lead=[("unit: ", "dim")], style="dim")
        for lead, words, style in (("warns: ", warn, "warn"), ("fails: ", fail, "fail")):
            if wordy and words:
                page.wrap(words, indent=4, hang=cells(lead), lead=[(lead, "dim")], style=style)
        if verbose and rule.origin:
            page.wrap(sentence(rule.origin), indent=4, style="dim")
    page.gap()
    page.wrap(
        "cost: share of the score that a failure takes; a warning takes a part of it."
        + ("" if verbose else " --verbose says where each limit is from."),
        style="dim",
    )
    return page.lines


def _limits(rule: Rule) -> tuple[str, str]:
    """What warns and what fails, as text."""
    at = rule.limits
    return _side(at.warn_below, at.warn_above, at.warn_in), _side(at.fail_below, at.fail_above, at.fail_in)


def _side(below: float | None, above: float | None, words: tuple[str | bool, ...] | None) -> str:
    parts = []
    if below is not None:
        parts.append(f"< {below:g}")
    if above is not None:
        parts.append(f"> {above:g}")
    if words is not None:
        parts += [{True: "yes", False: "no"}.get(word, str(word)) if isinstance(word, bool) else word for word in words]
    return ", ".join(parts)
