"""Importing this registers all commands with Typer."""

from __future__ import annotations

from headshot_check.cli import app_command, check, crop, desktop, doctor, policy, rank, scan  # noqa: F401 (each registers its command)
from headshot_check.cli.typer_app import app

__all__ = ["app"]
