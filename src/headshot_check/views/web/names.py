"""names.js: what the pages' scripts say by name, written from the package's own words when it is asked for."""

from __future__ import annotations

from typing import Any, get_args

from headshot_check.checks import known_checks
from headshot_check.crop.targets import TARGETS
from headshot_check.report import Verdict
from headshot_check.text import to_json
from headshot_check.words import SUBJECT_NAMES, check_label
from headshot_check.words.numbers import SHARES


def names_module() -> str:
    """The ES module, with one exported constant for each table."""
    verdicts = get_args(Verdict)
    tables: dict[str, Any] = {
        "CHECK_NAMES": {check: check_label(check) for check in (*known_checks(), "file.readable")},
        "SUBJECT_NAMES": SUBJECT_NAMES,
        "ROUND_TARGETS": [target.name for target in TARGETS.values() if target.circle],
        "VERDICTS": verdicts[::-1],  # the worst first
        "VERDICT_NAMES": {verdict: verdict.capitalize() for verdict in verdicts},
        "SHARES": SHARES,  # units that are shown in percent
    }
    texts = {name: to_json(table).replace("<", "\\u003c") for name, table in tables.items()}
    return "".join(f"export const {name} = {text};\n" for name, text in texts.items())
