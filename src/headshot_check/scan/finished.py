"""A finished scan, from which all reports are made: read row by row, never held in memory as a whole."""

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
    """the folder or file as the user would type it, safe to print and to encode"""
    reason: str
    """what is wrong, without the place and without a full stop"""


@dataclass(frozen=True, slots=True)
class Counts:
    """The scan's results in numbers."""

    files: int
    """photos, each with a row"""
    verdicts: Mapping[Verdict, int]
    """photos by verdict; those with none are missing"""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """files and folders that were passed over, by reason in words ("hidden", "not a picture", ...)"""
    problems: tuple[ScanProblem, ...] = ()
    kept: int = 0
    """photos whose result was taken from an earlier run"""
    seconds: float = 0.0
    """wall time of the scan"""
    started: float = 0.0
    """when it began, s since 1970"""


class FinishedScan:
    """All rows of a scan in its stable order, with counts and groups.

    Parameters
    ----------
    policy
        What the photos were held against.
    folders
        As the user named them.
    read
        Gives a new iterator over the rows at every call.
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
        """Every row in the scan's order: folder by folder as named, "2.jpg" before "10.jpg". May be called again."""
        return self._read()

    def why_empty(self) -> str:
        """Why there is no row, without a full stop: what could not be read, or that there is no photo."""
        problems = [f"{problem.place}: {problem.reason}" for problem in self.counts.problems]
        return "; ".join(problems) or f"there are no photos in {' and '.join(self.folders)}"

    def __len__(self) -> int:
        return self.counts.files
