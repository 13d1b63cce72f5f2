"""Photos in folders and at URLs together, in one stable order and with the names that a local scan gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from headshot_check.scan.finished import ScanProblem
from headshot_check.scan.ray.remote import RemoteWalk, local_path, open_place
from headshot_check.scan.walk import Walk
from headshot_check.text import encodable


@dataclass(frozen=True, slots=True)
class SourcePhoto:
    """A photo that any machine of a cluster can open."""

    path: str
    """absolute path or URL; bytes of a name that are not valid text are surrogates"""
    name: str
    """as `Row.name`"""
    source: str
    """the path or URL as the user would type it"""


class SourceWalk:
    """The photos of folders, files and URLs, found during the iteration, which is possible once.

    Raises
    ------
    PhotoError
        "not_found": one of the sources does not exist.
    RemoteError
        A URL cannot be opened or listed.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self.skipped: Counter[str] = Counter()
        """number of skipped files and folders so far, by reason"""
        self.problems: list[ScanProblem] = []
        """folders and files that could not be read"""
        local = [local_path(source) for source in sources]
        self._walks: list[tuple[str, Walk | RemoteWalk]] = []
        if None not in local:
            self._walks.append(("", Walk([path for path in local if path is not None])))
            return
        for source, path in zip(sources, local, strict=True):
            label = f"{_own_name(source)}/" if len(sources) > 1 else ""
            self._walks.append((label, Walk([path]) if path is not None else RemoteWalk(open_place(source))))

    def __iter__(self) -> Iterator[SourcePhoto]:
        for label, walk in self._walks:
            if isinstance(walk, Walk):
                for photo in walk:
                    yield SourcePhoto(photo.path, label + photo.name, photo.source)
            else:
                for found in walk:
                    yield SourcePhoto(found.place.url, label + encodable(found.name), encodable(found.place.url))
            self.skipped.update(walk.skipped)
            self.problems += walk.problems


def _own_name(source: str) -> str:
    path = local_path(source)
    return Path(path).absolute().name if path is not None else source.rstrip("/").rpartition("/")[2]
