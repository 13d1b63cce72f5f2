"""Numbers -> pass / warn / fail. Limits live in TOML, one file per target; this file only holds values against them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from headshot_check.errors import PolicyError
from headshot_check.measures import Measurement, known_measures
from headshot_check.report import Limits, Status

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_BUILT_IN = Path(__file__).parent
_LIMITS = tuple(limit.name for limit in fields(Limits))
_KEYS = {*_LIMITS, "weight", "origin"}


@dataclass(frozen=True, slots=True)
class Rule:
    """How one check is judged."""

    limits: Limits
    weight: float
    """share of the score that a full failure costs, 0..1"""
    origin: str
    """where the limits are from"""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a target asks of a photo."""

    name: str
    title: str
    rules: Mapping[str, Rule]
    """by check, in the order of the file"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a value stands against its limits."""

    status: Status
    severity: float = 0.0
    """0 = within all limits, 1 = at the failing limit or beyond; never falls as the defect grows"""
    high: bool = False
    """which side was crossed: True = too much, False = too little (or a word or answer that is not wanted)"""


def built_in() -> tuple[str, ...]:
    """Names of the policies that come with the package."""
    return tuple(sorted(path.stem for path in _BUILT_IN.glob("*.toml")))


def load_policy(name: str | PathLike[str]) -> Policy:
    """Read a policy that comes with the package, by name, or one's own, by the path of its .toml file.

    Raises
    ------
    PolicyError
        There is no such policy, or a key in it is unknown or has a bad value; the message names the key.
    """
    given = fspath(name)
    path = _BUILT_IN / f"{given}.toml" if given in built_in() else Path(given)
    if path.suffix != ".toml":
        known = ", ".join(built_in())
        raise PolicyError(f"there is no policy {given!r}: use one of {known}, or the path of a .toml file")
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read ({error.strerror}): check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: is not TOML ({error}): correct that place") from error
    return _policy(document, path)


def judge(rule: Rule, measured: Measurement) -> Judgement:
    """Hold a measurement against its rule."""
    value, limits = measured.value, rule.limits
    if measured.cause is not None or value is None:
        return Judgement("not_assessed")
    if isinstance(value, (bool, str)):
        if value in (limits.fail_in or ()):
            return Judgement("fail", 1.0)
        return Judgement("warn", 0.5) if value in (limits.warn_in or ()) else Judgement("pass")
    low = _side(-value, _negated(limits.warn_below), _negated(limits.fail_below), high=False)
    high = _side(value, limits.warn_above, limits.fail_above, high=True)
    return max(low, high, key=lambda side: (side.status == "fail", side.severity))


def _side(value: float, warn: float | None, fail: float | None, *, high: bool) -> Judgement:
    if fail is not None and value > fail:
        return Judgement("fail", 1.0, high)
    if warn is None or value <= warn:
        return Judgement("pass")
    reach = (value - warn) / (fail - warn) if fail is not None and fail > warn else 0.5
    return Judgement("warn", 0.25 + 0.5 * min(reach, 1.0), high)


def _negated(limit: float | None) -> float | None:
    return None if limit is None else -limit


def _policy(document: Mapping[str, Any], path: Path) -> Policy:
    for key in document:
        if key not in ("name", "title", "checks"):
            raise PolicyError(f"{path}: unknown key {key!r}: a policy has name, title and checks")
    name = document.get("name", path.stem)
    title = document.get("title", name)
    for key, text in (("name", name), ("title", title)):
        if not isinstance(text, str):
            raise PolicyError(f"{path}: {key} must be a text, not {text!r}")
    checks = document.get("checks", {})
    if not isinstance(checks, dict) or not checks:
        raise PolicyError(f'{path}: has no checks: add at least one table such as [checks."lighting.dark"]')
    known = known_measures()
    rules = {}
    for check, table in checks.items():
        where = f'{path}: checks."{check}"'
        if check not in known:
            raise PolicyError(f"{where} is not a check: use one of {', '.join(known)}")
        if not isinstance(table, dict):
            raise PolicyError(f"{where} must be a table of limits, not {table!r}")
        rules[check] = _rule(table, where)
    return Policy(name, title, rules)


def _rule(table: Mapping[str, Any], where: str) -> Rule:
    limits: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise PolicyError(f"{where}.{key} is unknown: use {', '.join(sorted(_KEYS))}")
        if key in ("warn_in", "fail_in"):
            if not isinstance(value, list) or not all(isinstance(item, (str, bool)) for item in value):
                raise PolicyError(f"{where}.{key} must be a list of words or true/false, not {value!r}")
            limits[key] = tuple(value)
        elif key in _LIMITS:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise PolicyError(f"{where}.{key} must be a number, not {value!r}")
            limits[key] = float(value)
    weight = table.get("weight", 0.3)
    if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 1:
        raise PolicyError(f"{where}.weight must be a number from 0 to 1, not {weight!r}")
    origin = table.get("origin", "")
    if not isinstance(origin, str):
        raise PolicyError(f"{where}.origin must be a text, not {origin!r}")
    for warn, fail, sign in (("warn_below", "fail_below", 1), ("warn_above", "fail_above", -1)):
        if warn in limits and fail in limits and sign * (limits[warn] - limits[fail]) < 0:
            raise PolicyError(f"{where}: {fail} must lie beyond {warn}")
    return Rule(Limits(**limits), float(weight), origin)
