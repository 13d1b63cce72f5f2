"""A crop in a hand: dragged, pulled, moved by keys, judged meanwhile, saved as it is shown; before and after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fixture_photos import fixture
from page_driver import Driver, until
from PIL import Image

from headshot_check import Checker, check
from headshot_check.app.server import Address
from headshot_check.photo import load
from headshot_check.views.picture.overlay import draw_overlay

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(new_page: Callable[..., Any], server: Address) -> Callable[..., Any]:
    """The dialog of one photo, its crop judged, the frame in a hand."""

    def dialog_of(name: str, **options: Any) -> Any:
        page = Driver(new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", **options), server.url)
        page.choose(name)
        dialog = page.open(f"{name}.jpg")
        if dialog.locator("details.crop").count():
            dialog.get_by_text("Crop it anyway").click()
        dialog.locator(".cropped img").wait_for()
        dialog.get_by_role("button", name="Crop by hand").click()
        dialog.locator(".crop-stage").evaluate("one => one.scrollIntoView({ block: 'center' })")
        return dialog

    return dialog_of


def box_of(element: Any) -> np.ndarray[Any, Any]:
    """x, y, width, height on the screen."""
    found = element.evaluate("one => { const b = one.getBoundingClientRect(); return [b.x, b.y, b.width, b.height] }")
    return np.array(found)


def frame_in_photo(dialog: Any) -> np.ndarray[Any, Any]:
    """x, y, width, height of the frame in fractions of the photo; of one that does not lean."""
    frame, photo = box_of(dialog.locator(".crop-hand")), box_of(dialog.locator(".crop-stage img"))
    return np.concatenate([(frame[:2] - photo[:2]) / photo[2:], frame[2:] / photo[2:]])


def until_frame(dialog: Any, place: Any, more: Any = (0, 0, 0, 0), tolerance: float = 0.004) -> None:
    """Waits until the frame is there: events of keys and pointers are handled in the browser's own time."""
    place = place + np.array(more)
    until(dialog.page, lambda: np.abs(frame_in_photo(dialog) - place).max() <= tolerance)


def picture(file: Path) -> Image.Image:
    with Image.open(file) as image:
        return image.convert("RGB")


def drag(page: Any, start: tuple[float, float], by: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0] / 2, start[1] + by[1] / 2)
    page.mouse.move(start[0] + by[0], start[1] + by[1])
    page.mouse.up()


def until_judged(dialog: Any) -> None:
    dialog.locator(".crop-result:not(.judging) .crop-verdict", has_text="Your crop").wait_for()


def middle(box: np.ndarray[Any, Any]) -> tuple[float, float]:
    return float(box[0] + box[2] / 2), float(box[1] + box[3] / 2)


def test_the_frame_is_dragged_and_pulled_and_what_it_shows_is_saved(opened: Callable[..., Any], tmp_path: Path) -> None:
    dialog = opened("face_too_small", accept_downloads=True)
    page, hand = dialog.page, dialog.locator(".crop-hand")
    suggested, photo = frame_in_photo(dialog), box_of(dialog.locator(".crop-stage img"))
    drag(page, middle(box_of(hand)), (0.05 * photo[2], 0.04 * photo[3]))
    until_frame(dialog, suggested, [0.05, 0.04, 0, 0])
    moved = frame_in_photo(dialog)
    corner = box_of(hand)
    drag(page, (corner[0] + corner[2], corner[1] + corner[3]), (0.1 * photo[2], 0.1 * photo[2]))
    square = photo[2] / photo[3]
    until_frame(dialog, moved, [0, 0, 0.1, 0.1 * square])  # what is opposite stays, and it is a square still
    grown, edge = frame_in_photo(dialog), box_of(hand)
    drag(page, (edge[0], edge[1] + edge[3] / 2), (-0.04 * photo[2], 0))
    until_frame(dialog, grown, [-0.04, -0.02 * square, 0.04, 0.04 * square])
    until_judged(dialog)
    last = frame_in_photo(dialog)
    drag(page, middle(box_of(hand)), (-0.02 * photo[2], 0))
    with page.expect_download() as download:  # at once, while it is judged
        dialog.get_by_role("button", name="Save the crop").click()
    download.value.save_as(tmp_path / "cropped.jpg")
    whole, cut = picture(fixture("face_too_small")), picture(tmp_path / "cropped.jpg")
    x, y, wide, high = last - np.array([0.02, 0, 0, 0])
    box = (x * whole.width, y * whole.height, (x + wide) * whole.width, (y + high) * whole.height)
    expected = whole.resize(cut.size, Image.Resampling.LANCZOS, box=box)
    assert np.abs(np.asarray(cut, int) - np.asarray(expected, int)).mean() < 4
    report = check(tmp_path / "cropped.jpg")
    assert dialog.locator(".crop-verdict .chip").inner_text().lower() == report.verdict


