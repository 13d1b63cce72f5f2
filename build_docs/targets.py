"""The crop targets."""

from __future__ import annotations

from build_docs.markdown import code, table
from headshot_check.crop import TARGETS


def targets() -> str:
    """A row for each."""
    rows = [
        (code(one.name), one.title, ", ".join(map(str, one.sizes)), f"{one.head:.0%}", code(one.policy))
        for one in TARGETS.values()
    ]
    return table(["target", "for", "widths, px", "head, share of the height", "judged by"], rows)
