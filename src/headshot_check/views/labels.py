"""Texts that several views share: what was not checked, signs of a car, commands to type."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from pathlib import PurePath
from typing import Final

from headshot_check.report import Cue, DriversSeat, Finding, Report
from headshot_check.text import clean, sentence
from headshot_check.words import SUBJECT_NAMES, cause_in_words, check_label
from headshot_check.words.numbers import measure_text

MOST_SUBJECTS: Final = 4
"""without a face, this many subjects or more are summed up"""

_NOTICED: Final = 0.1
"""nearness to a limit that takes two points off the score"""
_MOST_NEAR: Final = 3

NOT_TOLD: Final = ("distance_unknown", "lens_not_named", "software_not_named")
"""causes that only mean that the file has no such EXIF data"""
_SAID: Final = "told_already"
_WORST_FIRST: Final = ("fail", "warn", "not_assessed", "pass")


def crop_command(report: Report) -> str:
    """The command that makes the suggested crop; empty where a crop mends nothing, or the photo is not a file."""
    source = report.source
    if not report.edits or not any(finding.mend == "crop" for finding in report.findings):
        return ""
    if source == "-" or source.startswith("<") or clean(source) != source:
        return ""
    cropped = PurePath(source).with_suffix("").name + "-cropped.jpg"
    return typed("crop", source, "-o", cropped)


def typed(command: str, name: str, *more: str) -> str:
    """A command on a file, quoted for the shell of this system; a name that looks like an option gets "./".

    >>> typed("crop", "-me & you.jpg", "-o", "out.jpg")
    "headshot-check crop './-me & you.jpg' -o out.jpg"
    """
    arguments = ["headshot-check", command, f"./{name}" if name.startswith("-") else name, *more]
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline(arguments)
    return shlex.join(arguments)


def not_checked(report: Report, *, verbose: bool = False) -> dict[str, list[str]]:
    """What was not assessed, by cause in words: names of checks, or of a subject when all of it is missing.

    Most profile pictures have no camera data: that is only listed if `verbose`. Findings that another one covers were
    checked and are left out; see `said_already`.
    """
    missing: dict[str, dict[str, list[str]]] = {}
    for finding in report.not_checked:
        if not finding.limits.to_dict() or finding.cause == _SAID or (finding.cause in NOT_TOLD and not verbose):
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
        if len(subjects) >= MOST_SUBJECTS and cause == cause_in_words("no_face"):
            causes[cause] = ["all that needs a face"]
            continue
        for subject, checks in subjects.items():
            whole = len(checks) > 1 and len(checks) == sizes[subject]
            names += [SUBJECT_NAMES.get(subject, clean(subject))] if whole else [check_label(one) for one in checks]
    return causes


def said_already(report: Report) -> list[str]:
    """Names of the checks whose problem another finding covers."""
    return [check_label(finding.check) for finding in report.not_checked if finding.cause == _SAID]


def plan_heading(report: Report) -> str:
    """What stands above the instructions: what must be done, or what would improve a photo that can be used."""
    return "To make it better" if report.ok else "What to do"


def cue_label(cue: Cue) -> str:
    """A cue with its probability, short.

    >>> cue_label(Cue("seat_belt", 0.957))
    'seat belt 96 %'
    """
    return f"{cue.name.replace('_', ' ')} {cue.shown}"


def said_by_title(finding: Finding, seat: DriversSeat) -> bool:
    """Whether the finding's message only repeats the seat's title and `seat_evidence`."""
    return finding.check == "car.drivers_seat" and seat.verdict in ("likely", "possible")


def seat_evidence(seat: DriversSeat) -> str:
    """The signs of a car, strongest first, each with its probability.

    >>> seat_evidence(DriversSeat("likely", 0.97, (Cue("seat_belt", 0.96), Cue("headrest", 0.91))))
    'seat belt across the chest (96 %), headrest behind the head (91 %)'
    """
    return ", ".join(f"{cue.label} ({cue.shown})" for cue in seat.evidence)


def passed(report: Report) -> tuple[int, int]:
    """How many checks passed, and how many were made; checks without limits do not count."""
    made = [one for one in report.findings if one.limits.to_dict() and one.status != "not_assessed"]
    return sum(one.status == "pass" for one in made), len(made)


def near_limits(report: Report) -> list[str]:
    """Values near their limits, which keep a ready photo from a score of 100: "head tilt (17°, max 18)"."""
    if report.verdict != "ready":
        return []
    near = []
    for one in report.findings:
        if one.status != "pass" or isinstance(one.value, (bool, str)) or one.value is None:
            continue
        nearly = one.limits.nearly_beyond(one.value)
        if nearly >= _NOTICED:
            low, high = one.limits.warn_below, one.limits.warn_above
            upper = low is None or (high is not None and high - one.value < one.value - low)
            value, limit = one.value, high if upper else low
            if limit is not None and value < 0 and limit < 0:  # as much to the other side
                value, limit, upper = -value, -limit, True
            near.append((nearly, f"{one.label} ({measure_text(value, one.unit, limit, upper=upper)})"))
    return [text for _, text in sorted(near, key=lambda pair: -pair[0])[:_MOST_NEAR]]


def worst_first(report: Report) -> list[Finding]:
    """The findings by severity, in the report's own order within each."""
    return sorted(report.findings, key=lambda finding: _WORST_FIRST.index(finding.status))
