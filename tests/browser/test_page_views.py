"""The page in a real browser: what is said of a photo, the crop, shots side by side, the keyboard, axe-core."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_photos import fixture
from page_driver import Driver, press, until
from PIL import Image

from headshot_check import check
from headshot_check.text import capitalised
from headshot_check.views import labels

pytestmark = pytest.mark.browser

BELTED = ("drivers_seat_selfie", "passenger_seat_selfie", "car_dark_skin")


def inside(box: dict[str, float], frame: dict[str, float]) -> bool:
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return (
        frame["x"] < middle[0] < frame["x"] + frame["width"] and frame["y"] < middle[1] < frame["y"] + frame["height"]
    )


def test_a_car_selfie_shows_belt_and_headrest_and_the_plan_starts_outside(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.choose(*BELTED)
    for name in BELTED:
        dialog = page.open(f"{name}.jpg")
        photo = dialog.locator(".photo-frame").bounding_box()
        for cue in ("seat_belt", "headrest"):
            mark = dialog.locator(f'.marks [data-layer="{cue}"] .line')
            assert mark.is_visible()
            assert inside(mark.bounding_box(), photo)
            assert dialog.locator(f".mark-label.{cue}").is_visible()
            dialog.locator(f'.switches input[data-layer="{cue}"]').uncheck()
            assert not mark.is_visible()
            assert not dialog.locator(f".mark-label.{cue}").is_visible()
        assert dialog.locator(".plan li").first.inner_text().startswith("Get out of the car")
        assert "Likely taken in" in dialog.locator(".seat-title").inner_text()
        page.close()


def test_marks_lie_where_the_report_says(opened: Callable[..., Driver]) -> None:
    cue = next(one for one in check(fixture("drivers_seat_selfie")).drivers_seat.cues if one.name == "headrest")
    assert cue.region is not None
    page = opened()
    page.choose("drivers_seat_selfie")
    dialog = page.open("drivers_seat_selfie.jpg")
    places = dialog.locator(".photo-frame").evaluate(
        """frame => {
            const mark = frame.querySelector('.marks [data-layer="headrest"] .line').getBoundingClientRect();
            const box = frame.getBoundingClientRect();
            const shares = [(mark.x - box.x) / box.width, (mark.y - box.y) / box.height];
            return [...shares, mark.width / box.width, mark.height / box.height];
        }"""
    )
    x0, y0, x1, y1 = cue.region.bounds
    assert places == pytest.approx([x0, y0, x1 - x0, y1 - y0], abs=0.03)


def test_a_good_photo_is_ready_and_its_crop_can_be_saved(opened: Callable[..., Driver], tmp_path: Path) -> None:
    page = opened(accept_downloads=True)
    page.choose("soft_office")
    dialog = page.open("soft_office.jpg")
    assert dialog.locator(".detail-head .chip").inner_text() == "Ready"
    save = dialog.get_by_role("button", name="Save the crop")
    save.wait_for()
    said = dialog.locator(".beside figcaption").last.inner_text()
    with page.page.expect_download() as download:
        save.click()
    assert download.value.suggested_filename == "soft_office-cropped.jpg"
    path = tmp_path / "cropped.jpg"
    download.value.save_as(path)
    with Image.open(path) as image:
        assert image.width == image.height
    again = check(path)
    assert again.verdict == "ready"
    assert "Ready" in said


def test_the_crop_of_another_target(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.choose("tilted")
    dialog = page.open("tilted.jpg")
    dialog.locator(".cropped img").wait_for()
    dialog.locator(".crop-target select").select_option("resume")
    portrait = dialog.locator(".cropped:not(.round)")
    portrait.wait_for()
    box = portrait.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(4 / 5, abs=0.02)


def test_a_photo_that_the_browser_cannot_show(opened: Callable[..., Driver], tmp_path: Path) -> None:
    path = tmp_path / "phone.tif"
    with Image.open(fixture("soft_office")) as image:
        image.save(path)
    page = opened()
    page.choose(path)
    dialog = page.open("phone.tif")
    picture = dialog.locator(".detail-photo img")
    small = page.card("phone.tif").locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
    until(page.page, lambda: picture.evaluate("image => image.naturalWidth") > small)  # by a request of its own


def test_every_finding_has_its_value_and_what_has_limits_a_gauge(opened: Callable[..., Driver]) -> None:
    report = check(fixture("hard_side_light"))
    page = opened()
    page.choose("hard_side_light")
    dialog = page.open("hard_side_light.jpg")
    dialog.locator(".all-checks summary").click()
    rows = dialog.locator(".all-checks .finding")
    rows.first.wait_for()
    assert rows.count() == len(report.findings)
    for finding in report.findings:
        row = dialog.locator(f'.all-checks .finding[data-check="{finding.check}"]')
        numbers = isinstance(finding.value, (int, float)) and not isinstance(finding.value, bool)
        bounds = [value for value in finding.limits.to_dict().values() if not isinstance(value, list)]
        assert row.locator(".gauge").count() == int(numbers and bool(bounds)), finding.check
    pin = dialog.locator('.problems .finding[data-check="lighting.balance"] .gauge-pin').bounding_box()
    zone = dialog.locator('.problems .finding[data-check="lighting.balance"] .gauge-zone.fail').bounding_box()
    assert zone["x"] <= pin["x"] + pin["width"] / 2 <= zone["x"] + zone["width"]


def test_values_read_as_on_the_terminal(opened: Callable[..., Driver]) -> None:
    report = check(fixture("hard_side_light"))
    page = opened()
    page.choose("hard_side_light")
    dialog = page.open("hard_side_light.jpg")
    dialog.locator(".all-checks summary").click()
    dialog.locator(".all-checks .finding").first.wait_for()
    for finding in report.findings:
        row = dialog.locator(f'.all-checks .finding[data-check="{finding.check}"]')
        assert row.locator(".finding-name").inner_text().endswith(capitalised(finding.label))
        assert row.locator(".finding-head .number").all_inner_texts() == ([finding.shown] if finding.shown else [])


def test_two_shots_side_by_side(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.choose("crown_cut_off", "tilted", "soft_office")
    for name in ("crown_cut_off", "tilted"):
        page.pick(f"{name}.jpg")
    page.page.click("#compare")
    dialog = page.page.locator("#comparison[open]")
    assert dialog.locator("h2").inner_text() == "tilted.jpg is the better one"
    assert "Hair cut off" in dialog.locator(".shot-reason").last.inner_text()
    rows = dialog.locator("tbody tr").all_inner_texts()
    assert any(row.startswith("Headroom") and "Could be better" in row and "Good" in row for row in rows)
    page.page.keyboard.press("Escape")
    page.page.locator("#compare:focus").wait_for()


def test_shots_of_one_scene_are_pointed_out(opened: Callable[..., Driver], tmp_path: Path) -> None:
    with Image.open(fixture("soft_office")) as image:
        image.convert("L").save(tmp_path / "grey.jpg", quality=70)
    page = opened()
    page.choose("soft_office", "too_dark", tmp_path / "grey.jpg")
    dialog = page.open("soft_office.jpg")
    assert "grey.jpg looks like a shot of the same scene" in dialog.locator(".alike").inner_text()


def test_by_keyboard_only(opened: Callable[..., Driver]) -> None:
    page = opened()
    keys = page.page.keyboard
    focused = lambda: page.page.evaluate("document.activeElement.closest('.cell')?.dataset.name ?? null")  # noqa: E731
    keys.press("Tab")
    page.page.locator(".skip:focus").wait_for()
    keys.press("Enter")
    page.choose("drivers_seat_selfie", "too_dark", "tilted", "soft_office")
    for _ in range(30):
        keys.press("Tab")
        if focused():
            break
    order = page.cards()
    assert focused() == order[0]
    for key, reached in (("ArrowRight", order[1]), ("End", order[-1]), ("Home", order[0])):
        keys.press(key)
        page.page.locator(f'.cell[data-name="{reached}"]:focus-within').wait_for()
    keys.press("ArrowRight")
    keys.press("Enter")
    dialog = page.page.locator("#viewer[open]")
    title = dialog.locator("h2")
    title.and_(page.page.get_by_text("too_dark.jpg", exact=True)).wait_for()
    dialog.locator("h2:focus").wait_for()
    keys.press("ArrowRight")
    title.and_(page.page.get_by_text("tilted.jpg", exact=True)).wait_for()
    page.close()
    page.page.locator('.cell[data-name="tilted.jpg"]:focus-within').wait_for()
    keys.press("Tab")
    keys.press("Space")
    page.page.locator("#picked", has_text="1 picked").wait_for()


def test_the_focus_goes_on_where_the_button_that_had_it_goes_away(opened: Callable[..., Driver]) -> None:
    page = opened(accept_downloads=True)
    page.choose("soft_office", "tilted")
    page.pick("tilted.jpg")
    press(page.page.locator("#unpick"))
    page.page.locator('.cell[data-name="tilted.jpg"] :focus').wait_for()
    page.card("tilted.jpg").locator("input:not(:checked)").wait_for(state="attached")
    page.page.fill("#search", "nobody")
    press(page.page.locator("#reset"))
    page.page.locator("#search:focus").wait_for()
    page.page.click("#export summary")
    with page.page.expect_download():
        press(page.page.locator('[data-format="csv"]'))
    page.page.locator("#export-summary:focus").wait_for()
    dialog = page.open("tilted.jpg")
    dialog.get_by_role("button", name="Remove").click()
    dialog.locator("h2", has_text="soft_office.jpg").wait_for()
    page.close()
    press(page.page.locator("#notes").get_by_role("button", name="Undo"))
    page.page.locator("#main:focus").wait_for()


def test_said_to_screen_readers_sparingly(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.page.evaluate(
        """() => {
            window.lines = [];
            const said = document.querySelector("#said");
            new MutationObserver(() => window.lines.push(said.textContent)).observe(said, { childList: true });
        }"""
    )
    start = time.monotonic()
    page.choose("drivers_seat_selfie", "too_dark", "tilted", "soft_office", "outdoors", "sofa")
    lines = page.page.evaluate("window.lines")
    assert lines[-1] == "All checked: 2 retake, 1 usable, 3 ready."
    assert len(lines) <= 3 + (time.monotonic() - start) // 10  # the first result, the end, and one every ten seconds
    name = page.card("drivers_seat_selfie.jpg").locator("button.card").get_attribute("aria-label")
    score = check(fixture("drivers_seat_selfie")).score
    assert name == f"drivers_seat_selfie.jpg, retake, {score} of 100, Likely taken in a car"


@pytest.mark.parametrize(("width", "zoom"), [(390, 1), (320, 1), (1280, 2)])
def test_nothing_sticks_out_sideways(opened: Callable[..., Driver], width: int, zoom: int) -> None:
    # a zoom of 200 % is half the width in CSS pixels
    page = opened(viewport={"width": width // zoom, "height": 800}, device_scale_factor=zoom)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.page.evaluate(wider) <= 0
    page.choose("drivers_seat_selfie", "car_landscape", "soft_office")
    assert page.page.evaluate(wider) <= 0
    tops = {page.page.locator(one).bounding_box()["y"] for one in ("#export", "#clear")}
    assert len(tops) == 1  # the tools are one row
    dialog = page.open("drivers_seat_selfie.jpg")
    scroll = dialog.locator(".viewer-scroll")
    assert scroll.evaluate("one => one.scrollWidth - one.clientWidth") <= 0


def test_hostile_names_stay_text(opened: Callable[..., Driver], tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>&quot; \u202egpj.jpg"
    path = tmp_path / name
    path.write_bytes(fixture("soft_office").read_bytes())
    page = opened()
    page.choose(path)
    assert page.cards() == [name]
    page.page.locator("button.card").first.click()
    heading = page.page.locator("#viewer h2")
    heading.wait_for()
    assert heading.inner_text().startswith("<img src=x onerror=alert(1)>")
    assert page.page.locator("img[onerror]").count() == 0
    # what turns the direction of a name's letters ends with the name
    assert heading.evaluate("one => getComputedStyle(one).unicodeBidi") == "plaintext"
    page.page.locator("#viewer").get_by_role("button", name="Remove").click()
    assert page.page.locator("#notes bdi").inner_text() == name
    page.page.locator("#main:focus").wait_for()  # no photo is left to go to


@pytest.mark.parametrize("kind", ["nobody", "tiny"])
def test_what_was_not_checked_is_told_as_in_the_terminal(
    opened: Callable[..., Driver], tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "one.png"
    if kind == "nobody":
        Image.linear_gradient("L").convert("RGB").resize((800, 600)).save(path)
    else:
        with Image.open(fixture("soft_office")) as image:
            image.resize((120, 150)).save(path)
    page = opened()
    page.choose(path)
    told = page.open("one.png").locator(".unknown li").all_inner_texts()
    causes = labels.not_checked(check(path))
    assert causes
    assert told == [f"{capitalised(', '.join(names))}: {reason}" for reason, names in causes.items()]
