"""Writes policies as TOML or plain data, for `headshot-check policy show` and as a start for custom ones."""

from __future__ import annotations

from typing import Any

from headshot_check.checks import known_checks
from headshot_check.policy.judging import Policy, Rule
from headshot_check.text import to_json


def to_dict(policy: Policy) -> dict[str, Any]:
    """Plain data, ready for `json.dumps`: name, title, extends, and all checks with unit and limits."""
    known = known_checks()
    checks = {
        check: {
            "unit": known[check][1],
            "limits": rule.limits.to_dict(),
            "weight": rule.weight,
            "origin": rule.origin,
            "set_by": rule.set_by,
            **_same(rule),
        }
        for check, rule in policy.rules.items()
    }
    return {"name": policy.name, "title": policy.title, "extends": policy.base, "checks": checks}


def to_toml(policy: Policy) -> str:
    """The whole policy as TOML that `load_policy` reads, without `extend`."""
    lines = [f"name = {_string(policy.name)}", f"title = {_string(policy.title)}"]
    for check, rule in policy.rules.items():
        unit = known_checks()[check][1]
        lines += ["", f"[checks.{_string(check)}]" + (f"  # {unit}" if unit else "")]
        lines += [f"{key} = {_value(value)}" for key, value in rule.limits.to_dict().items()]
        lines += [f"weight = {_number(rule.weight)}", f"origin = {_string(rule.origin)}"]
        lines += [f"{key} = {_string(value)}" for key, value in _same(rule).items()]
    return "\n".join(lines) + "\n"


def _same(rule: Rule) -> dict[str, str]:
    named = {"same_as": rule.same_as, "same_when": rule.same_when}
    return {key: value for key, value in named.items() if value is not None}


def _value(value: float | list[str | bool]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_item(item) for item in value)}]"
    return _number(value)


def _number(value: float) -> str:
    """The number without superfluous digits that reads back as the same."""
    short = f"{value:.10g}"
    return short if float(short) == value else repr(value)


def _item(item: str | bool) -> str:
    return str(item).lower() if isinstance(item, bool) else _string(item)


def _string(text: str) -> str:
    return to_json(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # a JSON string is a TOML one
