"""names.js: what the pages' scripts say by name, written from the package's own words when it is asked for."""

from __future__ import annotations

from typing import Any, Final

from headshot_check.checks import known_checks
from headshot_check.crop.targets import TARGETS
from headshot_check.report import DriversSeat, Remedy, SeatVerdict, Verdict
from headshot_check.text import to_json
from headshot_check.views.labels import MOST_SUBJECTS, NOT_TOLD
from headshot_check.words import SUBJECT_NAMES, check_label, fault_label
from headshot_check.words.numbers import SHARES

WORST_FIRST: Final[tuple[Verdict, ...]] = ("retake", "unreadable", "usable", "ready")
"""in every list and count of the pages; a car goes before all"""
REMEDY_NAMES: Final[dict[Remedy, str]] = {
    "crop": "a crop",
    "export": "another export",
    "original_file": "the original file",
    "new_shot": "another shot",
}
"""what would mend a photo"""
_IN_CAR: Final[tuple[SeatVerdict, ...]] = ("likely", "possible")


def names_module() -> str:
    """The ES module, with one exported constant for each table."""
    tables: dict[str, Any] = {
        "CHECK_NAMES": {check: check_label(check) for check in (*known_checks(), "file.readable")},
        "WRONG_NAMES": {check: fault_label(check) for check in known_checks()},
        "SUBJECT_NAMES": SUBJECT_NAMES,
        "ROUND_TARGETS": [target.name for target in TARGETS.values() if target.circle],
        "VERDICTS": WORST_FIRST,
        "VERDICT_NAMES": {verdict: verdict.capitalize() for verdict in WORST_FIRST},
        "SEAT_TITLES": {verdict: DriversSeat(verdict, None).title for verdict in _IN_CAR},
        "REMEDY_NAMES": REMEDY_NAMES,
        "SHARES": SHARES,  # units that are shown in percent
        "NOT_TOLD": NOT_TOLD,  # causes that are no lack
        "MOST_SUBJECTS": MOST_SUBJECTS,  # of a photo without a face, from which they are named as one
    }
    texts = {name: to_json(table).replace("<", "\\u003c") for name, table in tables.items()}
    return "".join(f"export const {name} = {text};\n" for name, text in texts.items())