def test_the_frame_never_leaves_the_photo(opened: Callable[..., Any]) -> None:
    dialog = opened("tilted")
    page = dialog.page
    dialog.locator(".crop-target select").select_option("resume")
    dialog.locator(".cropped:not(.round) img").wait_for()
    hand, stage = dialog.locator(".crop-hand"), dialog.locator(".crop-stage img")
    for by in ((-900, -900), (900, 900)):
        drag(page, middle(box_of(hand)), by)
    for handle, by in ((".nw", (-900, -900)), (".ne", (900, -900)), (".se", (-900, -900)), (".s", (0, 900))):
        drag(page, middle(box_of(dialog.locator(f".crop-handle{handle}"))), by)
        corners = box_of(hand)
        limits = box_of(stage)
        assert (corners[:2] >= limits[:2] - 1).all()
        assert (corners[:2] + corners[2:] <= limits[:2] + limits[2:] + 1).all()
        # without its lean
        wide, high = hand.evaluate("one => ['width', 'height'].map((side) => parseFloat(getComputedStyle(one)[side]))")
        assert wide / high == pytest.approx(4 / 5, abs=0.01)
        assert wide > 10
    until_judged(dialog)


def test_a_frame_that_leans_stays_in_the_photo_and_keeps_its_shape(
    new_page: Callable[..., Any], server: Address
) -> None:
    """Two thousand pulls and moves at random; where there is room, what is opposite of the hand stays where it was."""
    found = Driver(new_page(), server.url).page.evaluate(
        """async () => {
            const { grown, high, moved, pulled, regionOf } = await import("/static/crop/hand_frame.js");
            const sides = [[-1, -1], [0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0]];
            const tries = [];
            for (const [lean, aspect] of [[0.26, 1], [-0.2, 0.8], [0.1, 35 / 45], [0, 0.75]]) {
              let frame = moved({ x: 300, y: 500, wide: 200, lean, aspect, size: [640, 800] }, 0, 0);
              let seed = 7;
              const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5;
              for (let at = 0; at < 500; at += 1) {
                const side = sides[at % 8];
                const opposite = ({ x, y, wide, lean }, [u, v]) => {
                  const [a, b] = [(-u * wide) / 2, (-v * wide) / aspect / 2];
                  return [x + a * Math.cos(lean) - b * Math.sin(lean), y + a * Math.sin(lean) + b * Math.cos(lean)];
                };
                const before = opposite(frame, side);
                frame = pulled(frame, side, 300 * random(), 300 * random());
                const after = opposite(frame, side);
                tries.push([...regionOf(frame).points.flat(), high(frame) * aspect / frame.wide, frame.wide,
                  Math.hypot(after[0] - before[0], after[1] - before[1])]);
                frame = at % 3 ? moved(frame, 400 * random(), 400 * random()) : grown(frame, 1 + random());
              }
            }
            return tries;
        }"""
    )
    tries = np.array(found)
    assert tries.shape == (2000, 11)
    corners = tries[:, :8].reshape(-1, 4, 2) * (640, 800)
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=2)
    assert np.abs(sides[:, 0] - sides[:, 2]).max() < 1e-6  # no corner was cut off at the photo's edge
    assert tries[:, 8] == pytest.approx(1)
    assert sides[:, 0] == pytest.approx(tries[:, 9])
    assert tries[:, 10].max() < 0.01
    assert np.ptp(tries[:, 9]) > 100


