"""How a command ends: its exit status, its JSON, and the error message on standard error."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from typing import Any

from headshot_check.text import clean, to_json

OK, RETAKE, FAILED = 0, 1, 2
"""Exit status of every command: nothing to retake; something to retake, and all could be read; something could not be
read or done."""

INTERRUPTED = 130
"""exit status after Ctrl-C, as shells have it: 128 + SIGINT"""


def fail(message: str) -> int:
    """Print on standard error why the job cannot be done, and return the exit status for it.

    Names of files may be in the message: control characters in them are escaped.
    """
    print(f"headshot-check: {clean(message)}", file=sys.stderr)
    return FAILED


def readable_json(document: Any) -> str:
    """JSON for people to read: indented, each point and each short list of numbers on one line."""
    text = to_json(document, ensure_ascii=False, indent=2)
    return _NUMBERS.sub(lambda found: " ".join(found[0].split()).replace("[ ", "[").replace(" ]", "]"), text)


_NUMBERS = re.compile(r"\[\s+-?[\d.eE+-]+(?:,\s+-?[\d.eE+-]+)*\s+\]")


def status_of(verdicts: Collection[str]) -> int:
    """The exit status for the verdicts of all photos."""
    if "unreadable" in verdicts:
        return FAILED
    return RETAKE if "retake" in verdicts else OK
