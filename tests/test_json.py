"""What is written as JSON is JSON: no NaN and no Infinity, whatever a measure says."""

from __future__ import annotations

import ast
import json
import math
import os
from pathlib import Path

import pytest
from fixture_photos import fixture

import headshot_check
from headshot_check import Checker, measures
from headshot_check.report import Region
from headshot_check.text import to_json

SOURCES = sorted(Path(headshot_check.__file__).parent.rglob("*.py"))


def test_only_one_place_writes_json() -> None:
    writers = {
        path.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("dump", "dumps") and ast.unparse(node.value) == "json"
    }
    assert writers == {"text.py"}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json({"value": [number]})
    with pytest.raises(ValueError, match="finite"):
        Region(((0.0, 0.0), (number, 0.0), (0.5, 0.5)))


@pytest.mark.parametrize("number", [math.nan, math.inf])
@pytest.mark.parametrize("placed", [False, True])
def test_a_measure_that_gives_no_number_is_not_assessed(
    monkeypatch: pytest.MonkeyPatch, number: float, placed: bool
) -> None:
    known = dict(measures.known_measures())
    unit = known["lighting.dark"][1]
    value = measures.Reading(number) if placed else number
    monkeypatch.setitem(measures._measures, "lighting.dark", (lambda scene: value, unit))
    report = Checker().check(fixture("drivers_seat_selfie"))
    finding = next(one for one in report.findings if one.check == "lighting.dark")
    assert (finding.status, finding.value, finding.cause) == ("not_assessed", None, "no_number")
    assert "it cannot be measured in this picture" in finding.message
    json.loads(to_json(report.to_dict()), parse_constant=pytest.fail)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_is_no_text_gives_json_that_can_be_written(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    for data in (b"no photo", fixture("soft_office").read_bytes()):
        with open(path, "wb") as file:  # noqa: PTH123 - a Path has no bytes
            file.write(data)
        report = Checker().check(os.fsdecode(path))
        text = report.to_json().encode().decode()
        assert json.loads(text)["source"].endswith(r"caf\udce9.jpg")
        assert json.loads(text)["verdict"] == report.verdict
