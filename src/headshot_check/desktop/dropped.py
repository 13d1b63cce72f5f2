"""Scans what was dropped on the icon and opens the report, or a page with the error: there is no terminal."""

from __future__ import annotations

import hashlib
import re
import tempfile
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from headshot_check.desktop import pages
from headshot_check.desktop.tools import output_of
from headshot_check.errors import HeadshotCheckError
from headshot_check.part_files import clear_parts, write_whole
from headshot_check.policy import Policy, load_policy

_PATIENCE_S: Final = 3.0
"""a scan that takes longer shows a progress page; a single photo takes about one second from a cold start"""
_REFRESH_S: Final = 1.0
"""interval at which that page is rewritten"""
_CHECKING: Final = "checking.html"

Open = Callable[[Path], None]
"""shows a page to the user"""


def reports_folder() -> Path:
    """Folder of the reports, in the user's home.

    It is a visible one, because browsers installed as Snap or Flatpak can read neither hidden nor temporary folders.

    Raises
    ------
    HeadshotCheckError
        The user has no home.
    """
    try:
        return Path.home() / "headshot-check reports"
    except RuntimeError as error:
        raise HeadshotCheckError(
            "this user has no home folder for reports: set HOME, or name one with --out"
        ) from error


def report_folder(dropped: Sequence[str]) -> Path:
    """Folder for a selection of paths, the same each time, so that a second drop checks new photos only.

    >>> report_folder(["/photos/team", "/photos/me.jpg"]).name.rpartition(" ")[0]
    'me.jpg and 1 more'
    """
    paths = sorted(str(Path(path).absolute()) for path in dropped)
    key = hashlib.blake2b("\0".join(paths).encode("utf-8", "surrogateescape"), digest_size=3).hexdigest()
    first = Path(paths[0]).name
    name = re.sub(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]', "_", first).strip(". ")[:60] or "photos"
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return reports_folder() / f"{name}{more} {key}"


def check_dropped(dropped: Sequence[str], policy: str, show: Open) -> set[str]:
    """Scan the dropped files and show the report, or a page with the error.

    Returns
    -------
    The verdicts of all photos; empty when nothing could be checked.
    """
    if not dropped:
        show(_page(Path(tempfile.mkdtemp(prefix="headshot-check-")), "how-to.html", pages.how_to()))
        return set()
    try:
        folder = report_folder(dropped)
    except HeadshotCheckError:  # nobody has a home here
        folder = Path(tempfile.mkdtemp(prefix="headshot-check-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear_parts(folder, (_CHECKING,))
        return _scanned(dropped, load_policy(policy), folder, show)
    except HeadshotCheckError as error:
        problem, details = error.message, ""
    except OSError as error:
        problem, details = str(error), traceback.format_exc()
    except Exception as error:  # there is no terminal to show a traceback
        problem, details = f"{type(error).__name__}: {error}", traceback.format_exc()
    show(_error_page(folder, problem, details))
    return set()


def _scanned(dropped: Sequence[str], policy: Policy, folder: Path, show: Open) -> set[str]:
    from headshot_check.scan.run import Scan
    from headshot_check.views.scan_reports import write_reports

    with _Progress(folder, show) as progress, Scan(list(dropped), policy, out=folder) as scan:
        progress.begin(scan.look())
        with closing(scan.check()) as checked:
            for done in checked:
                progress.count(done.source)
        finished = scan.finished()
        if not len(finished):
            raise HeadshotCheckError(
                finished.why_empty()
                if finished.counts.problems
                else "there is no photo in what was dropped: JPEG, PNG, WebP, HEIC, AVIF, GIF, TIFF and BMP are read"
            )
        report = write_reports(finished, folder)[0]
        progress.finish(report)
        return set(finished.counts.verdicts)


class _Progress:
    """A page that shows the progress of a long scan, reloads itself, and then redirects to the report."""

    def __init__(self, folder: Path, show: Open) -> None:
        self._path = folder / _CHECKING
        self._show = show
        self._done = self._of = 0
        self._now = ""
        self._shown = False
        self._led_on = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep_written, daemon=True)

    def __enter__(self) -> _Progress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        if self._shown and not self._led_on:
            _put(self._path, pages.stopped())  # ends the reloading of the page; the error opens in another one

    def begin(self, of: int) -> None:
        """Set the number of photos to check."""
        self._of = of

    def count(self, name: str) -> None:
        """Count one more photo as checked."""
        self._done, self._now = self._done + 1, name

    def finish(self, report: Path) -> None:
        """Show the report: in the open progress page, or in a new page."""
        self._stop()
        if self._shown:
            _put(self._path, pages.redirects_to(report.name))
        else:
            self._show(report)
        self._led_on = True

    def _stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _keep_written(self) -> None:
        wait = _PATIENCE_S
        while not self._ended.wait(wait):
            _put(self._path, pages.checking(self._done, self._of, self._now))
            if not self._shown:
                self._shown = True
                self._show(self._path)
            wait = _REFRESH_S


def open_in_browser(page: Path) -> None:
    """Show a page in the user's browser; without one, show its path in a notification."""
    import sys
    import webbrowser

    if webbrowser.open(page.absolute().as_uri()):
        return
    told = f"The report is at {page}, but no browser could be opened."
    output_of(["notify-send", "--app-name=headshot-check", "headshot-check", told])
    print(f"headshot-check: {told}", file=sys.stderr)


def _error_page(folder: Path, problem: str, details: str) -> Path:
    page = pages.error(problem, details)
    try:
        return _page(folder, "could-not-check.html", page)
    except OSError:  # the home folder is full or read-only, which may be the error itself
        return _page(Path(tempfile.mkdtemp(prefix="headshot-check-")), "could-not-check.html", page)


def _page(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    _put(path, text)
    return path


def _put(path: Path, text: str) -> None:
    """Write a page atomically, as a browser may reload it at any moment."""
    write_whole(path, text.encode("utf-8", "backslashreplace"))