def test_the_frame_lies_where_the_crop_is_cut(opened: Callable[..., Any]) -> None:
    dialog = opened("face_too_small")
    x0, y0, x1, y1 = Checker().crop(fixture("face_too_small")).crop.region.bounds
    until_frame(dialog, np.array([x0, y0, x1 - x0, y1 - y0]))
    frame = box_of(dialog.locator(".crop-hand"))
    circle = box_of(dialog.locator(".crop-stage circle.line"))
    assert circle == pytest.approx(frame, abs=2.5)


def test_by_keys_alone_and_said_to_screen_readers(opened: Callable[..., Any]) -> None:
    dialog = opened("soft_office")
    page, said = dialog.page, dialog.locator(".crop-panel [role=status]")
    keys, suggested = page.keyboard, frame_in_photo(dialog)
    name = dialog.get_by_role("application", name="Crop frame")
    assert name.evaluate("one => one === document.activeElement")
    assert "Arrow keys" in page.locator(f"#{name.get_attribute('aria-describedby')}").inner_text()
    for _ in range(3):
        keys.press("Shift+ArrowDown")
    less = suggested[2:] * (1 - 1.03**-3)
    until_frame(dialog, suggested, [*(less / 2), *-less])  # around its middle
    smaller = frame_in_photo(dialog)
    keys.press("ArrowRight")
    keys.press("ArrowDown")
    until_frame(dialog, smaller, [0.01, 0.008, 0, 0], 0.002)
    assert dialog.locator("h2").inner_text() == "soft_office.jpg"  # not the next photo
    said.filter(has_text="Your crop: ").wait_for(state="attached")
    reset = dialog.get_by_role("button", name="Reset")
    assert reset.is_visible()
    keys.press("Escape")
    until_frame(dialog, suggested, tolerance=0.002)
    assert said.inner_text() == "The suggested crop again."
    assert not reset.is_visible()
    assert "Cropped" in dialog.locator(".crop-verdict").inner_text()
    keys.press("Shift+ArrowDown")
    until_judged(dialog)
    reset.click()
    until_frame(dialog, suggested, tolerance=0.002)
    keys.press("Escape")  # nothing is left to take back
    page.locator("#viewer").wait_for(state="hidden")


def test_the_last_answer_stays_while_the_next_is_on_its_way(opened: Callable[..., Any]) -> None:
    dialog = opened("soft_office")
    page, keys = dialog.page, dialog.page.keyboard
    keys.press("Shift+ArrowDown")
    until_judged(dialog)
    before, asked, held = dialog.locator(".crop-verdict").inner_text(), [], []
    page.on("request", lambda request: asked.append(request.url) if "/api/crop" in request.url else None)
    page.route("**/api/crop*", lambda route: route.continue_() if held else held.append(route))
    for _ in range(10):
        keys.press("ArrowRight")
    dialog.locator(".crop-result.judging").wait_for()
    until(page, lambda: held)
    for _ in range(10):
        keys.press("ArrowLeft")
    page.wait_for_timeout(300)  # longer than the pause after which the next would be asked for
    assert len(asked) == 1  # one at a time
    assert dialog.locator(".crop-verdict").inner_text() == before
    assert dialog.locator(".cropped img").evaluate("one => one.decode().then(() => one.naturalWidth)") > 100
    held[0].continue_()
    until_judged(dialog)
    assert len(asked) == 2  # the place where it stands now


