"""Stores results of this run and finds those of earlier runs by the photo's content."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from headshot_check.policy import Policy
from headshot_check.scan.kept.database import in_words, open_database
from headshot_check.scan.kept.fingerprint import fingerprint
from headshot_check.scan.kept.result_row import SUMMED, cause_of, checksum, values_of
from headshot_check.scan.walk import FoundPhoto
from headshot_check.workers.jobs import Outcome

RETRIED: Final = frozenset({"timed_out", "worker_died", "out_of_memory", "check_failed"})
"""Causes that may lie with the machine and not with the photo: never kept."""
UNUSED_DAYS: Final = 90
"""after which results of a policy, or of a version of the package, that no scan asked for are dropped"""
_STALE_S = 86_400.0
"""results that were replaced stay for a day: a scan that began before may still read them"""
_RESULT: Final = ", ".join(f"r.{column}" for column in ("id", "sum", *SUMMED))
_CLOCK_TICK_NS = 2_000_000_000
"""of the coarsest file system, FAT: a file changed within it may change again and still show the same time"""


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a file's check."""

    outcome: Outcome
    facts: FileFacts | None = None
    """None when the file could not be looked at"""
    miniature: bytes | None = None
    """what its picture is compared by (`groups.miniature`)"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file without reading it."""

    result: int | None = None
    """number of its result"""
    digest: str | None = None
    """of its content"""
    earlier: bool = False
    """whether the result is from an earlier run"""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file is known by without being read."""

    path: str
    size: int
    modified_ns: int
    inode: int
    settled: bool = True
    """whether its last change lay so far back, when it was looked at, that the next one will have another time"""

    @property
    def key(self) -> bytes:
        """The path as bytes; names need not be text."""
        return os.fsencode(self.path)


def facts_now(photo: FoundPhoto) -> FileFacts | None:
    """What a photo that was just found is known by; None where it could not be looked at."""
    if photo.size is None or photo.modified_ns is None:
        return None
    settled = photo.modified_ns < time.time_ns() - _CLOCK_TICK_NS
    return FileFacts(photo.path, photo.size, photo.modified_ns, photo.inode, settled)


class Store:
    """Results by content, for one policy. Used by one thread at a time; any number of processes may share the file.

    Parameters
    ----------
    path
        Of the SQLite file, made with its folder where there is none; None: nothing outlives the store.
    policy
        Results that other limits, another version of the package or other networks gave are never found.
    fresh
        Find nothing that was there before.
    """

    def __init__(self, path: Path | None, policy: Policy, *, fresh: bool = False) -> None:
        self.path = path
        self.database, self.lasts, self.notices = open_database(path)
        self._writes = True
        self.policy = policy
        self._fresh = fresh
        self.run = secrets.randbits(62)
        """number that tells this run's results from those of earlier ones"""
        self._own = 0
        self._new_files: list[tuple[FileFacts, str]] = []
        self._not_again: dict[FileFacts, int] = {}
        self._print, self._print_text = 0, fingerprint(policy)
        self._damaged: set[int] = set()
        self._told_damage = False
        self._begin()

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """A read transaction around many look-ups."""
        self.database.execute("BEGIN")
        try:
            yield
        finally:
            self.database.execute("COMMIT")

    def known(self, facts: FileFacts) -> Known:
        """What is known of a file that has not changed since it was last seen."""
        if facts in self._not_again:
            return Known(self._not_again[facts])
        found = self.database.execute(
            f"SELECT f.path, f.size, f.modified_ns, f.inode, f.digest, f.sum, {_RESULT} FROM kept.file f "
            "LEFT JOIN kept.result r ON r.digest = f.digest AND r.print = ? AND r.stale = 0 WHERE f.path = ?",
            (self._print, facts.key),
        ).fetchone()
        if found is None:
            return Known()
        *at, digest, made_sum = found[:6]
        if made_sum != checksum(*at, digest):
            self._tell_damage()
            return Known()
        if at != [facts.key, facts.size, facts.modified_ns, facts.inode]:
            return Known()
        result = found[6:]
        number, earlier = self._sound(result, digest)
        return Known(number, digest, earlier)

    def same_size(self, size: int) -> bool:
        """Whether a photo of so many bytes has a result: if not, its content cannot be known."""
        query = "SELECT 1 FROM kept.result WHERE size = ? AND print = ? AND stale = 0 LIMIT 1"
        return self.database.execute(query, (size, self._print)).fetchone() is not None

    def by_content(self, digest: str) -> tuple[int, bool] | None:
        """The result of a photo with this content, and whether it is from an earlier run."""
        number, earlier = self._sound(self._result_of(digest), digest)
        return None if number is None else (number, earlier)

    def verdict_of(self, result: int) -> tuple[str, int | None]:
        """Verdict and score of a result."""
        table = "kept.result" if result > 0 else "main.result"
        found = self.database.execute(f"SELECT verdict, score FROM {table} WHERE id = ?", (result,)).fetchone()
        return found[0], found[1]

    def note_file(self, facts: FileFacts, digest: str) -> None:
        """Remember what is in a file; written with the next results, or by `flush`."""
        self._new_files.append((facts, digest))

    def keep(self, checked: Sequence[Checked]) -> list[int]:
        """Store the outcomes of some files; return the numbers of the results.

        All in one transaction, which is on the disk when this returns. What a second try may mend, and what has no
        content, is kept for this run alone.
        """
        numbers: dict[int, int] = {}
        lasting = [
            at for at, one in enumerate(checked) if one.outcome.digest and cause_of(one.outcome.report) not in RETRIED
        ]
        if self._writes and (lasting or self._new_files):
            try:
                self.database.execute("BEGIN IMMEDIATE")
                self._drop_damaged()
                numbers = {at: self._kept(checked[at]) for at in lasting}
                self._write_files([(one.facts, one.outcome.digest) for one in map(checked.__getitem__, lasting)])
                self.database.execute("COMMIT")
                self._new_files.clear()
            except sqlite3.Error as error:
                self._continue_without_store(error)
                numbers = {}
            except BaseException:  # Ctrl-C in a caller's own program: nothing half done stays behind
                if self.database.in_transaction:
                    self.database.execute("ROLLBACK")
                raise
        return [numbers[at] if at in numbers else self._own_result(one) for at, one in enumerate(checked)]

    def flush(self) -> None:
        """Write what `note_file` was told."""
        self.keep(())

    def start_over(self, folder: str) -> None:
        """Forget the results of the photos in a folder, and in those below it."""
        first = os.fsencode(folder if folder.endswith(os.sep) else folder + os.sep)
        last = first[:-1] + bytes((first[-1] + 1,))
        self._write(
            "UPDATE kept.result SET stale = 1 WHERE print = ? AND digest IN "
            "(SELECT digest FROM kept.file WHERE path = ? OR path >= ? AND path < ?)",
            (self._print, os.fsencode(folder), first, last),
        )

    def close(self) -> None:
        """Write what is left and close the file."""
        self.flush()
        self.database.close()

    def _begin(self) -> None:
        """Check that the file is writable, and delete unused results."""
        now, text = time.time(), self._print_text
        unused = "SELECT id FROM kept.fingerprint WHERE used < ?", now - UNUSED_DAYS * 86_400
        self._write(
            "INSERT INTO kept.fingerprint (text, used) VALUES (?, ?) "
            "ON CONFLICT (text) DO UPDATE SET used = excluded.used",
            (text, now),
        )
        self._write(f"DELETE FROM kept.result WHERE print IN ({unused[0]})", (unused[1],))
        self._write("DELETE FROM kept.fingerprint WHERE used < ?", (unused[1],))
        self._write("DELETE FROM kept.result WHERE stale = 1 AND made < ?", (now - _STALE_S,))
        found = self.database.execute("SELECT id FROM kept.fingerprint WHERE text = ?", (text,)).fetchone()
        self._print = 0 if found is None else found[0]

    def _write(self, statement: str, values: tuple[Any, ...]) -> None:
        if self._writes:
            try:
                self.database.execute(statement, values)
            except sqlite3.Error as error:
                self._continue_without_store(error)

    def _continue_without_store(self, error: sqlite3.Error) -> None:
        self._writes = self.lasts = False
        self._new_files.clear()
        if self.database.in_transaction:
            self.database.execute("ROLLBACK")
        self.notices.append(f"{self.path}: cannot be written to ({in_words(error)}); further results are not kept")

    def _result_of(self, digest: str | None) -> Sequence[Any] | None:
        """A result's columns, as `_sound` takes them; None where there is none."""
        query = f"SELECT {_RESULT} FROM kept.result r WHERE digest = ? AND print = ? AND stale = 0"
        found: Sequence[Any] | None = self.database.execute(query, (digest, self._print)).fetchone()
        return found

    def _sound(self, result: Sequence[Any] | None, digest: str | None) -> tuple[int | None, bool]:
        """The number of a result that counts, and whether it is from an earlier run; None where it is damaged."""
        if result is None or result[0] is None:
            return None, False
        number, made_sum, *values = result
        kept = dict(zip(SUMMED, values, strict=True))
        run = kept["run"]
        if self._fresh and run != self.run:
            return None, False
        if kept["digest"] != digest or made_sum != checksum(self._print_text, *values):
            self._damaged.add(number)
            self._tell_damage()
            return None, False
        return int(number), run != self.run

    def _tell_damage(self) -> None:
        if not self._told_damage:
            self._told_damage = True
            self.notices.append(f"{self.path}: some of the results in it are damaged; their photos are checked again")

    def _drop_damaged(self) -> None:
        self.database.executemany("DELETE FROM kept.result WHERE id = ?", [(number,) for number in self._damaged])
        self._damaged.clear()

    def _kept(self, checked: Checked) -> int:
        """The number of the result in the file, which another process may have put there meanwhile."""
        found = self._result_of(checked.outcome.digest)
        if found is not None:
            number, _ = self._sound(found, checked.outcome.digest)
            if number is not None:
                return number
            self._drop_damaged()
            self.database.execute("UPDATE kept.result SET stale = 1 WHERE id = ?", (found[0],))
        return self._insert("kept.result", None, checked)

    def _own_result(self, checked: Checked) -> int:
        self._own -= 1  # below zero, so that a number tells where its result is
        if checked.facts is not None and cause_of(checked.outcome.report) in RETRIED:
            self._not_again[checked.facts] = self._own  # not while this process watches the folder
        return self._insert("main.result", self._own, checked)

    def _insert(self, table: str, number: int | None, checked: Checked) -> int:
        values = values_of(checked.outcome, checked.miniature, self._print_text, self.run)
        values |= {"id": number, "print": self._print}
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        return int(self.database.execute(statement, tuple(values.values())).lastrowid or 0)

    def _write_files(self, more: Sequence[tuple[FileFacts | None, str | None]]) -> None:
        self.database.executemany(
            "INSERT OR REPLACE INTO kept.file (path, size, modified_ns, inode, digest, sum) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (*values, checksum(*values))
                for facts, digest in (*self._new_files, *more)
                if facts is not None
                for values in [
                    (facts.key, facts.size, facts.modified_ns if facts.settled else None, facts.inode, digest)
                ]
            ],
        )
