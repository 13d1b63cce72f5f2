"""Marks and labels on a photo, by their geometry in a browser: on the page, in a folder's report and in the export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import fixture
from page_driver import Driver, until_drawn
from PIL import Image
from row_factory import scan

from headshot_check import Report, check
from headshot_check.app.server import Address
from headshot_check.photo import load
from headshot_check.scan.row import Row
from headshot_check.views.scan_reports import write_reports
from headshot_check.workers.worker import preview

pytestmark = pytest.mark.browser

PHOTOS = ("drivers_seat_selfie", "crown_cut_off", "tilted", "face_too_small", "hard_side_light")

MARKS = """(figure) => {
  for (const box of figure.querySelectorAll(".switches input:not(:checked)")) box.click();
  const frame = figure.querySelector(".photo-frame").getBoundingClientRect();
  return [...figure.querySelectorAll(".marks .line")].map((mark) => {
    const { left, top, right, bottom } = mark.getBoundingClientRect();
    const box = [(left - frame.left) / frame.width, (top - frame.top) / frame.height,
      (right - frame.left) / frame.width, (bottom - frame.top) / frame.height];
    return { tag: mark.tagName, layer: mark.closest("[data-layer]")?.dataset.layer ?? "", box };
  });
}"""

COVERED = """(figure) => {
  const boxes = (found) => [...figure.querySelectorAll(found)].map((one) => one.getBoundingClientRect());
  const labels = boxes(".mark-label:not([hidden], .left-out)");
  const input = figure.querySelector('.switches input[data-layer="face"]');
  if (!input.checked) input.click();
  const faces = boxes('.marks [data-layer="face"] rect.line:not([data-dashed])');
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  return { labels: labels.length, faces: faces.length,
    covered: labels.filter((label) => faces.some((face) => meet(label, face))).length };
}"""


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return {name: check(fixture(name)) for name in PHOTOS}


@pytest.fixture(scope="module")
def folder(reports: dict[str, Report], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """report.html of the photos."""
    rows = [
        Row(str(fixture(name)), f"{name}.jpg", report, 1, 1, "0" * 32, 7, preview(load(fixture(name)).rgb, 160))
        for name, report in reports.items()
    ]
    return write_reports(scan(rows), tmp_path_factory.mktemp("report"))[0]


def assert_marks_are_right(figure: Any, report: Report) -> None:
    """Within the photo, and the boxes of faces and heads where the report says."""
    marks = figure.evaluate(MARKS)
    assert len(marks) > 2
    for mark in marks:
        x0, y0, x1, y1 = mark["box"]
        assert min(x0, y0) > -0.005, mark
        assert max(x1, y1) < 1.005, mark
    rects = [mark["box"] for mark in marks if mark["tag"] == "rect"]
    places = [place for face in report.faces for place in (face.box, face.head) if place is not None]
    assert len(rects) == len(places)
    for rect, place in zip(rects, places, strict=True):
        assert rect == pytest.approx([min(max(at, 0), 1) for at in place.bounds], abs=0.01)


def in_folder_report(page: Any, address: str, name: str) -> Any:
    """The photo's figure, its labels in place; the page stays loaded from one photo to the next."""
    page.goto(f"{address}#photo={name}.jpg")
    dialog = page.locator("dialog[open]")
    dialog.locator(".file-name", has_text=f"{name}.jpg").wait_for()
    until_drawn(page)
    return dialog.locator("figure.photo")


def test_every_mark_lies_within_its_photo_in_page_and_export(
    new_page: Callable[..., Any], server: Address, reports: dict[str, Report], tmp_path: Path
) -> None:
    page = Driver(new_page(accept_downloads=True), server.url)
    page.choose(*PHOTOS)
    for name, report in reports.items():
        assert_marks_are_right(page.open(f"{name}.jpg").locator(".detail-photo figure.photo"), report)
        page.close()
    page.page.locator("#export summary").click()
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Web page (HTML)").click()
    download.value.save_as(tmp_path / "export.html")
    exported = new_page()
    for name, report in reports.items():
        assert_marks_are_right(in_folder_report(exported, (tmp_path / "export.html").as_uri(), name), report)


def test_every_mark_lies_within_its_photo_in_a_folder_report(
    new_page: Callable[..., Any], folder: Path, reports: dict[str, Report]
) -> None:
    page = new_page()
    for name, report in reports.items():
        assert_marks_are_right(in_folder_report(page, folder.as_uri(), name), report)


