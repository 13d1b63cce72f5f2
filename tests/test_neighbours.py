"""Who else is in the picture: faces that the frame cuts, small ones, three and more; and crops that leave them out."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from fixture_photos import fixture
from numpy.typing import NDArray

from headshot_check import Checker
from headshot_check.photo import load

Pixels = NDArray[np.uint8]


@lru_cache(maxsize=1)
def checker() -> Checker:
    return Checker()


@lru_cache(maxsize=4)
def portrait(name: str) -> Pixels:
    return load(fixture(name)).rgb


@lru_cache(maxsize=4)
def face(name: str) -> tuple[int, int]:
    """Where the face of a portrait begins and ends, px."""
    left, _, right, _ = checker().check(portrait(name)).faces[0].box.bounds
    return round(left * portrait(name).shape[1]), round(right * portrait(name).shape[1])


def beside(share: float, *, left: bool, first: str = "studio_light_skin", second: str = "studio_dark_skin") -> Pixels:
    """A portrait with a neighbour of whose face the frame leaves `share`."""
    main, other = portrait(first), portrait(second)
    begin, end = face(second)
    joined = np.hstack([main, other[:, : round(begin + share * (end - begin))]])
    return np.ascontiguousarray(joined[:, ::-1] if left else joined)


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("share", [0.55, 0.65, 0.8])
def test_a_face_cut_by_the_edge_is_found_and_its_side_said(share: float, left: bool) -> None:
    report = checker().check(beside(share, left=left))
    assert len(report.faces) == 2
    finding = report.finding("faces.second_face")
    assert finding.status in ("warn", "fail")
    assert f"on the {'left' if left else 'right'}" in finding.message
    assert report.verdict != "ready"


def test_what_shows_of_a_cut_face_counts_not_what_would_be_there() -> None:
    shares = [checker().check(beside(share, left=False)).finding("faces.second_face").value for share in (0.55, 0.8)]
    assert all(isinstance(share, float) for share in shares)
    assert 0.15 < shares[0] < shares[1] < 1  # type: ignore[operator]


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("second", ["studio_dark_skin", "studio_headscarf"])
def test_crop_leaves_the_neighbour_out_where_there_is_room(left: bool, second: str) -> None:
    photo = beside(0.6, left=left, second=second)
    crop = checker().crop(photo)
    assert len(crop.report.faces) == 1
    assert crop.report.finding("faces.second_face").status == "pass"
    assert not any("somebody else" in note for note in crop.notes)


def test_crop_says_that_a_piece_of_the_neighbour_stays() -> None:
    main, other = portrait("studio_light_skin"), portrait("studio_dark_skin")
    (begin, end), (other_begin, other_end) = face("studio_light_skin"), face("studio_dark_skin")
    # cheek to cheek: whatever keeps the one face keeps half of the other
    photo = np.hstack([main[:, begin - 12 : end], other[:, other_begin : (other_begin + 2 * other_end) // 3]])
    crop = checker().crop(np.ascontiguousarray(photo))
    assert any("Part of somebody else" in note for note in crop.notes)
    assert crop.verdict != "ready"


def test_three_people_are_counted() -> None:
    three = np.hstack([portrait(name) for name in ("studio_light_skin", "studio_dark_skin", "plain_wall_glasses")])
    report = checker().check(np.ascontiguousarray(three))
    count = report.finding("faces.count")
    assert count.value == 3
    assert count.status == "warn"
    assert "3 faces" in count.message


@pytest.mark.parametrize(
    "name", ["studio_light_skin", "studio_dark_skin", "outdoors", "sofa", "soft_office", "backlit"]
)
def test_alone_stays_alone(name: str) -> None:
    assert len(checker().check(portrait(name)).faces) == 1
