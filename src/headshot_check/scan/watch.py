"""Watches folders and reports photos as they arrive, each only when it is completely written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from headshot_check.decoding.completeness import looks_whole
from headshot_check.scan.walk import FoundPhoto, Walk

QUIET_S: Final = 1.0
"""time without a change after which a file counts as complete: programs that copy write several times a second"""
_TRUNCATED_QUIET_S: Final = 10.0
"""the same for a file whose end is missing: a stalled download may continue, or the file is damaged"""
_CLOCK_AHEAD_S: Final = 5.0
"""largest amount by which the clock of a file server may be ahead for its modification times to count"""
_TICK_S: Final = 0.25
"""time between two reports of changes by the system"""
_SURVEY_EVERY_S: Final = 10.0
"""time between surveys if the system reports no change: it does not see changes that other machines make"""
_POLL_EVERY_S: Final = 1.0
"""time between surveys where the system reports no changes at all"""
_SURVEYS_SHARE: Final = 0.1
"""largest share of the time that is spent on surveys"""
_PAUSE_S: Final = 2.0
"""time without a change after which reports are updated"""
_REPORTS_EVERY_S: Final = 30.0
"""time after which reports are updated while photos keep arriving"""
_REPORTS_SHARE: Final = 0.1
"""largest share of the time that is spent on reports"""
_UNFINISHED: Final = frozenset({".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp"})
"""suffixes that browsers and copying programs give to a file until it is complete"""

State = tuple[int | None, int | None]
"""size in bytes, time of the last change in ns"""


def watch_folders(
    places: Sequence[str],
    on_change: Callable[[frozenset[str]], None],
    on_pause: Callable[[], None] | None = None,
    *,
    ignore: Sequence[Path] = (),
    stop: threading.Event | None = None,
) -> None:
    """Call `on_change` at the start and whenever photos arrived or changed, until `stop` is set or Ctrl-C is pressed.

    Parameters
    ----------
    places
        Folders, with their subfolders, or single photos.
    on_change
        Called with the absolute paths of files that are still being written and should be left out.
    on_pause
        Called to update reports: some time after the last change, at most a tenth of the time, and at the end.
    ignore
        Folders whose changes are ignored.
    stop
        Ends the watch when set.

    Raises
    ------
    PhotoError
        "not_found": a place does not exist or was deleted.
    """
    stop = threading.Event() if stop is None else stop
    arrivals = Arrivals(places, ignore)
    reports = _ReportSchedule(on_pause)
    try:
        arrivals.survey()
        reports.changed()
        on_change(arrivals.growing)
        for reported in _ticks([place for place in places if Path(place).is_dir()], stop):
            if arrivals.is_due(reported) and arrivals.survey():
                reports.changed()
                on_change(arrivals.growing)
            reports.tick(busy=bool(arrivals.growing))
    finally:
        reports.update()


class Arrivals:
    """Tracks which files are in the folders, and which are still being written.

    Parameters
    ----------
    places, ignore
        As for `watch_folders`.
    """

    def __init__(self, places: Sequence[str], ignore: Sequence[Path] = ()) -> None:
        self._places, self._ignore = places, ignore
        self._settled: dict[str, State] = {}
        self._growing: dict[str, tuple[State, float]] = {}
        """with the time (`time.monotonic`) when it was first seen in this state"""
        # a single photo is polled: to notice that it was replaced, its whole folder would have to be watched
        self._every_s = _SURVEY_EVERY_S if all(Path(place).is_dir() for place in places) else _POLL_EVERY_S
        self._reported = False
        self._surveyed = 0.0
        self._took_s = 0.0

    @property
    def growing(self) -> frozenset[str]:
        """Absolute paths of files that seem to be still written to."""
        return frozenset(self._growing)

    def is_due(self, reported: bool) -> bool:
        """Whether a survey is due; `reported`: the system reported a change."""
        self._reported = self._reported or reported
        wait = 0.0 if self._reported or self._growing else self._every_s
        return time.monotonic() >= self._surveyed + max(wait, self._took_s / _SURVEYS_SHARE)

    def survey(self) -> bool:
        """Search the folders; return whether a new or changed photo was completed since the last survey."""
        start = time.monotonic()
        self._reported = False
        settled: dict[str, State] = {}
        growing: dict[str, tuple[State, float]] = {}
        for photo in Walk(self._places, exclude=self._ignore):
            state = (photo.size, photo.modified_ns)
            if self._settled.get(photo.path) == state:
                settled[photo.path] = state
                continue
            before = self._growing.get(photo.path)
            since = before[1] if before is not None and before[0] == state else start
            if _is_finished(photo, start - since):
                settled[photo.path] = state
            else:
                growing[photo.path] = state, since
        arrived = any(self._settled.get(path) != state for path, state in settled.items())
        self._settled, self._growing = settled, growing
        self._surveyed = time.monotonic()
        self._took_s = self._surveyed - start
        return arrived


def _is_finished(photo: FoundPhoto, quiet_s: float) -> bool:
    """Whether a file is complete that has not changed for `quiet_s` seconds."""
    if Path(photo.path).suffix.lower() in _UNFINISHED:
        return False
    if photo.modified_ns is not None:
        age_s = time.time() - photo.modified_ns / 1e9
        if -_CLOCK_AHEAD_S < age_s < QUIET_S:
            return False
        # an old modification time: the file was moved here or was here before; one far in the future is ignored
        quiet_s = max(quiet_s, age_s)
    return quiet_s >= (QUIET_S if looks_whole(photo.path) else _TRUNCATED_QUIET_S)


class _ReportSchedule:
    """Decides when reports are updated, and calls `on_pause` then."""

    def __init__(self, on_pause: Callable[[], None] | None) -> None:
        self._on_pause = on_pause
        self._stale = False
        self._changed = self._updated = time.monotonic()
        self._took_s = 0.0

    def changed(self) -> None:
        """Photos have changed: the reports are outdated."""
        self._stale = True
        self._changed = time.monotonic()

    def tick(self, *, busy: bool) -> None:
        """Update outdated reports if it is time; `busy`: files are being written."""
        now = time.monotonic()
        age_s = now - self._updated
        quiet = not busy and now - self._changed >= _PAUSE_S
        if (quiet or age_s >= _REPORTS_EVERY_S) and age_s >= self._took_s / _REPORTS_SHARE:
            self.update()

    def update(self) -> None:
        """Update the reports if they are outdated."""
        if self._stale and self._on_pause is not None:
            self._stale = False
            start = time.monotonic()
            self._on_pause()
            self._updated = time.monotonic()
            self._took_s = self._updated - start


def _ticks(folders: Sequence[str], stop: threading.Event) -> Iterator[bool]:
    """Yield several times a second whether the system reported a change, until `stop` is set."""
    from watchfiles import watch

    if folders:
        tick_ms = int(_TICK_S * 1000)
        first = True  # the system did not report what arrived before it began to watch
        try:
            for changes in watch(
                *folders,
                watch_filter=None,
                debounce=tick_ms,
                rust_timeout=tick_ms,
                yield_on_timeout=True,
                stop_event=stop,
            ):
                yield first or bool(changes)
                first = False
        except OSError:
            pass  # more folders than the system watches for one user: they are polled
    while not stop.wait(_POLL_EVERY_S):
        yield True
