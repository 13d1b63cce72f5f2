"""The parts of a report: regions, faces, driver's-seat cues, findings, the crop; frozen typed data, and their JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

from headshot_check.limits import Limits, Status
from headshot_check.words import CUES_IN_WORDS, check_label
from headshot_check.words.numbers import byte_size, measure_text, percent

Verdict = Literal["ready", "usable", "retake", "unreadable"]
SeatVerdict = Literal["likely", "possible", "unlikely", "not_assessed"]
Side = Literal["driver", "passenger"]
Setting = Literal["car", "other_vehicle"]
CueName = Literal["seat_belt", "headrest", "car_window", "roof", "steering_wheel"]
Mend = Literal["crop", "export"]
Remedy = Literal["none", "crop", "export", "original_file", "new_shot"]
Value = float | int | bool | str | None

SHOWN_CUE = 0.5
"""a cue that is more likely absent than present is not shown as evidence"""


@dataclass(frozen=True, slots=True)
class Region:
    """A place in the picture."""

    points: tuple[tuple[float, float], ...]
    """(x, y) in fractions of the upright photo's width and height, clockwise from the top left; outside 0..1 where the
    frame cuts off a face"""

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, chain.from_iterable(self.points))):
            raise ValueError(f"a region's points must be finite numbers, not {self.points}")

    def to_dict(self) -> dict[str, Any]:
        """{"points": [[x, y], ...]}, rounded to 1/10000 of the frame."""
        return {"points": [[round(x, 4), round(y, 4)] for x, y in self.points]}

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 in fractions."""
        xs, ys = zip(*self.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Region:
    """The region with these `bounds`."""
    return Region(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


@dataclass(frozen=True, slots=True)
class Cue:
    """A visible sign that the photo was taken in a car."""

    name: CueName
    probability: float
    """0..1"""
    region: Region | None = None
    """where it is; None if it is detected but cannot be outlined"""

    @property
    def label(self) -> str:
        """Its name in plain words, such as "seat belt across the chest"."""
        return CUES_IN_WORDS.get(self.name, self.name)

    @property
    def shown(self) -> str:
        """Its probability as text, such as "96 %"."""
        return percent(round(self.probability, 4))

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        return {
            "name": self.name,
            "probability": round(self.probability, 4),
            "region": to_dict_or_none(self.region),
            "label": self.label,
            "shown": self.shown,
        }


@dataclass(frozen=True, slots=True)
class DriversSeat:
    """Whether the photo was taken in a car."""

    verdict: SeatVerdict
    probability: float | None = None
    """calibrated, 0..1; None if not assessed"""
    cues: tuple[Cue, ...] = ()
    """most probable first"""
    side: Side | None = None
    """None unless it can be seen"""
    cause: str | None = None
    """why it was not assessed"""
    setting: Setting | None = None
    """the kind of vehicle it looks like ("other_vehicle" includes wheelchairs); None if it looks like none"""

    @property
    def title(self) -> str:
        """The verdict as a phrase; empty if it is "unlikely" or "not_assessed".

        >>> DriversSeat("likely", 0.97, side="driver").title
        "likely taken in the driver's seat of a car"
        """
        if self.setting == "other_vehicle" and self.verdict in ("likely", "possible"):
            seems = "this looks like" if self.verdict == "likely" else "possibly"
            return f"{seems} a seat in a train, bus or other vehicle"
        if self.verdict == "likely":
            where = {"driver": "the driver's seat of a car", "passenger": "the passenger seat of a car"}
            return f"likely taken in {where.get(self.side or '', 'a car')}"
        return "possibly taken in a car" if self.verdict == "possible" else ""

    @property
    def evidence(self) -> tuple[Cue, ...]:
        """The cues that support a verdict of "likely" or "possible", most probable first; empty for other verdicts."""
        if self.verdict not in ("likely", "possible"):
            return ()
        cues = sorted(self.cues, key=lambda cue: -cue.probability)
        return tuple(cue for cue in cues if cue.probability >= SHOWN_CUE) or tuple(cues[:1])

    @property
    def shown(self) -> str:
        """The probability as text, such as "97 %"; empty if not assessed."""
        return "" if self.probability is None else percent(round(self.probability, 4))

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        evidence = self.evidence
        return {
            "verdict": self.verdict,
            "probability": None if self.probability is None else round(self.probability, 4),
            "side": self.side,
            "setting": self.setting,
            "cause": self.cause,
            "cues": [cue.to_dict() | {"evidence": cue in evidence} for cue in self.cues],
            "title": self.title or None,
            "shown": self.shown or None,
        }


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the picture."""

    box: Region
    """brows to chin, ear to ear"""
    score: float
    """the detector's confidence, 0..1"""
    main: bool
    """whether this is the face that is judged"""
    inter_eye_px: float
    """distance between the eye centres, in pixels of the file"""
    eyes: Region | None = None
    """the two eye centres, the one on the left of the picture first"""
    head: Region | None = None
    """crown to chin, including hair; main face only"""

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        return {
            "box": self.box.to_dict(),
            "score": round(self.score, 4),
            "main": self.main,
            "inter_eye_px": round(self.inter_eye_px, 1),
            "eyes": to_dict_or_none(self.eyes),
            "head": to_dict_or_none(self.head),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    check: str
    """stable name, "subject.measure", such as "lighting.backlight" """
    status: Status
    message: str
    """what was observed, in one plain sentence with its number"""
    value: Value = None
    """the measured value; None if not assessed"""
    unit: str | None = None
    limits: Limits = field(default_factory=Limits)
    advice: str | None = None
    """what to do about it; None if nothing needs to be done"""
    region: Region | None = None
    cause: str | None = None
    """why it was not assessed, or the error code if the file could not be read"""
    step: int | None = None
    """number, from 1, of the instruction in `Report.retake` that addresses it"""
    mend: Mend | None = None
    """what fixes it without a new photo (see `Report.edits`)"""

    @property
    def label(self) -> str:
        """The check's name in plain words: "face brightness"."""
        return check_label(self.check)

    @property
    def shown(self) -> str:
        """The value with its unit and the limit that it crossed; empty for a yes/no answer and if there is no value.

        >>> Finding("lighting.backlight", "fail", "", 1.83, "stops", Limits(warn_above=0.5, fail_above=1.0)).shown
        '1.8 stops, max 1.0'
        """
        value = self._rounded
        if isinstance(value, (bool, str)) or value is None:
            return measure_text(value, self.unit)
        limit, upper = self.limits.crossed(value, self.status)
        return measure_text(value, self.unit, limit, upper=upper)

    @property
    def _rounded(self) -> Value:
        """The value rounded as in the JSON, so that a report read back from JSON shows the same text."""
        return round(self.value, 4) if isinstance(self.value, float) else self.value

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        return {
            "check": self.check,
            "status": self.status,
            "value": self._rounded,
            "unit": self.unit,
            "limits": self.limits.to_dict(),
            "message": self.message,
            "advice": self.advice,
            "region": to_dict_or_none(self.region),
            "cause": self.cause,
            "step": self.step,
            "mend": self.mend,
            "label": self.label,
            "shown": self.shown or None,
        }


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """Facts about the file."""

    width: int
    """px, upright"""
    height: int
    format: str | None
    """"JPEG", "PNG", ...; None for pixels that did not come from a file"""
    bytes: int | None
    """size of the file"""

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        size = None if self.bytes is None else byte_size(self.bytes)
        facts = {"width": self.width, "height": self.height, "format": self.format, "bytes": self.bytes}
        return facts | {"bytes_shown": size}


@dataclass(frozen=True, slots=True)
class Crop:
    """A crop that would improve this photo."""

    target: str
    region: Region
    """the part to keep"""
    mends: tuple[str, ...] = ()
    """checks that warn or fail on the whole photo and pass on the crop; empty: a crop fixes nothing, and the region is
    what the target displays of the uncropped photo"""
    rotation_deg: float = 0.0
    """rotation that straightens the picture; positive = clockwise on the screen"""
    size: tuple[int, int] | None = None
    """width and height in px of the saved crop, never more than the photo has; None if the crop was not checked"""
    verdict: Verdict | None = None
    """of the crop, checked like a photo; None if the crop was not checked"""
    score: int | None = None
    """0..100, of the crop; None as for `verdict`"""

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


def to_dict_or_none(part: Any) -> dict[str, Any] | None:
    """`part.to_dict()`, or None for None."""
    return None if part is None else part.to_dict()
