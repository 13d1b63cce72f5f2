"""report.html from disk in a real browser: filters, keyboard, screen reader, hostile names, ten thousand photos."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import report_factory
from fixture_photos import fixture
from page_driver import resize, until, until_drawn, violations_everywhere
from row_factory import in_car_row, ready_row, row, scan, unreadable_row

from headshot_check import Checker
from headshot_check.report import Cue, DriversSeat, Finding
from headshot_check.scan.row import PhotoGroup, Row
from headshot_check.scan.tables.listed_row import listed
from headshot_check.views.scan_reports import write_reports
from headshot_check.views.web.folder_report import FolderReport
from headshot_check.words import WORDS
from headshot_check.workers.worker import preview

pytestmark = pytest.mark.browser

NewPage = Callable[..., Any]


@pytest.fixture(scope="module")
def fixture_rows() -> list[Row]:
    """Real reports and thumbnails of five fixtures; the files are where they say."""
    from headshot_check.photo import load

    checker, rows = Checker(), []
    for name in ("drivers_seat_selfie", "car_dark_skin", "studio_light_skin", "backlit", "soft_office"):
        photo = load(fixture(name))
        report = checker.check_photo(photo)
        thumbnail = preview(photo.rgb, 160)
        rows.append(Row(str(fixture(name)), f"team/{name}.jpg", report, 50_000, 1, "0" * 32, 7, thumbnail))
    return rows


@pytest.fixture(scope="module")
def small(fixture_rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of five photos and one that cannot be read, two of them alike."""
    done = scan([*fixture_rows, unreadable_row()], groups=(PhotoGroup((2, 4), 2, "sharper"),), skipped={"hidden": 3})
    return write_reports(done, tmp_path_factory.mktemp("small"))[0]


