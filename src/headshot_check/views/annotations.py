"""Reports for CI pipelines that annotate files: GitHub workflow commands, and SARIF."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from headshot_check import __version__
from headshot_check.report import Finding, Report
from headshot_check.text import capitalised, sentence
from headshot_check.words import check_label

_LEVELS: Final = {"fail": "error", "warn": "warning"}
_UNREADABLE: Final = "file.readable"


def github_annotation(report: Report) -> str:
    """One workflow command for a photo that is not ready; empty for one that is.

    A retake and an unreadable file are errors, everything else is a warning. There is one line per photo, not one per
    finding, because GitHub shows only ten annotations of each kind per step.
    """
    if report.verdict == "ready":
        return ""
    level = "warning" if report.verdict == "usable" else "error"
    title = str(report).removeprefix(f"{report.name}: ")
    seen = [sentence(finding.message) for finding in report.problems]
    todo = [f"{number}. {sentence(step)}" for number, step in enumerate(report.retake, 1)]
    text = "\n".join([*seen, *todo]) or title
    where = "" if report.name.startswith("<") else f"file={_property(report.source)},"
    return f"::{level} {where}title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif_log(reports: Iterable[Report]) -> dict[str, Any]:
    """All failures and warnings as a SARIF 2.1.0 log, ready for `json.dumps`: a rule per check, a result per finding.

    A result's properties are value, unit, limits and region, as in the report's JSON, and the photo's verdict and
    score. An unreadable file is a result of the rule "file.readable".
    """
    rules: dict[str, dict[str, Any]] = {}
    results = []
    for report in reports:
        for finding in report.problems:
            if finding.check not in rules:
                rules[finding.check] = _rule(finding.check, len(rules))
            results.append(_result(report, finding, rules[finding.check]["properties"]["index"]))
    for rule in rules.values():
        del rule["properties"]
    driver = {"name": "headshot-check", "version": __version__, "rules": list(rules.values())}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _rule(check: str, index: int) -> dict[str, Any]:
    name = "readable file" if check == _UNREADABLE else check_label(check)
    return {"id": check, "shortDescription": {"text": capitalised(name)}, "properties": {"index": index}}


def _result(report: Report, finding: Finding, rule: int) -> dict[str, Any]:
    said = sentence(finding.message)
    advice = sentence(finding.advice or "")
    document = finding.to_dict()
    return {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": _LEVELS[finding.status],
        "message": {"text": said if advice in said else f"{said} {advice}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(report.source)}}}],
        "properties": {
            **{key: document[key] for key in ("value", "unit", "limits", "region")},
            "verdict": report.verdict,
            "score": report.score,
        },
    }


def _uri(source: str) -> str:
    path = PurePath(source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
