"""What people expect of a photo tool: zoom, keys, text to copy, and how a folder's scores are spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import fixture
from page_driver import Driver, axe_violations, until
from PIL import Image
from row_factory import ready_row, row, scan, unreadable_row

from headshot_check import check
from headshot_check.views.scan_reports import write_reports

pytestmark = pytest.mark.browser


def box_of(element: Any) -> dict[str, float]:
    """As the page has it at this moment."""
    found: dict[str, float] = element.evaluate("one => one.getBoundingClientRect().toJSON()")
    return found


def until_place(image: Any, place: tuple[float, float]) -> None:
    """Waits until the corner of the image is there: pointers and keys are handled in the browser's own time."""
    until(image.page, lambda: [box_of(image)[axis] for axis in "xy"] == pytest.approx(place, abs=1))


def place_in_image(dialog: Any) -> list[float]:
    """Where a mark lies, in fractions of the image as it is shown."""
    image = box_of(dialog.locator(".detail-photo img"))
    mark = box_of(dialog.locator('.marks [data-layer="seat_belt"] .line'))
    return [(mark["x"] - image["x"]) / image["width"], (mark["y"] - image["y"]) / image["height"]]


def test_a_photo_can_be_zoomed_and_dragged_with_its_marks(opened: Callable[..., Driver]) -> None:
    page = opened(viewport={"width": 1280, "height": 900})
    page.choose("drivers_seat_selfie")
    dialog = page.open("drivers_seat_selfie.jpg")
    image, frame = dialog.locator(".detail-photo img"), dialog.locator(".detail-photo .photo-frame")
    whole, place = box_of(image), place_in_image(dialog)
    dialog.get_by_role("button", name="Zoom in").click()
    dialog.get_by_role("button", name="Zoom in").click()
    near = box_of(image)
    assert near["width"] == pytest.approx(2.25 * whole["width"], rel=0.01)
    assert place_in_image(dialog) == pytest.approx(place, abs=0.01)
    assert not dialog.locator(".mark-label").first.is_visible()  # they stand still
    box = box_of(frame)
    page.page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 150, box["y"] + 220)
    page.page.mouse.up()
    until_place(image, (near["x"] - 50, near["y"] - 80))
    page.page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 2000, box["y"] + 3000)
    page.page.mouse.up()
    until_place(image, (box["x"], box["y"]))  # no further than its edge
    page.page.keyboard.press("0")
    until(page.page, lambda: box_of(image) == whole)
    page.page.keyboard.press("+")
    until(page.page, lambda: box_of(image)["width"] == pytest.approx(1.5 * whole["width"], rel=0.01))
    near = box_of(image)
    page.page.keyboard.press("Shift+ArrowRight")  # what is to the right comes into sight
    until_place(image, (near["x"] - 0.15 * box["width"], near["y"]))
    assert dialog.locator("h2").inner_text() == "drivers_seat_selfie.jpg"


def test_two_fingers_zoom_the_photo_and_not_the_page(opened: Callable[..., Driver]) -> None:
    page = opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.choose("soft_office")
    dialog = page.open("soft_office.jpg")
    frame = dialog.locator(".detail-photo .photo-frame")
    box = box_of(frame)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.page.context.new_cdp_session(page.page)
    for kind, apart in (("touchStart", 30), ("touchMove", 60), ("touchMove", 110), ("touchEnd", 0)):
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if apart else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    dialog.locator(".photo-frame.zoomed").wait_for()
    assert page.page.evaluate("visualViewport.scale") == 1


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
    keys = page.page.get_by_role("dialog", name="Keyboard shortcuts")
    assert "Put back what was removed" in keys.inner_text()
    assert axe_violations(page.page) == []
    page.page.keyboard.press("?")
    keys.wait_for(state="hidden")
    page.choose("soft_office", "tilted")
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


