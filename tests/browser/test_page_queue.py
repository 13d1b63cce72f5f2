"""The page in a real browser: photos come in from everywhere, are checked, filtered, taken back, exported."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fixture_photos import fixture
from page_driver import Driver, press, until

from headshot_check.app.server import Address, running

pytestmark = pytest.mark.browser

MIXED = ("drivers_seat_selfie", "tilted", "soft_office", "too_dark")


@pytest.fixture
def unwatched(browser: Any, server: Address) -> Iterator[Driver]:
    """For requests that are made to fail: Chromium writes those to the console by itself."""
    page = browser.new_page()
    yield Driver(page, server.url)
    page.close()


def test_dropped_files_and_folders_to_any_depth(opened: Callable[..., Driver], tmp_path: Path) -> None:
    deep = tmp_path / "shots" / "2024" / "été"
    deep.mkdir(parents=True)
    shutil.copy(fixture("tilted"), deep / "two 日本.JPG")
    shutil.copy(fixture("soft_office"), tmp_path / "shots" / "one.jpg")
    (tmp_path / "shots" / "notes.txt").write_text("not a photo")
    (tmp_path / "shots" / ".hidden.jpg").write_bytes(b"")
    page = opened()
    page.drop([tmp_path / "shots", fixture("outdoors")])
    expected = ["shots/2024/été/two 日本.JPG", "outdoors.jpg", "shots/one.jpg"]
    until(page.page, lambda: page.cards() == expected)  # each folder is read, and its photos checked, for itself
    page.page.locator("#notes", has_text="One file that is not a photo was left out").wait_for()


def test_what_is_left_out_is_counted_over_all_folders(opened: Callable[..., Driver], tmp_path: Path) -> None:
    for name in ("in/one.txt", "in/deep/two.txt", "in/deep/three.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("not a photo")
    page = opened()
    page.drop([tmp_path / "in"])
    note = page.page.locator("#notes", has_text="3 files that are not photos were left out.")
    note.wait_for()
    note.get_by_role("button", name="Hide this note").click()
    page.page.locator("#main:focus").wait_for()  # and not nowhere
    page.drop([tmp_path / "in" / "deep"])
    page.page.locator("#notes", has_text="2 files").wait_for()  # what was hidden is not counted again


def test_a_picture_of_another_page_is_dropped_with_its_address(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(64, 64);
            canvas.getContext("2d").fillRect(0, 0, 64, 64);
            const data = new DataTransfer();
            data.items.add("https://example.org/me.png", "text/uri-list");
            data.items.add(new File([await canvas.convertToBlob()], "me.png", { type: "image/png" }));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    page.until_checked()
    assert page.cards() == ["me.png"]


def test_a_folder_of_more_than_a_hundred_entries_is_read_to_its_end(
    opened: Callable[..., Driver], tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(130):
        (folder / f"{number}.jpg").write_bytes(b"no picture")
    page = opened()
    page.drop([folder])
    page.until_checked()
    assert len(page.cards()) == 130


def test_a_chosen_folder(opened: Callable[..., Driver], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(fixture("soft_office"), tmp_path / "in" / "one.jpg")
    (tmp_path / "in" / "list.csv").write_text("a,b")
    page = opened()
    page.page.set_input_files("#folder", str(tmp_path))
    page.until_checked()
    (name,) = page.cards()
    assert name.endswith("in/one.jpg")


def test_an_only_photo_opens_by_itself_and_needs_no_filters(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.page.set_input_files("#files", str(fixture("tilted")))
    viewer = page.page.locator("#viewer[open] .detail")
    viewer.get_by_role("heading", name="tilted.jpg").wait_for()
    viewer.locator(".file-name:focus").wait_for()
    page.close()
    page.page.locator('.cell[data-name="tilted.jpg"]:focus-within').wait_for()
    assert not page.page.locator("#filters").is_visible()
    page.choose("soft_office")
    assert len(page.cards()) == 2
    assert page.page.locator("#filters").is_visible()
    assert not viewer.is_visible()


def test_an_only_photo_of_a_folder_opens_by_itself_though_folders_in_it_have_none(
    opened: Callable[..., Driver], tmp_path: Path
) -> None:
    (tmp_path / "in" / "empty").mkdir(parents=True)
    shutil.copy(fixture("tilted"), tmp_path / "in" / "one.jpg")
    (tmp_path / "in" / "empty" / "list.csv").write_text("a,b")
    page = opened()
    page.drop([tmp_path / "in"])
    page.page.locator("#viewer[open] .detail").get_by_role("heading", name="one.jpg").wait_for()


def test_an_open_photo_gives_way_to_one_that_is_dropped_on_it(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.page.set_input_files("#files", str(fixture("tilted")))
    page.page.locator("#viewer[open] .detail").wait_for()
    session = page.page.context.new_cdp_session(page.page)
    data = {"items": [], "files": [str(fixture("soft_office"))], "dragOperationsMask": 1}
    session.send("Input.dispatchDragEvent", {"type": "dragEnter", "x": 200, "y": 400, "data": data})
    page.page.locator("#veil").wait_for()
    session.send("Input.dispatchDragEvent", {"type": "drop", "x": 200, "y": 400, "data": data})
    page.card("soft_office.jpg").wait_for()
    assert not page.page.locator("#viewer").is_visible()
    assert not page.page.locator("#veil").is_visible()
    assert len(page.cards()) == 2


def test_a_pasted_picture(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(64, 64);
            canvas.getContext("2d").fillRect(0, 0, 64, 64);
            const files = new DataTransfer();
            files.items.add(new File([await canvas.convertToBlob()], "image.png", { type: "image/png" }));
            dispatchEvent(new ClipboardEvent("paste", { clipboardData: files }));
        }"""
    )
    page.until_checked()
    assert page.cards() == ["pasted-1.png"]


