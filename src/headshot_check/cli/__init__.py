"""The command line: parses, calls, prints; no logic. `--version` and `--help` load nothing heavy."""

from __future__ import annotations

from headshot_check.cli import check, crop, desktop, page, policy, rank, scan  # noqa: F401 (each registers its command)
from headshot_check.cli.app import FAILED, OK, RETAKE, Format, app, main

__all__ = ["FAILED", "OK", "RETAKE", "Format", "app", "main"]
