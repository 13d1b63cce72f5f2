"""A real browser for the tests that need one: Chromium of this machine, driven by Playwright, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from page_driver import TIME_MS, Driver
from system_browser import QUIET, chromium

from headshot_check.app.server import Address, running


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; without it, or without Playwright, the test is skipped."""
    pytest.importorskip("playwright", reason="Playwright is not installed: pip install -e '.[test,browser]'")
    found = chromium()
    if found is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    return found


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Any]:
    """Chromium without a window; of one module only, because Playwright keeps an event loop running in this thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages in contexts of their own (options as for `browser.new_context`); an error on their console fails."""
    contexts, said = [], []

    def opened(**options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIME_MS)
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == [], "errors on the console"


@pytest.fixture(scope="session")
def server() -> Iterator[Address]:
    """The program behind the page; one for all, because its workers take seconds to load their networks."""
    with running(workers=2) as address:
        yield address


@pytest.fixture
def opened(new_page: Callable[..., Any], server: Address) -> Callable[..., Driver]:
    """Opens the page; options as for `browser.new_context`."""
    return lambda **options: Driver(new_page(**options), server.url)