@pytest.fixture(scope="module")
def large(fixture_rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of 10,000 photos."""
    rows = [replace(fixture_rows[at % 5], name=f"IMG_{at:05d}.jpg") for at in range(10_000)]
    path = tmp_path_factory.mktemp("large") / "report.html"
    with path.open("wb") as stream:
        page = FolderReport(stream, scan(rows), path.parent)
        for one in listed(scan(rows)):
            page.add(one)
        page.close()
    return path


def opened(new_page: NewPage, path: Path, hash: str = "", **options: Any) -> Any:
    page = new_page(**({"viewport": {"width": 1280, "height": 900}} | options))
    page.on("request", lambda request: _refuse_network(request.url))
    page.goto(path.as_uri() + hash)
    return page


def _refuse_network(url: str) -> None:
    assert url.startswith(("file:", "data:", "blob:")), url


def written(rows: list[Row], folder: Path, **parts: Any) -> Path:
    done = scan(rows, **parts)
    return write_reports(done, folder)[0]


def names(page: Any) -> list[str]:
    return page.locator(".card-name").all_text_contents()


def settled(page: Any, condition: str) -> None:
    """Wait until something holds; Playwright's own wait needs what the page's security policy forbids."""
    until(page, lambda: page.evaluate(condition))


def violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed: extra browser")
    return [
        f"{one['id']}: {node['target']}" for one in axe.Axe().run(page).response["violations"] for node in one["nodes"]
    ]


def test_the_worst_come_first_under_their_headings(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small)
    heads = page.locator(".grid-row.head h3").all_text_contents()
    assert heads == ["Likely taken in a car2", "Retake1", "Unreadable1", "Ready2"]
    assert names(page)[:2] == ["drivers_seat_selfie.jpg", "car_dark_skin.jpg"] or "car_dark_skin.jpg" in names(page)[:2]
    assert page.locator(".tile.retake .tile-count").text_content() == "3"
    assert "2 were likely taken in a car" in page.locator("#lede").text_content()
    assert "Hidden 3" in page.locator(".overlooked").text_content()


def test_thumbnails_come_out_of_their_blocks(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small)
    settled(page, "[...document.querySelectorAll('.card img')].filter((one) => one.naturalWidth > 0).length === 5")
    assert page.locator(".card.unreadable .no-thumb .icon").count() == 1


@pytest.mark.parametrize(("width", "letters"), [(1280, 16), (390, 16), (320, 16), (1280, 24)])
def test_the_words_of_a_card_end_above_the_next_row(
    new_page: NewPage, tmp_path: Path, width: int, letters: int
) -> None:
    wrong = tuple(Finding(check, "fail", "Wrong.") for check in ("file.truncated", "sharpness.face_blur"))
    copy = report_factory.report(findings=wrong, remedy="original_file")
    shots = [row(f"{at}.jpg", copy) for at in range(12)]
    page = opened(new_page, written(shots, tmp_path), viewport={"width": 1000, "height": 900})
    page.evaluate("letters => { document.documentElement.style.fontSize = `${letters}px` }", letters)
    resize(page, width, 900)
    over = """rows => rows.flatMap((row) => [...row.querySelectorAll(".card-words")].map(
        (words) => words.getBoundingClientRect().bottom - row.getBoundingClientRect().bottom))"""
    lines = page.locator(".card-words").first.locator("span").all_inner_texts()
    assert len(lines) == 2, lines
    assert max(page.locator(".grid-row:not(.head)").evaluate_all(over)) <= 0


def test_filters_by_verdict_check_seat_and_name_agree_with_their_counts(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small)
    page.locator(".tile.ready").click()
    assert sorted(names(page)) == ["soft_office.jpg", "studio_light_skin.jpg"]
    assert page.get_by_role("status").text_content() == "2 of 6 photos"
    page.get_by_role("button", name="No longer: Ready").click()
    bar = page.locator('[data-check="lighting.backlight"]')
    count = int(bar.locator(".number").text_content())
    bar.click()
    assert len(names(page)) == count >= 1
    assert bar.get_attribute("aria-pressed") == "true"
    bar.click()
    page.get_by_role("button", name="Likely").click()
    assert len(names(page)) == 2
    page.get_by_role("searchbox").fill("SELFIE")
    assert names(page) == ["drivers_seat_selfie.jpg"]
    page.get_by_role("searchbox").fill("no such name")
    assert names(page) == []
    page.get_by_role("button", name="Show all photos").click()
    assert len(names(page)) == 6


def test_orders(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small)
    order = page.get_by_role("combobox", name="Order")
    order.select_option("folder")
    assert names(page)[0] == "drivers_seat_selfie.jpg"
    assert names(page)[-1] == "broken.jpg"
    order.select_option("best")
    assert names(page)[-1] == "broken.jpg"
    order.select_option("alike")
    assert names(page) == ["studio_light_skin.jpg", "soft_office.jpg"]
    assert page.locator(".badge").all_text_contents() == ["Best of 2", "1 of 2 alike"]
    assert "sharper" in page.locator(".grid-row.head").text_content()


def test_a_photo_opens_large_with_its_marks_and_the_original(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small)
    page.get_by_role("link", name="drivers_seat_selfie").click()
    dialog = page.get_by_role("dialog", name="team/drivers_seat_selfie.jpg")
    assert "Get out of the car." in dialog.locator(".plan li").first.text_content()
    assert {"seat_belt", "headrest"} <= set(
        dialog.locator(".mark.cue").evaluate_all("all => all.map((one) => one.dataset.layer)")
    )
    settled(page, "document.querySelector('.photo-frame img').naturalWidth === 640")  # the file, not its thumbnail
    assert "All " in dialog.locator(".all-checks summary").text_content()
    dialog.locator(".all-checks summary").click()
    dialog.locator(".all-checks .finding").nth(40).wait_for()  # the list is made when it is opened
    assert dialog.locator(".all-checks .finding[data-check='file.short_side'] .number").text_content() == "640 px"


def test_a_click_beside_an_open_photo_closes_it(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small)
    page.locator("a.card").first.click()
    page.locator("#photo[open] .detail").wait_for()
    page.locator("#photo .file-name").click()
    assert page.locator("#photo").is_visible()
    page.mouse.click(4, 300)
    page.locator("#photo").wait_for(state="hidden")
    assert "photo=" not in page.evaluate("location.hash")


def test_thumbnail_stands_in_for_a_file_that_is_gone(browser: Any, fixture_rows: list[Row], tmp_path: Path) -> None:
    gone = [replace(fixture_rows[0], path=str(tmp_path / "gone.jpg"))]
    page = browser.new_context().new_page()  # the missing file is an error on the console
    page.goto(written(gone, tmp_path).as_uri())
    page.locator("a.card").click()
    page.get_by_text("Shown small").wait_for()
    settled(page, "document.querySelector('.photo-frame img').naturalWidth === 128")
    page.context.close()


def test_keyboard_alone(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small)
    listed = names(page)
    page.keyboard.press("Tab")
    page.locator(":focus", has_text="Skip to the photos").wait_for()
    for key, reached in (("Enter", 0), ("ArrowRight", 1), ("ArrowDown", 2), ("Control+End", -1), ("Control+Home", 0)):
        page.keyboard.press(key)
        page.locator("a.card:focus", has_text=listed[reached]).wait_for()
    page.keyboard.press("Enter")
    page.locator(".file-name:focus").wait_for()
    page.keyboard.press("ArrowRight")
    settled(page, f"document.querySelector('.file-name').textContent.endsWith('{listed[1]}')")
    page.keyboard.press("Escape")
    settled(page, "!document.querySelector('dialog').open")
    page.locator("a.card:focus", has_text=listed[1]).wait_for()


def test_the_address_says_what_is_shown(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small, "#verdict=ready&photo=" + quote("team/soft_office.jpg", safe=""))
    page.get_by_role("dialog", name="team/soft_office.jpg").wait_for()
    assert page.locator(".position").text_content() in ("1 of 2", "2 of 2")
    page.keyboard.press("Escape")
    settled(page, "!document.querySelector('dialog').open")
    assert page.evaluate("location.hash") == "#verdict=ready"
    page.evaluate("location.hash = '#check=lighting.backlight&order=best'")
    settled(page, "document.querySelectorAll('.active-filter').length === 1")
    assert page.locator("select").input_value() == "best"
    page.locator("a.card").first.click()
    page.get_by_role("dialog").wait_for()
    page.go_back()
    settled(page, "!document.querySelector('dialog').open")


def test_axe_finds_nothing(new_page: NewPage, small: Path) -> None:
    pytest.importorskip("axe_playwright_python")
    page = opened(new_page, small, reduced_motion="reduce")
    assert violations_everywhere(page) == []
    page.get_by_role("searchbox").fill("nothing of that name")
    assert violations_everywhere(page) == []
    page.get_by_role("searchbox").fill("")
    page.locator("a.card").first.click()
    page.locator(".all-checks summary").click()
    assert violations_everywhere(page) == []
    page.keyboard.press("Escape")
    settled(page, "!document.querySelector('dialog').open")
    resize(page, 390, 844)
    page.get_by_role("button", name="Filters").click()
    assert violations_everywhere(page) == []


def test_nothing_reaches_beyond_a_narrow_window(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert (
        page.evaluate(
            "new Set([...document.querySelectorAll('.grid-row [aria-colindex]')].map((one) => one.ariaColIndex)).size"
        )
        == 2
    )


HOSTILE = (
    "</script><script>alert(1)</script>.jpg",
    "<img src=x onerror=alert(1)>.jpg",
    '"><svg onload=alert(1)>.jpg',
    "<!--<script>.jpg",
    "{{SCRIPT}}{{BLOCKS}}.jpg",
    "caf\udce9.jpg",
    "me\u202egpj.exe.jpg",
    "new\nline & amp;.jpg",
    "__proto__.jpg",
)


def test_names_and_reports_stay_text(new_page: NewPage, tmp_path: Path) -> None:
    said = "</script><img src=x onerror=alert(1)>"
    finding = Finding("lighting.dark", "fail", said, 3.9, "stops", advice=said, step=1)
    rows = [row(name, report_factory.report(source=name, findings=(finding,), retake=(said,))) for name in HOSTILE]
    rows = [replace(one, path="s3://bucket/<b>", thumbnail=None) for one in rows]
    folder = tmp_path / "<b>&amp;"
    page = opened(new_page, written(rows, folder, skipped={said: 1}))
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    assert len(names(page)) == len(HOSTILE)
    assert HOSTILE[0] in page.locator(".card").first.get_attribute("title")
    assert page.evaluate("document.scripts.length") == 3 + 1  # the index, the page's own, one block of each kind
    assert page.locator("main img[src='x'], aside img, svg[onload]").count() == 0
    for at in range(len(HOSTILE)):
        page.locator("a.card").nth(at).click()
        page.locator(".file-name").wait_for()
        assert said in page.locator(".plan").text_content()
        page.keyboard.press("Escape")
        settled(page, "!document.querySelector('dialog').open")
    assert page.locator("dialog img[onerror]").count() == 0


def test_scripts_that_are_not_the_pages_own_do_not_run(browser: Any, small: Path) -> None:
    page = browser.new_context().new_page()
    page.goto(small.as_uri())
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
    }""")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("fetch('https://example.org/').then(() => 'out', () => 'refused')") == "refused"
    page.context.close()


