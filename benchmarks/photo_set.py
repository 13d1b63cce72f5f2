"""The development photos (../shared/photos): their rows, what the checker says of them, intervals by group.

Shared by the benchmarks beside it. Nothing of a photo is written into the repository: what is kept for a rerun goes to
a folder outside it that the caller names.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Row = dict[str, str]
DRAWS = 1000
SOURCES_OF_SPEAKERS = ("fossasia/2018.fossasia.org", "fossasia/2019.fossasia.org")


def read_rows(photos: Path) -> list[Row]:
    """All rows of labels.csv."""
    with (photos / "labels.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tags(row: Row) -> set[str]:
    """A row's quality tags."""
    return {tag for tag in row["quality_tags"].split(";") if tag}


def shuffled(rows: Iterable[Row]) -> list[Row]:
    """In an order that has nothing to do with the photos and is always the same."""
    return sorted(rows, key=lambda row: zlib.crc32(row["id"].encode()))


def by_group(groups: Sequence[str]) -> list[NDArray[np.int64]]:
    """Indices of each group's members."""
    names = np.asarray(groups)
    return [np.flatnonzero(names == name) for name in dict.fromkeys(groups)]


def interval(
    statistic: Callable[[NDArray[np.int64]], float], groups: Sequence[str], seed: int = 4, draws: int = DRAWS
) -> tuple[float, float]:
    """95 % interval of a statistic of member indices, by bootstrap over groups (person, car or event)."""
    members = by_group(groups)
    rng = np.random.default_rng(seed)
    drawn = [
        statistic(np.concatenate([members[k] for k in rng.integers(0, len(members), len(members))]))
        for _ in range(draws)
    ]
    low, high = np.nanpercentile(drawn, (2.5, 97.5))
    return float(low), float(high)


def share_with_interval(hits: Sequence[bool], groups: Sequence[str]) -> tuple[float, float, float]:
    """Share of hits and its interval; nan for none."""
    if not hits:
        return float("nan"), float("nan"), float("nan")
    values = np.asarray(hits, float)
    members = by_group(groups)
    sums, sizes = np.array([values[m].sum() for m in members]), np.array([len(m) for m in members])
    drawn = np.random.default_rng(4).multinomial(len(members), np.full(len(members), 1 / len(members)), DRAWS)
    low, high = np.percentile((drawn @ sums) / (drawn @ sizes), (2.5, 97.5))
    return float(values.mean()), float(low), float(high)
