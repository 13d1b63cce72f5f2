"""Rows as JUnit XML, for CI pipelines that show test results: one test case per photo."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timezone
from typing import BinaryIO, Final
from xml.sax.saxutils import escape, quoteattr

from headshot_check.report import Report
from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.tables.listed_row import ListedRow
from headshot_check.views.spool import spool_file

# XML 1.0 has no such characters, not even escaped.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JUnit:
    """Writes one test suite: a retake is a failure, a photo or folder that cannot be read is an error, the rest passes.

    It follows Ant's strict schema (no attributes on `testsuites`; with `properties`, `system-out` and `system-err`),
    which Jenkins, GitLab and other readers accept.

    Parameters
    ----------
    stream
        Where the bytes go; it stays open.
    scan
        The scan of the rows.
    """

    def __init__(self, stream: BinaryIO, scan: FinishedScan) -> None:
        self._stream, self._scan = stream, scan
        self._cases = spool_file()
        self._class = f"headshot-check.{scan.policy.name}"
        self._tests = self._failures = self._errors = 0
        self._seconds = 0.0

    def add(self, listed: ListedRow) -> None:
        """Take one row."""
        row, report = listed.row, listed.row.report
        self._tests += 1
        self._seconds += row.seconds
        head = f"  <testcase {_attributes(classname=self._class, name=row.name, time=f'{row.seconds:.3f}')}"
        if report.verdict == "unreadable":
            self._errors += 1
            inside = _outcome("error", report.cause or "unreadable", _message(report), "")
        elif report.verdict == "retake":
            self._failures += 1
            inside = _outcome("failure", "retake", _message(report), _details(report))
        else:
            self._cases.write(f"{head}/>\n".encode())
            return
        self._cases.write(f"{head}>\n{inside}  </testcase>\n".encode())

    def close(self) -> None:
        """Write the suite."""
        policy, counts = self._scan.policy, self._scan.counts
        for problem in counts.problems:
            self._tests += 1
            self._errors += 1
            head = f"  <testcase {_attributes(classname=self._class, name=problem.place, time='0.000')}"
            self._cases.write(f"{head}>\n{_outcome('error', 'problem', problem.reason, '')}  </testcase>\n".encode())
        started = datetime.fromtimestamp(counts.started, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        suite = _attributes(
            id="0",
            package="headshot-check",
            name=", ".join(self._scan.folders) or "photos",
            hostname="localhost",
            timestamp=started,
            tests=str(self._tests),
            failures=str(self._failures),
            errors=str(self._errors),
            skipped="0",
            time=f"{self._seconds:.3f}",
        )
        properties = "".join(
            f"    <property {_attributes(name=name, value=value)}/>\n"
            for name, value in (("policy", policy.name), ("policy.title", policy.title))
        )
        self._stream.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite {suite}>\n'
            f"  <properties>\n{properties}  </properties>\n".encode()
        )
        self._cases.seek(0)
        shutil.copyfileobj(self._cases, self._stream)
        self.discard()
        self._stream.write(b"  <system-out/>\n  <system-err/>\n</testsuite>\n</testsuites>\n")

    def discard(self) -> None:
        """Release temporary storage; nothing is written."""
        self._cases.close()


def _message(report: Report) -> str:
    """The failures on one line."""
    wrong = [finding.message for finding in report.findings if finding.status == "fail"]
    return " ".join(wrong)


def _details(report: Report) -> str:
    """Each failed and warned check with its number and limit, and what to do."""
    lines = []
    for finding in report.findings:
        if finding.status in ("fail", "warn"):
            measured = finding.shown
            lines.append(f"{finding.status}: {finding.check}: {finding.message}{f' ({measured})' if measured else ''}")
    steps = [f"{number}. {step}" for number, step in enumerate(report.retake, 1)]
    return "\n".join([*lines, "", "What to do:", *steps] if steps else lines)


def _outcome(tag: str, kind: str, message: str, text: str) -> str:
    return f"    <{tag} {_attributes(type=kind, message=message)}>{escape(_xml(text))}</{tag}>\n"


def _attributes(**values: str) -> str:
    return " ".join(f"{name}={_quoted(value)}" for name, value in values.items())


def _quoted(text: str) -> str:
    # line breaks and tabs in an attribute are read back as spaces unless they are references
    return quoteattr(_xml(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _xml(text: str) -> str:
    """The text with characters that XML does not allow escaped as in Python."""
    return _NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
