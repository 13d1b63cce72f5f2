"""A scan's rows with their groups, as reports list them; what several reports need is computed once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from headshot_check.cached_property import cached_property
from headshot_check.policy import Policy
from headshot_check.scan.finished import FinishedScan
from headshot_check.scan.row import Row
from headshot_check.scan.tables.columns import Cell, columns
from headshot_check.text import encodable, to_json

_HALF: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class ListedRow:
    """One row with its group of near-duplicates."""

    row: Row
    policy: Policy
    """what it was held against"""
    group: int | None = None
    """number, from 1, of its group of near-duplicates"""
    best: bool | None = None
    """whether it is the best of them"""

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
        """The report on one line, always valid as UTF-8."""
        return json_text(self.document)


def listed(scan: FinishedScan) -> Iterator[ListedRow]:
    """All rows of a scan, in its order."""
    places = {at: (number, at == group.best) for number, group in enumerate(scan.groups, 1) for at in group.members}
    for at, row in enumerate(scan.rows()):
        yield ListedRow(row, scan.policy, *places.get(at, (None, None)))


def json_text(document: Any) -> str:
    r"""JSON on one line with half characters escaped as text: a strict reader takes no lone surrogates.

    >>> print(json_text({"name": "caf\udce9 ☕"}))
    {"name":"caf\\udce9 ☕"}
    """
    text = to_json(document, ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() else _HALF.sub(lambda half: "\\" + encodable(half[0]), text)
