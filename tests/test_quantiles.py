"""Quantiles: NumPy's own, sooner."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from headshot_check.pixels.quantiles import median, medians, quantile, quantiles

VALUES = arrays.arrays(np.float32, st.integers(1, 60), elements=st.floats(-1e6, 1e6, width=32))


@given(VALUES, st.floats(0, 1))
def test_as_numpy_says(values: np.ndarray, share: float) -> None:
    expected = float(np.quantile(values.astype(np.float64), share))
    assert quantile(values, share) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(VALUES, st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_the_order_of_the_values_and_their_shape_do_not_matter(values: np.ndarray, shares: list[float]) -> None:
    assert (
        quantiles(values[::-1], *shares) == quantiles(values[:, None], *shares) == quantiles(np.sort(values), *shares)
    )


@given(VALUES)
def test_it_lies_between_the_least_and_the_greatest(values: np.ndarray) -> None:
    low, middle, high = quantiles(values, 0, 0.5, 1)
    assert low == values.min() <= middle <= values.max() == high
    assert median(values) == middle


def test_whole_numbers_have_quantiles_between_them() -> None:
    assert median(np.array([3, 0, 0, 4], np.uint8)) == 1.5


def test_of_nothing_there_is_none() -> None:
    assert math.isnan(quantile(np.empty(0, np.float32), 0.5))


def test_each_row_has_its_own_median() -> None:
    table = np.array([[1, 3, 2], [40, 10, 20]], np.float32)
    assert medians(table).tolist() == [2, 20]
    assert medians(table[:, :2]).tolist() == [2, 25]
    assert medians(np.array([[250, 254], [0, 255]], np.uint8)).tolist() == [252, 127.5]
