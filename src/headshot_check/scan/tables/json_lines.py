"""Rows as JSON lines, one object per line, for programs."""

from __future__ import annotations

from typing import BinaryIO

from headshot_check.scan.tables.listed_row import ListedRow, json_text
from headshot_check.text import encodable


class JsonLines:
    """Writes one line per row, in UTF-8.

    Parameters
    ----------
    stream
        Output stream, which is not closed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def add(self, listed: ListedRow) -> None:
        """Write one row."""
        self._stream.write(row_json(listed).encode() + b"\n")

    def close(self) -> None:
        """Do nothing: every row is already written."""

    def discard(self) -> None:
        """Do nothing: no resources are held."""


def row_json(listed: ListedRow) -> str:
    """One row as JSON on one line; it is the same for the same photo in every run.

    Keys: `name`, `path`, `bytes` (file size), `modified_ns` (time of the last change, ns since 1970), `digest`
    (BLAKE2b, 128 bits), `phash` (perceptual hash as 16 hexadecimal digits, because JSON numbers hold fewer than 64
    bits), `group` (from 1), `best_of_group` and `report`, which follows report.schema.json.
    """
    row = listed.row
    facts = {
        "name": encodable(row.name),
        "path": encodable(row.path),
        "bytes": row.size,
        "modified_ns": row.modified_ns,
        "digest": row.digest,
        "phash": None if row.phash is None else f"{row.phash:016x}",
        "group": listed.group,
        "best_of_group": listed.best,
    }
    return f'{json_text(facts)[:-1]},"report":{listed.report_json}}}'
