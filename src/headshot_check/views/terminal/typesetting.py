"""Text layout without a library: wrapping, alignment, signs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from headshot_check.text import folded

Span = tuple[str, str]
"""(text, style); styles are the caller's own names"""
Line = list[Span]


class Signs(NamedTuple):
    """The signs of a page: Unicode, or ASCII where the output cannot encode them."""

    good: str = "✓"
    warn: str = "!"
    fail: str = "✗"
    unknown: str = "–"
    arrow: str = "→"
    times: str = "×"
    dot: str = "·"
    full: str = "━"
    empty: str = "╌"
    cut: str = "…"
    pad: str = " "
    """room inside the coloured badge"""

    def spell(self, text: str) -> str:
        """The text, folded to ASCII where the output needs it."""
        return folded(text) if self is ASCII or self is ASCII_PLAIN else text

    def of(self, tone: str) -> str:
        """The sign of a status or tone."""
        return {"good": self.good, "warn": self.warn, "fail": self.fail}.get(tone, self.unknown)


UNICODE: Final = Signs()
ASCII: Final = Signs("+", "!", "x", "-", "->", "x", "-", "#", "-", "...")
PLAIN: Final = UNICODE._replace(pad="")
ASCII_PLAIN: Final = ASCII._replace(pad="")


@dataclass(slots=True)
class Page:
    """Lines of a page, wrapped and aligned to its width."""

    width: int
    signs: Signs
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """A line as it is."""
        self.lines.append([span for span in line if span[0]])

    def gap(self) -> None:
        """One empty line, never two."""
        if self.lines and self.lines[-1]:
            self.lines.append([])

    def spread(self, left: Line, right: Line) -> None:
        """Left-aligned and right-aligned on one line, or below each other where they would touch."""
        left, right = ([(self.signs.spell(text), style) for text, style in line] for line in (left, right))
        used, needed = (sum(cells(text) for text, _ in line) for line in (left, right))
        if not needed and used <= self.width:
            self.add(left)
        elif needed and used + 2 + needed <= self.width:
            self.add([*left, (" " * (self.width - used - needed), ""), *right])
        else:
            *lead, (text, style) = left
            self.wrap(text, lead=lead, hang=2, style=style)
            if needed:
                self.wrap("".join(text for text, _ in right), indent=2, style=right[0][1])

    def wrap(self, text: str, *, indent: int = 0, hang: int = 0, lead: Iterable[Span] = (), style: str = "") -> None:
        """Prose, wrapped between words; `lead` opens the first line, `hang` indents the others further."""
        line: Line = [(" " * indent, ""), *lead]
        used = sum(cells(part) for part, _ in line)
        words: list[str] = []
        for word in _breakable(self.signs.spell(text), self.width - indent - hang):
            if words and used + 1 + cells(word) > self.width:
                self.add([*line, (" ".join(words), style)])
                line, used, words = [(" " * (indent + hang), "")], indent + hang, []
            used += cells(word) + (1 if words else 0)
            words.append(word)
        self.add([*line, (" ".join(words), style)])


def _breakable(text: str, width: int) -> Iterable[str]:
    """The words, a number kept with its "%", those longer than a line in pieces."""
    for word in text.replace(" %", "\0%").split(" "):
        word = word.replace("\0", " ")
        piece, used = "", 0
        for char in word:
            if used + cells(char) > width:
                yield piece
                piece, used = "", 0
            piece, used = piece + char, used + cells(char)
        yield piece


def cells(text: str) -> int:
    """Columns that the text takes; East Asian letters and emoji take two."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(char) or char in "\u200c\u200d\ufe0f"
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def shortened(name: str, width: int, signs: Signs) -> str:
    """A path that fits: the end, with the file's name, is kept."""
    if cells(name) <= width:
        return name
    kept, room = "", width - cells(signs.cut)
    for char in reversed(name):
        room -= cells(char)
        if room < 0:
            break
        kept = char + kept
    return signs.cut + kept