def test_two_photos_of_one_name_have_addresses_of_their_own(new_page: NewPage, tmp_path: Path) -> None:
    rows = [
        replace(row("me.jpg", score), path="s3://bucket/me.jpg", thumbnail=None)
        for score in (None, report_factory.report(score=77))
    ]
    page = opened(new_page, written(rows, tmp_path))
    page.locator("a.card").nth(1).click()
    page.locator(".file-name").wait_for()
    assert "77" in page.locator(".score").text_content()
    page.reload()
    page.locator(".file-name").wait_for()
    assert page.locator(".position").text_content() == "2 of 2"


def test_on_paper_the_photos_are_a_table(new_page: NewPage, small: Path) -> None:
    page = opened(new_page, small, "#verdict=retake")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".printed tbody tr").count() == 3
    assert page.locator(".printed").is_visible()
    assert not page.locator("#grid").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".printed").count() == 0


def test_on_paper_an_open_photo_is_alone_with_its_words(new_page: NewPage, small: Path, tmp_path: Path) -> None:
    page = opened(new_page, small, f"#photo={quote('team/drivers_seat_selfie.jpg')}")
    dialog = page.locator("#photo")
    label = page.locator(".mark-label:not(.left-out)").first
    label.wait_for()
    until_drawn(page)
    dialog.get_by_role("button", name="Zoom in").click()
    on_screen = label.get_attribute("style")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    until_drawn(page)
    for part in (".file-name", ".chip", ".photo-frame img", ".seat", ".plan", ".good"):
        one, box = dialog.locator(part).first.bounding_box(), dialog.bounding_box()
        assert one["y"] >= box["y"], part
        assert one["y"] + one["height"] <= box["y"] + box["height"] + 1, part
    for part in (".masthead", ".workspace", ".printed"):
        assert not page.locator(part).is_visible(), part
    assert [one for one in dialog.locator("button, input, a, summary").all() if one.is_visible()] == []
    frame = dialog.locator(".photo-frame").bounding_box()
    for one in (label, dialog.locator("img").first):  # where they belong, though the photo was seen closer
        box = one.bounding_box()
        assert one.is_visible()
        assert frame["x"] - 1 <= box["x"] < box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
    page.emulate_media(media="null")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert label.get_attribute("style") == on_screen
    page.pdf(path=tmp_path / "photo.pdf", format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "photo.pdf").read_bytes())) == 1


