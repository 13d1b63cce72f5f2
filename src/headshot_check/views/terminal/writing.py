"""Writing a page: in the terminal's colours by rich, or as plain text, without loading it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TextIO

from headshot_check.views.terminal.typesetting import ASCII, ASCII_PLAIN, PLAIN, UNICODE, Line, Signs

if TYPE_CHECKING:
    from rich.console import Console

_NARROWEST, _WIDEST = 40, 96
"""columns; a line longer than this is hard to read, whatever the window"""

# The terminal's own 16 colours, so that it reads on light and on dark; meaning is never in the colour alone.
_STYLES: Final = {
    "name": "bold",
    "heading": "bold",
    "label": "bold",
    "dim": "dim",
    "good": "green",
    "warn": "yellow",
    "fail": "red",
    "advice": "cyan",
    "fail-title": "bold red",
    "warn-title": "bold yellow",
    "badge-good": "bold black on green",
    "badge-warn": "bold black on yellow",
    "badge-fail": "bold white on red",
}


def write_page(page: Callable[[int, Signs], list[Line]], console: Console | None) -> None:
    if console is None and not _takes_colour(sys.stdout):
        encoding = sys.stdout.encoding or "utf-8"
        signs = PLAIN if _carries_signs(encoding) else ASCII_PLAIN
        text = plain(page(held(shutil.get_terminal_size().columns), signs))
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        return
    from rich.console import Console
    from rich.text import Text

    if console is None:
        console = Console()
    signs = UNICODE if _carries_signs(console.encoding) else ASCII
    for line in page(held(console.width), signs):
        styled = Text()
        for words, style in line:  # appended, never parsed: "[bold]" in a file's name stays what it is
            styled.append(words, _STYLES.get(style, ""))
        console.print(styled, highlight=False, soft_wrap=True)


def _takes_colour(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def _carries_signs(encoding: str) -> bool:
    try:
        "✓✗–→×·━╌…".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def held(width: int) -> int:
    return min(max(width, _NARROWEST), _WIDEST)


def plain(lines: list[Line]) -> str:
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)