def test_a_frame_that_could_not_be_judged_is_not_saved_as_another(
    browser: Any, server: Address, tmp_path: Path
) -> None:
    page = Driver(browser.new_page(accept_downloads=True), server.url)  # Chromium writes failed requests to its console
    page.choose("soft_office")
    dialog = page.open("soft_office.jpg")
    dialog.locator(".cropped img").wait_for()
    dialog.get_by_role("button", name="Crop by hand").click()
    page.page.route("**/api/crop*", lambda route: route.abort())
    page.page.keyboard.press("Shift+ArrowLeft")
    dialog.locator(".crop-words", has_text="does not answer").wait_for()
    downloads: list[Any] = []
    page.page.on("download", lambda one: downloads.append(one))
    save = dialog.get_by_role("button", name="Save the crop")
    save.click()
    dialog.locator(".crop-result:not(.judging)").wait_for()
    page.page.wait_for_timeout(200)
    assert downloads == []
    page.page.unroute("**/api/crop*")
    region = dialog.locator(".crop-hand").evaluate("one => parseFloat(one.style.width)")
    with page.page.expect_download() as download:
        save.click()
    download.value.save_as(tmp_path / "crop.jpg")
    assert picture(tmp_path / "crop.jpg").width == pytest.approx(640 * region / 100, abs=3)
    page.page.close()


def test_a_finger_moves_the_frame_and_not_the_page(opened: Callable[..., Any]) -> None:
    dialog = opened("face_too_small", has_touch=True)
    before, photo = frame_in_photo(dialog), box_of(dialog.locator(".crop-stage img"))
    x, y = middle(box_of(dialog.locator(".crop-hand")))
    session = dialog.page.context.new_cdp_session(dialog.page)
    scrolled = dialog.locator(".viewer-scroll").evaluate("one => one.scrollTop")
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x + 10, "y": y + 15}]),
        ("touchMove", [{"x": x + 0.1 * photo[2], "y": y + 0.1 * photo[3]}]),
        ("touchEnd", []),
    ):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    until_frame(dialog, before, [0.1, 0.1, 0, 0], 0.01)
    assert dialog.locator(".viewer-scroll").evaluate("one => one.scrollTop") == scrolled


def test_before_and_after_lie_on_one_another(opened: Callable[..., Any]) -> None:
    dialog = opened("face_too_small")
    keys = dialog.page.keyboard
    dialog.get_by_role("button", name="Before and after").click()
    slider = dialog.get_by_role("slider", name="Before and after")
    photo, cut = box_of(dialog.locator(".compared-photo")), box_of(dialog.locator(".compared-crop"))
    size = np.array(picture(fixture("face_too_small")).size)
    crop = check(fixture("face_too_small")).crop
    assert photo[2] / photo[3] == pytest.approx(size[0] / size[1], rel=0.01)
    assert crop is not None
    slider.focus()
    keys.press("Home")
    after = dialog.locator(".compared-after")
    dialog.locator("[aria-valuetext='0 % as it is, 100 % cropped']").wait_for()
    assert after.evaluate("one => getComputedStyle(one).clipPath") == "inset(0px 0px 0px 0%)"
    for _ in range(3):
        keys.press("ArrowRight")
    dialog.locator("[aria-valuetext='3 % as it is, 97 % cropped']").wait_for()
    assert dialog.locator("h2").inner_text() == "face_too_small.jpg"
    # the crop lies where it was cut: the same face, at the same scale
    dialog.get_by_role("button", name="Crop by hand").click()
    place = frame_in_photo(dialog)
    inside = np.concatenate([(cut[:2] - photo[:2]) / photo[2:], cut[2:] / photo[2:]])
    assert inside == pytest.approx(place, abs=0.004)


def test_the_marked_photo_can_be_downloaded(opened: Callable[..., Any]) -> None:
    dialog = opened("tilted", accept_downloads=True)
    with dialog.page.expect_download() as download:
        dialog.get_by_role("button", name="Download the marked photo").click()
    assert download.value.suggested_filename == "tilted-marked.jpg"
    marked = np.asarray(picture(download.value.path()), int)
    drawn = draw_overlay(load(fixture("tilted")).rgb, check(fixture("tilted")))
    assert marked.shape == drawn.shape
    assert np.abs(marked - drawn).mean() < 3
