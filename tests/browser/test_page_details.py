"""What the page says and shows on a closer look: its words, its policy menu, gauges, shots in line, the drop veil."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import fixture
from page_driver import Driver
from PIL import Image, ImageOps

from headshot_check import check
from headshot_check.app.server import Address, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server() -> Iterator[Address]:
    with running(workers=2) as address:
        yield address


@pytest.fixture
def opened(new_page: Callable[..., Any], server: Address) -> Callable[..., Driver]:
    return lambda **options: Driver(new_page(**options), server.url)


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


def test_shots_of_any_shape_are_compared_in_line(opened: Callable[..., Driver]) -> None:
    page = opened(viewport={"width": 1280, "height": 900})
    page.choose("car_landscape", "soft_office", "tilted")
    for name in ("car_landscape", "soft_office", "tilted"):
        page.card(f"{name}.jpg").locator(".pick input").check(force=True)
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
