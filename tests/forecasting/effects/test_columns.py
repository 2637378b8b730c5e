"""Sums over columns, against the plainest way to write them."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.forecasting.effects.columns import Bins, block_sums, phase_sums, running_sums


@pytest.mark.parametrize("items", [1, 40])
def test_running_sums_are_those_of_numpy_whatever_the_number_of_items(items: int) -> None:
    values = np.asfortranarray(np.random.default_rng(0).random((items, 30)))
    expected = np.concatenate([np.zeros((items, 1)), np.cumsum(values, axis=1)], axis=1)
    np.testing.assert_array_equal(running_sums(values), expected)


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=40))
def test_bins_sum_all_of_their_columns_and_no_other(bins: list[int]) -> None:
    own = np.array(bins)
    values = np.asfortranarray(np.random.default_rng(1).random((3, own.size)))
    laid = Bins(own, 5)
    expected = np.stack([values[:, own == number].sum(axis=1) for number in range(5)], axis=1)
    np.testing.assert_allclose(laid.sums(values[:, laid.columns]), expected)


@given(st.integers(1, 9), st.integers(1, 25))
def test_blocks_and_phases_hold_every_column_once(size: int, columns: int) -> None:
    values = np.random.default_rng(2).random((2, columns))
    np.testing.assert_allclose(block_sums(values, size).sum(axis=1), values.sum(axis=1))
    np.testing.assert_allclose(phase_sums(values, size).sum(axis=1), values.sum(axis=1))
    np.testing.assert_allclose(block_sums(values, size)[:, 0], values[:, :size].sum(axis=1))
    np.testing.assert_allclose(phase_sums(values, size)[:, 0], values[:, ::size].sum(axis=1))
