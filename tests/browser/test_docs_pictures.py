"""The pictures of README and docs show what the program shows now.

WRITE_PICTURES=1 python -m pytest -m browser tests/browser/test_docs_pictures.py     # puts new ones in place
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fixture_photos import IMAGES, ROOT, fixture
from page_driver import Driver, until, until_drawn
from PIL import Image

from headshot_check import check
from headshot_check.app.server import running
from headshot_check.photo import load
from headshot_check.views.picture.overlay import draw_overlay

pytestmark = pytest.mark.browser

SIZE = {"width": 1280, "height": 860}
_ALIKE = 20.0
"""levels of 255, mean over the picture: a moved outline makes 2, photos in another order 10, another page 80"""


def shown_in_docs(picture: Image.Image, name: str, width: int) -> None:
    """Hold the picture of the docs to a new one, or write that."""
    height = round(picture.height * width / picture.width)
    picture = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    place = ROOT / "docs" / name
    if os.environ.get("WRITE_PICTURES"):
        picture.save(place, quality=85, optimize=True, progressive=True)
    with Image.open(place) as kept:
        assert abs(kept.height / kept.width - picture.height / picture.width) < 0.02, f"{name} has another shape"
        old, new = (np.asarray(one.convert("RGB").resize((64, 64)), np.float32) for one in (kept, picture))
    assert cv2.mean(cv2.absdiff(old, new))[0] < _ALIKE, f"{name} is no longer what is shown: write it"


def until_shown(page: Any) -> None:
    """Wait until every picture of the page is there."""
    until(page, lambda: page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 0)"))
    until_drawn(page)


def test_overlay() -> None:
    photo = fixture("drivers_seat_selfie")
    drawn = draw_overlay(load(photo).rgb, check(photo))
    shown_in_docs(Image.fromarray(drawn), "overlay.jpg", 720)


def test_page(new_page: Callable[..., Any], tmp_path: Path) -> None:
    with running(workers=1) as server:
        page = Driver(new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce"), server.url)
        page.choose("drivers_seat_selfie", "soft_office", "tilted", "outdoors", "car_dusk", "backlit")
        dialog = page.open("drivers_seat_selfie.jpg")
        dialog.locator('.detail-photo img[src^="blob:"]').wait_for()  # the photo itself, not its thumbnail
        until_shown(page.page)
        page.page.screenshot(path=str(tmp_path / "page.png"))
    shown_in_docs(Image.open(tmp_path / "page.png"), "page.jpg", 1280)


def test_report_of_a_folder(new_page: Callable[..., Any], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "headshot_check", "scan", str(IMAGES), "--out", str(tmp_path), "--quiet"]
    subprocess.run(command, capture_output=True, timeout=120, check=False)
    page = new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
    page.goto((tmp_path / "report.html").as_uri())
    page.locator(".card").first.wait_for()
    until_shown(page)
    page.screenshot(path=str(tmp_path / "report.png"))
    shown_in_docs(Image.open(tmp_path / "report.png"), "report.jpg", 1280)
