"""Progress of a scan on standard error: photos done, rate, time left, the worst so far; only on a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from headshot_check.text import clean
from headshot_check.views.palette import VERDICT_TONES
from headshot_check.views.terminal.typesetting import UNICODE, shortened

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text

_NAME_CELLS = 28
"""so that the line fits a window of 100 columns; a narrower one cuts it"""
_COLOURS = {"good": "green", "warn": "yellow", "fail": "red"}


class ScanProgress:
    """A progress line, shown only where standard error is a terminal; a context manager."""

    def __init__(self, *, silent: bool = False) -> None:
        self._live: Progress | None = None
        self._task: TaskID | None = None
        self._worst: tuple[int, str, str] | None = None
        if sys.stderr.isatty() and not silent:
            self._live, self._task = _line()

    def found(self, photos: int) -> None:
        """So many photos were found, and there may be more."""
        self._update(description=f"looking for photos: {photos:,}")

    def begin(self, photos: int, left: int) -> None:
        """All are found; so many of them are to be checked."""
        if self._live is not None and self._task is not None:
            self._live.reset(self._task, total=photos, completed=photos - left, description="checking")

    def advance(self, source: str, verdict: str, score: int | None) -> None:
        """One more is done."""
        if self._live is None or self._task is None:
            return
        if score is not None and (self._worst is None or score < self._worst[0]):
            self._worst = score, clean(source), VERDICT_TONES.get(verdict, "")  # type: ignore[call-overload]
        self._live.update(self._task, advance=1, worst=self._worst)

    def say(self, what: str) -> None:
        """What is being done besides."""
        self._update(description=what)

    def _update(self, description: str) -> None:
        if self._live is not None and self._task is not None:
            self._live.update(self._task, description=description)

    def __enter__(self) -> ScanProgress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()


def _line() -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn
    from rich.text import Text

    class Facts(ProgressColumn):
        """Photos done, rate, time left, the worst so far."""

        def render(self, task: Task) -> Text:
            return _facts(task, Text())

    class Label(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(task.description, no_wrap=True)

    live = Progress(
        Label(),
        BarColumn(18),
        Facts(),
        console=Console(stderr=True),
        transient=True,
        refresh_per_second=5,
        redirect_stdout=sys.stdout.isatty(),  # what is printed there goes above the line; else it goes its own way
    )
    return live, live.add_task("looking for photos", total=None, worst=None)


def _facts(task: Task, text: Text) -> Text:
    if task.total is None:
        return text
    text.append(f"{int(task.completed):,} of {int(task.total):,}")
    if task.speed and not task.finished:
        left = task.time_remaining
        text.append(f" · {task.speed:.1f}/s" + ("" if left is None else f" · {_time(left)} left"), "dim")
    worst = task.fields.get("worst")
    if worst is not None:
        score, name, tone = worst
        text.append(" · worst: ", "dim")
        text.append(f"{score}", _COLOURS.get(tone, ""))
        text.append(f" {shortened(name, _NAME_CELLS, UNICODE)}")
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _time(seconds: float) -> str:
    """Time left, rounded.

    >>> _time(42), _time(600), _time(9000)
    ('42 s', '10 min', '2 h 30 min')
    """
    if seconds < 90:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
