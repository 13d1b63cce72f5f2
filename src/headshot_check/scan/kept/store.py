"""Stores the results of this run, and finds those of earlier runs by the content of the photo."""

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
from headshot_check.scan.kept.file_facts import FileFacts, Known
from headshot_check.scan.kept.fingerprint import fingerprint
from headshot_check.scan.kept.result_row import SUMMED, cause_of, checksum, values_of
from headshot_check.workers.jobs import Outcome

RETRIED: Final = frozenset({"timed_out", "worker_died", "out_of_memory", "check_failed"})
"""errors that may be due to the machine and not to the photo: their results are never stored"""
UNUSED_DAYS: Final = 90
"""days after which the results of a fingerprint (policy, package version) are deleted if no scan used it"""
_STALE_S = 86_400.0
"""replaced results are deleted after a day: a scan that began before may still read them"""
_RESULT: Final = ", ".join(f"r.{column}" for column in ("id", "sum", *SUMMED))


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a file's check."""

    outcome: Outcome
    facts: FileFacts | None = None
    """None if the file could not be examined"""
    miniature: bytes | None = None
    """`groups.miniature`, by which near-duplicates are found; None if unreadable"""


def _now_s() -> int:
    """Seconds since 1970, as the column `stale` has them."""
    return int(time.time())


