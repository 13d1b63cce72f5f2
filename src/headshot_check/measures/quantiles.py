"""Quantiles of the values in an array: NumPy's own definition ("linear"), ten times as fast.

`np.quantile` selects four places in one pass, which is slow on arrays as small as a face; here one place is selected
and the next value is the least of those above it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantile(values: NDArray[Any], share: float) -> float:
    """The value that `share` of all values lie below, between two of them in proportion; nan where there are none.

    Parameters
    ----------
    values
        Numbers without nan, in any shape.
    share
        0..1.

    >>> quantile(np.array([4.0, 1.0, 2.0]), 0.75)
    3.0
    """
    return quantiles(values, share)[0]


def quantiles(values: NDArray[Any], *shares: float) -> tuple[float, ...]:
    """As `quantile`, for several shares."""
    flat = values.ravel()
    if not flat.size:
        return (float("nan"),) * len(shares)
    if len(shares) == 1:
        return (_selected(flat, shares[0] * (flat.size - 1)),)
    ordered = np.sort(flat)  # costs less than two selections
    return tuple(_at(ordered, share * (flat.size - 1)) for share in shares)


def median(values: NDArray[Any]) -> float:
    """The middle value; the mean of both where there are two; nan where there are none."""
    return quantiles(values, 0.5)[0]


def medians(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(C,) median of each row of (C, N), N at least 1."""
    ordered, count = np.sort(values, axis=1), values.shape[1]
    return np.asarray((ordered[:, (count - 1) // 2] + ordered[:, count // 2]) / 2, np.float32)


def _at(ordered: NDArray[Any], place: float) -> float:
    """The value at a place, counted from 0, of values in the order of size, between two in proportion."""
    below = int(place)
    value = float(ordered[below])
    return value if place == below else value + (float(ordered[below + 1]) - value) * (place - below)


def _selected(flat: NDArray[Any], place: float) -> float:
    """The value at a place, counted from 0 in the order of size, between two values in proportion."""
    below = int(place)
    parted = np.partition(flat, below)
    value = float(parted[below])
    if place == below:
        return value
    return value + (float(parted[below + 1 :].min()) - value) * (place - below)
