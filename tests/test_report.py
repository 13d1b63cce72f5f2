"""What a report is for other programs: forms, logs, files, data frames, notebooks."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from pathlib import Path

import pytest
from fixture_photos import IMAGES
from PIL import Image

from headshot_check import check
from headshot_check.report import Report, check_failed, unreadable
from headshot_check.views.terminal.report_page import render_text

READY, USABLE, RETAKE = (IMAGES / f"{name}.jpg" for name in ("soft_office", "tilted", "backlit"))


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return {report.verdict: report for report in (check(READY), check(USABLE), check(RETAKE), check(b"no photo"))}


def test_ok_is_what_needs_no_retake(reports: dict[str, Report]) -> None:
    said = {verdict: report.ok for verdict, report in reports.items()}
    assert said == {"ready": True, "usable": True, "retake": False, "unreadable": False}


def test_cause_is_the_code_of_what_could_not_be_read(reports: dict[str, Report]) -> None:
    causes = {verdict: report.cause for verdict, report in reports.items()}
    assert causes == {"ready": None, "usable": None, "retake": None, "unreadable": "not_an_image"}


def test_json_is_the_dictionary(reports: dict[str, Report]) -> None:
    for report in reports.values():
        text = report.to_json()
        assert "\n" not in text
        assert json.loads(text) == report.to_dict()
        assert json.loads(report.to_json(indent=2)) == report.to_dict()


def test_summary_is_the_terminals_text(reports: dict[str, Report]) -> None:
    for report in reports.values():
        assert report.summary() == render_text(report)
        assert "\x1b" not in report.summary(width=60)
        assert report.verdict.upper() in report.summary()


def test_one_line_names_what_fails(reports: dict[str, Report]) -> None:
    assert str(reports["ready"]).startswith(f"{READY}: ready ")
    assert str(reports["usable"]).endswith(": head tilt")
    retake = str(reports["retake"])
    assert "backlight" in retake
    assert not any("\n" in str(report) for report in reports.values())
    assert str(reports["unreadable"]).startswith("<bytes>: ")


def test_rows_of_one_policy_make_a_table(reports: dict[str, Report]) -> None:
    rows = [reports[verdict].row() for verdict in ("ready", "usable", "retake")]
    assert len({tuple(row) for row in rows}) == 1
    assert rows[2]["verdict"] == "retake"
    assert "lighting.backlight" in str(rows[2]["failed"]).split(";")
    value = reports["retake"].finding("lighting.backlight").value
    assert rows[2]["lighting.backlight"] == pytest.approx(value, abs=1e-4)
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]))
    table.writeheader()
    table.writerows([*rows, reports["unreadable"].row()])
    assert len(written.getvalue().splitlines()) == 5
    assert reports["unreadable"].row()["cause"] == "not_an_image"


def test_a_notebook_shows_the_marked_photo(reports: dict[str, Report], tmp_path: Path) -> None:
    html = reports["retake"]._repr_html_()
    (encoded,) = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', html)
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
        assert 300 <= image.width <= 480
    assert "RETAKE" in html
    assert "<img" not in check(READY.read_bytes())._repr_html_()
    gone = tmp_path / "a<b>.jpg"
    gone.write_bytes(READY.read_bytes())
    report = check(gone)
    gone.unlink()
    assert "<img" not in report._repr_html_()
    assert "a&lt;b&gt;.jpg" in report._repr_html_()
    assert "<img" not in reports["unreadable"]._repr_html_()


def test_a_fault_of_several_lines_is_told_on_one() -> None:
    error = ValueError("OpenCV: error:\n> size mismatch\n")
    message = unreadable(check_failed("me.jpg", error), "linkedin").findings[0].message
    assert message.startswith("me.jpg: the check itself failed (ValueError: OpenCV: error: > size mismatch). ")
