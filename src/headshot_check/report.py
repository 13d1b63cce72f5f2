"""What a check says: frozen, typed, and the same as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal, TypeVar

from headshot_check.defaults import DEFAULT_POLICY
from headshot_check.errors import PhotoError
from headshot_check.text import clean, encodable, sentence, to_json
from headshot_check.words import CUES_IN_WORDS, WORDS, cause_in_words, check_label
from headshot_check.words.numbers import byte_size, measure_text, percent

SCHEMA_VERSION = "1.0"

Verdict = Literal["ready", "usable", "retake", "unreadable"]
Status = Literal["pass", "warn", "fail", "not_assessed"]
SeatVerdict = Literal["likely", "possible", "unlikely", "not_assessed"]
Side = Literal["driver", "passenger"]
Setting = Literal["car", "other_vehicle"]
CueName = Literal["seat_belt", "headrest", "car_window", "roof", "steering_wheel"]
Mend = Literal["crop", "export"]
Remedy = Literal["none", "crop", "export", "original_file", "new_shot"]
Value = float | int | bool | str | None

_WRONG: tuple[Status, ...] = ("fail", "warn")
SHOWN_CUE = 0.5
"""a cue that is more likely absent than present is not shown as evidence"""


@dataclass(frozen=True, slots=True)
class Region:
    """A place in the picture."""

    points: tuple[tuple[float, float], ...]
    """(x, y) in fractions of the upright photo's width and height, clockwise from the top left; a face that is cut off
    reaches beyond 0..1"""

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


@dataclass(frozen=True, slots=True)
class Cue:
    """Something that tells of a car."""

    name: CueName
    probability: float
    """0..1"""
    region: Region | None = None
    """where it is; None when it is seen but cannot be outlined"""

    @property
    def label(self) -> str:
        """In plain words: "seat belt across the chest"."""
        return CUES_IN_WORDS.get(self.name, self.name)

    @property
    def shown(self) -> str:
        """How likely it is: "96 %"."""
        return percent(round(self.probability, 4))

    def to_dict(self) -> dict[str, Any]:
        """As in the report's JSON."""
        return {
            "name": self.name,
            "probability": round(self.probability, 4),
            "region": _dict(self.region),
            "label": self.label,
            "shown": self.shown,
        }


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
    setting: Setting | None = None
    """what kind of vehicle it looks like, a wheelchair among the others; None when it looks like none"""

    @property
    def title(self) -> str:
        """The verdict in words that are as certain as it is; empty when there is nothing to say.

        >>> DriversSeat("likely", 0.97, side="driver").title
        "likely taken in the driver's seat of a car"
        """
        if self.setting == "other_vehicle" and self.verdict in ("likely", "possible"):
            return "this looks like a seat in a train, bus or other vehicle"
        if self.verdict == "likely":
            where = {"driver": "the driver's seat of a car", "passenger": "the passenger seat of a car"}
            return f"likely taken in {where.get(self.side or '', 'a car')}"
        return "possibly taken in a car" if self.verdict == "possible" else ""

    @property
    def evidence(self) -> tuple[Cue, ...]:
        """The cues that speak for a verdict of likely or possible, strongest first; none for another verdict."""
        if self.verdict not in ("likely", "possible"):
            return ()
        cues = sorted(self.cues, key=lambda cue: -cue.probability)
        return tuple(cue for cue in cues if cue.probability >= SHOWN_CUE) or tuple(cues[:1])

    @property
    def shown(self) -> str:
        """How likely it is: "97 %"; empty when not assessed."""
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

    def crossed(self, value: float, status: Status) -> tuple[float | None, bool]:
        """The limit that made a value warn or fail, None where none did, and whether it is an upper one.

        Of two the one that the value lies beyond, also where it was rounded onto the limit itself.
        """
        if status not in ("warn", "fail"):
            return None, True
        fails = status == "fail"
        below, above = (self.fail_below, self.fail_above) if fails else (self.warn_below, self.warn_above)
        if above is None or (below is not None and below - value > value - above):
            return below, False
        return above, True


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

    @property
    def label(self) -> str:
        """The check's name in plain words: "face brightness"."""
        return check_label(self.check)

    @property
    def shown(self) -> str:
        """The value with its unit and the limit that it crossed; empty for yes or no, and when there is no value.

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
        """The value as the JSON has it, so that a report that was read back says the same."""
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
            "region": _dict(self.region),
            "cause": self.cause,
            "step": self.step,
            "mend": self.mend,
            "label": self.label,
            "shown": self.shown or None,
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
        size = None if self.bytes is None else byte_size(self.bytes)
        facts = {"width": self.width, "height": self.height, "format": self.format, "bytes": self.bytes}
        return facts | {"bytes_shown": size}


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
    policy: str = DEFAULT_POLICY
    edits: tuple[str, ...] = ()
    """what makes this very file better: a crop, another format; empty when another photo is needed anyway"""
    praise: tuple[str, ...] = ()
    """what is good, a word each, the most valuable first"""
    remedy: Remedy = "none"
    """the least that mends what is wrong; "original_file": the shot may be fine, this copy of it is not"""
    notes: tuple[str, ...] = ()
    """what was done to read the file (HDR tone-mapped, a first frame judged), as sentences without a full stop"""

    @property
    def not_checked(self) -> tuple[Finding, ...]:
        """The findings that could not be assessed, each with its cause."""
        return tuple(finding for finding in self.findings if finding.status == "not_assessed")

    @property
    def condition(self) -> str:
        """What the verdict depends on, or what makes another one of it; else empty.

        "once cropped", "ready once cropped", "or find the original file".
        """
        if self.verdict == "retake" and self.remedy == "original_file":
            return "or find the original file"
        if self.verdict != "usable":
            return ""
        if self.crop is not None and self.crop.mends and self.crop.verdict == "ready":
            return "ready once cropped"
        by = {finding.mend for finding in self.findings if finding.status == "fail"}
        done = [word for mend, word in (("crop", "cropped"), ("export", "exported")) if mend in by]
        return f"once {' and '.join(done)}" if done else ""

    @property
    def ok(self) -> bool:
        """Whether nothing needs to be retaken: "ready" or "usable"."""
        return self.verdict in ("ready", "usable")

    @property
    def cause(self) -> str | None:
        """The stable code of why the picture could not be read (`PHOTO_ERROR_CODES`); None for one that could.

        >>> from headshot_check import check
        >>> check(b"no photo").cause
        'not_an_image'
        """
        return next((finding.cause for finding in self.findings), None) if self.verdict == "unreadable" else None

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that fail or warn, the worst first."""
        return tuple(finding for finding in self.findings if finding.status in ("fail", "warn"))

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
            "condition": self.condition or None,
            "remedy": self.remedy,
        }

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as JSON text, on one line unless `indent` is given."""
        return to_json(self.to_dict(), ensure_ascii=False, indent=indent)

    def row(self) -> dict[str, str | int | float | bool | None]:
        """The report as flat columns: a row of a data frame.

        Returns
        -------
        dict
            `source`, `bytes`, `width`, `height`, `format`, `verdict`, `score`, `drivers_seat`,
            `drivers_seat_probability`, `failed` and `warned` (checks joined by ";", the worst first),
            `first_instruction` (for the next photo, or for this file), `cause`; then a column for each check, named as
            the check, with its value, rounded as in the JSON. Reports of one policy have the same columns.
        """
        photo, seat = self.photo, self.drivers_seat
        wrong = {status: ";".join(one.check for one in self.findings if one.status == status) for status in _WRONG}
        facts: dict[str, str | int | float | bool | None] = {
            "source": encodable(self.source),
            "bytes": photo.bytes if photo else None,
            "width": photo.width if photo else None,
            "height": photo.height if photo else None,
            "format": photo.format if photo else None,
            "verdict": self.verdict,
            "score": self.score,
            "drivers_seat": seat.verdict,
            "drivers_seat_probability": None if seat.probability is None else round(seat.probability, 4),
            "failed": wrong["fail"],
            "warned": wrong["warn"],
            "first_instruction": encodable(next(iter((*self.retake, *self.edits)), "")) or None,
            "cause": self.cause,
        }
        order = {check: at for at, check in enumerate(WORDS)}
        found = sorted((one for one in self.findings if one.check in order), key=lambda one: order[one.check])
        return facts | {one.check: _cell(one) for one in found}

    def __str__(self) -> str:
        """One line: name, verdict, score, and what fails, or warns where nothing fails.

        >>> from headshot_check import check
        >>> str(check("fixtures/images/backlit.jpg")).rpartition("/100: ")[2]
        'face brightness, backlight'
        """
        if self.verdict == "unreadable":
            return sentence(self.findings[0].message)
        wrong = [one.label for one in self.problems if one.status == self.problems[0].status]
        head = f"{self.name}: {self.verdict} {self.score}/100"
        return ": ".join((head, ", ".join(dict.fromkeys(wrong)))) if wrong else head

    @property
    def name(self) -> str:
        """What the photo is called in text: its path, safe to print, or <stdin>."""
        return "<stdin>" if self.source == "-" else clean(self.source)

    def summary(self, *, width: int = 80) -> str:
        """What the command line prints of it, as plain text without colours; `width` in columns, 40 to 96."""
        from headshot_check.views.terminal.report_page import render_text

        return render_text(self, width=width)

    def _repr_html_(self) -> str:
        """For notebooks: the marked photo, small, where its file is still there, and the report's text."""
        from headshot_check.views.web.notebook import notebook_html

        return notebook_html(self)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Report:
        """The report whose `to_dict` is `document`; numbers are as rounded there.

        Raises
        ------
        ValueError
            It is of another schema version, or lacks a key.
        """
        return _report(document)


