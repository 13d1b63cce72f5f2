"""Shots of one scene that are nearly the same, and the best of them with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from headshot_check.policy import Policy
from headshot_check.scan.finished import Group
from headshot_check.scan.row import Row


def group_rows(rows: Sequence[Row], policy: Policy) -> tuple[Group, ...]:
    """Group rows that are in memory; a group has two photos or more."""
    return ()
