"""What others build on is what tests/public_surface.txt says: nothing goes unnoticed, nothing is added by accident."""

from __future__ import annotations

import re

import pytest
from fixture_photos import ROOT
from public_surface import KEPT, surface

import headshot_check
from headshot_check.report import SCHEMA_VERSION

WRITE = "python tests/public_surface.py --write"


def differences(kept: list[str], now: list[str]) -> str:
    """What was taken away or changed, and what was added, in words; empty when nothing was."""
    gone, new = sorted(set(kept) - set(now)), sorted(set(now) - set(kept))
    said = []
    if gone:
        said += ["Others build on this (docs/versioning.md), and it is gone or another:", *gone]
    if new:
        said += [f"This is new; if it is meant to be kept, run {WRITE}:", *new]
    return "\n".join(said)


def test_the_public_surface_is_kept() -> None:
    assert not (said := differences(KEPT.read_text(encoding="utf-8").splitlines(), surface())), said


@pytest.mark.parametrize(
    "line",
    [
        "library headshot_check.check(source, *, policy=)",
        "library headshot_check.Report.verdict: Verdict",
        "command headshot-check check --format FORMAT",
        "command value ReportFormat sarif",
        "command exit status 2",
        "json report.drivers_seat.cues[].name = seat_belt",
        "json report.findings[].value",
        "photo error timed_out",
        "check lighting.backlight stops",
        "policy linkedin",
        "column drivers_seat_probability: float",
    ],
)
def test_it_knows_each_kind_of_thing(line: str) -> None:
    lines = surface()
    assert line in lines
    assert line in differences(lines, [one for one in lines if one != line])
    assert "--write" in differences([one for one in lines if one != line], lines)


def test_the_schema_says_its_version() -> None:
    assert re.fullmatch(r"\d+\.\d+", SCHEMA_VERSION)
    schema = headshot_check.schema()
    assert schema["$id"].endswith(f":{SCHEMA_VERSION}")
    assert schema["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_the_version_is_the_same_everywhere() -> None:
    version = headshot_check.__version__
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
