"""Measured values as people read them: rounded, with their unit and the limit that they crossed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from headshot_check.text import clean

SHARES: Final = ("fraction", "probability", "share")
"""units that are shown in percent"""
_DEGREES: Final = {"deg", "degree", "degrees", "°"}
_BYTES: Final = {"B", "byte", "bytes"}
_SHORT: Final = {
    "% of the inter-eye distance": "% of eye distance",
    "stops below white": "stops",
    "CIELAB chroma": "chroma",
    "levels of 255": "levels",
}
"""units that are too long for a row"""
_BARE: Final = {"1", "count", "ratio", "score"}
"""units that are not shown"""
_MOST_DIGITS: Final = 4
"""decimals of the values in a report"""


def percent(share: float) -> str:
    """A share as a percentage that never rounds up to certainty.

    >>> percent(0.957), percent(0.998), percent(0.001)
    ('96 %', '99 %', '1 %')
    """
    return f"{min(max(round(share * 100), 1), 99)} %"


def byte_size(size: int, limits: Iterable[float] = ()) -> str:
    """An encoded size for people, not rounded onto a limit (in bytes) that it is not at.

    >>> byte_size(9_340_000), byte_size(480_200), byte_size(12), byte_size(8_030_000, [8_000_000])
    ('9.3 MB', '480 kB', '12 bytes', '8.03 MB')
    """
    unit, scale = _byte_unit(size)
    value = size / scale
    digits = digits_apart(value, 1 if unit == "MB" and value < 20 else 0, [limit / scale for limit in limits])
    return f"{value:.{digits}f} {unit}"


def digits_apart(value: float, digits: int, limits: Iterable[float]) -> int:
    """`digits`, or as many more as keep a rounded value off the limits that it is not at; where four do not, `digits`.

    >>> digits_apart(27.96, 0, (28,)), digits_apart(28, 0, (28,)), digits_apart(-0.04, 1, (0.0, 1.0))
    (2, 0, 2)
    """
    others = [limit for limit in limits if limit != value]
    enough = range(digits, _MOST_DIGITS + 1)
    return next((n for n in enough if all(round(value, n) != round(limit, n) for limit in others)), digits)


def measure_text(
    value: float | bool | str | None, unit: str | None, limit: float | None = None, *, upper: bool = True
) -> str:
    """A value with its unit and the limit that it crossed, an upper or a lower one; empty when there is no value.

    >>> measure_text(1.83, "stops", 1.0), measure_text(212, "px", 400, upper=False), measure_text(0.5, "share")
    ('1.8 stops, max 1.0', '212 px, min 400', '50 %')
    >>> measure_text(0.913, "probability", 0.5), measure_text(0.002, "probability")
    ('91 % likely, max 50', '0.20 % likely')
    >>> measure_text(0.066, "MB"), measure_text(9.1, "MB", 8), measure_text(-0.02, "degrees")
    ('66 kB', '9.1 MB, max 8', '-0.02°')
    """
    unit = clean(unit or "")
    if value is None or isinstance(value, bool):  # yes or no to what is in the message
        return ""
    if isinstance(value, str):
        return " ".join(filter(None, (clean(value).replace("_", " "), unit)))
    if not math.isfinite(value):
        return ""
    whole_from = 1.0 if unit in _DEGREES or unit in SHARES else 20.0  # as in the sentences in words/
    if unit in _DEGREES and limit is not None and value < limit < 0:  # the message says the direction
        upper, value, limit = True, -value, -limit
    if unit == "MB":
        unit, value, limit = "B", 1e6 * value, None if limit is None else 1e6 * limit
    if unit in _BYTES:
        unit, scale = _byte_unit(max(value, limit or 0))
        value, limit = value / scale, None if limit is None else limit / scale
    elif unit in SHARES:
        unit = "% likely" if unit == "probability" else "%"
        value = min(value * 100, 99.0 if unit == "% likely" else math.inf)
        limit = None if limit is None else round(limit * 100, 6)
    elif unit in _BARE:
        unit = ""
    unit = _SHORT.get(unit, unit)
    digits = _digits(value, limit, whole_from)
    joint = "" if unit in _DEGREES or not unit else " "
    shown = f"{round(value, digits) + 0.0:.{digits}f}{joint}{'°' if unit in _DEGREES else unit}"  # + 0.0: no "-0"
    if limit is not None:
        digits = 0 if limit == int(limit) and abs(limit) >= 2 else max(digits, _decimals(limit))
    return shown if limit is None else f"{shown}, {'max' if upper else 'min'} {limit:.{digits}f}"


def _byte_unit(size: float) -> tuple[str, float]:
    for unit, scale in (("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return unit, scale
    return "bytes", 1.0


def _decimals(limit: float) -> int:
    """Decimals that a limit has, three at most: shown with fewer it would be another."""
    return next((n for n in range(3) if math.isclose(round(limit, n), limit, rel_tol=1e-9)), 3)


def _digits(value: float, limit: float | None, whole_from: float) -> int:
    """Decimals that suit the size of the number (none from `whole_from`) and keep it apart from the limit."""
    if value == int(value) and (limit is None or limit == int(limit)):
        return 0
    digits = 0 if abs(value) >= whole_from else 1 if abs(value) >= 1 or value == 0 else 2
    return digits_apart(value, digits, () if limit is None else (limit,))
