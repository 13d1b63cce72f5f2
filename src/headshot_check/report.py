"""What a check says: frozen, typed, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from headshot_check.sentences import cause_in_words

SCHEMA_VERSION = "1.0"

Verdict = Literal["ready", "usable", "retake", "unreadable"]
Status = Literal["pass", "warn", "fail", "not_assessed"]
SeatVerdict = Literal["likely", "possible", "unlikely", "not_assessed"]
Side = Literal["driver", "passenger"]
CueName = Literal["seat_belt", "headrest", "car_window", "roof", "steering_wheel"]
Mend = Literal["crop", "export"]
Value = float | int | bool | str | None


@dataclass(frozen=True, slots=True)
class Region:
    """A place in the picture."""

    points: tuple[tuple[float, float], ...]
    """(x, y) in fractions of the upright photo's width and height, clockwise from the top left; a face that is cut off
    reaches beyond 0..1"""

    def to_dict(self) -> dict[str, Any]:
        """{"points": [[x, y], ...]}, rounded to 1/10000 of the frame."""
        return {"points": [[round(x, 4), round(y, 4)] for x, y in self.points]}

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 in fractions."""
        xs, ys = zip(*self.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True, slots=True)
class Cue:
    """Something that tells of a car."""

    name: CueName
    probability: float
    """0..1"""
    region: Region | None = None
    """where it is; None when it is seen but cannot be outlined"""

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        return {"name": self.name, "probability": round(self.probability, 4), "region": _dict(self.region)}


@dataclass(frozen=True, slots=True)
class DriversSeat:
    """Whether the picture was taken in a car."""

    verdict: SeatVerdict
    probability: float | None = None
    """calibrated, 0..1; None when not assessed"""
    cues: tuple[Cue, ...] = ()
    """strongest first"""
    side: Side | None = None
    """only when seen"""
    cause: str | None = None
    """why it was not assessed"""

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        return {
            "verdict": self.verdict,
            "probability": None if self.probability is None else round(self.probability, 4),
            "side": self.side,
            "cause": self.cause,
            "cues": [cue.to_dict() for cue in self.cues],
        }


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the picture."""

    box: Region
    """brows to chin, ear to ear"""
    score: float
    """the detector's, 0..1"""
    main: bool
    """the one that is judged"""
    inter_eye_px: float
    """between the centres of the eyes, in the file's own pixels"""
    eyes: Region | None = None
    """the two eye centres, the one on the left of the picture first"""
    head: Region | None = None
    """crown to chin, hair included; main face only"""

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        return {
            "box": self.box.to_dict(),
            "score": round(self.score, 4),
            "main": self.main,
            "inter_eye_px": round(self.inter_eye_px, 1),
            "eyes": _dict(self.eyes),
            "head": _dict(self.head),
        }


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that a value was held against; None where there is none.

    Numbers are held against `*_below` and `*_above`, words and yes/no answers against `*_in`.
    """

    warn_below: float | None = None
    fail_below: float | None = None
    warn_above: float | None = None
    fail_above: float | None = None
    warn_in: tuple[str | bool, ...] | None = None
    fail_in: tuple[str | bool, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Only the limits that are set."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: list(at) if isinstance(at, tuple) else at for name, at in pairs if at is not None}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    """stable name, "subject.measure", such as "lighting.backlight" """
    status: Status
    message: str
    """what was seen, in one plain sentence with its number"""
    value: Value = None
    """the measured value; None when not assessed"""
    unit: str | None = None
    limits: Limits = field(default_factory=Limits)
    advice: str | None = None
    """what to do about it; None when nothing needs doing"""
    region: Region | None = None
    cause: str | None = None
    """why it was not assessed, or the error's code when the file could not be read"""
    step: int | None = None
    """number, from 1, of the instruction in `Report.retake` that takes care of it"""
    mend: Mend | None = None
    """what puts it right without another photo (see `Report.edits`)"""

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        value = round(self.value, 4) if isinstance(self.value, float) else self.value
        return {
            "check": self.check,
            "status": self.status,
            "value": value,
            "unit": self.unit,
            "limits": self.limits.to_dict(),
            "message": self.message,
            "advice": self.advice,
            "region": _dict(self.region),
            "cause": self.cause,
            "step": self.step,
            "mend": self.mend,
        }


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """The picture as the file has it."""

    width: int
    """px, upright"""
    height: int
    format: str | None
    """"JPEG", "PNG", ...; None for pixels that never were a file"""
    bytes: int | None
    """encoded size"""

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        return {"width": self.width, "height": self.height, "format": self.format, "bytes": self.bytes}