@lru_cache(maxsize=1)
def schema() -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of `Report.to_dict`, as published in report.schema.json."""
    path = Path(__file__).with_name("report.schema.json")
    document: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _cell(finding: Finding) -> Value:
    """A finding's value as a cell: numbers of one kind, texts that can be encoded."""
    value = finding.value
    if isinstance(value, str):
        return encodable(value)
    return round(float(value), 4) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _dict(part: Any) -> dict[str, Any] | None:
    return None if part is None else part.to_dict()


def unreadable(error: PhotoError, policy: str = DEFAULT_POLICY) -> Report:
    """The report of a picture that cannot be read."""
    finding = Finding("file.readable", "fail", error.message, value=False, advice=error.remedy, cause=error.code)
    seat = DriversSeat("not_assessed", cause="unreadable")
    return Report(
        error.source,
        None,
        "unreadable",
        None,
        seat,
        findings=(finding,),
        retake=(error.remedy,),
        policy=policy,
        remedy="original_file",
    )


def check_failed(name: str, error: Exception) -> PhotoError:
    """The error of a photo on which the check itself failed: a fault of ours that must not end a long run."""
    return PhotoError("check_failed", name, f"the check itself failed ({type(error).__name__}: {error})")


def _report(document: Mapping[str, Any]) -> Report:
    version = document.get("schema_version")
    if version != SCHEMA_VERSION:
        raise ValueError(f"a report of schema version {version!r} cannot be read, only of {SCHEMA_VERSION}")
    try:
        parts: dict[str, Any] = {name: tuple(document[name]) for name in ("retake", "edits", "praise")}
        parts["notes"] = tuple(document.get("notes", ()))  # reports of before 1.0 was final have none
        parts["photo"] = None if document["photo"] is None else _made(PhotoFacts, document["photo"])
        parts["drivers_seat"] = _drivers_seat(document["drivers_seat"])
        parts["faces"] = tuple(map(_face, document["faces"]))
        parts["findings"] = tuple(map(_finding, document["findings"]))
        parts["crop"] = _crop(document["crop"])
        return _made(Report, {**document, **parts})
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no report: {error}") from error


