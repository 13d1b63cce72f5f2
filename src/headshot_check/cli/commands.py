"""All commands, known to Typer once this is imported."""

from __future__ import annotations

from headshot_check.cli import check, crop, desktop, page, policy, rank, scan  # noqa: F401 (each registers its command)
from headshot_check.cli.app import app

__all__ = ["app"]
