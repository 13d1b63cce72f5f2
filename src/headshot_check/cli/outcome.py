"""What a command comes to: its exit status, its JSON, and on standard error why the job cannot be done."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection
from typing import Any

OK, RETAKE, FAILED = 0, 1, 2
"""Exit status: nothing to retake, something to retake, the tool could not do its job."""

INTERRUPTED = 130
"""exit status after Ctrl-C, as shells have it: 128 + SIGINT"""

READER_GONE = 1
"""exit status when nobody reads standard output any more (head, less), as Typer has it"""


def fail(message: str) -> int:
    """Say on standard error why the job cannot be done."""
    print(f"headshot-check: {message}", file=sys.stderr)
    return FAILED


def readable_json(document: Any) -> str:
    """JSON for people to read: indented, each point and each short list of numbers on one line."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _NUMBERS.sub(lambda found: " ".join(found[0].split()).replace("[ ", "[").replace(" ]", "]"), text)


_NUMBERS = re.compile(r"\[\s+-?[\d.eE+-]+(?:,\s+-?[\d.eE+-]+)*\s+\]")


def status_of(verdicts: Collection[str]) -> int:
    """The exit status that the verdicts of all photos come to."""
    if "retake" in verdicts:
        return RETAKE
    return FAILED if "unreadable" in verdicts else OK
