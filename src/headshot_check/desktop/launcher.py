"""The parts of a launcher, common to all systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ARGUMENTS = ("-m", "headshot_check", "desktop", "open", "--")
"""Arguments of the interpreter; the launcher appends the dropped paths."""

TITLE = "Check headshots"


@dataclass(frozen=True, slots=True)
class Launcher:
    """The files of a launcher on one system, and how to register them."""

    kind: str
    """the system's name for it"""
    files: Mapping[Path, bytes]
    """contents by absolute path"""
    record: Path
    """path of the record of installed files"""
    use: str
    """how to use it, a sentence"""
    runnable: frozenset[Path] = frozenset()
    """files that get the executable bit"""
    after: tuple[tuple[str, ...], ...] = ()
    """commands that notify the desktop of a change, if they are installed"""
    trust: tuple[Path, ...] = ()
    """entries on the Desktop folder to mark as trusted for the file manager"""
    mime_types: tuple[str, ...] = ()
    """MIME types that the launcher can open, without becoming their default application"""


def icon(name: str) -> bytes:
    """The project's icon: "icon.svg", or "icon.png" at 256 x 256 px."""
    return Path(__file__).with_name(name).read_bytes()
