"""`Report`: the result of checking one photo, as frozen typed data and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from headshot_check.defaults import DEFAULT_POLICY
from headshot_check.errors import PhotoError, out_of_memory
from headshot_check.limits import Limits, Status
from headshot_check.report_parts import (
    Crop,
    Cue,
    CueName,
    DriversSeat,
    Face,
    Finding,
    Mend,
    PhotoFacts,
    Region,
    Remedy,
    SeatVerdict,
    Setting,
    Side,
    Value,
    Verdict,
    to_dict_or_none,
)
from headshot_check.report_reading import made, parts_of
from headshot_check.text import clean, encodable, sentence, to_json
from headshot_check.words import WORDS, cause_in_words

__all__ = [
    "SCHEMA_VERSION",
    "Crop",
    "Cue",
    "CueName",
    "DriversSeat",
    "Face",
    "Finding",
    "Limits",
    "Mend",
    "PhotoFacts",
    "Region",
    "Remedy",
    "Report",
    "SeatVerdict",
    "Setting",
    "Side",
    "Status",
    "Value",
    "Verdict",
    "check_failed",
    "schema",
    "unreadable",
]

SCHEMA_VERSION = "1.0"

_WRONG: tuple[Status, ...] = ("fail", "warn")


@dataclass(frozen=True, slots=True)
class Report:
    """The result of checking one photo. `to_dict` validates against `schema()`."""

    source: str
    """the path as given, or `<bytes>`, `<stream>`, `<image>` or `<array>`"""
    photo: PhotoFacts | None
    """None if the file could not be read"""
    verdict: Verdict
    score: int | None
    """0..100, 100 = no problems; None if unreadable. Never show it without the findings."""
    drivers_seat: DriversSeat
    faces: tuple[Face, ...] = ()
    """the main face first, then by size"""
    findings: tuple[Finding, ...] = ()
    """one for every check of the policy, worst first"""
    retake: tuple[str, ...] = ()
    """instructions for the next photo, in order, at most four; empty if none is needed"""
    crop: Crop | None = None
    policy: str = DEFAULT_POLICY
    edits: tuple[str, ...] = ()
    """what improves this file itself, such as a crop or another format; empty if a new photo is needed anyway"""
    praise: tuple[str, ...] = ()
    """what is good, in a word or two each, most important first"""
    remedy: Remedy = "none"
    """the least effort that fixes the photo; "original_file": the shot may be fine, but this copy of it is not"""
    notes: tuple[str, ...] = ()
    """how the file was read (HDR tone-mapped, only the first frame used), as sentences without a full stop"""

    @property
    def not_checked(self) -> tuple[Finding, ...]:
        """The findings that could not be assessed, each with its cause."""
        return tuple(finding for finding in self.findings if finding.status == "not_assessed")

    @property
    def condition(self) -> str:
        """What the verdict depends on, or what would improve it; empty if there is no such condition.

        For example "once cropped", "ready once turned", "or find the original file".
        """
        if self.verdict == "retake" and self.remedy == "original_file":
            return "or find the original file"
        if self.verdict != "usable":
            return ""
        if self.crop is not None and self.crop.mends and self.crop.verdict == "ready":
            return "ready once cropped"
        failed = [finding for finding in self.findings if finding.status == "fail"]
        by = {"turn" if (one.check, one.mend) == ("faces.found", "export") else one.mend for one in failed}
        done = [word for mend, word in (("turn", "turned"), ("crop", "cropped"), ("export", "exported")) if mend in by]
        if done == ["turned"] and len(self.problems) == 1:
            return "ready once turned"
        return f"once {' and '.join(filter(None, (', '.join(done[:-1]), done[-1])))}" if done else ""

    @property
    def ok(self) -> bool:
        """Whether the photo can be used: the verdict is "ready" or "usable"."""
        return self.verdict in ("ready", "usable")

    @property
    def cause(self) -> str | None:
        """Why the file could not be read, as a stable code (`PHOTO_ERROR_CODES`); None if it was read.

        >>> from headshot_check import check
        >>> check(b"no photo").cause
        'not_an_image'
        """
        return next((finding.cause for finding in self.findings), None) if self.verdict == "unreadable" else None

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that fail or warn, worst first."""
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
            "photo": to_dict_or_none(self.photo),
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
            "crop": to_dict_or_none(self.crop),
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
            `drivers_seat_probability`, `failed` and `warned` (check names joined by ";", worst first),
            `first_instruction` (for the next photo, else for this file), `cause`; then one column per check, with its
            name and its value, rounded as in the JSON. Reports of one policy have the same columns.
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
        """One line: name, verdict, score, and the checks that fail, or that warn if none fails.

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
        """The photo's name for display: its path, safe to print, or <stdin>."""
        return "<stdin>" if self.source == "-" else clean(self.source)

    def summary(self, *, width: int = 80) -> str:
        """The report as the command line prints it, in plain text without colours; `width` in columns, 40 to 96."""
        from headshot_check.views.terminal.report_page import render_text

        return render_text(self, width=width)

    def _repr_html_(self) -> str:
        """For notebooks: a small marked photo, if its file still exists, and the report's text."""
        from headshot_check.views.web.notebook import notebook_html

        return notebook_html(self)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Report:
        """The report whose `to_dict` is `document`; numbers are rounded as they are there.

        Raises
        ------
        ValueError
            It has another schema version, lacks a key, or has a value of the wrong type where an object or a list
            belongs.
        """
        try:
            version = document.get("schema_version")
            if version != SCHEMA_VERSION:
                raise ValueError(f"a report of schema version {version!r} cannot be read, only of {SCHEMA_VERSION}")
            return made(cls, {**document, **parts_of(document)})
        except (AttributeError, LookupError, TypeError) as error:
            raise ValueError(f"this is not a report: {error}") from error


@lru_cache(maxsize=1)
def schema() -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of `Report.to_dict`, as published in report.schema.json."""
    path = Path(__file__).with_name("report.schema.json")
    document: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _cell(finding: Finding) -> Value:
    """A finding's value as a table cell: every number a float, every text encodable as UTF-8."""
    value = finding.value
    if isinstance(value, str):
        return encodable(value)
    return round(float(value), 4) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def unreadable(error: PhotoError, policy: str = DEFAULT_POLICY) -> Report:
    """The report of a file that cannot be read."""
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
    """The error for a photo on which a check raised an exception: a bug of ours, or too little memory, neither of
    which may stop a long run."""
    if isinstance(error, MemoryError) or "(-4:Insufficient memory)" in str(
        error
    ):  # OpenCV's own class has no other name
        return out_of_memory(name)
    return PhotoError("check_failed", name, f"the check itself failed ({type(error).__name__}: {sentence(str(error))})")
