"""The folder report at ten thousand photos: how large it is, how soon it answers, how fast it filters, and for whom.

    PYTHONPATH=tests python -m benchmarks.speed.folder_report [--photos 10000] [--runs 5] [--made N] [--keep FOLDER]

Makes rows out of the fixtures' reports (tests/varied_rows.py), `--made` of them, repeated under other names, writes
all reports, opens report.html from disk in headless Chromium and prints a table: the time from navigation until the
page has drawn its cards and answers, the time from an action until the frame that shows its result, the longest task
that blocked the page, its violations of axe-core's rules, and what it wrote to the console. Needs the extra `browser`,
and Chromium on the machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

INTERACTIVE_S = 2.0
FILTER_MS = 100.0

# Before the page's own script: when the first frame with cards was drawn, and every task of more than 50 ms.
_WATCH = """
window.watched = { long: [], drawn: null };
new PerformanceObserver((list) => list.getEntries().forEach((one) => watched.long.push([one.startTime, one.duration])))
  .observe({ type: "longtask", buffered: true });
const look = () => {
  const done = () => (watched.drawn = performance.now());
  if (document.querySelector("a.card")) requestAnimationFrame(() => setTimeout(done));
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
# From just before an action until the frame after it has been handed over.
_TIMED = """
(action) => new Promise((resolve) => {
  const start = performance.now();
  action();
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
})
"""
_ACTIONS = {
    "verdict: usable": "document.querySelector('.tile.usable').click()",
    "verdict: all again": "document.querySelector('.tile.usable').click()",
    "check: dark": "document.querySelector('[data-check=\"lighting.dark\"]').click()",
    "check: dark, off": "document.querySelector('[data-check=\"lighting.dark\"]').click()",
    "driver's seat: likely": "document.querySelector('.side .bar').click()",
    "driver's seat: off": "document.querySelector('.side .bar').click()",
    "search, first letter": "(find.value = 'i', find.dispatchEvent(new Event('input')))",
    "search, six letters": "(find.value = 'img_01', find.dispatchEvent(new Event('input')))",
    "search, cleared": "(find.value = '', find.dispatchEvent(new Event('input')))",
    "order: best first": "(select.value = 'best', select.dispatchEvent(new Event('change')))",
    "order: as in the folder": "(select.value = 'folder', select.dispatchEvent(new Event('change')))",
    "order: look-alikes": "(select.value = 'alike', select.dispatchEvent(new Event('change')))",
    "order: worst first": "(select.value = 'worst', select.dispatchEvent(new Event('change')))",
}


def opened(browser: Any, page_path: Path) -> dict[str, Any]:
    """One visit to the page: what it took."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(_WATCH)
    page.goto(page_path.as_uri(), wait_until="commit")
    until(page, "watched.drawn !== null")
    drawn = page.evaluate("watched.drawn")
    early = page.evaluate(f"({_TIMED})(() => document.querySelector('.tile.ready').click())")
    loading = page.evaluate("document.readyState === 'loading'")
    page.evaluate("document.querySelector('.tile.ready').click()")
    page.wait_for_load_state("load")
    until(page, "document.querySelector('.card img')?.naturalWidth > 0")
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    longest = max((took for _, took in page.evaluate("watched.long")), default=0.0)
    page.evaluate("window.find = document.getElementById('find'); window.select = document.querySelector('select')")
    times = {name: page.evaluate(f"({_TIMED})(() => {action})") for name, action in _ACTIONS.items()}
    nodes = page.evaluate("document.querySelectorAll('*').length")
    visit = {"drawn": drawn, "early": early, "loading": loading, "loaded": loaded, "longest": longest}
    visit |= {"times": times, "said": said, "nodes": nodes, "violations": violations(page)}
    context.close()
    return visit


def renamed(row: Any, number: int) -> Any:
    """The same row as of another file."""
    name = f"{number:05d} {row.name}"
    return replace(row, path=f"/photos/{name}", name=name)


def until(page: Any, condition: str) -> None:
    """Wait for a condition; Playwright's own wait evaluates a text in the page, which the page's policy forbids."""
    end = time.monotonic() + 60
    while not page.evaluate(condition):
        if time.monotonic() > end:
            raise TimeoutError(condition)
        page.wait_for_timeout(20)


def violations(page: Any) -> list[str]:
    """What axe-core finds on the page as it is, and with a photo open: rules by name with their places."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for state in ("list", "photo"):
        if state == "photo":
            page.locator("a.card").first.click()
            page.wait_for_selector(".photo-dialog .file-name")
        for violation in Axe().run(page).response["violations"]:
            found += [f"{state}: {violation['id']} at {node['target']}" for node in violation["nodes"]]
    return found


def main() -> int:
    """Write, open, print; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5, help="visits to the page; times are medians over them")
    parser.add_argument("--made", type=int, help="rows that differ in more than the name (default: all; 2 ms each)")
    parser.add_argument("--keep", type=Path, help="write the reports here, and leave them there")
    options = parser.parse_args()

    from playwright.sync_api import sync_playwright
    from system_browser import QUIET, chromium
    from varied_rows import scan_of, varied_rows

    from headshot_check.policy import load_policy
    from headshot_check.views.scan_reports import write_reports

    with tempfile.TemporaryDirectory() as folder:
        out = options.keep or Path(folder)
        rows = list(varied_rows(min(options.made or options.photos, options.photos)))
        more = [renamed(rows[at % len(rows)], at) for at in range(len(rows), options.photos)]
        scan = scan_of(rows + more, load_policy("linkedin"))
        start = time.process_time()
        paths = write_reports(scan, out)
        seconds = time.process_time() - start
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
            version = browser.version
            visits = [opened(browser, paths[0]) for _ in range(options.runs)]
            browser.close()
        return told(options.photos, paths, seconds, version, visits)


def told(photos: int, paths: list[Path], seconds: float, version: str, visits: list[dict[str, Any]]) -> int:
    """Print the table; 1 when a limit is missed."""
    drawn = [visit["drawn"] for visit in visits]
    times = {name: [visit["times"][name] for visit in visits] for name in _ACTIONS}
    slowest = max(times, key=lambda name: statistics.median(times[name]))
    found = sorted({line for visit in visits for line in visit["violations"]})
    said = sorted({line for visit in visits for line in visit["said"]})
    sizes = ", ".join(f"{path.name} {path.stat().st_size / 1e6:.1f} MB" for path in paths)
    print(f"{photos:,} photos, Chromium {version}, median of {len(visits)} visits (smallest to largest)\n")
    print("| what | figure |\n|---|---|")
    print(f"| files | {sizes} |")
    print(
        f"| writing all of them, processor time | {seconds:.1f} s, {1000 * seconds / max(photos, 1):.2f} ms a photo |"
    )
    print(f"| from navigation until cards are drawn and answer | {spread(drawn)} ms |")
    early = [visit["early"] for visit in visits]
    still = sum(visit["loading"] for visit in visits)
    print(
        f"| a filter at that moment ({still} times of {len(visits)} with the rest still loading) | {spread(early)} ms |"
    )
    print(f"| until all of the file is loaded | {spread([visit['loaded'] for visit in visits])} ms |")
    print(f"| longest task on the way | {spread([visit['longest'] for visit in visits])} ms |")
    for name, taken in times.items():
        print(f"| {name} | {spread(taken)} ms |")
    print(f"| elements in the page | {visits[-1]['nodes']:,} |")
    print(f"| violations of axe-core's rules | {len(found)} |")
    print(f"| lines on the console | {len(said)} |")
    for line in (*found, *said):
        print(f"\n- {line}")
    met = statistics.median(drawn) < 1000 * INTERACTIVE_S and statistics.median(times[slowest]) < FILTER_MS
    print(f"\ninteractive under {INTERACTIVE_S:g} s, filters under {FILTER_MS:g} ms, clean: ", end="")
    print("yes" if met and not found and not said else "NO")
    return 0 if met and not found and not said else 1


def spread(values: list[float]) -> str:
    """Median (smallest to largest)."""
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


if __name__ == "__main__":
    sys.exit(main())