def test_on_paper_all_problems_are_counted(new_page: NewPage, tmp_path: Path) -> None:
    checks = [one for one in WORDS if not one.startswith("car.")][:20]
    found = tuple(Finding(one, "fail", "Wrong.") for one in checks)
    page = opened(new_page, written([row("me.jpg", report_factory.report(findings=found))], tmp_path))
    bars = page.locator(".bar[data-check]")
    assert bars.count() == 20
    assert sum(one.is_visible() for one in bars.all()) == 12
    page.emulate_media(media="print")
    assert all(one.is_visible() for one in bars.all())


def test_no_photos_at_all(new_page: NewPage, tmp_path: Path) -> None:
    page = opened(new_page, written([], tmp_path, skipped={"not a picture": 4}))
    assert "Everything in it was skipped: 4 not a picture." in page.locator("main").text_content()
    assert violations(page) == []


def test_one_photo_with_nothing_wrong(new_page: NewPage, tmp_path: Path) -> None:
    page = opened(new_page, written([replace(ready_row(), thumbnail=None)], tmp_path))
    assert "1 photo. None needs another shot." in page.locator("#lede").text_content()
    assert page.locator(".card-words").text_content() == "Good as it is"
    assert violations(page) == []


def test_without_scripts_the_counts_are_there(browser: Any, tmp_path: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(written([row(), in_car_row(), unreadable_row()], tmp_path).as_uri())
    assert "3 photos: 2 retake, 1 unreadable." in page.content()
    page.context.close()


def test_ten_thousand_photos_stay_quick_and_few_in_the_page(new_page: NewPage, large: Path) -> None:
    page = opened(new_page, large)
    page.wait_for_load_state("load")
    assert page.locator("a.card").count() < 120
    grid = page.locator("#grid")
    assert int(grid.get_attribute("aria-rowcount")) > 1600
    click = """() => new Promise((resolve) => {
      const start = performance.now();
      document.querySelector('.tile.ready').click();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    })"""
    seconds = [page.evaluate(click) / 1000 for _ in range(9)]  # on, off, and on at the end
    assert page.get_by_role("status").text_content() == "4,000 of 10,000 photos"
    assert min(seconds) < 1  # ten times what benchmarks/speed/folder_report.py asks for: test machines are shared
    page.locator("a.card").first.focus()
    page.keyboard.press("Control+End")
    last = page.locator("a.card:focus")
    assert re.search(r"IMG_0999\d", last.text_content())
    assert last.evaluate("one => one.closest('[role=row]').ariaRowIndex") == grid.get_attribute("aria-rowcount")
    assert page.locator("a.card").count() < 120
    settled(page, "document.activeElement.querySelector('img').naturalWidth > 0")


def test_possible_is_the_word_for_what_may_be_a_car(new_page: NewPage, tmp_path: Path) -> None:
    seat = DriversSeat("possible", 0.5, (Cue("headrest", 0.6),))
    finding = Finding("car.drivers_seat", "warn", "It looks like a car seat.", 0.5, "probability")
    report = report_factory.report(verdict="usable", drivers_seat=seat, findings=(finding,))
    page = opened(
        new_page, written([replace(row("me.jpg", report), path="s3://bucket/me.jpg", thumbnail=None)], tmp_path)
    )
    assert page.locator(".card-words").text_content() == "Possibly taken in a car"
    page.get_by_role("button", name="Possible").click()
    assert page.locator(".active-filter").text_content() == "No longer: Possibly taken in a car"
    page.locator("a.card").click()
    assert page.locator(".seat-title").text_content().startswith("Possibly taken in a car")
    assert not re.search(r"perhaps|may be", page.locator("body").inner_text(), re.IGNORECASE)
