"""The rows of a scan with their groups, as reports list them; values that several reports need are computed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from headshot_check.cached_property import cached_property
from headshot_check.policy import Policy
from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.row import Row
from headshot_check.scan.tables.columns import Cell, columns
from headshot_check.text import to_json


@dataclass(frozen=True)
class ListedRow:
    """One row with its group of near-duplicates."""

    row: Row
    policy: Policy
    """policy that the row was judged by"""
    group: int | None = None
    """number, from 1, of its group of near-duplicates; None if it is in none"""
    best: bool | None = None
    """whether it is the best of its group"""

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """The row by column."""
        return columns(self.row, self.policy, group=self.group, best=self.best)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The report as plain data."""
        return self.row.report.to_dict()

    @cached_property
    def report_json(self) -> str:
        """The report as JSON on one line, which can be encoded as UTF-8."""
        return json_text(self.document)


def listed(scan: FinishedScan) -> Iterator[ListedRow]:
    """All rows of a scan, in order."""
    places = {at: (number, at == group.best) for number, group in enumerate(scan.groups, 1) for at in group.members}
    for at, row in enumerate(scan.rows()):
        yield ListedRow(row, scan.policy, *places.get(at, (None, None)))


def json_text(document: Any) -> str:
    """JSON on one line without spaces, which can be encoded as UTF-8."""
    return to_json(document, ensure_ascii=False, separators=(",", ":"))
