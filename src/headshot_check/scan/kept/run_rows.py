"""The rows of one run in order: which file has which result; on disk, so that memory does not limit their number."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from headshot_check.errors import PhotoError
from headshot_check.report import Report, unreadable
from headshot_check.scan.kept.file_facts import FileFacts, Known
from headshot_check.scan.kept.store import Store
from headshot_check.scan.row import Row
from headshot_check.scan.walk import FoundPhoto

_PAGE = 200
"""rows that are read at a time; other scans can write to the file in between"""
_TABLE = """CREATE TABLE main.shot
    (at INTEGER PRIMARY KEY, path BLOB, name TEXT, source TEXT, size INTEGER, modified_ns INTEGER, inode INTEGER,
    settled INTEGER, digest TEXT, result INTEGER, kept INTEGER NOT NULL DEFAULT 0)"""
_RESULTS = "main.shot s LEFT JOIN kept.result k ON k.id = s.result LEFT JOIN main.result m ON m.id = s.result"


@dataclass(frozen=True, slots=True)
class Shot:
    """A file of the run, to be checked."""

    at: int
    """row index, from 0"""
    path: str
    """absolute path"""
    source: str
    """the path as the user would type it"""
    facts: FileFacts | None
    """None if the file could not be examined"""
    digest: str | None = None
    """digest of the content, if it is known without reading the file"""


class RunRows:
    """The rows of a run, numbered from 0 in the order in which they are added.

    Raises
    ------
    sqlite3.Error
        From every method: the temporary database cannot be written or read.
    """

    def __init__(self, store: Store) -> None:
        self._database = store.database
        self._policy = store.policy
        self._database.execute("DROP TABLE IF EXISTS main.shot")
        self._database.execute(_TABLE)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, photo: FoundPhoto, facts: FileFacts | None, known: Known) -> None:
        """Add a row, with its result if one is known."""
        settled = facts is not None and facts.settled
        self._database.execute(
            "INSERT INTO main.shot VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._count,
                os.fsencode(photo.path),
                photo.name,
                photo.source,
                photo.size,
                photo.modified_ns,
                photo.inode,
                settled,
                known.digest,
                known.result,
                known.earlier,
            ),
        )
        self._count += 1

    def settle(self, at: int, digest: str | None, result: int, *, kept: bool = False) -> None:
        """Set the result of a row."""
        self._database.execute(
            "UPDATE main.shot SET digest = ?, result = ?, kept = ? WHERE at = ?", (digest, result, kept, at)
        )

    def open_shots(self) -> Iterator[Shot]:
        """The rows without a result, in order; `settle` may be called during the iteration."""
        query = """SELECT at, path, source, size, modified_ns, inode, settled, digest FROM main.shot
            WHERE at > ? AND result IS NULL ORDER BY at LIMIT ?"""
        for at, path, source, size, modified_ns, inode, settled, digest in self._paged(query, -1):
            opens = os.fsdecode(path)
            facts = None if size is None else FileFacts(opens, size, modified_ns, inode, bool(settled))
            yield Shot(at, opens, source, facts, digest)

    def documents(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        """The reports of the rows from `start` up to, but not including, `stop`, as plain data."""
        query = f"""SELECT s.at, s.source, coalesce(k.report, m.report) FROM {_RESULTS}
            WHERE s.at > ? AND s.at < {stop:d} ORDER BY s.at LIMIT ?"""
        for _, source, report in self._paged(query, start - 1):
            yield self._document(report, source)

    def rows(self) -> Iterator[Row]:
        """All rows that have a result, in order."""
        query = f"""SELECT s.at, s.path, s.name, s.source, s.size, s.modified_ns, s.digest, s.kept,
            coalesce(k.phash, m.phash), coalesce(k.seconds, m.seconds), coalesce(k.report, m.report),
            coalesce(k.thumbnail, m.thumbnail)
            FROM {_RESULTS} WHERE s.at > ? AND s.result IS NOT NULL ORDER BY s.at LIMIT ?"""
        for _, path, name, source, size, modified, digest, kept, phash, seconds, report, thumb in self._paged(
            query, -1
        ):
            yield Row(
                os.fsdecode(path),
                name,
                Report.from_dict(self._document(report, source)),
                size,
                modified,
                digest,
                None if phash is None else phash % (1 << 64),
                thumb,
                seconds or 0.0,
                bool(kept),
            )

    def reports(self, places: Iterable[int]) -> list[Report]:
        """The reports of the rows with these indices, in their order."""
        return [Report.from_dict(document) for at in places for document in self.documents(at, at + 1)]

    def column_values(self, *columns: str) -> Iterator[tuple[Any, ...]]:
        """The index, and some columns of the result, of every row that has one, in order."""
        chosen = ", ".join(f"coalesce(k.{column}, m.{column})" for column in columns)
        query = f"SELECT s.at, {chosen} FROM {_RESULTS} WHERE s.at > ? AND s.result IS NOT NULL ORDER BY s.at LIMIT ?"
        return self._paged(query, -1)

    def name(self, at: int) -> str:
        """The name of a row (`Row.name`)."""
        return str(self._database.execute("SELECT name FROM main.shot WHERE at = ?", (at,)).fetchone()[0])

    def contents(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """(index, hash of path and content) of the rows from `start` up to, but not including, `stop`."""
        query = f"SELECT at, source, digest FROM main.shot WHERE at > ? AND at < {stop:d} ORDER BY at LIMIT ?"
        for at, source, digest in self._paged(query, start - 1):
            yield at, hash((source, digest))

    def open_count(self) -> int:
        """Number of rows without a result."""
        return int(self._database.execute("SELECT count(*) FROM main.shot WHERE result IS NULL").fetchone()[0])

    def first_open(self, start: int) -> int:
        """Index of the first row from `start` on without a result; the number of rows if all have one."""
        query = "SELECT at FROM main.shot WHERE at >= ? AND result IS NULL ORDER BY at LIMIT 1"
        found = self._database.execute(query, (start,)).fetchone()
        return self._count if found is None else int(found[0])

    def kept(self) -> int:
        """Number of rows with a result from an earlier run."""
        return int(self._database.execute("SELECT count(*) FROM main.shot WHERE kept").fetchone()[0])

    def _paged(self, query: str, after: int) -> Iterator[tuple[Any, ...]]:
        while page := self._database.execute(query, (after, _PAGE)).fetchall():
            yield from page
            after = page[-1][0]

    def _document(self, report: bytes | None, source: str) -> dict[str, Any]:
        try:
            document: dict[str, Any] = json.loads(zlib.decompress(report or b""))
        except (zlib.error, ValueError):
            lost = PhotoError("read_error", source, "what was kept of it is damaged", "Scan again with --fresh.")
            return unreadable(lost, self._policy.name).to_dict()
        return renamed(document, source)


def renamed(document: dict[str, Any], source: str) -> dict[str, Any]:
    """A report's document with the name of another, identical file; changes `document`."""
    before, document["source"] = document["source"], source
    for finding in document["findings"] if document["verdict"] == "unreadable" else ():
        message = finding["message"]
        if message.startswith(f"{before}: "):
            finding["message"] = source + message[len(before) :]
    return document
