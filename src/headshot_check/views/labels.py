"""The words and numbers that every view shares: names of checks, measured values, the driver's-seat line."""

from __future__ import annotations

import math
import shlex
from collections import Counter
from pathlib import PurePath
from typing import Final

from headshot_check.report import Cue, DriversSeat, Finding, Limits, Report, Status, Verdict
from headshot_check.text import clean, sentence
from headshot_check.words import CUES_IN_WORDS, cause_in_words
from headshot_check.words.check_names import SUBJECT_NAMES
from headshot_check.words.record import check_label

VERDICT_WORDS: Final[dict[Verdict, str]] = {
    "ready": "READY",
    "usable": "USABLE",
    "retake": "RETAKE",
    "unreadable": "UNREADABLE",
}

_DEGREES: Final = {"deg", "degree", "degrees", "°"}
_BYTES: Final = {"B", "byte", "bytes"}
_SHARES: Final = {"fraction", "probability", "share"}
_SHORT: Final = {
    "% of the inter-eye distance": "% of eye distance",
    "stops below white": "stops",
    "CIELAB chroma": "chroma",
    "levels of 255": "levels",
}
"""where the unit in full is longer than a row bears"""
_BARE: Final = {"1", "count", "ratio", "score"}
"""units that say nothing beside the number"""

_MOST_SUBJECTS: Final = 4
"""without a face, more subjects than this are named as one"""

_SHOWN_CUE: Final = 0.5
"""a cue that is more likely absent than present is not shown as evidence"""


_SEVERITY: Final[dict[Status, int]] = {"fail": 0, "warn": 1, "not_assessed": 2, "pass": 3}


def condition(report: Report) -> str:
    """What the verdict depends on, or what a crop makes of it: "once cropped", "ready once cropped"; else empty."""
    if report.verdict != "usable":
        return ""
    if report.crop is not None and report.crop.mends and report.crop.verdict == "ready":
        return "ready once cropped"
    by = {finding.mend for finding in report.findings if finding.status == "fail"}
    done = [word for mend, word in (("crop", "cropped"), ("export", "exported")) if mend in by]
    return f"once {' and '.join(done)}" if done else ""


def crop_command(report: Report) -> str:
    """What to type to have the crop that mends this photo; empty where it mends nothing, or the photo is no file."""
    source = report.source
    if not report.edits or not any(finding.mend == "crop" for finding in report.findings):
        return ""
    if source == "-" or source.startswith("<") or clean(source) != source:
        return ""
    cropped = PurePath(source).with_suffix("").name + "-cropped.jpg"
    return f"headshot-check crop {shlex.quote(source)} -o {shlex.quote(cropped)}"


def not_checked(report: Report) -> dict[str, list[str]]:
    """What was not assessed, by cause in words: names of checks, or of a subject when all of it is missing."""
    missing: dict[str, dict[str, list[str]]] = {}
    for finding in report.not_checked:
        if not finding.limits.to_dict():  # nothing would have been said of it
            continue
        subjects = missing.setdefault(sentence(cause_in_words(finding.cause or "")), {})
        subjects.setdefault(finding.check.partition(".")[0], []).append(finding.check)
    sizes = Counter(finding.check.partition(".")[0] for finding in report.findings if finding.limits.to_dict())
    causes: dict[str, list[str]] = {}
    seat = report.drivers_seat
    if seat.verdict == "not_assessed" and not any("car" in subjects for subjects in missing.values()):
        causes[sentence(cause_in_words(seat.cause or ""))] = [check_label("car.drivers_seat")]
    for cause, subjects in missing.items():
        names = causes.setdefault(cause, [])
        if len(subjects) >= _MOST_SUBJECTS and cause == cause_in_words("no_face"):
            causes[cause] = ["all that needs a face"]
            continue
        for subject, checks in subjects.items():
            whole = len(checks) > 1 and len(checks) == sizes[subject]
            names += [SUBJECT_NAMES.get(subject, clean(subject))] if whole else [check_label(one) for one in checks]
    return causes


def cue_label(cue: Cue) -> str:
    """A cue with its probability, short.

    >>> cue_label(Cue("seat_belt", 0.957))
    'seat belt 96 %'
    """
    return f"{cue.name.replace('_', ' ')} {percent(cue.probability)}"


def seat_title(seat: DriversSeat) -> str:
    """The driver's-seat verdict in words that are as certain as it is; empty when there is nothing to say.

    >>> seat_title(DriversSeat("likely", 0.97, side="driver"))
    "likely taken in the driver's seat of a car"
    """
    if seat.verdict == "likely":
        where = {"driver": "the driver's seat of a car", "passenger": "the passenger seat of a car"}
        return f"likely taken in {where.get(seat.side or '', 'a car')}"
    return "this may be a car seat" if seat.verdict == "possible" else ""


def said_by_title(finding: Finding, seat: DriversSeat) -> bool:
    """Whether `seat_title` and `seat_evidence` say all that the finding's message does."""
    return finding.check == "car.drivers_seat" and seat.verdict in ("likely", "possible")


