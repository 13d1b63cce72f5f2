"""Rules, and a measurement held against one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from headshot_check.measures import Measurement
from headshot_check.report import Limits, Status


class Rule(NamedTuple):
    """How one check is judged."""

    limits: Limits
    weight: float
    """share of the score that a full failure costs, 0..1"""
    origin: str
    """where the limits are from"""
    set_by: str = ""
    """name of the policy or file that set the limits last"""
    same_as: str | None = None
    """a check that complains of the same thing: where both do, only the worse of the two is told"""
    same_when: str | None = None
    """"above" or "below": the same thing only where that check's value is too high, or too low"""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a target asks of a photo."""

    name: str
    title: str
    rules: Mapping[str, Rule]
    """by check, in the order of the file"""
    base: str | None = None
    """name of the policy that this one extends"""


class Judgement(NamedTuple):
    """How a value stands against its limits."""

    status: Status
    severity: float = 0.0
    """0 = within all limits, 1 = at the failing limit or beyond; never falls as the defect grows"""
    high: bool = False
    """which side was crossed: True = too much, False = too little (or a word or answer that is not wanted)"""
    near: float = 0.0
    """within the limits: 0 = well within, 1 = at the limit; it begins to grow shortly before"""
    beyond: float = 0.0
    """of a failure: 0 = at the failing limit, towards 1 the further beyond it; 1 for a word or an answer"""


WARN_STARTS, WARN_ENDS, WARN_ALONE = 0.25, 0.75, 0.5
"""severity of a warning at its own limit and just before the failing one; and of one without a failing limit"""

_PASS, _NOT_ASSESSED = Judgement("pass"), Judgement("not_assessed")


def judge(rule: Rule, measured: Measurement) -> Judgement:
    """Hold a measurement against its rule."""
    value, limits = measured.value, rule.limits
    if measured.cause is not None or value is None:
        return _NOT_ASSESSED
    if isinstance(value, (bool, str)):
        if limits.fail_in is not None and value in limits.fail_in:
            return Judgement("fail", 1.0, beyond=1.0)
        return Judgement("warn", WARN_ALONE) if limits.warn_in is not None and value in limits.warn_in else _PASS
    if limits.beyond(value):
        return max(
            _side(value, limits.warn_above, limits.fail_above, high=True),
            _side(-value, _negated(limits.warn_below), _negated(limits.fail_below), high=False),
            key=lambda side: (side.status == "fail", side.severity),
        )
    near = limits.nearly_beyond(value)
    return Judgement("pass", near=near) if near > 0 else _PASS


def told_already(rules: Mapping[str, Rule], judged: Mapping[str, Judgement]) -> frozenset[str]:
    """Checks whose complaint another one makes as badly or worse (`Rule.same_as`): a fault is told once.

    Only the milder of the two goes, so the worst that is told never gets better as either grows.
    """
    told = set()
    for check, rule in rules.items():
        other = judged.get(rule.same_as) if rule.same_as is not None else None
        own = judged[check]
        if other is None or rule.same_as is None or not own.severity or not other.severity:
            continue
        if rule.same_when is not None and other.high != (rule.same_when == "above"):
            continue
        milder = own.severity <= other.severity  # a failure's is the highest
        told.add(check if milder else rule.same_as)
    return frozenset(told)


def _side(value: float, warn: float | None, fail: float | None, *, high: bool) -> Judgement:
    if fail is not None and value > fail:
        reach = (value - fail) / _span(warn, fail)
        return Judgement("fail", 1.0, high, beyond=reach / (1 + reach))
    if warn is None or value <= warn:
        return _PASS
    if fail is not None and fail > warn:
        return Judgement("warn", WARN_STARTS + (WARN_ENDS - WARN_STARTS) * (value - warn) / (fail - warn), high)
    reach = (value - warn) / _span(None, warn)
    return Judgement("warn", WARN_STARTS + (WARN_ALONE - WARN_STARTS) * reach / (1 + reach), high)


def _span(warn: float | None, fail: float) -> float:
    """How far beyond a limit a value is far beyond it: as far as from the warning to it, else half of the limit."""
    return fail - warn if warn is not None and fail > warn else max(abs(fail) / 2, 1e-6)


def _negated(limit: float | None) -> float | None:
    return None if limit is None else -limit