@pytest.mark.parametrize("width", [390, 1280])
def test_labels_never_cover_a_face(
    new_page: Callable[..., Any], folder: Path, reports: dict[str, Report], width: int
) -> None:
    shown = 0
    page = new_page(viewport={"width": width, "height": 844})
    for name, report in reports.items():
        found = in_folder_report(page, folder.as_uri(), name).evaluate(COVERED)
        assert found["faces"] == len(report.faces)
        assert found["covered"] == 0, name
        shown += found["labels"]
    assert shown > len(reports)  # left out is a label only where there is no room


def test_frames_of_the_face_are_shown_where_nothing_else_is_marked(
    new_page: Callable[..., Any], folder: Path, reports: dict[str, Report]
) -> None:
    page = new_page()
    for name in reports:
        figure = in_folder_report(page, folder.as_uri(), name)
        on = figure.locator(".switches input:checked").evaluate_all("all => all.map(one => one.dataset.layer)")
        assert "face" not in on, name
        assert set(on) - {"crop"}, name


def test_the_worst_of_two_problems_lies_on_top(new_page: Callable[..., Any], folder: Path) -> None:
    figure = in_folder_report(new_page(), folder.as_uri(), "hard_side_light")
    tones = figure.locator('[data-layer="problems"] > g').evaluate_all("all => all.map(one => one.classList[0])")
    assert tones == ["warn", "fail"]


def test_a_leaning_head_is_marked_by_the_line_of_its_eyes(
    new_page: Callable[..., Any], folder: Path, reports: dict[str, Report]
) -> None:
    figure = in_folder_report(new_page(), folder.as_uri(), "tilted")
    assert figure.locator(".mark-label:not(.left-out)").all_inner_texts() == ["Head tilted"]
    mark = figure.locator('.marks [data-layer="problems"] .line').bounding_box()
    frame = figure.locator(".photo-frame").bounding_box()
    eyes = reports["tilted"].faces[0].eyes
    assert eyes is not None
    rise = abs(eyes.points[1][1] - eyes.points[0][1]) * frame["height"]
    assert mark["height"] == pytest.approx(1.9 * rise, abs=4)  # and the stroke


def test_what_is_fine_has_no_label(new_page: Callable[..., Any], server: Address) -> None:
    chair = check(fixture("soft_office")).to_dict()
    place = {"points": [[0.1, 0.2], [0.3, 0.2], [0.3, 0.4], [0.1, 0.4]]}
    cue = {
        "name": "headrest",
        "probability": 0.7,
        "region": place,
        "label": "headrest",
        "shown": "70 %",
        "evidence": False,
    }
    chair["drivers_seat"]["cues"] = [cue]
    page = Driver(new_page(), server.url)
    drawn = """async (report) => {
        const { photoFigure } = await import("/static/web/overlay.js");
        const figure = photoFigure(report);
        const found = [...figure.querySelectorAll("[data-layer], .mark-label")];
        return found.map((one) => one.dataset.layer ?? one.textContent);
    }"""
    assert set(page.page.evaluate(drawn, chair)) == {"crop", "face"}
    other = {"check": "other.thing", "status": "warn", "region": place, "limits": {"warn_above": 1}}  # not known here
    found = page.page.evaluate(drawn, chair | {"findings": [*chair["findings"], other]})
    assert "Other.thing" in found
    cue["evidence"] = True
    assert {"headrest", "Headrest 70 %"} <= set(page.page.evaluate(drawn, chair))
    page.choose("hard_side_light")
    said = page.open("hard_side_light.jpg").locator(".detail-photo .mark-label").all_inner_texts()
    assert "One side of the face dark" in said  # what is wrong, not the name of the check


def test_a_label_that_has_no_room_is_left_out(new_page: Callable[..., Any], server: Address, tmp_path: Path) -> None:
    report = check(fixture("tilted"))
    (face,) = report.faces
    with Image.open(fixture("tilted")) as image:
        x0, y0, x1, y1 = (round(at * size) for at, size in zip(face.box.bounds, image.size * 2, strict=True))
        image.crop((x0, y0 - 8, x1, y1 + 8)).save(tmp_path / "close.png")
    page = Driver(new_page(viewport={"width": 390, "height": 844}), server.url)
    page.choose(tmp_path / "close.png")
    found = page.open("close.png").locator(".detail-photo figure.photo").evaluate(COVERED)
    assert found["covered"] == 0
