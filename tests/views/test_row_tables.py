"""CSV, JSON lines and Parquet: the same rows, whole and valid whatever the files are called."""

from __future__ import annotations

import csv
import inspect
import io
import json
import math
from pathlib import Path
from typing import Any, get_type_hints

import jsonschema
import pytest
from fixture_photos import fixtures
from hypothesis import given
from hypothesis import strategies as st
from row_factory import LINKEDIN, as_listed, in_car_row, ready_row, row, unreadable_row

from headshot_check import Checker
from headshot_check.measures import Reading, known_measures
from headshot_check.policy import Policy, Rule, built_in, load_policy
from headshot_check.report import Limits, schema
from headshot_check.scan.row import Row
from headshot_check.scan.tables.columns import FACTS, column_types, columns
from headshot_check.scan.tables.csv_table import CsvTable
from headshot_check.scan.tables.json_lines import JsonLines
from headshot_check.scan.tables.listed_row import ListedRow
from headshot_check.scan.tables.parquet_table import ParquetTable, can_write

ANY_NAME = st.text(st.characters(exclude_characters="\0"), min_size=1) | st.sampled_from(
    ["caf\udce9.jpg", "=cmd|'/c calc'!A1", "-1", "@SUM(A1)", "a,b;c\td.jpg", 'say "hi".jpg', "two\r\nlines", "＝1", " "]
)


def written(kind: Any, *rows: ListedRow, policy: Any = LINKEDIN) -> bytes:
    stream = io.BytesIO()
    table = kind(stream) if kind is JsonLines else kind(stream, policy)
    for listed in rows:
        table.add(listed)
    table.close()
    return stream.getvalue()


def test_every_check_has_the_type_that_its_measure_says() -> None:
    for check, (function, _) in known_measures().items():
        said = get_type_hints(inspect.unwrap(function), localns={"Reading": Reading})["return"]
        kinds = {part for part in (str, bool, float, int) if part is said or part in getattr(said, "__args__", ())}
        kind = column_types(Policy("all", "", {check: Rule(Limits(), 0, "")}))[check]
        assert kind in kinds or (kind is float and int in kinds) or said is Reading, (check, said)


def test_columns_of_all_fixtures_fit_their_types() -> None:
    checker = Checker()
    for fixture in fixtures():
        report = checker.check(fixture.path)
        cells = columns(Row(str(fixture.path), fixture.path.name, report), checker.policy)
        assert list(cells) == list(column_types(checker.policy))
        for name, cell in cells.items():
            assert cell is None or type(cell) is column_types(checker.policy)[name], name
        assert cells["lighting.dark"] is not None or report.finding("lighting.dark").cause


@pytest.mark.parametrize("policy", built_in())
def test_columns_are_the_facts_and_then_the_policys_checks(policy: str) -> None:
    loaded = load_policy(policy)
    assert list(columns(row(), loaded)) == [*FACTS, *loaded.rules]


def test_a_row_in_columns() -> None:
    cells = columns(row(), LINKEDIN, group=3, best=True)
    assert cells["failed"] == "lighting.backlight"
    assert cells["warned"] == "pose.roll"
    assert cells["first_instruction"] == "Turn round so that the window lights your face."
    assert (cells["group"], cells["best_of_group"]) == (3, True)
    assert (cells["width"], cells["bytes"], cells["lighting.backlight"]) == (1202, 480_200, 1.83)
    assert cells["eyes.opening"] is None
    broken = columns(unreadable_row(), LINKEDIN)
    assert (broken["verdict"], broken["cause"], broken["score"]) == ("unreadable", "empty", None)
    assert columns(ready_row(), LINKEDIN)["failed"] == ""


@given(ANY_NAME)
def test_csv_gives_back_every_name_and_no_formula(name: str) -> None:
    data = written(CsvTable, as_listed(row(name)), as_listed(unreadable_row()))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    assert len(rows) == 2
    shown = rows[0]["name"]
    assert not shown.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    expected = name.encode("utf-8", "backslashreplace").decode()
    assert shown.removeprefix("'") == expected.removeprefix("'")


def test_csv_lines_end_as_rfc_4180_has_it_and_numbers_are_numbers() -> None:
    data = written(CsvTable, as_listed(in_car_row(), 2, False)).decode("utf-8-sig")
    assert data.endswith("\r\n")
    assert data.count("\n") == data.count("\r\n") == 2
    (cells,) = csv.DictReader(io.StringIO(data, newline=""))
    assert (cells["score"], cells["best_of_group"], cells["file.short_side"]) == ("12", "false", "1202")
    assert float(cells["drivers_seat_probability"]) == 0.97


@given(ANY_NAME)
def test_json_lines_are_valid_for_strict_readers(name: str) -> None:
    data = written(JsonLines, as_listed(row(name), 1, True), as_listed(row(name)))
    lines = data.decode("utf-8").split("\n")
    assert lines.pop() == ""
    first, second = map(json.loads, lines)
    assert first["name"] == name.encode("utf-8", "backslashreplace").decode()
    first["name"].encode("utf-8")
    first["report"]["source"].encode("utf-8")
    assert (first["group"], first["best_of_group"], second["group"]) == (1, True, None)
    assert int(first["phash"], 16) == 0xFEDCBA9876543210
    jsonschema.validate(first["report"], schema())


def test_the_same_photo_has_the_same_line_in_every_run() -> None:
    first, second = row(seconds=0.1), row(seconds=0.9, kept=True)
    assert written(JsonLines, as_listed(first)) == written(JsonLines, as_listed(second))


@pytest.mark.skipif(not can_write(), reason="pyarrow is not installed: pip install 'headshot-check[parquet]'")
def test_parquet_has_typed_columns_and_whole_reports(tmp_path: Path) -> None:
    import pyarrow.parquet

    rows = [as_listed(row("caf\udce9.jpg"), 1, True), as_listed(unreadable_row()), as_listed(in_car_row())]
    place = tmp_path / "rows.parquet"
    place.write_bytes(written(ParquetTable, *rows))
    table = pyarrow.parquet.read_table(place)
    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert (types["name"], types["bytes"], types["best_of_group"], types["lighting.dark"]) == (
        "string",
        "int64",
        "bool",
        "double",
    )
    assert table.column_names == [*column_types(LINKEDIN), "report"]
    read = table.to_pylist()
    assert read[0]["name"] == "caf\\udce9.jpg"
    assert read[1]["score"] is None
    assert math.isclose(read[2]["drivers_seat_probability"], 0.97)
    assert json.loads(read[2]["report"]) == rows[2].row.report.to_dict()
    assert table.schema.metadata[b"headshot_check.policy"] == b"linkedin"


@pytest.mark.skipif(not can_write(), reason="pyarrow is not installed: pip install 'headshot-check[parquet]'")
def test_parquet_without_rows_is_a_table_too(tmp_path: Path) -> None:
    import pyarrow.parquet

    place = tmp_path / "rows.parquet"
    place.write_bytes(written(ParquetTable))
    assert pyarrow.parquet.read_table(place).num_rows == 0