def seat_evidence(seat: DriversSeat) -> str:
    """What tells of a car, strongest first, each with its certainty.

    >>> seat_evidence(DriversSeat("likely", 0.97, (Cue("seat_belt", 0.96), Cue("headrest", 0.91))))
    'seat belt across the chest (96 %), headrest behind the head (91 %)'
    """
    return ", ".join(f"{CUES_IN_WORDS[cue.name]} ({percent(cue.probability)})" for cue in shown_cues(seat))


def shown_cues(seat: DriversSeat) -> tuple[Cue, ...]:
    """The cues that speak for a verdict of likely or possible, strongest first; none for another verdict."""
    if seat.verdict not in ("likely", "possible"):
        return ()
    cues = sorted(seat.cues, key=lambda cue: -cue.probability)
    return tuple(cue for cue in cues if cue.probability >= _SHOWN_CUE) or tuple(cues[:1])


def percent(share: float) -> str:
    """A share as a percentage that never rounds up to certainty.

    >>> percent(0.957), percent(0.998), percent(0.001)
    ('96 %', '99 %', '1 %')
    """
    return f"{min(max(round(share * 100), 1), 99)} %"


def measure_text(finding: Finding) -> str:
    """The measured value with its unit and the limit that it crossed; empty when there is no value.

    >>> measure_text(Finding("lighting.backlight", "fail", "", 1.83, "stops", Limits(warn_above=0.5, fail_above=1.0)))
    '1.8 stops, max 1.0'
    >>> measure_text(Finding("file.short_side", "fail", "", 212, "px", Limits(fail_below=400)))
    '212 px, min 400'
    """
    value, unit = finding.value, clean(finding.unit or "")
    if value is None or isinstance(value, bool):  # yes or no to what is in the message
        return ""
    if isinstance(value, str):
        return " ".join(filter(None, (clean(value).replace("_", " "), unit)))
    if not math.isfinite(value):
        return ""
    word, limit = _crossed(value, finding.limits, finding.status)
    if unit in _DEGREES and limit is not None and value < limit < 0:  # the direction stands in the message
        word, value, limit = "max", -value, -limit
    if unit in _BYTES:
        unit, scale = _byte_unit(max(value, limit or 0))
        value, limit = value / scale, None if limit is None else limit / scale
    elif unit in _SHARES:
        unit, value, limit = "%", value * 100, None if limit is None else round(limit * 100, 6)
    elif unit in _BARE:
        unit = ""
    unit = _SHORT.get(unit, unit)
    digits = _digits(value, limit)
    joint = "" if unit in _DEGREES or not unit else " "
    shown = f"{value:.{digits}f}{joint}{'°' if unit in _DEGREES else unit}"
    if limit is not None and limit == int(limit) and abs(limit) >= 2:
        digits = 0
    return shown if limit is None else f"{shown}, {word} {limit:.{digits}f}"


def source_name(report: Report) -> str:
    """What the photo is called in text: its path, or <stdin>."""
    return "<stdin>" if report.source == "-" else clean(report.source)


def problems(report: Report) -> list[Finding]:
    """The findings that fail or warn, the worst first."""
    return [finding for finding in worst_first(report) if finding.status in ("fail", "warn")]


def one_line(report: Report) -> str:
    """A report on one line: name, verdict, score, and what fails, or warns where nothing fails.

    >>> from headshot_check import check
    >>> one_line(check("fixtures/images/backlit.jpg"))
    'fixtures/images/backlit.jpg: retake 20/100: backlight, face brightness'
    """
    if report.verdict == "unreadable":
        return sentence(report.findings[0].message)
    wrong = problems(report)
    named = [one for one in wrong if one.status == wrong[0].status]
    names = ", ".join(dict.fromkeys(check_label(one.check) for one in named))
    head = f"{source_name(report)}: {report.verdict} {report.score}/100"
    return f"{head}: {names}" if names else head


def worst_first(report: Report) -> list[Finding]:
    """The findings by severity, in the report's own order within each."""
    return sorted(report.findings, key=lambda finding: _SEVERITY[finding.status])


def byte_size(size: int) -> str:
    """An encoded size for people.

    >>> byte_size(9_340_000), byte_size(480_200), byte_size(12)
    ('9.3 MB', '480 kB', '12 bytes')
    """
    unit, scale = _byte_unit(size)
    value = size / scale
    return f"{value:.{1 if unit == 'MB' and value < 20 else 0}f} {unit}"


def _crossed(value: float, limits: Limits, status: Status) -> tuple[str, float | None]:
    """("max" or "min", the limit) that made the finding what it is."""
    below, above = (
        (limits.fail_below, limits.fail_above) if status == "fail" else (limits.warn_below, limits.warn_above)
    )
    if status not in ("fail", "warn"):
        return "", None
    if above is not None and value >= above:
        return "max", above
    if below is not None and value <= below:
        return "min", below
    return "", None


def _byte_unit(size: float) -> tuple[str, float]:
    for unit, scale in (("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return unit, scale
    return "bytes", 1.0


def _digits(value: float, limit: float | None) -> int:
    """Decimals that suit the size of the number and keep it apart from the limit."""
    if value == int(value) and (limit is None or limit == int(limit)):
        return 0
    digits = 0 if abs(value) >= 20 else 1 if abs(value) >= 1 or value == 0 else 2
    while limit is not None and value != limit and digits < 4 and f"{value:.{digits}f}" == f"{limit:.{digits}f}":
        digits += 1
    return digits
