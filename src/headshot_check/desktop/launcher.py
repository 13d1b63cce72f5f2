"""What a launcher consists of, whatever the system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ARGUMENTS = ("-m", "headshot_check", "desktop", "open", "--")
"""What the interpreter is started with; the launcher adds what was dropped."""

TITLE = "Check headshots"


@dataclass(frozen=True, slots=True)
class Launcher:
    """The files of one system's launcher, and what has to know of them."""

    kind: str
    """what the system calls it"""
    files: Mapping[Path, bytes]
    """absolute path -> content"""
    record: Path
    """where it is written down what was installed"""
    use: str
    """how to use it, a sentence"""
    runnable: frozenset[Path] = frozenset()
    """files that get the executable bit"""
    after: tuple[tuple[str, ...], ...] = ()
    """commands that tell the desktop of a change; those that are not on the machine are left out"""
    trust: tuple[Path, ...] = ()
    """entries on the Desktop folder that the file manager must be told to trust"""
    mime_types: tuple[str, ...] = ()
    """kinds of files that the launcher offers itself for, without becoming their default"""


def icon(name: str) -> bytes:
    """The project's own icon: "icon.svg", or "icon.png", which is the same at 256 x 256 px."""
    return Path(__file__).with_name(name).read_bytes()
