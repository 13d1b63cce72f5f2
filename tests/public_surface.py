"""What others build on, a line each: library, command line, JSON, codes. docs/versioning.md has the promise.

python tests/public_surface.py --write    # after an addition: brings tests/public_surface.txt up to date
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import headshot_check
from headshot_check import checks
from headshot_check.errors import PHOTO_ERROR_CODES
from headshot_check.policy import built_in

KEPT = Path(__file__).with_suffix(".txt")


def surface() -> list[str]:
    """All lines, sorted."""
    found = {*_library(), *_commands(), *_json(headshot_check.schema(), "report"), *_names(), *_tables()}
    return sorted(found)


def _library() -> Iterator[str]:
    places = {"headshot_check": headshot_check, "headshot_check.checks": checks}
    for place, module in places.items():
        for name in module.__all__:
            thing = getattr(module, name)
            whole = f"library {place}.{name}"
            yield whole + (_signature(thing) if inspect.isfunction(thing) else "")
            if inspect.isclass(thing):
                yield from _members(whole, thing)
    from headshot_check.scan.ray import check_dataset

    yield f"library headshot_check.scan.ray.check_dataset{_signature(check_dataset)}"


def _members(whole: str, kind: type) -> Iterator[str]:
    """Fields, methods and properties that a class of ours says itself; of an error, what it may be caught as."""
    if issubclass(kind, Exception):
        yield f"{whole} is {', '.join(one.__name__ for one in kind.__mro__[1:-3])}"
    if is_dataclass(kind):
        for one in (one for one in fields(kind) if not one.name.startswith("_")):
            optional = one.default is not MISSING or one.default_factory is not MISSING
            yield f"{whole}.{one.name}: {one.type}{' (may be left out)' if optional else ''}"
    elif kind.__init__ is not object.__init__ and "__init__" in vars(kind):
        yield f"{whole}{_signature(kind.__init__)}"
    for name, member in vars(kind).items():
        plain = inspect.unwrap(getattr(member, "__func__", member))
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            yield f"{whole}.{name}"
        elif inspect.isfunction(plain):
            yield f"{whole}.{name}{_signature(plain)}"


def _signature(function: Any) -> str:
    """Parameters by name and kind, and whether each may be left out; types are mypy's to hold."""
    parts, named = [], False
    for name, one in inspect.signature(function).parameters.items():
        if one.kind is one.KEYWORD_ONLY and not named:
            parts, named = [*parts, "*"], True
        if name not in ("self", "cls"):
            parts.append(name if one.default is one.empty else f"{name}=")
    return f"({', '.join(parts)})"


def _commands() -> Iterator[str]:
    from typer.main import get_command

    from headshot_check.cli.commands import app

    def walk(command: Any, path: str) -> Iterator[str]:
        for one in command.params:
            if one.opts[0].startswith("-"):
                value = "" if one.is_flag else f" {one.metavar}"
                yield from (f"command {path} {name}{value}" for name in (*one.opts, *one.secondary_opts))
            else:
                yield f"command {path} {one.metavar}"
        for name, below in getattr(command, "commands", {}).items():
            yield from (f"command {path} {name}", *walk(below, f"{path} {name}"))

    yield from walk(get_command(app), "headshot-check")
    from headshot_check.cli import arguments, doctor, outcome, policy, scan

    for kind in (arguments.ReportFormat, arguments.Format, policy.PolicyFormat, doctor.DoctorFormat, scan.Engine):
        yield from (f"command value {kind.__name__} {one.value}" for one in kind)
    statuses = (outcome.OK, outcome.RETAKE, outcome.FAILED, outcome.INTERRUPTED)
    yield from (f"command exit status {status}" for status in statuses)


def _json(schema: dict[str, Any], path: str) -> Iterator[str]:
    """Every key of the report with its type, whether it is always there, and the values of its enumerations."""
    for name, below in schema.get("$defs", {}).items():
        yield from _json(below, f"json ${name}")
    where = path if path.startswith("json") else f"json {path}"
    for kind in _listed(schema.get("type", ())):
        yield f"{where}: {kind}"
    if "$ref" in schema:
        yield f"{where}: {schema['$ref'].replace('#/$defs/', '$')}"
    if "const" in schema:
        yield f"{where} = {schema['const']}"
    yield from (f"{where} = {value}" for value in schema.get("enum", ()))
    for key, below in schema.get("properties", {}).items():
        always = key in schema.get("required", ())
        yield f"{where}.{key}{'' if always else ' (may be missing)'}"
        yield from _json(below, f"{where}.{key}")
    for one in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _json(one, where)
    if "items" in schema:
        yield from _json(schema["items"], f"{where}[]")


def _listed(one: Any) -> list[Any]:
    return [one] if isinstance(one, str) else list(one)


def _names() -> Iterator[str]:
    yield from (f"photo error {code}" for code in PHOTO_ERROR_CODES)
    for name in headshot_check.__all__:
        kind = getattr(headshot_check, name)
        if inspect.isclass(kind) and issubclass(kind, headshot_check.HeadshotCheckError) and "code" in vars(kind):
            yield f"error code {name} {kind.code}"
    ours = checks.known_checks().keys() - checks.brought_by_packages().keys()
    yield from (f"check {name} {checks.known_checks()[name][1] or ''}".rstrip() for name in ours)
    yield from (f"policy {name}" for name in built_in())


def _tables() -> Iterator[str]:
    from headshot_check.scan.tables.columns import FACTS
    from headshot_check.views.scan_reports import _WRITERS

    yield from (f"file of a scan {name}" for name in _WRITERS)
    yield from (f"column {name}: {kind.__name__}" for name, kind in FACTS.items())


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        raise SystemExit(__doc__)
    KEPT.write_text("\n".join(surface()) + "\n", encoding="utf-8", newline="\n")
