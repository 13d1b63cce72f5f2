"""The report's JSON, field by field, from its schema, with a real report as example."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from build_docs.markdown import code, table
from headshot_check import check, schema
from headshot_check.text import to_json

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = "fixtures/images/drivers_seat_selfie.jpg"
_SHOWN_FINDINGS, _SHOWN_POINTS = 2, 3


def fields() -> str:
    """A section for each object."""
    document, parts = schema(), []
    for name, of in _objects("report", document, document["$defs"]):
        parts.append(f"## {name}")
        if "description" in of and name != "report":
            parts.append(of["description"][:1].upper() + of["description"][1:] + ".")
        required = of.get("required", ())
        always = name.endswith("limits") or not required
        rows = [
            (code(field) + ("" if field in required or always else " °"), _type(one), _said(one))
            for field, one in of["properties"].items()
        ]
        parts.append(table(["field", "type", "what"], rows))
    return "\n\n".join(parts)


def _objects(name: str, of: dict[str, Any], defs: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the schema with its place, and the region once, at the end."""
    yield name, of
    for field, one in of["properties"].items():
        inner = _inner(one)
        if inner is not None:
            many = "[]" if one.get("type") == "array" else ""
            place = field if name == "report" else f"{name}.{field}"
            yield from _objects(place + many, inner | {"description": one.get("description", "")}, {})
    if defs:
        yield "region", defs["region"]


def _inner(one: dict[str, Any]) -> dict[str, Any] | None:
    """The object that a field holds, as it is, in an array or beside null."""
    for option in (one, one.get("items", {}), *one.get("oneOf", ())):
        if "properties" in option:
            return dict(option)
    return None


def _said(one: dict[str, Any]) -> str:
    return html.escape(one.get("description", ""), quote=False)


def _type(one: dict[str, Any]) -> str:
    if "$ref" in one:
        name = one["$ref"].rpartition("/")[2]
        return "[region](#region) or null" if name == "region_or_null" else "[region](#region)"
    if "const" in one:
        return code(to_json(one["const"]))
    if "enum" in one:
        return ", ".join(code(to_json(value)) for value in one["enum"])
    if "oneOf" in one:
        return " or ".join(_type(option) for option in one["oneOf"][::-1])
    names = one.get("type", "any")
    said = " or ".join(names) if isinstance(names, list) else names
    if "items" in one and "type" in one["items"]:
        said = f"{said} of {one['items']['type']}s"
    low, high = one.get("minimum", one.get("minItems")), one.get("maximum", one.get("maxItems"))
    if low is not None and high is not None:
        return f"{said}, {low} to {high}"
    return said if high is None else f"{said}, at most {high}"


def example() -> str:
    """The fixture's report, cut short."""
    report = check(ROOT / EXAMPLE).to_dict()
    report["source"] = EXAMPLE
    left = len(report["findings"]) - _SHOWN_FINDINGS
    report["findings"] = report["findings"][:_SHOWN_FINDINGS]
    for one in (*report["drivers_seat"]["cues"], *report["findings"]):
        if one["region"]:
            one["region"]["points"] = one["region"]["points"][:_SHOWN_POINTS]
    said = f"Of `{EXAMPLE}`, without {left} of its findings and with {_SHOWN_POINTS} points of each region:"
    return f"{said}\n\n```json\n{to_json(report, indent=2, ensure_ascii=False)}\n```"
