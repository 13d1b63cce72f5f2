"""A result as a row of the database: its columns, and a checksum of them."""

from __future__ import annotations

import time
import zlib
from typing import Any, Final

from headshot_check.report import Report
from headshot_check.text import to_json
from headshot_check.workers.jobs import Outcome

SUMMED: Final = (
    *("digest", "run", "made", "size", "verdict", "score", "seat", "seat_probability", "cause", "failed", "warned"),
    *("phash", "miniature", "seconds", "report", "thumbnail"),
)
"""columns that are in the checksum of a result, after the text of its fingerprint"""


def values_of(outcome: Outcome, miniature: bytes | None, fingerprint: str, run: int) -> dict[str, Any]:
    """A result's values by column, with their checksum; in the types that SQLite returns."""
    report = outcome.report
    seat = report.drivers_seat
    values: dict[str, Any] = {
        "digest": outcome.digest,
        "run": run,
        "made": time.time(),
        "size": outcome.size,
        "verdict": report.verdict,
        "score": report.score,
        "seat": seat.verdict,
        "seat_probability": None if seat.probability is None else float(seat.probability),
        "cause": cause_of(report),
        "failed": _checks(report, "fail"),
        "warned": _checks(report, "warn"),
        "phash": None if outcome.phash is None else outcome.phash - (1 << 64) * (outcome.phash >> 63),
        "miniature": miniature,
        "seconds": float(outcome.seconds),
        "report": packed(report),
        "thumbnail": outcome.preview,
    }
    values["sum"] = checksum(fingerprint, *(values[column] for column in SUMMED))
    return values


def checksum(*values: Any) -> int:
    """CRC-32 of a row's values and their lengths."""
    made = 0
    for value in values:
        data = value if isinstance(value, bytes) else repr(value).encode()
        made = zlib.crc32(data, zlib.crc32(b"%d " % len(data), made))
    return made


def packed(report: Report) -> bytes:
    """The report as compressed JSON: 3 kB instead of 16 kB."""
    return zlib.compress(to_json(report.to_dict(), separators=(",", ":")).encode("ascii"))


def cause_of(report: Report) -> str | None:
    """The code of the error, if the photo is unreadable; else None."""
    return report.findings[0].cause if report.verdict == "unreadable" and report.findings else None


def _checks(report: Report, status: str) -> str:
    return " ".join(finding.check for finding in report.findings if finding.status == status)
