"""A report's JSON -> the report: what `Report.to_dict` wrote, read back for views, caches and other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headshot_check.report import (
    SCHEMA_VERSION,
    Crop,
    Cue,
    DriversSeat,
    Face,
    Finding,
    Limits,
    PhotoFacts,
    Region,
    Report,
)


def report_from_dict(document: Mapping[str, Any]) -> Report:
    """The report whose `to_dict` is `document`; numbers are as rounded there.

    Raises
    ------
    ValueError
        It is of another schema version, or lacks a key.
    """
    version = document.get("schema_version")
    if version != SCHEMA_VERSION:
        raise ValueError(f"a report of schema version {version!r} cannot be read, only of {SCHEMA_VERSION}")
    try:
        return Report(
            source=document["source"],
            photo=None if document["photo"] is None else PhotoFacts(**document["photo"]),
            verdict=document["verdict"],
            score=document["score"],
            drivers_seat=_drivers_seat(document["drivers_seat"]),
            faces=tuple(_face(one) for one in document["faces"]),
            findings=tuple(_finding(one) for one in document["findings"]),
            retake=tuple(document["retake"]),
            crop=_crop(document["crop"]),
            policy=document["policy"],
            edits=tuple(document["edits"]),
            praise=tuple(document["praise"]),
            notes=tuple(document.get("notes", ())),  # reports of before 1.0 final have none
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no report: {error}") from error


def _region(document: Mapping[str, Any] | None) -> Region | None:
    return None if document is None else _place(document)


def _place(document: Mapping[str, Any]) -> Region:
    return Region(tuple((x, y) for x, y in document["points"]))


def _drivers_seat(document: Mapping[str, Any]) -> DriversSeat:
    cues = tuple(Cue(one["name"], one["probability"], _region(one["region"])) for one in document["cues"])
    return DriversSeat(document["verdict"], document["probability"], cues, document["side"], document["cause"])


def _face(document: Mapping[str, Any]) -> Face:
    places = {"box": _place(document["box"]), "eyes": _region(document["eyes"]), "head": _region(document["head"])}
    return Face(**{**document, **places})


def _finding(document: Mapping[str, Any]) -> Finding:
    limits: dict[str, Any] = {
        name: tuple(at) if isinstance(at, list) else at for name, at in document["limits"].items()
    }
    return Finding(**{**document, "limits": Limits(**limits), "region": _region(document["region"])})


def _crop(document: Mapping[str, Any] | None) -> Crop | None:
    if document is None:
        return None
    size = None if document["size"] is None else (document["size"][0], document["size"][1])
    rest = {"region": _place(document["region"]), "mends": tuple(document["mends"]), "size": size}
    return Crop(**{**document, **rest})
