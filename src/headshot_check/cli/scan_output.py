"""What `headshot-check scan` prints: a summary at the end, an array, or a line for each photo as it comes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headshot_check.cli.arguments import Format
from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.run import Scan
from headshot_check.text import to_json


class Output:
    """Prints nothing before the end, and then a summary."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan

    def begin(self) -> None:
        """The scan has looked, for the first time or again."""

    def advance(self) -> None:
        """More photos are done."""

    def close(self, finished: FinishedScan, reports: Sequence[Path]) -> None:
        """All are done."""
        from headshot_check.views.terminal.scan_page import render_scan

        render_scan(self._scan.summary(finished), finished.policy, finished.folders, reports=reports)

    def end_empty(self) -> None:
        """There was nothing to scan."""


class Array(Output):
    """Prints all reports as one JSON array at the end, an element a line."""

    def end_empty(self) -> None:
        """Print an array without elements."""
        print("[]")

    def close(self, finished: FinishedScan, reports: Sequence[Path]) -> None:
        """Print the array."""
        before = "["
        for document in self._scan.documents(0, len(self._scan)):
            print(before)
            before = f"{_as_json(document)},"
        print(f"{before.removesuffix(',')}\n]")


class Lines(Output):
    """Prints each report on a line as soon as all before it are done; a watched one only when it is new."""

    def __init__(self, scan: Scan, *, watched: bool) -> None:
        super().__init__(scan)
        self._watched = watched
        self._said: set[int] = set()
        self._next = 0

    def begin(self) -> None:
        """From the first row on again."""
        self._next = 0
        self.advance()

    def advance(self) -> None:
        """Print what is complete."""
        stop = self._scan.prefix(self._next)
        if not self._watched:
            for document in self._scan.documents(self._next, stop):
                self._say(document)
        else:
            for at, content in self._scan.contents(self._next, stop):
                if content not in self._said:
                    self._said.add(content)
                    for document in self._scan.documents(at, at + 1):
                        self._say(document)
        self._next = stop

    def close(self, finished: FinishedScan, reports: Sequence[Path]) -> None:
        """All is said."""

    def _say(self, document: dict[str, Any]) -> None:
        print(_as_json(document), flush=True)


class WatchedText(Lines):
    """A line in words for each new photo, and the summary when the watch ends."""

    def close(self, finished: FinishedScan, reports: Sequence[Path]) -> None:
        """Print the summary."""
        if len(finished):
            print()
            Output(self._scan).close(finished, reports)

    def _say(self, document: dict[str, Any]) -> None:
        from headshot_check.views.terminal.scan_page import done_line

        line = done_line(
            document["source"], document["verdict"], document["score"], document["drivers_seat"]["verdict"]
        )
        encoding = sys.stdout.encoding or "utf-8"
        print(line.encode(encoding, "replace").decode(encoding), flush=True)


def output_for(format: Format, scan: Scan, *, watched: bool) -> Output:
    """What prints a scan in a format."""
    if format is Format.jsonl:
        return Lines(scan, watched=watched)
    if format is Format.json:
        return Array(scan)
    return WatchedText(scan, watched=True) if watched else Output(scan)


def _as_json(document: dict[str, Any]) -> str:
    """On one line, in letters that the output can carry."""
    from headshot_check.scan.tables.listed_row import json_text

    utf8 = (sys.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"
    return json_text(document) if utf8 else to_json(document, separators=(",", ":"))
