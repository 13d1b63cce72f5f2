"""What the page says and shows on a closer look: its words, its policy menu, gauges, shots in line, the drop veil."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import fixture
from page_driver import Driver
from PIL import Image, ImageOps

from headshot_check import check

pytestmark = pytest.mark.browser


def test_the_first_screen_claims_only_what_was_counted(opened: Callable[..., Driver]) -> None:
    words = opened().page.locator("#empty").inner_text()
    assert "in five" not in words
    assert "said to" not in words
    assert "of 4,255 pictures on conference and staff pages, 9 were taken in a car" in words


def test_policies_are_grouped_by_what_they_are_for(opened: Callable[..., Driver]) -> None:
    groups = opened().page.locator("#policy optgroup")
    found = groups.evaluate_all("all => all.map(one => [one.label, ...[...one.children].map(option => option.value)])")
    assert found == [
        ["Profile pictures", "linkedin", "team-page"],
        ["Applications and documents", "resume", "id-photo"],
    ]
    assert (
        opened().page.locator("#policy").evaluate("menu => menu.selectedOptions[0].text") == "LinkedIn profile picture"
    )


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_gauge_has_the_sign_that_its_text_has(opened: Callable[..., Driver], tmp_path: Path, mirrored: bool) -> None:
    with Image.open(fixture("tilted")) as image:
        turned = image.rotate(8, fillcolor=(120, 140, 170))
        (ImageOps.mirror(turned) if mirrored else turned).save(tmp_path / "leaning.png")
    finding = next(one for one in check(tmp_path / "leaning.png").findings if one.check == "pose.roll")
    assert finding.status in ("warn", "fail")
    page = opened()
    page.choose(tmp_path / "leaning.png")
    row = page.open("leaning.png").locator('.problems .finding[data-check="pose.roll"]')
    limit = finding.shown.rpartition("max ")[2]
    tick = row.locator(".gauge-tick").get_by_text(limit, exact=True).bounding_box()
    pin = row.locator(".gauge-pin").bounding_box()
    assert pin["x"] > tick["x"] + tick["width"] / 2  # "30°, max 18": beyond the 18, not the -18


def test_a_gauge_says_every_limit_as_it_is(opened: Callable[..., Driver]) -> None:
    said = """async ([limit, unit]) => {
        const { limitsText } = await import("/static/web/gauge.js");
        return limitsText({ limits: { fail_above: limit }, unit });
    }"""
    page = opened().page
    for limit, unit, told in (
        (1.75, "stops", "1.75"),
        (0.165, "ratio", "0.165"),
        (18, "degrees", "18"),
        (0.115, "share", "11.5"),
    ):
        assert page.evaluate(said, [limit, unit]) == f"fails above {told}"


def test_shots_of_any_shape_are_compared_in_line(opened: Callable[..., Driver]) -> None:
    page = opened(viewport={"width": 1280, "height": 900})
    page.choose("car_landscape", "soft_office", "tilted")
    for name in ("car_landscape", "soft_office", "tilted"):
        page.pick(f"{name}.jpg")
    page.page.click("#compare")
    page.page.locator("#comparison h2").wait_for()
    tops = "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    for part in (".place", ".chip", ".shot-reason"):
        found = page.page.locator(f"#comparison {part}").evaluate_all(tops)
        assert len(found) == 3
        assert max(found) - min(found) <= 1, part


def test_while_files_are_dragged_no_text_stands_on_text(opened: Callable[..., Driver]) -> None:
    page = opened()
    session = page.page.context.new_cdp_session(page.page)
    data = {"items": [], "files": [str(fixture("soft_office"))], "dragOperationsMask": 1}
    session.send("Input.dispatchDragEvent", {"type": "dragEnter", "x": 200, "y": 400, "data": data})
    veil = page.page.locator("#veil")
    veil.wait_for()
    assert "/" not in (colour := veil.evaluate("one => getComputedStyle(one).backgroundColor")), colour
    assert colour.startswith("rgb(")
    assert veil.evaluate("one => one.getBoundingClientRect().width >= innerWidth && one.innerText === 'Drop to check'")


def test_a_photo_without_a_fault_is_told_so(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.choose("soft_office")
    assert "Good as it is" in (words := page.card("soft_office.jpg").inner_text())
    assert "Smile" in words  # and what is good about it
    assert "Use this one" in page.open("soft_office.jpg").locator(".todo").inner_text()


def test_the_tool_bar_is_one_row_on_a_laptop(opened: Callable[..., Driver], tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"none")
    page = opened(viewport={"width": 1280, "height": 800})
    page.choose("drivers_seat_selfie", "face_too_small", "tilted", "soft_office", tmp_path / "broken.jpg")
    middles = """all => all.filter((one) => one.checkVisibility())
        .map((one) => one.getBoundingClientRect()).map((box) => Math.round((box.top + box.bottom) / 2))"""
    for bar in (".bar > *", ".photo-list-head > *", "#filters > *, #filters .verdict"):
        found = page.page.locator(bar).evaluate_all(middles)
        assert max(found) - min(found) <= 2, bar


def test_a_photo_shows_on_a_phones_first_screen(opened: Callable[..., Driver], tmp_path: Path) -> None:
    small = {"viewport": {"width": 390, "height": 664}, "has_touch": True, "is_mobile": True}  # below a browser's bars
    page = opened(**small, accept_downloads=True)
    assert "Ctrl" not in page.page.locator("#empty").inner_text()
    page.choose("drivers_seat_selfie", "tilted", "soft_office")
    assert page.page.locator(".thumb").first.bounding_box()["y"] < 664 / 2
    for name in ("Use the camera", "Quit", "Download report", "Start over", "Add a folder"):
        assert page.page.get_by_text(name, exact=True).count() >= 1  # the signs have names
    exported = export(page, tmp_path)
    assert exported.locator(".thumb").first.bounding_box()["y"] < 664 * 0.7
    assert exported.evaluate("document.documentElement.scrollWidth") == 390


def test_on_a_tablet_what_to_do_begins_on_the_first_screen(opened: Callable[..., Driver]) -> None:
    page = opened(viewport={"width": 820, "height": 1180})
    page.choose("drivers_seat_selfie")
    seat = page.open("drivers_seat_selfie.jpg").locator(".seat-title").bounding_box()
    assert seat["y"] + seat["height"] < 1060  # of the dialog, which ends at 1164


def export(page: Driver, folder: Path) -> Any:
    """The page's export, opened in the page's place."""
    page.page.locator("#export summary").click()
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Web page (HTML)").click()
    download.value.save_as(folder / "export.html")
    page.page.goto((folder / "export.html").as_uri())
    page.page.locator("a.card").first.wait_for()
    return page.page


def test_page_and_export_show_the_same_cards_in_the_same_order(opened: Callable[..., Driver], tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"none")
    page = opened(accept_downloads=True, viewport={"width": 1280, "height": 2400})
    page.choose("soft_office", "drivers_seat_selfie", "hard_side_light", tmp_path / "broken.jpg", "tilted")
    shown = """all => all.map((card) => ({
        name: card.querySelector(".card-name").textContent,
        verdict: card.querySelector(".thumb .chip").textContent,
        score: card.querySelector(".card-score")?.textContent ?? null,
        words: card.querySelector(".card-words span").textContent,
        shape: card.querySelector(".thumb").clientHeight / card.querySelector(".thumb").clientWidth,
        cut: card.querySelector("img") && getComputedStyle(card.querySelector("img")).objectFit,
    }))"""
    on_page = page.page.locator(".card").evaluate_all(shown)
    assert [one["name"] for one in on_page][:3] == ["drivers_seat_selfie.jpg", "hard_side_light.jpg", "broken.jpg"]
    exported = export(page, tmp_path)
    in_export = exported.locator(".card").evaluate_all(shown)
    for one, other in zip(on_page, in_export, strict=True):
        assert one.pop("shape") == pytest.approx(other.pop("shape"), abs=0.02)
        if one["verdict"] == "Unreadable":
            one.pop("words"), other.pop("words")  # the page has the remedy as well
        assert one == other
    assert exported.locator("h1").inner_text() == "Photos"  # and not the folder that the program was started in


def test_on_a_large_phone_the_menus_fill_their_row(opened: Callable[..., Driver]) -> None:
    page = opened(viewport={"width": 620, "height": 800})  # a laptop at 200 %
    page.choose("soft_office", "tilted")
    problem, order = (page.page.locator(one).bounding_box() for one in ("#problem", "#order"))
    assert order["x"] - problem["x"] - problem["width"] < 12
    assert order["x"] + order["width"] == pytest.approx(620 - 18.6, abs=2)


def test_with_forced_colours_verdicts_and_pressed_buttons_are_still_told_apart(opened: Callable[..., Driver]) -> None:
    page = opened(forced_colors="active")
    page.choose("soft_office", "tilted", "too_dark", "backlit", "outdoors", "sofa", "car_dusk", "motion_blur")
    ground = "all => all.map(one => getComputedStyle(one).backgroundColor)"
    segments = page.page.locator(".verdict-bar .segment").evaluate_all(ground)
    assert len(set(segments)) == 4
    pressed, other = (
        page.page.locator(f'.verdict[aria-pressed="{on}"]').first.evaluate_all(ground) for on in ("true", "false")
    )
    assert pressed != other


def test_printed_are_the_photos_and_not_the_controls(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.choose("soft_office", "tilted")
    page.page.emulate_media(media="print")
    for one in (".bar-tools", ".photo-list-add", "#export", "#clear", "#filters", ".pick"):
        assert not page.page.locator(one).first.is_visible(), one
    assert page.card("tilted.jpg").is_visible()
    assert page.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_printed_of_an_open_photo_is_all_that_is_said_of_it(opened: Callable[..., Driver]) -> None:
    page = opened(viewport={"width": 700, "height": 500})
    page.choose("backlit", "tilted")
    dialog = page.open("backlit.jpg")
    assert dialog.bounding_box()["height"] <= 500
    page.page.emulate_media(media="print")
    box = dialog.bounding_box()
    for part in (".file-name", ".plan", ".finding >> nth=-1", ".good"):
        one = dialog.locator(part).first.bounding_box()
        assert one["y"] >= box["y"], part
        assert one["y"] + one["height"] <= box["y"] + box["height"] + 1, part
    assert not page.page.locator("#grid").is_visible()
    assert [one for one in dialog.locator("button, input, a, summary").all() if one.is_visible()] == []


def test_printed_of_a_comparison_is_the_comparison_alone(opened: Callable[..., Driver]) -> None:
    page = opened(viewport={"width": 700, "height": 500})
    page.choose("soft_office", "tilted")
    for name in ("soft_office.jpg", "tilted.jpg"):
        page.pick(name)
    page.page.click("#compare")
    shots = page.page.locator("#comparison[open] table")
    shots.wait_for()
    page.page.emulate_media(media="print")
    assert shots.is_visible()
    assert not page.page.locator("#grid").is_visible()
    assert not page.page.locator("#comparison").get_by_role("button", name="Close").is_visible()