def test_a_corrupt_file_among_good_ones_has_a_card_with_cause_and_remedy(
    opened: Callable[..., Driver], tmp_path: Path
) -> None:
    broken, empty = tmp_path / "broken.jpg", tmp_path / "empty.jpg"
    broken.write_bytes(b"\xff\xd8\xff" + b"x" * 40)
    empty.write_bytes(b"")
    page = opened()
    page.choose("soft_office", broken, empty, "drivers_seat_selfie")
    assert page.cards() == ["drivers_seat_selfie.jpg", "broken.jpg", "empty.jpg", "soft_office.jpg"]
    words = page.card("empty.jpg").inner_text()
    assert "Unreadable" in words
    assert "The file is empty" in words
    assert "again" in words
    dialog = page.open("broken.jpg")
    assert "No picture" in dialog.inner_text()
    assert dialog.locator("section", has_text="Why").count()
    assert dialog.locator(".plan li").count()


def test_worst_first_and_the_same_however_results_come_in(opened: Callable[..., Driver]) -> None:
    orders = []
    for names in (MIXED, MIXED[::-1]):
        page = opened()
        page.choose(*names)
        orders.append(page.cards())
    assert orders[0] == orders[1] == ["drivers_seat_selfie.jpg", "too_dark.jpg", "tilted.jpg", "soft_office.jpg"]
    page.page.select_option("#order", "best")
    assert page.cards() == orders[0][::-1]


