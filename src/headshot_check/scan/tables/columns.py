"""A row of a scan as flat columns, for CSV and Parquet, from a local scan or a cluster."""

from __future__ import annotations

from typing import Final

from headshot_check.policy import Policy
from headshot_check.scan.row import Row
from headshot_check.text import encodable
from headshot_check.words import words_of
from headshot_check.words.record import Kind

Cell = str | int | float | bool | None

FACTS: Final[dict[str, type]] = {
    "name": str,
    "path": str,
    "bytes": int,
    "width": int,
    "height": int,
    "format": str,
    "verdict": str,
    "score": int,
    "drivers_seat": str,
    "drivers_seat_probability": float,
    "failed": str,
    "warned": str,
    "first_instruction": str,
    "cause": str,
    "group": int,
    "best_of_group": bool,
    "digest": str,
}
"""the columns before those of the checks, in order, with their types; columns are added, never renamed"""

_TYPES: Final[dict[Kind, type]] = {"number": float, "word": str, "yes_no": bool}


def column_types(policy: Policy) -> dict[str, type]:
    """The names of all columns in order, each with the type of its values; any value may also be None."""
    return FACTS | {check: _type(check) for check in policy.rules}


def columns(row: Row, policy: Policy, *, group: int | None = None, best: bool | None = None) -> dict[str, Cell]:
    """The values of one row by column.

    Parameters
    ----------
    row
        The row.
    policy
        Policy that the row was judged by; each of its checks has a column of its name, with the measured value.
    group
        Number, from 1, of the photo's group of near-duplicates; None if it is in none.
    best
        Whether it is the best of that group.

    Returns
    -------
    dict
        Names, order and types as in `column_types`. `bytes` is the file size; `failed` and `warned` are the names of
        checks joined by ";", the worst first; `first_instruction` is the first thing to do, in the next photo or to
        this file; `cause` is the code of the error of an unreadable file. Texts can be encoded as UTF-8: bytes of a
        file name that are not valid text are escaped as in "\\udcff". Values of checks are rounded as in the report's
        JSON.
    """
    found = row.report.row()
    facts: dict[str, Cell] = {
        **{name: found.get(name) for name in FACTS},
        "name": encodable(row.name),
        "path": encodable(row.path),
        "bytes": row.size if row.size is not None else found["bytes"],
        "group": group,
        "best_of_group": best,
        "digest": row.digest,
    }
    return facts | {check: found.get(check) for check in policy.rules}


def _type(check: str) -> type:
    return _TYPES[words_of(check).kind]
