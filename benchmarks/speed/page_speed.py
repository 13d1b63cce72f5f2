"""The page with a folder of photos dropped on it, beside `scan` with as many workers: first result, all, long tasks.

    python -m benchmarks.speed.page_speed [--photos 200] [--megapixels 2] [--rounds 3]

A real Chromium loads the page of a real server and gets the folder by its own drag events. Times are taken in the page:
from the drop to the first card, and to the last. Long tasks are what the browser's PerformanceObserver reports (from
50 ms up). In turns with it, `headshot-check scan --fresh` does the same files with as many workers, as people run
it: from the start of the program to its end. Needs the extra `browser` and a Chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image

from headshot_check.app.server import running

FIXTURES = Path(__file__).parents[2] / "fixtures" / "images"
DISTINCT = 20
"""pictures that are really encoded; the others are these with other bytes after their end, so all digests differ"""
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")

WATCH = """
window.seen = { start: 0, first: 0, last: 0, cards: 0, long: [] };
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.seen.long.push(Math.round(one.duration));
}).observe({ type: "longtask", buffered: true });
addEventListener("drop", () => { window.seen.start = performance.now(); window.seen.long.length = 0; }, true);
document.addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const cards = document.querySelectorAll("#grid .cell").length;
  if (cards > window.seen.cards) {
    window.seen.cards = cards;
    window.seen.first ||= performance.now();
    window.seen.last = performance.now();
  }
}).observe(document.querySelector("#grid"), { childList: true }));
"""


def make_photos(folder: Path, photos: int, megapixels: float) -> None:
    """Photos of that size, three by four, out of the fixtures."""
    height = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    sources = sorted(FIXTURES.glob("*.jpg"))[:DISTINCT]
    for at, source in enumerate(sources):
        path = folder / f"{source.stem}.jpg"
        with Image.open(source) as image:
            image.convert("RGB").resize((height * 3 // 4, height)).save(path, quality=90)
        encoded = path.read_bytes()
        for copy in range(at, photos, len(sources)):
            (folder / f"{source.stem}-{copy:03}.jpg").write_bytes(encoded + copy.to_bytes(4, "big"))
        path.unlink()


def dropped(browser: Any, url: str, folder: Path, photos: int) -> dict[str, Any]:
    """What the page saw, in ms."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.locator("#policy option").first.wait_for(state="attached")
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 400, "data": data})
    page.locator("#said", has_text="All checked").wait_for(state="attached", timeout=600_000)
    seen: dict[str, Any] = page.evaluate("window.seen")
    assert seen["cards"] == photos, f"{seen['cards']} cards for {photos} photos"
    page.close()
    return seen


def scanned(folder: Path, workers: int, cache: Path) -> float:
    """Seconds of one `scan`, its start and end included."""
    command = [sys.executable, "-m", "headshot_check", "scan", str(folder), "--fresh", "--workers", str(workers)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    start = time.perf_counter()
    done = subprocess.run([*command, "--format", "jsonl"], capture_output=True, env=environment, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    return time.perf_counter() - start


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--megapixels", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "photos"
        folder.mkdir()
        make_photos(folder, given.photos, given.megapixels)
        cache = Path(place)
        with running(workers=given.workers) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM))
            dropped(browser, server.url, folder, given.photos)  # warm: files in the cache, workers and fonts loaded
            ratios, firsts, longs = [], [], []
            print("round   scan s   page s   ratio   first ms   long tasks, ms")
            for number in range(1, given.rounds + 1):
                scan_s = scanned(folder, given.workers, cache)
                seen = dropped(browser, server.url, folder, given.photos)
                page_s, first = (seen["last"] - seen["start"]) / 1000, seen["first"] - seen["start"]
                ratios.append(page_s / scan_s)
                firsts.append(first)
                longs += seen["long"]
                print(
                    f"{number:5} {scan_s:8.2f} {page_s:8.2f} {ratios[-1]:7.2f} {first:10.0f}   {sorted(seen['long'])}"
                )
            browser.close()
    print(
        f"\n{given.photos} photos of {given.megapixels:g} MP, {given.workers} workers: "
        f"ratio {statistics.median(ratios):.2f} (median of {given.rounds}), "
        f"first result {statistics.median(firsts):.0f} ms, "
        f"longest task {max(longs, default=0)} ms of {len(longs)} over 50 ms"
    )


if __name__ == "__main__":
    main()
