"""Opens the SQLite file of stored results; a damaged, foreign or locked file never ends a scan.

The main database of the connection is a temporary one, which is deleted when it is closed: it holds the rows of this
run, and the results that cannot be stored. The file is attached to it as `kept`.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Final

_APPLICATION: Final = 0x48536368  # "HSch": distinguishes the file from another program's database
_VERSION: Final = 2
"""version of the tables below"""
BUSY_S: Final = 60.0
"""longest wait for another scan's transaction, which takes milliseconds"""
# `stale` is 0, or the time (s since 1970) at which the result was replaced.
_RESULT: Final = """
    id INTEGER PRIMARY KEY, digest TEXT, print INTEGER, stale INTEGER NOT NULL DEFAULT 0, run INTEGER, made REAL,
    size INTEGER, verdict TEXT, score INTEGER, seat TEXT, seat_probability REAL, cause TEXT, failed TEXT, warned TEXT,
    phash INTEGER, miniature BLOB, seconds REAL, report BLOB, thumbnail BLOB, sum INTEGER"""
_TABLES: Final = (
    "CREATE TABLE kept.fingerprint (id INTEGER PRIMARY KEY, text TEXT UNIQUE, used REAL)",
    f"CREATE TABLE kept.result ({_RESULT})",
    "CREATE UNIQUE INDEX kept.by_content ON result (digest, print) WHERE stale = 0",
    "CREATE INDEX kept.by_size ON result (size, print)",
    # modified_ns is NULL if the file was so new that it could have changed again without a new modification time
    """CREATE TABLE kept.file
    (path BLOB PRIMARY KEY, size INTEGER, modified_ns INTEGER, inode INTEGER, digest TEXT, sum INTEGER)
    WITHOUT ROWID""",
    f"PRAGMA kept.application_id = {_APPLICATION}",
    f"PRAGMA kept.user_version = {_VERSION}",
)


def open_database(path: Path | None) -> tuple[sqlite3.Connection, bool, list[str]]:
    """Open the file and attach it as `kept`; without a path, or if it cannot be used, attach a temporary database.

    A file that is damaged, or that this version cannot read, is renamed, and a new one is created. The connection is in
    autocommit mode.

    Returns
    -------
    connection
        With the tables of `kept`.
    lasts
        Whether `kept` is the file.
    notices
        Messages for the user about a file that cannot be used.
    """
    notices: list[str] = []
    if path is not None:
        for _ in range(2):
            try:
                return _opened(path), True, notices
            except _UnusableFile as error:
                aside = _set_aside(path, error.inode)
                if aside is None:
                    notices.append(f"{path}: {error}; results are not kept")
                    break
                notices.append(f"{path}: {error}; it was renamed to {aside.name}, and all photos are checked anew")
            except (sqlite3.Error, OSError) as error:
                notices.append(f"{path}: cannot be used ({in_words(error)}); results are not kept")
                break
    return _new(), False, notices


def in_words(error: sqlite3.Error | OSError) -> str:
    """The error as text for people."""
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


class _UnusableFile(Exception):
    def __init__(self, reason: str, inode: int) -> None:
        super().__init__(reason)
        self.inode = inode


def _new() -> sqlite3.Connection:
    """A connection with a temporary, empty database as `kept`."""
    database = _private()
    database.execute("ATTACH '' AS kept")
    _create(database)
    return database


def _schema(database: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """The tables and indexes of `kept`, each with its SQL statement."""
    query = "SELECT type, name, sql FROM kept.sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    return database.execute(query).fetchall()


def _private() -> sqlite3.Connection:
    """A connection to a temporary database, without `kept`."""
    database = sqlite3.connect("", timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    database.text_factory = _text
    database.execute("PRAGMA journal_mode = MEMORY")  # not OFF: after a rollback these rows would be undefined
    database.execute("PRAGMA synchronous = OFF")
    database.execute(f"CREATE TABLE result ({_RESULT})")
    return database


def _text(data: bytes) -> str:
    """Decode text that may be damaged."""
    return str(data, "utf-8", "replace")


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # private: it names the user's photos
    inode = path.stat().st_ino
    database = _private()
    try:
        database.execute("ATTACH ? AS kept", (os.fsencode(path.absolute()),))
        _retry_while_locked(database, "PRAGMA kept.journal_mode = WAL")
        database.execute("PRAGMA kept.synchronous = FULL")  # a committed result survives a power failure
        database.execute("BEGIN IMMEDIATE")
        application, version = (
            database.execute(f"PRAGMA kept.{name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        tables = database.execute("SELECT count(*) FROM kept.sqlite_master").fetchone()[0]
        if not (application or version or tables):
            _create(database)
        elif application != _APPLICATION:
            raise _UnusableFile("this is a database of another program", inode)
        elif version != _VERSION:
            raise _UnusableFile("another version of headshot-check made this database", inode)
        database.execute("COMMIT")
        found = database.execute("PRAGMA kept.integrity_check(1)").fetchone()[0]
        with contextlib.closing(_new()) as new:
            expected = _schema(new)
        if found != "ok" or _schema(database) != expected:
            raise _UnusableFile("this database is damaged", inode)
    except sqlite3.OperationalError:
        database.close()
        raise
    except sqlite3.DatabaseError as error:
        database.close()
        raise _UnusableFile("this file is damaged or no database", inode) from error
    except BaseException:
        database.close()
        raise
    return database


def _retry_while_locked(database: sqlite3.Connection, statement: str) -> None:
    """Retry a statement while the file is locked; SQLite itself does not wait for a change of the journal mode."""
    end = time.monotonic() + BUSY_S
    while True:
        try:
            database.execute(statement).fetchall()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _create(database: sqlite3.Connection) -> None:
    for statement in _TABLES:
        database.execute(statement)


def _set_aside(path: Path, inode: int) -> Path | None:
    """Rename the file and delete its log, unless another scan has done so; None if it cannot be renamed."""
    aside = path.with_name(f"{path.name}.{time.strftime('%Y%m%d-%H%M%S')}.unused")
    try:
        if path.stat().st_ino != inode:
            return aside
        # The log first: once the file itself is renamed, another scan may make a new one, whose log must stay.
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.replace(aside)
    except FileNotFoundError:
        return aside
    except OSError:
        return None
    return aside
