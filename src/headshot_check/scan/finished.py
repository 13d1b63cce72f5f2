"""A finished scan, from which all reports are made; its rows are read one by one and never all held in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from headshot_check.policy import Policy
from headshot_check.report import Verdict
from headshot_check.scan.row import PhotoGroup, Row


@dataclass(frozen=True, slots=True)
class ScanProblem:
    """A folder or file that could not be read, or another reason why the scan is incomplete."""

    place: str
    """the folder or file as the user would type it; can be encoded as UTF-8"""
    reason: str
    """what is wrong, without the place and without a full stop"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a scan's results."""

    files: int
    """number of photos, each with a row"""
    verdicts: Mapping[Verdict, int]
    """number of photos by verdict; verdicts without photos are missing"""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """number of skipped files and folders by reason ("hidden file", "not a picture", ...)"""
    problems: tuple[ScanProblem, ...] = ()
    kept: int = 0
    """number of photos whose result is from an earlier run"""
    seconds: float = 0.0
    """wall time of the scan, s"""
    started: float = 0.0
    """start of the scan, s since 1970"""


class FinishedScan:
    """All rows of a scan in a stable order, with counts and groups.

    Parameters
    ----------
    policy
        Policy that the photos were judged by.
    folders
        Folders and photos as the user named them.
    counts
        Counts of the rows.
    read
        Returns a new iterator over the rows at every call.
    groups
        Groups of near-duplicates.
    """

    def __init__(
        self,
        policy: Policy,
        folders: Sequence[str],
        counts: Counts,
        read: Callable[[], Iterator[Row]],
        groups: Sequence[PhotoGroup] = (),
    ) -> None:
        self.policy = policy
        self.folders = tuple(folders)
        self.counts = counts
        self.groups = tuple(groups)
        self._read = read

    def rows(self) -> Iterator[Row]:
        """A new iterator over the rows in order: folder by folder as named, "2.jpg" before "10.jpg"."""
        return self._read()

    def why_empty(self) -> str:
        """Why there are no rows, without a full stop: what could not be read, or that there are no photos."""
        problems = [f"{problem.place}: {problem.reason}" for problem in self.counts.problems]
        return "; ".join(problems) or f"there are no photos in {' and '.join(self.folders)}"

    def __len__(self) -> int:
        return self.counts.files
