"""Nothing is lost by a click: what is removed comes back, a reload keeps the results, and quitting asks first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import fixture
from page_driver import Driver, axe_violations, until

from headshot_check.app.server import Address, running

pytestmark = pytest.mark.browser

MIXED = ("drivers_seat_selfie", "tilted", "soft_office")


@pytest.fixture
def page(new_page: Callable[..., Any], server: Address) -> Driver:
    """Three photos, checked; `page.page.checks` lists the checks that were asked for."""
    driver = Driver(new_page(), server.url)
    checks: list[str] = []
    driver.page.on("request", lambda request: checks.append(request.url) if "/api/check" in request.url else None)
    driver.page.checks = checks
    driver.choose(*MIXED)
    return driver


def test_starting_over_can_be_undone(page: Driver) -> None:
    before, checks = page.cards(), len(page.page.checks)
    page.page.get_by_role("button", name="Start over").click()
    page.page.locator("#empty").wait_for()
    page.page.locator("#notes").get_by_role("button", name="Undo").click()
    assert page.cards() == before
    assert len(page.page.checks) == checks  # the results are those from before
    assert not page.page.locator("#notes").inner_text()


def test_a_removed_photo_comes_back(page: Driver) -> None:
    before = page.cards()
    dialog = page.open("tilted.jpg")
    dialog.get_by_role("button", name="Remove").click()
    dialog.locator("h2", has_text="soft_office.jpg").wait_for()
    assert "tilted.jpg" not in page.cards()
    assert axe_violations(page.page) == []
    dialog.get_by_role("button", name="Undo").click()
    dialog.locator("h2", has_text="tilted.jpg").wait_for()
    assert dialog.locator(".position").inner_text() == "2 of 3"
    assert page.cards() == before
    dialog.get_by_role("button", name="Remove").click()
    dialog.locator("h2", has_text="soft_office.jpg").wait_for()
    page.close()
    page.page.keyboard.press("Control+z")
    page.card("tilted.jpg").wait_for()
    assert page.cards() == before


def test_what_was_added_again_does_not_come_back_twice(page: Driver) -> None:
    dialog = page.open("tilted.jpg")
    dialog.get_by_role("button", name="Remove").click()
    dialog.locator("h2", has_text="soft_office.jpg").wait_for()
    page.close()
    page.page.set_input_files("#files", str(fixture("tilted")))
    page.card("tilted.jpg").wait_for()
    page.page.locator("#notes").get_by_role("button", name="Undo").click()
    assert sorted(page.cards()) == sorted(f"{name}.jpg" for name in MIXED)


def test_what_was_removed_may_have_a_long_name(opened: Callable[..., Driver], tmp_path: Path) -> None:
    long = tmp_path / f"{'a picture whose name is long, ' * 6}.jpg"
    shutil.copy(fixture("tilted"), long)
    page = opened(viewport={"width": 390, "height": 844})
    page.choose("soft_office", long)
    dialog = page.open(long.name)
    dialog.get_by_role("button", name="Remove").click()
    dialog.locator("h2", has_text="soft_office.jpg").wait_for()
    for name in ("Previous photo", "Next photo", "Undo", "Remove", "Close"):
        box = dialog.get_by_role("button", name=name, exact=True).bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390, name
        assert box["height"] < 45, name  # in one line


def test_a_reload_keeps_the_results_and_the_policy(page: Driver) -> None:
    page.page.select_option("#policy", "team-page")
    kept = """Object.entries(sessionStorage).filter(([key]) => key.startsWith("photo "))
        .filter(([, text]) => JSON.parse(text).policy === "team-page").length"""
    until(page.page, lambda: page.page.evaluate(kept) == len(MIXED))
    before, checks = page.cards(), len(page.page.checks)
    page.page.reload()
    page.card("tilted.jpg").wait_for()
    assert page.cards() == before
    assert page.page.locator("#policy").input_value() == "team-page"
    assert len(page.page.checks) == checks
    dialog = page.open("soft_office.jpg")
    assert dialog.locator(".finding, .tag").count() > 3
    assert "add the photo again" in dialog.inner_text()  # for the crop, which needs the file
    page.close()
    page.page.set_input_files("#files", str(fixture("soft_office")))
    dialog = page.open("soft_office.jpg")
    dialog.locator(".cropped img").wait_for()
    assert len(page.cards()) == 3


def test_what_was_removed_does_not_come_back_by_a_reload(page: Driver) -> None:
    page.page.get_by_role("button", name="Start over").click()
    page.page.reload()
    page.page.locator("#empty").wait_for()
    assert page.cards() == []


def test_quitting_asks_where_there_is_something_to_lose(new_page: Callable[..., Any]) -> None:
    with running(workers=1) as address:
        page = Driver(new_page(), address.url)
        page.choose("soft_office")
        page.page.locator("#quit").click()
        question = page.page.get_by_role("dialog", name="Quit headshot-check?")
        assert "one photo" in question.inner_text()
        assert axe_violations(page.page) == []
        question.get_by_role("button", name="Stay").click()
        assert page.cards() == ["soft_office.jpg"]
        page.page.locator("#quit").click()
        question.get_by_role("button", name="Quit").click()
        page.page.get_by_role("heading", name="headshot-check has stopped").wait_for()
        assert page.page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('photo '))") == []
