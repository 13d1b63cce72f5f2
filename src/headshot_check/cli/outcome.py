"""The exit status of commands, error messages on standard error, and JSON for people."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from typing import Any

from headshot_check.text import clean, to_json

OK, RETAKE, FAILED = 0, 1, 2
"""exit status of every command: nothing to retake; something to retake, and everything was read; something could not be
read or done"""

INTERRUPTED = 130
"""exit status after Ctrl-C, as in shells: 128 + SIGINT"""


def fail(message: str) -> int:
    """Print an error message on standard error and return the exit status 2.

    Control characters, which may be in file names, are escaped.
    """
    print(f"headshot-check: {clean(message)}", file=sys.stderr)
    return FAILED


def readable_json(document: Any) -> str:
    """JSON for people to read: indented, each point and each short list of numbers on one line."""
    text = to_json(document, ensure_ascii=False, indent=2)
    return _NUMBERS.sub(lambda found: " ".join(found[0].split()).replace("[ ", "[").replace(" ]", "]"), text)


_NUMBERS = re.compile(r"\[\s+-?[\d.eE+-]+(?:,\s+-?[\d.eE+-]+)*\s+\]")


def status_of(verdicts: Collection[str]) -> int:
    """The exit status for a set of verdicts."""
    if "unreadable" in verdicts:
        return FAILED
    return RETAKE if "retake" in verdicts else OK
