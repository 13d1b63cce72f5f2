"""What people expect of a photo tool: zoom, keys, text to copy, and how a folder's scores are spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import fixture
from page_driver import Driver, axe_violations
from row_factory import ready_row, row, scan, unreadable_row

from headshot_check import check
from headshot_check.app.server import Address, running
from headshot_check.views.scan_reports import write_reports

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server() -> Iterator[Address]:
    with running(workers=2) as address:
        yield address


@pytest.fixture
def opened(new_page: Callable[..., Any], server: Address) -> Callable[..., Driver]:
    return lambda **options: Driver(new_page(**options), server.url)


def box_of(element: Any) -> dict[str, float]:
    """As the page has it at this moment."""
    found: dict[str, float] = element.evaluate("one => one.getBoundingClientRect().toJSON()")
    return found


def place_in_image(dialog: Any) -> list[float]:
    """Where a mark lies, in fractions of the image as it is shown."""
    image = box_of(dialog.locator(".detail-photo img"))
    mark = box_of(dialog.locator('.marks [data-layer="seat_belt"] .line'))
    return [(mark["x"] - image["x"]) / image["width"], (mark["y"] - image["y"]) / image["height"]]


def test_a_photo_can_be_zoomed_and_dragged_with_its_marks(opened: Callable[..., Driver]) -> None:
    page = opened(viewport={"width": 1280, "height": 900})
    page.choose("drivers_seat_selfie")
    dialog = page.open("drivers_seat_selfie.jpg")
    dialog.evaluate("one => Promise.all(one.getAnimations().map((rising) => rising.finished))")
    image, frame = dialog.locator(".detail-photo img"), dialog.locator(".detail-photo .photo-frame")
    whole, place = box_of(image), place_in_image(dialog)
    dialog.get_by_role("button", name="Closer").click()
    dialog.get_by_role("button", name="Closer").click()
    near = box_of(image)
    assert near["width"] == pytest.approx(2.25 * whole["width"], rel=0.01)
    assert place_in_image(dialog) == pytest.approx(place, abs=0.01)
    assert not dialog.locator(".mark-label").first.is_visible()  # they stand still
    box = box_of(frame)
    page.page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 150, box["y"] + 220)
    page.page.mouse.up()
    moved = box_of(image)
    assert (moved["x"] - near["x"], moved["y"] - near["y"]) == pytest.approx((-50, -80), abs=1)
    page.page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 2000, box["y"] + 3000)
    page.page.mouse.up()
    stopped = box_of(image)
    assert (stopped["x"], stopped["y"]) == pytest.approx((box["x"], box["y"]), abs=1)  # no further than its edge
    page.page.keyboard.press("0")
    assert box_of(image) == whole
    page.page.keyboard.press("+")
    assert box_of(image)["width"] == pytest.approx(1.5 * whole["width"], rel=0.01)


def test_a_report_can_be_copied_as_text(opened: Callable[..., Driver]) -> None:
    report = check(fixture("hard_side_light"))
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    page.choose("hard_side_light")
    dialog = page.open("hard_side_light.jpg")
    dialog.get_by_role("button", name="Copy as text").click()
    dialog.get_by_role("button", name="Copied").wait_for()
    text = page.page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(f"hard_side_light.jpg: Retake, {report.score} of 100\n")
    assert f"1. {report.retake[0]}" in text
    for finding in report.findings:
        assert (finding.message in text) == (finding.status in ("fail", "warn"))


def test_the_question_mark_shows_the_keys(opened: Callable[..., Driver], tmp_path: Path) -> None:
    page = opened()
    page.page.keyboard.press("?")
    keys = page.page.get_by_role("dialog", name="Keys")
    assert "Put back what was removed" in keys.inner_text()
    assert axe_violations(page.page) == []
    page.page.keyboard.press("?")
    keys.wait_for(state="hidden")
    page.choose("soft_office")
    page.page.fill("#search", "")
    page.page.locator("#search").press_sequentially("?")
    assert not keys.is_visible()  # typed, not asked for
    page.page.goto(write_reports(scan([ready_row()]), tmp_path)[0].as_uri())
    page.page.keyboard.press("?")
    keys.wait_for()


def test_how_the_scores_of_a_folder_are_spread(new_page: Callable[..., Any], tmp_path: Path) -> None:
    rows = [row(f"{at}.jpg", None) for at in range(3)] + [ready_row(), unreadable_row()]
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(write_reports(scan(rows), tmp_path)[0].as_uri())
    page.locator(".score-bars[aria-label]").wait_for()
    counted = page.locator(".score-bar").evaluate_all("all => all.map(bar => Number(bar.title.split(': ')[1]))")
    assert sum(counted) == 4  # what could be read
    highest = page.locator(".score-bar").nth(counted.index(3)).locator(".segment.retake").bounding_box()
    whole = page.locator(".score-bars").bounding_box()
    assert highest["height"] == pytest.approx(whole["height"], abs=2)
    assert "Scores of 4 photos" in page.locator(".score-bars").get_attribute("aria-label")
    page.locator(".tile.ready").click()
    page.locator('.score-bars[aria-label^="Scores of 1 photo:"]').wait_for()  # of those that are shown


def test_notes_of_a_report_stand_with_the_facts_of_the_file(opened: Callable[..., Driver]) -> None:
    report = check(fixture("soft_office")).to_dict() | {"notes": ["The colour profile was damaged."]}
    shown = opened().page.evaluate(
        """async (report) => {
            const { detailView } = await import("/static/web/detail.js");
            return detailView({ name: "me.jpg", report, preview: "data:," }).querySelector(".detail-head").textContent;
        }""",
        report,
    )
    assert "The colour profile was damaged." in shown
