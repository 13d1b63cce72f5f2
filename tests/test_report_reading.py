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
