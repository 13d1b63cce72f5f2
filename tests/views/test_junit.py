"""JUnit XML: valid in the strict form, counts that add up, nothing in a name that breaks it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from row_factory import in_car_row, ready_row, row, scan, unreadable_row

from headshot_check.scan.finished import ScanProblem
from headshot_check.scan.row import Row
from headshot_check.scan.tables.listed_row import listed
from headshot_check.views.junit import JUnit

# What Ant's schema asks for, and Jenkins's allows.
SUITE = {"id", "package", "name", "hostname", "timestamp", "tests", "failures", "errors", "skipped", "time"}


def suite_of(*rows: Row, problems: tuple[ScanProblem, ...] = ()) -> ElementTree.Element:
    done = scan(rows)
    done.counts = replace(done.counts, problems=problems)
    stream = io.BytesIO()
    junit = JUnit(stream, done)
    for one in listed(done):
        junit.add(one)
    junit.close()
    root = ElementTree.fromstring(stream.getvalue())
    assert (root.tag, root.attrib) == ("testsuites", {})
    (suite,) = root
    return suite


def test_form_is_the_strict_one() -> None:
    suite = suite_of(row(), ready_row(), unreadable_row(), in_car_row())
    assert set(suite.attrib) == SUITE
    assert [part.tag for part in suite] == ["properties", *["testcase"] * 4, "system-out", "system-err"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
    for case in suite.iter("testcase"):
        assert set(case.attrib) == {"classname", "name", "time"}
        assert float(case.attrib["time"]) >= 0
        assert [part.tag for part in case] in ([], ["failure"], ["error"])
        assert all({"type", "message"} == set(part.attrib) for part in case)
    assert [suite.attrib[name] for name in ("tests", "failures", "errors")] == ["4", "2", "1"]


def test_a_failure_says_what_is_wrong_and_what_to_do() -> None:
    (failure,) = suite_of(row()).iter("failure")
    assert failure.attrib["message"] == "The background is 1.8 stops brighter than the face."
    assert failure.text is not None
    assert (
        "fail: lighting.backlight: The background is 1.8 stops brighter than the face. (1.8 stops, max 1.0)"
        in failure.text
    )
    assert "warn: pose.roll" in failure.text
    assert "What to do:\n1. Turn round so that the window lights your face.\n2. Hold your head upright." in failure.text


def test_an_unreadable_photo_is_an_error_with_its_cause() -> None:
    (error,) = suite_of(unreadable_row()).iter("error")
    assert error.attrib["type"] == "empty"
    assert "the file is empty" in error.attrib["message"]


def test_a_folder_that_cannot_be_read_is_an_error() -> None:
    suite = suite_of(ready_row(), problems=(ScanProblem("photos/private", "this folder cannot be read"),))
    (error,) = suite.iter("error")
    assert (error.attrib["message"], suite.attrib["errors"], suite.attrib["tests"]) == (
        "this folder cannot be read",
        "1",
        "2",
    )
    assert [case.attrib["name"] for case in suite.iter("testcase")][1] == "photos/private"


def test_no_photos_make_an_empty_suite() -> None:
    suite = suite_of()
    assert (suite.attrib["tests"], list(suite.iter("testcase"))) == ("0", [])


@given(st.text(min_size=1))
def test_any_name_stays_xml(name: str) -> None:
    (case,) = suite_of(row(name)).iter("testcase")
    if re.fullmatch("[ -~]+", name):
        assert case.attrib["name"] == name