def test_filters_by_verdict_problem_and_words(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.choose(*MIXED)
    retake = page.page.locator("#verdicts button", has_text="Retake")
    assert re.sub(r"\s+", " ", retake.inner_text()) == "Retake 2"
    retake.click()
    assert page.cards() == ["drivers_seat_selfie.jpg", "too_dark.jpg"]
    assert retake.get_attribute("aria-pressed") == "true"
    page.page.select_option("#problem", label="Taken in a car (1)")
    assert page.cards() == ["drivers_seat_selfie.jpg"]
    page.page.fill("#search", "office")
    page.page.locator("#nothing", has_text="No photo matches").wait_for()
    page.page.click("#reset")
    assert len(page.cards()) == len(MIXED)
    page.page.fill("#search", "head tilt")
    page.page.locator(".cell:not([hidden])").nth(1).wait_for(state="detached")
    assert page.cards() == ["tilted.jpg"]


def test_cancel_one_then_all_and_check_them_after_all(opened: Callable[..., Driver], tmp_path: Path) -> None:
    for number in range(12):
        shutil.copy(fixture("soft_office"), tmp_path / f"{number:02}.jpg")
    page = opened()
    held: list[Any] = []
    # nothing is answered, so that there is something to take back
    page.page.route("**/api/check*", lambda route: held.append(route))
    page.page.set_input_files("#files", [str(path) for path in sorted(tmp_path.glob("*.jpg"))])
    press(page.page.get_by_role("button", name="Cancel 05.jpg"))
    page.page.locator(':focus[aria-label="Cancel 06.jpg"]').wait_for()
    page.page.locator("#notes", has_text="1 photo cancelled").wait_for()
    until(page.page, lambda: len(held) >= 4)  # the browser tells of its requests in its own time
    assert len(held) == 4  # the server's two workers and two more
    page.page.click("#cancel-all")
    page.page.locator("#notes", has_text="12 photos cancelled").wait_for()
    page.page.locator("#progress").wait_for(state="hidden")
    page.page.unroute("**/api/check*")
    page.page.get_by_role("button", name="Check them after all").click()
    page.until_checked()
    assert sorted(page.cards()) == [f"{number:02}.jpg" for number in range(12)]


def test_what_fails_can_be_tried_again(unwatched: Driver) -> None:
    page = unwatched
    answer = {"code": "internal", "detail": "Something broke.", "remedy": "Try again."}
    refuse = lambda route: route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(answer))  # noqa: E731
    page.page.route("**/api/check*", refuse)
    page.choose("soft_office")
    assert "Something broke." in page.card("soft_office.jpg").inner_text()
    page.page.unroute("**/api/check*")
    page.page.route("**/api/check*", lambda route: None)  # no answer: it can be cancelled
    again = page.card("soft_office.jpg").locator("button.card")
    again.click()
    page.card("soft_office.jpg").get_by_text("Checking").wait_for()
    again.click()  # once more is not twice in the queue
    page.page.locator("#progress-words", has_text="0 of 1").wait_for()
    page.page.click("#cancel-all")
    page.card("soft_office.jpg").get_by_text("Something broke.").wait_for()
    page.page.unroute("**/api/check*")
    again.click()
    page.card("soft_office.jpg").locator(".chip.ready").wait_for()
    assert page.cards() == ["soft_office.jpg"]


def test_without_the_program_a_reload_keeps_the_results(unwatched: Driver) -> None:
    page = unwatched
    page.choose("soft_office")
    until(page.page, lambda: "photo " in page.page.evaluate("Object.keys(sessionStorage).join()"))
    page.page.route("**/api/policies*", lambda route: route.abort())
    page.page.reload()
    page.page.locator("#error", has_text="does not answer").wait_for()
    page.card("soft_office.jpg").locator(".chip.ready").wait_for()
    page.page.unroute("**/api/policies*")
    page.page.get_by_role("button", name="Try again").click()
    page.page.locator("#policy option").first.wait_for(state="attached")
    # of a policy for which its file would be needed: back to the result that is there
    page.page.select_option("#policy", "id-photo")
    page.card("soft_office.jpg").get_by_text("Add the photo again").wait_for()
    page.page.select_option("#policy", "linkedin")
    page.card("soft_office.jpg").locator(".chip.ready").wait_for()
    page.page.select_option("#policy", "id-photo")
    with page.page.expect_file_chooser() as chooser:
        page.card("soft_office.jpg").get_by_text("Choose a file").click()
    chooser.value.set_files(fixture("soft_office"))
    page.card("soft_office.jpg").locator(".chip.retake, .chip.usable").wait_for()
    assert page.cards() == ["soft_office.jpg"]


