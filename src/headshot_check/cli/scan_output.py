"""What `headshot-check scan` prints: a summary or a document at the end, or a line for each photo when it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from headshot_check.cli.arguments import ReportFormat
from headshot_check.report import Report
from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.run import Scan
from headshot_check.text import to_json


class Output:
    """Prints a summary at the end; the base class of the other formats.

    Parameters
    ----------
    scan
        The scan whose photos are printed.
    """

    def __init__(self, scan: Scan) -> None:
        self._scan = scan

    def begin(self) -> None:
        """Called after each `Scan.look`."""

    def advance(self) -> None:
        """Called after each photo of `Scan.check`."""

    def close(self, finished: FinishedScan, reports: Sequence[Path]) -> None:
        """Called at the end, when all photos are done.

        Parameters
        ----------
        finished
            The finished scan, which has at least one photo, or is the end of a watch.
        reports
            Files that were written.
        """
        from headshot_check.views.terminal.scan_page import render_scan

        render_scan(self._scan.summary(finished), finished.policy, finished.folders, reports=reports)

    def end_empty(self) -> None:
        """Called instead of `close` if there are no photos."""


class Array(Output):
    """Prints all reports as one JSON array at the end, one element per line."""

    def end_empty(self) -> None:
        """Print an empty array."""
        print("[]")

    def close(self, finished: FinishedScan, reports: Sequence[Path]) -> None:
        """Print the array."""
        for at, document in enumerate(self._scan.documents(0, len(self._scan))):
            print(f"{',' if at else '['}\n{_as_json(document)}", end="")
        print("\n]")


class Lines(Output):
    """Prints each report on a line, in order, as soon as all before it are done.

    Parameters
    ----------
    scan
        The scan whose photos are printed.
    watched
        Whether `Scan.look` is called repeatedly: a photo is then printed once for each content.
    """

    def __init__(self, scan: Scan, *, watched: bool) -> None:
        super().__init__(scan)
        self._watched = watched
        self._printed: set[int] = set()
        self._next = 0

    def begin(self) -> None:
        """Start again at the first row."""
        self._next = 0
        self.advance()

    def advance(self) -> None:
        """Print the photos that are done and not yet printed."""
        stop = self._scan.prefix(self._next)
        if not self._watched:
            for document in self._scan.documents(self._next, stop):
                self._print(document)
        else:
            for at, content in self._scan.contents(self._next, stop):
                if content not in self._printed:
                    self._printed.add(content)
                    for document in self._scan.documents(at, at + 1):
                        self._print(document)
        self._next = stop

    def close(self, finished: FinishedScan, reports: Sequence[Path]) -> None:
        """Do nothing: every photo is already printed."""

    def _print(self, document: dict[str, Any]) -> None:
        print(_as_json(document), flush=True)


class WatchedText(Lines):
    """Prints a line of text for each new photo, and a summary when the watch ends."""

    def close(self, finished: FinishedScan, reports: Sequence[Path]) -> None:
        """Print the summary."""
        if len(finished):
            print()
            Output(self._scan).close(finished, reports)

    def _print(self, document: dict[str, Any]) -> None:
        from headshot_check.views.terminal.scan_page import done_line

        line = done_line(
            document["source"], document["verdict"], document["score"], document["drivers_seat"]["verdict"]
        )
        _print_line(line)


class Quiet(Lines):
    """Prints a line for each photo that is not ready, and no summary."""

    def _print(self, document: dict[str, Any]) -> None:
        if document["verdict"] != "ready":
            _print_line(str(Report.from_dict(document)))


class Annotations(Lines):
    """Prints a GitHub workflow command for each photo that is not ready."""

    def _print(self, document: dict[str, Any]) -> None:
        from headshot_check.views.annotations import github_annotation

        if line := github_annotation(Report.from_dict(document)):
            _print_line(line)


class Sarif(Output):
    """Prints a SARIF log at the end."""

    def end_empty(self) -> None:
        """Print a log without results."""
        self._print([])

    def close(self, finished: FinishedScan, reports: Sequence[Path]) -> None:
        """Print the log."""
        self._print(self._scan.documents(0, len(self._scan)))

    def _print(self, documents: Iterable[dict[str, Any]]) -> None:
        from headshot_check.views.annotations import sarif_log

        print(_as_json(sarif_log(map(Report.from_dict, documents))))


def output_for(format: ReportFormat, scan: Scan, *, watched: bool, quiet: bool = False) -> Output:
    """The output object for a format."""
    if format is ReportFormat.github:
        return Annotations(scan, watched=watched)
    if format is ReportFormat.sarif:
        return Sarif(scan)
    if format is ReportFormat.text and quiet:
        return Quiet(scan, watched=watched)
    if format is ReportFormat.jsonl:
        return Lines(scan, watched=watched)
    if format is ReportFormat.json:
        return Array(scan)
    return WatchedText(scan, watched=True) if watched else Output(scan)


def _print_line(line: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "replace").decode(encoding), flush=True)


def _as_json(document: dict[str, Any]) -> str:
    """JSON on one line, in ASCII if standard output is not UTF-8."""
    from headshot_check.scan.tables.listed_row import json_text

    utf8 = (sys.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"
    return json_text(document) if utf8 else to_json(document, separators=(",", ":"))
