"""Hands on the page of `headshot-check app`: what a person does there, and what is to be seen then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fixture_photos import fixture

TIME_MS = 60_000
"""for a check on a machine that is busy with other things"""


class Driver:
    """One opened page."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        page.set_default_timeout(TIME_MS)
        page.goto(url)
        page.locator("#policy option").first.wait_for(state="attached")

    def choose(self, *photos: str | Path) -> None:
        """Through the file input, fixtures by name; returns when all are checked, and an only one is closed again."""
        alone = len(photos) == 1 and not self.page.locator(".cell, .wait").count()
        self.page.set_input_files("#files", [str(fixture(one) if isinstance(one, str) else one) for one in photos])
        self.until_checked()
        if alone:
            self.page.locator("#viewer[open] .detail, .cell.failed").first.wait_for()
            if self.page.locator("#viewer[open]").count():
                self.page.keyboard.press("Escape")
                self.page.locator("#viewer").wait_for(state="hidden")

    def drop(self, paths: Sequence[Path]) -> None:
        """As a drag from the desktop: files and folders, with the browser's own events."""
        session = self.page.context.new_cdp_session(self.page)
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 400, "data": data})
        session.detach()

    def until_checked(self) -> None:
        """Waits for the line that is said when the queue has come to its end."""
        self.page.locator("#progress").wait_for(state="hidden")
        self.page.locator("#said", has_text="All checked").wait_for(state="attached")

    def cards(self) -> list[str]:
        """Names of the photos in the grid, in order, as far as the filters let them through."""
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        names: list[str] = self.page.locator(".cell:not([hidden])").evaluate_all(
            "cells => cells.map(cell => cell.dataset.name)"
        )
        return names

    def card(self, name: str) -> Any:
        """The card of one photo."""
        return self.page.locator(f'.cell[data-name="{name}"]')

    def open(self, name: str) -> Any:
        """Opens the detail view; returns the dialog."""
        self.card(name).locator("button.card").click()
        dialog = self.page.locator("#viewer[open]")
        dialog.locator(".detail").wait_for()
        return dialog


SIZES = ((390, 844), (820, 1180), (1280, 800), (1920, 1080))
"""px: a phone, a tablet, a laptop, a large screen"""


def violations_everywhere(page: Any) -> list[str]:
    """What axe-core finds on a page as it stands, in windows of all sizes, light and dark."""
    from axe_playwright_python.base import AXE_FILE_PATH

    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    found, before = [], page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            rules = [] if scheme == "light" else ["color-contrast"]  # the others do not depend on colours
            found += [f"{width} px, {scheme}: {one}" for one in _violations(page, rules)]
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found += [f"{width} px, {scheme}: reaches {wider} px beyond the window"] if wider > 0 else []
    page.set_viewport_size(before)
    return found


def _violations(page: Any, rules: Sequence[str] = ()) -> list[str]:
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{one['id']}: {node['target']} {node.get('failureSummary', '')}" for one in found for node in one["nodes"]]


def axe_violations(page: Any) -> list[str]:
    """What axe-core finds, a line each. The debugger puts it in, so the page's policy for scripts stays as it is."""
    from axe_playwright_python.base import AXE_FILE_PATH

    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    return _violations(page)
