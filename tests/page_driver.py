"""Hands on the page of `headshot-check app`: what a person does there, and what is to be seen then."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fixture_photos import fixture

TIME_MS = 60_000
"""limit of every wait: long enough for a machine that is busy with other things"""


def until(page: Any, holds: Callable[[], Any]) -> None:
    """Wait until `holds()`, for what no locator can say.

    Playwright's `wait_for_function` is of no use here: the pages' security policy forbids what it evaluates, unless it
    is true at the first look.
    """
    end = time.monotonic() + TIME_MS / 1000
    while not holds():
        assert time.monotonic() < end, "it never came true"
        page.wait_for_timeout(20)  # Playwright hands on events of the browser meanwhile


def until_drawn(page: Any) -> None:
    """Wait until two more frames have begun: what was due in a frame (drawing, sizes observed) is done by then."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def resize(page: Any, width: int, height: int) -> None:
    """Give the window this size, in CSS pixels; returns when the page is laid out and drawn in it."""
    page.set_viewport_size({"width": width, "height": height})
    until(page, lambda: page.evaluate("[innerWidth, innerHeight]") == [width, height])
    until_drawn(page)


def press(button: Any, key: str = "Enter") -> None:
    """Press a key on a button once it is drawn; a key for a hidden button goes to what has the focus."""
    button.wait_for()
    button.press(key)


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
        self.page.evaluate("document.getElementById('said').textContent = ''")  # what was said of photos before these
        self.page.set_input_files("#files", [str(fixture(one) if isinstance(one, str) else one) for one in photos])
        self.until_checked()
        if alone:
            self.page.locator("#viewer[open] .detail, .cell.failed").first.wait_for()
            if self.page.locator("#viewer[open]").count():
                self.close()

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
        until_drawn(self.page)
        names: list[str] = self.page.locator(".cell:not([hidden])").evaluate_all(
            "cells => cells.map(cell => cell.dataset.name)"
        )
        return names

    def card(self, name: str) -> Any:
        """The card of one photo."""
        return self.page.locator(f'.cell[data-name="{name}"]')

    def open(self, name: str) -> Any:
        """Opens the detail view; returns the dialog, which stands still and has its labels in place."""
        self.card(name).locator("button.card").click()
        dialog = self.page.locator("#viewer[open]")
        dialog.locator(".detail").wait_for()
        dialog.evaluate("one => Promise.allSettled(one.getAnimations().map((rising) => rising.finished))")
        until_drawn(self.page)
        return dialog

    def close(self) -> None:
        """Closes the detail view by Escape; returns when the page has heard of it and has moved the focus."""
        self.page.keyboard.press("Escape")
        self.page.locator("#viewer:not([open]):empty").wait_for(state="attached")

    def pick(self, name: str) -> None:
        """Ticks a card's box for the comparison."""
        self.card(name).locator(".pick input").check()


SIZES = ((390, 844), (820, 1180), (1280, 800), (1920, 1080))
"""px: a phone, a tablet, a laptop, a large screen"""


def violations_everywhere(page: Any) -> list[str]:
    """What axe-core finds on a page as it stands, in windows of all sizes, light and dark; colours in the narrowest and
    the widest, which together show every part."""
    from axe_playwright_python.base import AXE_FILE_PATH

    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    found, before = [], page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES if scheme == "light" else (SIZES[0], SIZES[-1]):
            resize(page, width, height)
            rules = [] if scheme == "light" else ["color-contrast"]  # the others do not depend on colours
            found += [f"{width} px, {scheme}: {one}" for one in _violations(page, rules)]
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found += [f"{width} px, {scheme}: reaches {wider} px beyond the window"] if wider > 0 else []
    resize(page, before["width"], before["height"])
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
