"""The documentation as a site: built without a warning, whole without a network, and answers within two clicks."""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest
from fixture_photos import ROOT, fixtures
from page_driver import axe_violations

from headshot_check.measures import known_measures

pytest.importorskip("mkdocs", reason="extra `docs` is not installed")
pytest.importorskip("material", reason="extra `docs` is not installed")
pytestmark = pytest.mark.docs

CLICKS = 2
QUESTIONS = {
    "What do I type first?": ("tutorial.html", "headshot-check scan fixtures/images"),
    "How do I refuse bad pictures in a FastAPI form?": ("how-to/fastapi.html", "HTTPException"),
    "What is in rows.csv?": ("how-to/folder.html", "rows.csv"),
    "Why does it say that my photo is backlit, and from where on?": ("explanation/checks/lighting.html", "stops"),
    "How do I warn of smaller heads?": ("how-to/policy.html", "warn_below"),
    "How do I add a check of my own?": ("how-to/check.html", "Limits(warn_above"),
    "What does the exit status 2 mean?": ("reference/command-line.html", "could not be read or done"),
    "What is `drivers_seat.setting`?": ("reference/json.html", "other_vehicle"),
    "Do my photos leave the machine?": ("explanation/privacy.html", "Nothing leaves the machine"),
    'How far can I trust a "likely"?': ("explanation/drivers-seat.html", "false alarms"),
}
"""named questions of readers: the page that answers, and what stands there"""


class Page(HTMLParser):
    """What a page links to and loads, its anchors and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.own_links: list[str] = []
        """of the text, not of the lists at its sides"""
        self._in_text = 0
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "article":
            self._in_text += 1
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
            if self._in_text:
                self.own_links.append(given["href"])
        if tag in ("script", "img", "iframe", "source", "video") and given.get("src"):
            self.loads.append(given["src"])
        if tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload", "preconnect", "modulepreload"):
            self.loads.append(given["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._in_text -= 1

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as strictly as mkdocs can."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, env=environment, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    found = {path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html") if path.name != "404.html"}
    assert len(found) > 40
    return found


def beside(page: str, link: str) -> str:
    """The place in the site that a link of a page means."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def led_to(start: str, links: list[str]) -> Iterator[tuple[str, str]]:
    """The pages and anchors of the site that a page's links lead to."""
    for link in links:
        if re.match(r"\w+:", link):
            continue
        place, anchor = urldefrag(link)
        yield (beside(start, place) if place else start), anchor


def test_every_link_leads_to_a_page_and_its_anchor(pages: dict[str, Page], site: Path) -> None:
    for name, page in pages.items():
        for place, anchor in led_to(name, page.links):
            if place in pages:
                assert not anchor or anchor in pages[place].anchors, (name, place, anchor)
            else:
                assert (site / place).is_file(), (name, place)


def test_nothing_is_loaded_from_elsewhere(pages: dict[str, Page], site: Path) -> None:
    for name, page in pages.items():
        for source in page.loads:
            assert not re.match(r"(\w+:)?//", source), (name, source)
            assert (site / beside(name, source)).is_file(), source
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(https?:)?//", sheet.read_text(encoding="utf-8")), sheet


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_reader_finds_the_answer_within_two_clicks(pages: dict[str, Page], question: str) -> None:
    answers, said = QUESTIONS[question]
    assert said in pages[answers].text
    reached = {"index.html"}
    for _ in range(CLICKS):  # by what the text says: the list at its side leads to every page at once
        reached |= {place for start in reached for place, _ in led_to(start, pages[start].own_links) if place in pages}
    assert answers in reached


def test_every_check_and_every_fixture_is_there(pages: dict[str, Page], site: Path) -> None:
    anchors = {
        anchor for name, page in pages.items() if name.startswith("explanation/checks/") for anchor in page.anchors
    }
    assert known_measures().keys() <= anchors
    for one in fixtures():
        assert (site / "gallery" / f"{one.name}.jpg").is_file()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site on a server: axe-core reads style sheets again, which a browser refuses on a disk."""

    class Files(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(site))

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


LOOKED_AT = (
    "index.html",
    "how-to/fastapi.html",
    "reference/json.html",
    "explanation/checks/lighting.html",
    "gallery.html",
)


@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows(
    new_page: Callable[..., Any], address: str, scheme: str, width: int
) -> None:
    pytest.importorskip("axe_playwright_python")
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 844}, reduced_motion="reduce")
    for name in LOOKED_AT:
        page.goto(f"{address}/{name}")
        assert axe_violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_search_works_from_the_disk_without_a_network(new_page: Callable[..., Any], site: Path) -> None:
    page, asked = new_page(offline=True), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "index.html").as_uri())
    page.locator("input.md-search__input").click()
    page.keyboard.type("backlight", delay=20)
    page.locator(".md-search-result__link", has_text="lighting.backlight").first.click()
    page.wait_for_url("**/explanation/checks/lighting.html?h=backlight*")
    assert all(url.startswith(("file:", "data:", "blob:", "about:")) for url in asked), asked
