"""A report and its JSON are the same thing."""

import pytest
from fixture_photos import IMAGES

from headshot_check import Report, check


@pytest.mark.parametrize("name", ["drivers_seat_selfie.jpg", "soft_office.jpg"])
def test_a_report_read_back_says_the_same(name):
    document = check(IMAGES / name).to_dict()
    again = Report.from_dict(document)
    assert again.to_dict() == document
    assert again.findings
    assert again.faces


def test_an_unreadable_one_too():
    document = check(b"no picture").to_dict()
    assert Report.from_dict(document).to_dict() == document


def test_other_documents_are_refused_by_name():
    document = check(b"no picture").to_dict()
    with pytest.raises(ValueError, match="schema version"):
        Report.from_dict({**document, "schema_version": "9.0"})
    document.pop("verdict")
    with pytest.raises(ValueError, match="verdict"):
        Report.from_dict(document)


@pytest.mark.parametrize("limits", [None, [], "none"])
def test_limits_that_are_no_object_are_refused(limits):
    document = check(b"no picture").to_dict()
    document["findings"][0]["limits"] = limits
    with pytest.raises(ValueError, match="not a report"):
        Report.from_dict(document)


@pytest.mark.parametrize("size", [[], [400], "x"])
def test_a_crop_without_two_sides_is_refused(size):
    crop = {"target": "linkedin", "region": {"points": []}, "mends": [], "rotation_deg": 0.0, "size": size}
    document = check(b"no picture").to_dict() | {"crop": {**crop, "verdict": None, "score": None}}
    with pytest.raises(ValueError, match="not a report"):
        Report.from_dict(document)


@pytest.mark.parametrize("document", [None, [], "{}"])
def test_what_is_no_object_is_refused(document):
    with pytest.raises(ValueError, match="not a report"):
        Report.from_dict(document)
