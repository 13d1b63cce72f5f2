"""Every state of the page, in windows of four sizes, light and dark: axe-core finds nothing, nothing sticks out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import fixture
from page_driver import Driver, resize, violations_everywhere

from headshot_check.app.server import Address

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Enough for a folder, with one that cannot be read."""
    folder = tmp_path_factory.mktemp("photos")
    names = ("drivers_seat_selfie", "tilted", "soft_office", "too_dark", "crown_cut_off", "face_too_small", "outdoors")
    (folder / "broken.jpg").write_bytes(b"none")
    return [Path(shutil.copy(fixture(name), folder)) for name in names] + [folder / "broken.jpg"]


def test_the_page_and_its_photos(new_page: Callable[..., Any], server: Address, photos: list[Path]) -> None:
    page = Driver(new_page(reduced_motion="reduce", viewport={"width": 1280, "height": 800}), server.url)
    assert violations_everywhere(page.page) == []
    page.choose(*photos)
    assert violations_everywhere(page.page) == []
    for name in ("drivers_seat_selfie.jpg", "broken.jpg"):
        page.open(name)
        assert violations_everywhere(page.page) == []
        page.close()
    for name in ("tilted", "soft_office"):
        page.pick(f"{name}.jpg")
    page.page.click("#compare")
    page.page.locator("#comparison h2").wait_for()
    assert violations_everywhere(page.page) == []


def test_the_crop_in_its_three_ways(new_page: Callable[..., Any], server: Address) -> None:
    page = Driver(new_page(reduced_motion="reduce", viewport={"width": 1280, "height": 800}), server.url)
    page.choose("soft_office")
    dialog = page.open("soft_office.jpg")
    dialog.get_by_role("button", name="Save the crop").wait_for()
    for way in ("Side by side", "Before and after", "Crop by hand"):
        dialog.get_by_role("button", name=way).click()
        if way == "Crop by hand":
            page.page.keyboard.press("Shift+ArrowDown")
            dialog.locator(".crop-verdict", has_text="Your crop").wait_for()
        assert violations_everywhere(page.page) == [], way
        for width in (320, 390):
            resize(page.page, width, 800)
            assert dialog.locator(".viewer-scroll").evaluate("one => one.scrollWidth - one.clientWidth") <= 0, way


def test_the_pages_export(new_page: Callable[..., Any], server: Address, tmp_path: Path) -> None:
    options = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}}
    page = Driver(new_page(accept_downloads=True, **options), server.url)
    page.choose("tilted", "soft_office")
    page.page.locator("#export summary").click()
    assert violations_everywhere(page.page) == []
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Web page (HTML)").click()
    download.value.save_as(tmp_path / "export.html")
    exported = new_page(**options)
    exported.goto((tmp_path / "export.html").as_uri())
    exported.locator("a.card").first.wait_for()
    assert violations_everywhere(exported) == []
    exported.locator("a.card").first.click()
    exported.locator(".detail").wait_for()
    assert violations_everywhere(exported) == []