class Store:
    """Results by content, for one policy. Used by one thread at a time; any number of processes may share the file.

    Results have numbers: above 0 in the file, below 0 in the temporary database of this run. An error of the file ends
    storing and adds a notice; an error of the temporary database is raised as `sqlite3.Error`.

    Parameters
    ----------
    path
        Path of the SQLite file, which is created with its folder if it is missing; None: nothing is stored in a file.
    policy
        Only results of its limits, of this version of the package and of its networks are found.
    fresh
        Ignore results of earlier runs.

    Attributes
    ----------
    database
        Connection with the run's temporary database as `main` and the file as `kept`.
    lasts
        Whether results are stored in the file.
    notices
        Messages for the user about problems with the file.
    """

    def __init__(self, path: Path | None, policy: Policy, *, fresh: bool = False) -> None:
        self.path = path
        self.database, self.lasts, self.notices = open_database(path)
        self._writes = True
        self.policy = policy
        self._fresh = fresh
        self.run = secrets.randbits(62)
        """random number that distinguishes this run's results from those of earlier runs"""
        self._own = 0
        self._new_files: list[tuple[FileFacts, str]] = []
        self._not_again: dict[FileFacts, int] = {}
        self._print, self._print_text = 0, fingerprint(policy)
        self._damaged: set[int] = set()
        self._damage_reported = False
        self._begin()

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """A read transaction for many look-ups."""
        self.database.execute("BEGIN")
        try:
            yield
        finally:
            if self.database.in_transaction:  # some errors, such as a full disk, end it
                self.database.execute("COMMIT")

    def known(self, facts: FileFacts) -> Known:
        """What is known about a file that has not changed since it was last seen."""
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
            self._report_damage()
            return Known()
        if at != [facts.key, facts.size, facts.modified_ns, facts.inode]:
            return Known()
        result = found[6:]
        number, earlier = self._sound(result, digest)
        return Known(number, digest, earlier)

    def same_size(self, size: int) -> bool:
        """Whether any photo of this size, in bytes, has a result; if not, no identical file has."""
        query = "SELECT 1 FROM kept.result WHERE size = ? AND print = ? AND stale = 0 LIMIT 1"
        return self.database.execute(query, (size, self._print)).fetchone() is not None

    def by_content(self, digest: str) -> tuple[int, bool] | None:
        """The number of the result for this content, and whether it is from an earlier run; None if there is none."""
        number, earlier = self._sound(self._result_of(digest), digest)
        return None if number is None else (number, earlier)

    def verdict_of(self, result: int) -> tuple[str, int | None]:
        """Verdict and score of a result, by its number."""
        table = "kept.result" if result > 0 else "main.result"
        found = self.database.execute(f"SELECT verdict, score FROM {table} WHERE id = ?", (result,)).fetchone()
        return found[0], found[1]

    def note_file(self, facts: FileFacts, digest: str) -> None:
        """Store the digest of a file; written with the next results, or by `flush`."""
        self._new_files.append((facts, digest))

    def keep(self, checked: Sequence[Checked]) -> list[int]:
        """Store the outcomes of some files in one transaction, and return the numbers of the results.

        Outcomes without a digest, or with an error that a retry may fix (`RETRIED`), are stored for this run only.
        """
        numbers: dict[int, int] = {}
        lasting = [
            at for at, one in enumerate(checked) if one.outcome.digest and cause_of(one.outcome.report) not in RETRIED
        ]
        if self._writes and (lasting or self._new_files):
            try:
                self.database.execute("BEGIN IMMEDIATE")
                self._drop_damaged()
                numbers = {at: self._store(checked[at]) for at in lasting}
                self._write_files([(one.facts, one.outcome.digest) for one in map(checked.__getitem__, lasting)])
                self.database.execute("COMMIT")
                self._new_files.clear()
            except sqlite3.Error as error:
                self._continue_without_store(error)
                numbers = {}
            except BaseException:  # KeyboardInterrupt in a program that uses the library: undo what is incomplete
                if self.database.in_transaction:
                    self.database.execute("ROLLBACK")
                raise
        return [numbers[at] if at in numbers else self._store_for_this_run(one) for at, one in enumerate(checked)]

    def flush(self) -> None:
        """Write the digests from `note_file`."""
        self.keep(())

    def start_over(self, folder: str) -> None:
        """Mark the results of a photo, or of all photos below a folder, as replaced."""
        first = os.fsencode(folder if folder.endswith(os.sep) else folder + os.sep)
        last = first[:-1] + bytes((first[-1] + 1,))
        self._write(
            "UPDATE kept.result SET stale = ? WHERE print = ? AND stale = 0 AND digest IN "
            "(SELECT digest FROM kept.file WHERE path = ? OR path >= ? AND path < ?)",
            (_now_s(), self._print, os.fsencode(folder), first, last),
        )

    def close(self) -> None:
        """Write the remaining digests and close the file."""
        self.flush()
        self.database.close()

    def _begin(self) -> None:
        """Register the fingerprint, which also tests that the file is writable, and delete unused results."""
        now, text = time.time(), self._print_text
        unused = "SELECT id FROM kept.fingerprint WHERE used < ?", now - UNUSED_DAYS * 86_400
        self._write(
            "INSERT INTO kept.fingerprint (text, used) VALUES (?, ?) "
            "ON CONFLICT (text) DO UPDATE SET used = excluded.used",
            (text, now),
        )
        self._write(f"DELETE FROM kept.result WHERE print IN ({unused[0]})", (unused[1],))
        self._write("DELETE FROM kept.fingerprint WHERE used < ?", (unused[1],))
        self._write("DELETE FROM kept.result WHERE stale > 0 AND stale < ?", (int(now - _STALE_S),))
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
        """A result's columns, as `_sound` expects them; None if there is none."""
        query = f"SELECT {_RESULT} FROM kept.result r WHERE digest = ? AND print = ? AND stale = 0"
        found: Sequence[Any] | None = self.database.execute(query, (digest, self._print)).fetchone()
        return found

    def _sound(self, result: Sequence[Any] | None, digest: str | None) -> tuple[int | None, bool]:
        """The number of a valid result, and whether it is from an earlier run; None if missing or damaged."""
        if result is None or result[0] is None:
            return None, False
        number, made_sum, *values = result
        kept = dict(zip(SUMMED, values, strict=True))
        run = kept["run"]
        if self._fresh and run != self.run:
            return None, False
        if kept["digest"] != digest or made_sum != checksum(self._print_text, *values):
            self._damaged.add(number)
            self._report_damage()
            return None, False
        return int(number), run != self.run

    def _report_damage(self) -> None:
        if not self._damage_reported:
            self._damage_reported = True
            self.notices.append(f"{self.path}: some of the results in it are damaged; their photos are checked again")

    def _drop_damaged(self) -> None:
        self.database.executemany("DELETE FROM kept.result WHERE id = ?", [(number,) for number in self._damaged])
        self._damaged.clear()

    def _store(self, checked: Checked) -> int:
        """Store an outcome in the file, unless another process has done so; return the number of the result."""
        found = self._result_of(checked.outcome.digest)
        if found is not None:
            number, _ = self._sound(found, checked.outcome.digest)
            if number is not None:
                return number
            self._drop_damaged()
            self.database.execute("UPDATE kept.result SET stale = ? WHERE id = ?", (_now_s(), found[0]))
        return self._insert("kept.result", None, checked)

    def _store_for_this_run(self, checked: Checked) -> int:
        """Store an outcome in the temporary database; return the number of the result."""
        self._own -= 1
        if checked.facts is not None and cause_of(checked.outcome.report) in RETRIED:
            self._not_again[checked.facts] = self._own  # not retried while this scan is open
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