@dataclass(frozen=True, slots=True)
class Crop:
    """A crop that would make a better picture of the same shot."""

    target: str
    region: Region
    """the part to keep"""
    mends: tuple[str, ...] = ()
    """checks that warn or fail on the whole photo and pass on this part of it; empty: a crop has nothing to mend, and
    the region is what the target shows of the photo as it is"""
    rotation_deg: float = 0.0
    """by how much the picture is turned to straighten it; positive = clockwise on the screen"""
    size: tuple[int, int] | None = None
    """width and height in px that the crop is saved with: never more than the photo has; None when it was not judged"""
    verdict: Verdict | None = None
    """of the crop, which was checked like a photo; None when it was not judged"""
    score: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        return {
            "target": self.target,
            "region": self.region.to_dict(),
            "mends": list(self.mends),
            "rotation_deg": round(self.rotation_deg, 2),
            "size": None if self.size is None else list(self.size),
            "verdict": self.verdict,
            "score": self.score,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All that is said of one photo. `to_dict` validates against `schema()`."""

    source: str
    """the path as given, or "<bytes>", "<stream>", "<image>", "<array>" """
    photo: PhotoFacts | None
    """None when the file could not be read"""
    verdict: Verdict
    score: int | None
    """0..100, 100 = nothing found; None when unreadable. Never shown without the findings."""
    drivers_seat: DriversSeat
    faces: tuple[Face, ...] = ()
    """the main face first, then by size"""
    findings: tuple[Finding, ...] = ()
    """every check of the policy, the worst first"""
    retake: tuple[str, ...] = ()
    """what to do in the next photo, in order, four at most; empty when nothing needs doing"""
    crop: Crop | None = None
    policy: str = "linkedin"
    edits: tuple[str, ...] = ()
    """what makes this very file better: a crop, another format; empty when another photo is needed anyway"""
    praise: tuple[str, ...] = ()
    """what is good, a word each, the most valuable first"""
    notes: tuple[str, ...] = ()
    """what was done to read the file (HDR tone-mapped, a first frame judged), as sentences without a full stop"""

    @property
    def not_checked(self) -> tuple[Finding, ...]:
        """The findings that could not be assessed, each with its cause."""
        return tuple(finding for finding in self.findings if finding.status == "not_assessed")

    def finding(self, check: str) -> Finding:
        """The finding of one check.

        Raises
        ------
        KeyError
            The policy has no such check.
        """
        for finding in self.findings:
            if finding.check == check:
                return finding
        raise KeyError(check)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for `json.dumps`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "source": self.source,
            "policy": self.policy,
            "photo": _dict(self.photo),
            "verdict": self.verdict,
            "score": self.score,
            "drivers_seat": self.drivers_seat.to_dict(),
            "faces": [face.to_dict() for face in self.faces],
            "findings": [finding.to_dict() for finding in self.findings],
            "not_checked": [
                {"check": finding.check, "cause": finding.cause, "reason": cause_in_words(finding.cause or "")}
                for finding in self.not_checked
            ],
            "retake": list(self.retake),
            "edits": list(self.edits),
            "praise": list(self.praise),
            "notes": list(self.notes),
            "crop": _dict(self.crop),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Report:
        """The report whose `to_dict` is `document`; numbers are as rounded there.

        Raises
        ------
        ValueError
            It is of another schema version, or lacks a key.
        """
        from headshot_check.report_reading import report_from_dict

        return report_from_dict(document)


@lru_cache(maxsize=1)
def schema() -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of `Report.to_dict`, as published in report.schema.json."""
    path = Path(__file__).with_name("report.schema.json")
    document: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _dict(part: Any) -> dict[str, Any] | None:
    return None if part is None else part.to_dict()