def test_a_folder_on_the_page_has_the_bars_of_its_report(opened: Callable[..., Driver], tmp_path: Path) -> None:
    for at in range(6):
        (tmp_path / f"{at}.jpg").write_bytes(fixture("tilted").read_bytes() + bytes([at]))
    (tmp_path / "broken.jpg").write_bytes(b"none")
    page = opened(viewport={"width": 1280, "height": 800})
    page.choose("soft_office")
    overview = page.page.locator("#overview")
    assert not overview.is_visible()  # one is seen at a glance
    page.choose("drivers_seat_selfie", *sorted(tmp_path.iterdir()))
    overview.locator('.score-bars[aria-label^="Scores of 8 photos"]').wait_for()
    counted = overview.locator(".score-bar").evaluate_all("all => all.map(bar => Number(bar.title.split(': ')[1]))")
    assert (sum(counted), max(counted), counted[-1]) == (8, 6, 1)
    wide = {
        verdict: overview.locator(f".verdict-bar .segment.{verdict}").evaluate("one => one.offsetWidth")
        for verdict in ("retake", "unreadable", "usable", "ready")
    }
    assert wide["usable"] / wide["ready"] == pytest.approx(6, rel=0.05)
    assert wide["retake"] == pytest.approx(wide["unreadable"], abs=2)
    page.page.locator("#verdicts button", has_text="Usable").click()
    overview.locator('.score-bars[aria-label^="Scores of 6 photos"]').wait_for()  # of those that are shown


@pytest.fixture(scope="module")
def squeezed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good shot, saved badly: the original file mends it."""
    path = tmp_path_factory.mktemp("photos") / "squeezed.jpg"
    with Image.open(fixture("soft_office")) as image:
        image.save(path, quality=8)
    return path


def test_the_remedy_stands_beside_the_verdict_on_the_page(opened: Callable[..., Driver], squeezed: Path) -> None:
    report = check(squeezed)
    assert (report.remedy, report.condition) == ("original_file", "or find the original file")
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    page.choose(squeezed)
    assert "Or find the original file" in page.card("squeezed.jpg").inner_text()
    dialog = page.open("squeezed.jpg")
    said = " ".join(dialog.locator(".verdict-line").inner_text().split())
    assert said == f"Retake or find the original file {report.score} of 100"
    assert dialog.locator(".plan li").first.inner_text().startswith("Find the original photo")
    dialog.get_by_role("button", name="Copy as text").click()
    dialog.get_by_role("button", name="Copied").wait_for()
    text = page.page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(f"squeezed.jpg: Retake, or find the original file, {report.score} of 100\n")


def test_a_folders_photos_by_what_would_mend_them(new_page: Callable[..., Any], squeezed: Path, tmp_path: Path) -> None:
    rows = [row("me.jpg", check(squeezed)), *(row(f"{at}.jpg", check(fixture("too_dark"))) for at in range(2))]
    rows = [replace(one, path=f"s3://bucket/{one.name}") for one in rows]  # no files that the browser would look for
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(write_reports(scan([*rows, ready_row()]), tmp_path)[0].as_uri())
    assert "3 need another shot (for 1 of them the original file may do)" in page.locator("#lede").inner_text()
    assert "Or find the original file" in page.locator(".card", has_text="me.jpg").inner_text()
    bars = page.locator(".remedies .bar")
    assert [" ".join(one.split()) for one in bars.all_inner_texts()] == [
        "Another shot 2 photos",
        "The original file 1 photo",
    ]
    bars.last.click()
    assert page.locator(".card-name").all_inner_texts() == ["me.jpg"]
    assert page.evaluate("location.hash") == "#remedy=original_file"
    assert page.locator(".active-filter").text_content() == "No longer: Fixed by the original file"
    page.reload()
    assert page.locator(".card-name").all_inner_texts() == ["me.jpg"]
    page.locator("a.card").click()
    assert "or find the original file" in page.locator(".verdict-line").inner_text()


def test_how_a_file_was_read_stands_with_its_facts(opened: Callable[..., Driver], tmp_path: Path) -> None:
    with Image.open(fixture("soft_office")) as image:
        image.putalpha(Image.new("L", image.size, 200))
        image.save(tmp_path / "clear.png")
    (note,) = check(tmp_path / "clear.png").notes
    page = opened()
    page.choose(tmp_path / "clear.png")
    shown = page.open("clear.png").locator(".read-as")
    assert shown.inner_text().lower() == note.lower()
    style = """one => ["color", "fontSize", "backgroundColor", "display", "whiteSpace"]
        .map((name) => getComputedStyle(one)[name])"""
    # a fact like the others, in full: the page's own notes look otherwise
    assert shown.evaluate(style) == page.page.locator("#viewer .facts").first.evaluate(style)
