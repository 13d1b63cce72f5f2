"""Reads the parts of a report from its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from headshot_check.limits import Limits
from headshot_check.report_parts import Crop, Cue, DriversSeat, Face, Finding, PhotoFacts, Region


def parts_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a report that are not plain values, by name.

    Raises
    ------
    AttributeError, LookupError, TypeError
        A key is missing, or a value has the wrong type.
    """
    parts: dict[str, Any] = {name: tuple(document[name]) for name in ("retake", "edits", "praise")}
    parts["notes"] = tuple(document.get("notes", ()))  # missing in early reports of version 1.0
    parts["photo"] = None if document["photo"] is None else made(PhotoFacts, document["photo"])
    parts["drivers_seat"] = _drivers_seat(document["drivers_seat"])
    parts["faces"] = tuple(map(_face, document["faces"]))
    parts["findings"] = tuple(map(_finding, document["findings"]))
    parts["crop"] = _crop(document["crop"])
    return parts


_Made = TypeVar("_Made")


def _region(document: Mapping[str, Any] | None) -> Region | None:
    return None if document is None else _place(document)


def _place(document: Mapping[str, Any]) -> Region:
    return Region(tuple((x, y) for x, y in document["points"]))


def _drivers_seat(document: Mapping[str, Any]) -> DriversSeat:
    cues = tuple(made(Cue, {**one, "region": _region(one["region"])}) for one in document["cues"])
    return made(DriversSeat, {"setting": None, **document, "cues": cues})  # missing in early reports


def _face(document: Mapping[str, Any]) -> Face:
    places = {"box": _place(document["box"]), "eyes": _region(document["eyes"]), "head": _region(document["head"])}
    return made(Face, {**document, **places})


def _finding(document: Mapping[str, Any]) -> Finding:
    limits: dict[str, Any] = {
        name: tuple(at) if isinstance(at, list) else at for name, at in document["limits"].items()
    }
    return made(Finding, {**document, "limits": Limits(**limits), "region": _region(document["region"])})


def _crop(document: Mapping[str, Any] | None) -> Crop | None:
    if document is None:
        return None
    size = None if document["size"] is None else (document["size"][0], document["size"][1])
    rest = {"region": _place(document["region"]), "mends": tuple(document["mends"]), "size": size}
    return made(Crop, {**document, **rest})


def made(kind: type[_Made], document: Mapping[str, Any]) -> _Made:
    """An instance of `kind` from its fields in the JSON; other keys are derived from them and ignored."""
    return kind(**{field.name: document[field.name] for field in fields(kind)})  # type: ignore[arg-type]