_Part = TypeVar("_Part", PhotoFacts, Cue, DriversSeat, Face, Finding, Crop, Report)


def _region(document: Mapping[str, Any] | None) -> Region | None:
    return None if document is None else _place(document)


def _place(document: Mapping[str, Any]) -> Region:
    return Region(tuple((x, y) for x, y in document["points"]))


def _drivers_seat(document: Mapping[str, Any]) -> DriversSeat:
    cues = tuple(_made(Cue, {**one, "region": _region(one["region"])}) for one in document["cues"])
    return _made(DriversSeat, {"setting": None, **document, "cues": cues})  # reports of before had no setting


def _face(document: Mapping[str, Any]) -> Face:
    places = {"box": _place(document["box"]), "eyes": _region(document["eyes"]), "head": _region(document["head"])}
    return _made(Face, {**document, **places})


def _finding(document: Mapping[str, Any]) -> Finding:
    limits: dict[str, Any] = {
        name: tuple(at) if isinstance(at, list) else at for name, at in document["limits"].items()
    }
    return _made(Finding, {**document, "limits": Limits(**limits), "region": _region(document["region"])})


def _crop(document: Mapping[str, Any] | None) -> Crop | None:
    if document is None:
        return None
    size = None if document["size"] is None else (document["size"][0], document["size"][1])
    rest = {"region": _place(document["region"]), "mends": tuple(document["mends"]), "size": size}
    return _made(Crop, {**document, **rest})


def _made(kind: type[_Part], document: Mapping[str, Any]) -> _Part:
    """A part out of its own fields; what else stands in the JSON is computed from them."""
    return kind(**{field.name: document[field.name] for field in fields(kind)})
