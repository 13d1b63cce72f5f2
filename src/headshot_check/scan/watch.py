"""Watched folders: reports photos as they arrive, each only when it is completely written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from headshot_check.decoding.completeness import looks_whole
from headshot_check.scan.walk import FoundPhoto, Walk

QUIET_S: Final = 1.0
"""a file that has not changed for so long is taken for finished: programs that copy write several times a second"""
_PATIENCE_S: Final = 10.0
"""the same for one that lacks its end: a stalled download goes on, or it really is damaged"""
_AHEAD_S: Final = 5.0
"""by how much a file server's clock may be ahead for its times of change to count"""
_TICK_S: Final = 0.25
_SURVEY_EVERY_S: Final = 10.0
"""also when nothing is heard: network drives do not tell of what other machines do"""
_ASK_EVERY_S: Final = 1.0
"""where nothing can be heard"""
_SURVEYS_SHARE: Final = 0.1
"""of the time at most is spent on looking through the folders"""
_PAUSE_S: Final = 2.0
"""quiet after which reports are brought up to date"""
_AT_LEAST_EVERY_S: Final = 30.0
"""how old reports may get while photos keep arriving"""
_PAUSES_SHARE: Final = 0.1
"""of the time at most is spent on reports"""
_UNFINISHED: Final = frozenset({".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp"})
"""what browsers and copying programs call a file until it is complete"""

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
    """Call back at the start and whenever photos have arrived or changed, until `stop` is set or Ctrl-C is pressed.

    Parameters
    ----------
    places
        Folders, with all that is below them, or single photos.
    on_change
        Called with the absolute paths of files that are still being written, which are to be left out this time.
    on_pause
        Called after changes when it has been quiet for a while, at a pace that leaves nine tenths of the time to other
        work, and once at the end: reports can be brought up to date here.
    ignore
        Folders whose changes do not matter.

    Raises
    ------
    PhotoError
        "not_found": a place does not exist, or no longer does.
    """
    stop = threading.Event() if stop is None else stop
    arrivals = Arrivals(places, ignore)
    pace = _Pace(on_pause)
    try:
        arrivals.survey()
        pace.changed()
        on_change(arrivals.growing)
        for heard in _ticks([place for place in places if Path(place).is_dir()], stop):
            if arrivals.is_due(heard) and arrivals.survey():
                pace.changed()
                on_change(arrivals.growing)
            pace.tick(busy=bool(arrivals.growing))
    finally:
        pace.end()


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
        """with the time at which it was first seen like this"""
        # a single photo is asked for: to hear of one that is replaced, its whole folder would have to be watched
        self._every_s = _SURVEY_EVERY_S if all(Path(place).is_dir() for place in places) else _ASK_EVERY_S
        self._heard = False
        self._surveyed = 0.0
        self._took = 0.0

    @property
    def growing(self) -> frozenset[str]:
        """Files that seem to be still written to."""
        return frozenset(self._growing)

    def is_due(self, heard: bool) -> bool:
        """Whether a survey is due; `heard`: the system reported a change."""
        self._heard = self._heard or heard
        wait = 0.0 if self._heard or self._growing else self._every_s
        return time.monotonic() >= self._surveyed + max(wait, self._took / _SURVEYS_SHARE)

    def survey(self) -> bool:
        """Look through the folders; return whether a new or changed photo is complete since the last survey."""
        start = time.monotonic()
        self._heard = False
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
        self._took = self._surveyed - start
        return arrived


def _is_finished(photo: FoundPhoto, quiet_s: float) -> bool:
    """Whether a file that has been seen unchanged for so long is complete."""
    if Path(photo.path).suffix.lower() in _UNFINISHED:
        return False
    if photo.modified_ns is not None:
        age_s = time.time() - photo.modified_ns / 1e9
        if -_AHEAD_S < age_s < QUIET_S:
            return False
        # an old time of change: it was moved here, or was here before; a clock that is far ahead says nothing
        quiet_s = max(quiet_s, age_s)
    return quiet_s >= (QUIET_S if looks_whole(photo.path) else _PATIENCE_S)


class _Pace:
    """When to bring reports up to date."""

    def __init__(self, on_pause: Callable[[], None] | None) -> None:
        self._on_pause = on_pause
        self._stale = False
        self._changed = self._ended = time.monotonic()
        self._took = 0.0

    def changed(self) -> None:
        """Something is about to be reported."""
        self._stale = True
        self._changed = time.monotonic()

    def tick(self, *, busy: bool) -> None:
        """Time passes; `busy` while files are being written."""
        now = time.monotonic()
        rested = now - self._ended
        quiet = not busy and now - self._changed >= _PAUSE_S
        if (quiet or rested >= _AT_LEAST_EVERY_S) and rested >= self._took / _PAUSES_SHARE:
            self.end()

    def end(self) -> None:
        """Bring reports up to date if they are not."""
        if self._stale and self._on_pause is not None:
            self._stale = False
            start = time.monotonic()
            self._on_pause()
            self._ended = time.monotonic()
            self._took = self._ended - start


def _ticks(folders: Sequence[str], stop: threading.Event) -> Iterator[bool]:
    """Yield several times a second whether the system reported a change, until `stop` is set."""
    from watchfiles import watch

    if folders:
        tick_ms = int(_TICK_S * 1000)
        first = True  # what arrived before the system began to watch was not heard
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
            pass  # more folders than the system watches for one user: surveys alone will do
    while not stop.wait(_ASK_EVERY_S):
        yield True
