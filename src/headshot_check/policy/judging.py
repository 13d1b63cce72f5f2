"""Rules and policies, and judging a measurement by a rule."""

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
    """where the limits come from"""
    set_by: str = ""
    """name of the policy or file that set the limits"""
    same_as: str | None = None
    """another check for the same fault: if both warn or fail, only the worse one is reported"""
    same_when: str | None = None
    """"above" or "below": the same fault only if that check's value is too high, or too low"""


@dataclass(frozen=True, slots=True)
class Policy:
    """The requirements on a photo."""

    name: str
    title: str
    rules: Mapping[str, Rule]
    """by check, in the order of the file"""
    base: str | None = None
    """name of the policy that this one extends"""


class Judgement(NamedTuple):
    """The result of judging a value by its limits."""

    status: Status
    severity: float = 0.0
    """0 = within all limits, 1 = at or beyond the failing limit; monotonic in the defect"""
    high: bool = False
    """True if an upper limit is crossed; False if a lower one is, or for an unwanted word or yes/no answer"""
    near: float = 0.0
    """of a value within the limits: 0 = well within, rising to 1 at the limit"""
    beyond: float = 0.0
    """of a failure: 0 at the failing limit, approaching 1 far beyond it; 1 for a word or yes/no answer"""


WARN_STARTS, WARN_ENDS, WARN_ALONE = 0.25, 0.75, 0.5
"""severity of a warning at the warning limit, just before the failing limit, and of one that has no failing limit"""

_PASS, _NOT_ASSESSED = Judgement("pass"), Judgement("not_assessed")


def judge(rule: Rule, measured: Measurement) -> Judgement:
    """Judge a measurement by a rule."""
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
    """Distance beyond a failing limit that counts as far: that from the warning limit to it, or half of the limit."""
    return fail - warn if warn is not None and fail > warn else max(abs(fail) / 2, 1e-6)


def _negated(limit: float | None) -> float | None:
    return None if limit is None else -limit
