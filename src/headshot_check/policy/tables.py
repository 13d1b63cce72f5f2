"""Validates a check's table in a policy file and turns it into a rule."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from itertools import product
from typing import Any

from headshot_check.checks import known_checks
from headshot_check.errors import PolicyError
from headshot_check.policy.judging import Rule
from headshot_check.report import Limits
from headshot_check.text import did_you_mean
from headshot_check.words import Words, words_of

OFF = "off"
"""value of a limit, or of a check's table, that removes what the extended policy says"""
LIMITS = tuple(limit.name for limit in fields(Limits))
_ANSWER_LIMITS = ("warn_in", "fail_in")
_NUMBER_LIMITS = tuple(limit for limit in LIMITS if limit not in _ANSWER_LIMITS)
_RULE_KEYS = (*LIMITS, "weight", "origin", "same_as", "same_when")
_DEFAULT_WEIGHT = 0.3
_RANGES = {
    "share": (-1.0, 2.0, "a share from 0 to 1"),
    "probability": (0.0, 1.0, "a probability from 0 to 1"),
    "degrees": (-180.0, 180.0, "an angle from -180 to 180 degrees"),
    "levels of 255": (0.0, 255.0, "levels from 0 to 255"),
}
"""by unit: the least and the largest limit that can be meant, and what the measures answer with; shares of the frame
reach beyond it where the head does"""
_SHOWN = 60
"""most characters of an invalid value in a message"""


def checked_table(table: Mapping[str, Any], words: Words, unit: str | None, where: str) -> dict[str, Any]:
    """A check's table, validated; what is off is None.

    Parameters
    ----------
    words
        The check's record: its limits must be for what it answers with.
    unit
        The check's unit: where its range is known, limits far outside are errors.
    where
        File and table, for messages.

    Raises
    ------
    PolicyError
        A key is unknown, or its value is not one that this check can have.
    """
    checked: dict[str, Any] = {}
    for key, value in table.items():
        at = f"{where}.{key}"
        if key not in _RULE_KEYS:
            raise PolicyError(f"{at} is unknown: {one_of(key, _RULE_KEYS)}")
        if key in (*LIMITS, "same_as", "same_when") and value == OFF:
            checked[key] = None
        elif key in _ANSWER_LIMITS:
            checked[key] = _answers(value, words, at)
        elif key in ("origin", "same_as", "same_when"):
            if not isinstance(value, str):
                raise PolicyError(f"{at} must be a string, not {shown(value)}")
            if key == "same_as" and value not in known_checks():
                raise PolicyError(f"{at} is not a check: {one_of(value, known_checks())}")
            if key == "same_when" and value not in ("above", "below"):
                raise PolicyError(f'{at} must be "above" or "below", not {shown(value)}')
            checked[key] = value
        elif (number := _number(value)) is None:
            raise PolicyError(f"{at} must be a finite number, not {shown(value)}")
        elif key == "weight" and not 0 <= number <= 1:
            raise PolicyError(f"{at} must be a number from 0 to 1, not {shown(value)}")
        elif key in _NUMBER_LIMITS and words.kind != "number":
            answer = "a word" if words.kind == "word" else "yes or no"
            raise PolicyError(f"{at} is for numbers, and this check answers with {answer}: use warn_in or fail_in")
        else:
            if key in _NUMBER_LIMITS:
                _check_range(number, unit, at)
            checked[key] = number
    return checked


def _check_range(number: float, unit: str | None, at: str) -> None:
    """Refuse a limit in another unit, mostly 80 for a share of 0.8: no value would ever cross it."""
    least, most, what = _RANGES.get(unit or "", (-math.inf, math.inf, ""))
    if not least <= number <= most:
        meant = f": {number / 100:g}?" if most < number <= 100 and unit in ("share", "probability") else ""
        raise PolicyError(f"{at} is {number:g}, and this check gives {what}{meant}")


def _answers(value: Any, words: Words, at: str) -> tuple[str | bool, ...]:
    """A list of answers, each of which the check can give."""
    if words.kind == "number":
        raise PolicyError(f"{at} is a list of answers, and this check gives a number: use {', '.join(_NUMBER_LIMITS)}")
    kind, what = (bool, "true or false") if words.kind == "yes_no" else (str, "words")
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise PolicyError(f"{at} must be a list of {what}, not {shown(value)}")
    for item in value:
        if words.values and item not in words.values:
            raise PolicyError(f"{at}: this check never answers {shown(item)}: {one_of(item, words.values)}")
    return tuple(value)


def _number(value: Any) -> float | None:
    """A finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def shown(value: Any) -> str:
    """An invalid value for a message, shortened."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, tables in tables
        return f"this {type(value).__name__}"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def check_order(table: Mapping[str, Any], where: str) -> None:
    """Make sure that failing limits lie beyond warning limits, and that some value can pass.

    Raises
    ------
    PolicyError
        They do not, or none can; `where` names the table in the message.
    """
    for warn, fail, sign in (("warn_below", "fail_below", 1), ("warn_above", "fail_above", -1)):
        if warn in table and fail in table and sign * (table[warn] - table[fail]) < 0:
            raise PolicyError(
                f"{where}: {fail} ({table[fail]:g}) must lie beyond {warn} ({table[warn]:g}): "
                f'set both, or one of them to "{OFF}"'
            )
    for below, above in product(("warn_below", "fail_below"), ("warn_above", "fail_above")):
        if below in table and above in table and table[below] > table[above]:
            raise PolicyError(
                f"{where}: {below} ({table[below]:g}) lies above {above} ({table[above]:g}): nothing could pass"
            )


def check_same(table: Mapping[str, Any], check: str, where: str) -> None:
    """Raise PolicyError where `same_as` and `same_when` of a merged table do not fit this check or each other."""
    same, when = table.get("same_as"), table.get("same_when")
    if same == check:
        raise PolicyError(f"{where}.same_as names the check itself, which would never be reported: name another one")
    if when is None:
        return
    if same is None:
        raise PolicyError(f"{where}.same_when says on which side of the check in same_as: add same_as, or leave it out")
    if words_of(same).kind != "number":
        raise PolicyError(f"{where}.same_when is for numbers, and {same} does not give one: leave it out")


def rule_of(table: Mapping[str, Any]) -> Rule:
    """The rule of a validated table."""
    limits = Limits(**{key: value for key, value in table.items() if key in LIMITS})
    weight, origin = table.get("weight", _DEFAULT_WEIGHT), table.get("origin", "")
    return Rule(limits, weight, origin, table["set_by"], table.get("same_as"), table.get("same_when"))


def one_of(given: str, known: Iterable[str]) -> str:
    """The remedy for an unknown name: the closest known one, or all of them."""
    return did_you_mean(given, known) or f"use one of {', '.join(known)}"
