"""The strip below the overlay picture: the verdict, the driver's-seat line, the worst findings and what to do first."""

from __future__ import annotations

from typing import Final

import numpy as np

from headshot_check.report import Report
from headshot_check.text import capitalised, clean, sentence
from headshot_check.views import labels
from headshot_check.views.palette import GREY, INK, TONES, VERDICT_TONES, WHITE, Colour
from headshot_check.views.picture import drawing

_LEADING: Final = 1.5
"""line height, in letter heights"""
_LINES_EACH: Final = 2
"""of a finding's message"""
_TWO_COLUMNS: Final = 34
"""letter heights of width from which a finding's name and message stand side by side"""


def draw_strip(report: Report, width: int, size: int, most: int) -> drawing.Canvas:
    """The strip as a picture of its own.

    Parameters
    ----------
    width
        px
    size
        Height of the letters, px.
    most
        Findings at most; the number of the others is written below them.
    """
    strip = _Strip(width, size)
    strip.verdict(report)
    problems = [
        one
        for one in labels.worst_first(report)
        if one.status in ("fail", "warn") and not labels.said_by_title(one, report.drivers_seat)
    ]
    names = [capitalised(one.label) for one in problems[:most]]
    todo = _first_instruction(report)
    lead = labels.plan_heading(report)
    column = max((drawing.text_width(name, strip.small) for name in (*names, *([lead] if todo else []))), default=0)
    for name, problem in zip(names, problems, strict=False):
        strip.row(problem.status, name, sentence(problem.message), column)
    if len(problems) > most:
        strip.line(f"and {len(problems) - most} more", GREY, strip.indent)
    if todo:
        strip.row("next", lead, todo, column)
    if report.praise and report.verdict == "ready":
        strip.line(f"Good: {', '.join(clean(word) for word in report.praise)}", GREY)
    return strip.picture()


def _first_instruction(report: Report) -> str:
    """Without its reason, which is listed above it as a finding; empty if there is no instruction."""
    first = next(iter((*report.retake, *report.edits)), "")
    for advice in (one.advice for one in report.problems if one.advice):
        if first.startswith(advice.rstrip(".")):
            return sentence(advice)
    order, reasoned, _ = first.partition(": ")
    return sentence(f"{order}." if reasoned else order)


class _Strip:
    """Collects what is written, then makes a picture as high as it needs."""

    def __init__(self, width: int, size: int) -> None:
        self.width, self.size = width, size
        self.small = max(11, round(0.9 * size))
        self.margin = round(1.1 * size)
        self.indent = self.margin + 1.3 * self.small
        """px, of the names, beside their signs"""
        self._down = float(self.margin)
        self._texts: list[tuple[str, float, float, int, Colour]] = []
        self._signs: list[tuple[str, float, float, float, Colour]] = []
        self._plates: list[tuple[drawing.Box, Colour]] = []

    def verdict(self, report: Report) -> None:
        """The verdict as a coloured badge, the score, the driver's seat."""
        size, tone = self.size, VERDICT_TONES[report.verdict]
        word = report.verdict.upper()
        wide, high = drawing.text_width(word, size) + 2.3 * size, 1.8 * size
        x, y = float(self.margin), self._down
        self._plates.append(((x, y, x + wide, y + high), TONES[tone]))
        self._signs.append((tone, x + 1.0 * size, y + high / 2, 0.66 * size, INK))
        baseline = y + high / 2 + 0.36 * size
        self._texts.append((word, x + 1.65 * size, baseline, size, INK))
        x += wide + 0.8 * size
        if report.score is not None:
            self._texts.append((str(report.score), x, baseline, size, WHITE))
            x += drawing.text_width(str(report.score), size)
            self._texts.append(("/100", x, baseline, size, GREY))
            x += drawing.text_width("/100", size) + 1.2 * size
        condition = report.condition
        if condition and x + drawing.text_width(condition, size) <= self.width - self.margin:
            self._texts.append((condition, x, baseline, size, WHITE))
            x += drawing.text_width(condition, size) + 1.2 * size
        self._down += high + 0.7 * size
        seat = capitalised(report.drivers_seat.title)
        if not seat:
            return
        if report.drivers_seat.probability is not None:
            seat += f" ({report.drivers_seat.shown})"
        if x + drawing.text_width(seat, size) <= self.width - self.margin:
            self._texts.append((seat, x, baseline, size, WHITE))
        else:
            self.line(seat, WHITE)

    def row(self, sign: str, name: str, message: str, column: int) -> None:
        """A finding or what to do: sign and name, the sentence beside them or, where that is too narrow, below."""
        left = self.indent
        middle = self._down + _LEADING * self.small / 2
        colour = TONES.get(sign, WHITE)
        self._signs.append((sign, self.margin + 0.4 * self.small, middle, 0.66 * self.small, colour))
        self._texts.append((name, left, middle + 0.36 * self.small, self.small, WHITE))
        if self.width >= _TWO_COLUMNS * self.small:
            left += column + 1.2 * self.small
        else:
            self._down += _LEADING * self.small
        lines = _wrapped(message, self.width - self.margin - left, self.small)
        for line in lines:
            self.line(line, WHITE if sign == "next" else GREY, left)
        if not lines and self.width >= _TWO_COLUMNS * self.small:
            self._down += _LEADING * self.small
        self._down += 0.15 * self.small

    def line(self, text: str, colour: Colour, left: float | None = None) -> None:
        """One line of text, cut short where it is too long."""
        left = self.margin if left is None else left
        fitting = _cut(text, self.width - self.margin - left, self.small)
        baseline = self._down + _LEADING * self.small / 2 + 0.36 * self.small
        self._texts.append((fitting, left, baseline, self.small, colour))
        self._down += _LEADING * self.small

    def picture(self) -> drawing.Canvas:
        """All of it, drawn."""
        canvas = np.empty((round(self._down + 0.5 * self.margin), self.width, 3), np.uint8)
        canvas[:] = INK
        for box, colour in self._plates:
            drawing.draw_plate(canvas, box, colour, 1.0)
        for sign, x, y, size, colour in self._signs:
            drawing.draw_sign(canvas, sign, x, y, size, colour)
        for text, left, baseline, letters, colour in self._texts:
            drawing.draw_text(canvas, text, left, baseline, letters, colour)
        return canvas


def _wrapped(text: str, width: float, size: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (drawing.text_width(longer, size) <= width or len(lines) == _LINES_EACH):
            lines[-1] = longer  # `line` shortens a last line that is too long
        else:
            lines.append(word)
    return lines


def _cut(text: str, width: float, size: int) -> str:
    if drawing.text_width(text, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        low, high = (middle, high) if drawing.text_width(text[:middle] + "…", size) <= width else (low, middle - 1)
    return text[:low].rstrip() + "…"