def test_another_policy_checks_everything_again(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.choose("soft_office")
    page.page.select_option("#policy", "id-photo")
    page.card("soft_office.jpg").locator(".chip.retake, .chip.usable").wait_for()
    assert page.cards() == ["soft_office.jpg"]


def test_another_policy_in_the_middle_loses_no_photo(opened: Callable[..., Driver], tmp_path: Path) -> None:
    for number in range(8):
        shutil.copy(fixture("soft_office"), tmp_path / f"{number}.jpg")
    page = opened()
    page.page.set_input_files("#files", [str(path) for path in sorted(tmp_path.glob("*.jpg"))])
    page.page.locator(".cell").first.wait_for()
    # in one breath: the line that the first policy's photos are all checked may be there already
    page.page.evaluate(
        """() => {
            document.getElementById("said").textContent = "";
            const policy = document.getElementById("policy");
            policy.value = "team-page";
            policy.dispatchEvent(new Event("change"));
        }"""
    )
    page.until_checked()
    page.page.locator(".cell.stale").first.wait_for(state="detached")
    assert len(page.cards()) == 8


def test_a_file_that_is_too_large_is_not_sent(opened: Callable[..., Driver], tmp_path: Path) -> None:
    path = tmp_path / "scan.jpg"
    with path.open("wb") as file:
        file.truncate(120_000_000)
    page = opened()
    page.choose(path)
    assert "The file has 120 MB" in page.card("scan.jpg").inner_text()
    with page.page.expect_file_chooser():  # the same file would be too large again
        page.card("scan.jpg").get_by_text("Choose a file").click()


def test_the_same_file_is_not_added_twice(opened: Callable[..., Driver]) -> None:
    page = opened()
    page.choose("soft_office")
    page.page.set_input_files("#files", str(fixture("soft_office")))
    page.page.locator("#notes", has_text="not checked again").wait_for()
    assert len(page.cards()) == 1


def test_the_report_can_be_downloaded(opened: Callable[..., Driver], tmp_path: Path) -> None:
    page = opened(accept_downloads=True)
    page.choose("soft_office", "drivers_seat_selfie")
    texts = {}
    for kind in ("csv", "jsonl", "html"):
        page.page.click("#export summary")
        with page.page.expect_download() as download:
            page.page.click(f'[data-format="{kind}"]')
        download.value.save_as(tmp_path / f"report.{kind}")
        texts[kind] = (tmp_path / f"report.{kind}").read_text(encoding="utf-8-sig")
        assert "drivers_seat_selfie.jpg" in texts[kind], kind
    assert {row["verdict"] for row in csv.DictReader(texts["csv"].splitlines())} == {"retake", "ready"}
    assert len([json.loads(line) for line in texts["jsonl"].splitlines() if line]) == 2


def test_without_the_server_photos_wait_and_go_on(unwatched: Driver) -> None:
    page = unwatched
    page.page.route("**/api/*", lambda route: route.abort())
    page.page.set_input_files("#files", str(fixture("soft_office")))
    page.page.locator("#error", has_text="does not answer").wait_for()
    page.page.unroute("**/api/*")
    page.page.get_by_role("button", name="Try again").click()
    page.until_checked()
    assert page.cards() == ["soft_office.jpg"]
    assert not page.page.locator("#error").inner_text()


def test_quit_stops_the_server(new_page: Callable[..., Any]) -> None:
    with running(workers=1) as address:
        page = Driver(new_page(), address.url)
        page.page.get_by_role("button", name="Quit").click()
        page.page.get_by_role("heading", name="headshot-check has stopped").wait_for()


def test_suffixes_taken_from_folders_are_those_of_the_command_line() -> None:
    from headshot_check.app.routes.static_files import files
    from headshot_check.file_names import SUFFIXES

    text = files()["file_input.js"].read_text(encoding="utf-8")
    (listed,) = re.findall(r"SUFFIXES = \[(.*?)\]", text)
    assert set(re.findall(r'"(\.\w+)"', listed)) == SUFFIXES
