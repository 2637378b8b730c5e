"""Window statistics against the plainest way of computing them."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from foresale.features.blocks import Matrix, blocks
from foresale.features.windows import (
    columns_since,
    columns_until,
    faded_mean,
    rolling_max,
    rolling_mean,
    rolling_min,
    rolling_std,
    shifted,
)

VALUES = st.one_of(st.just(float("nan")), st.integers(0, 50).map(float), st.floats(0, 1e4, width=32))
MATRICES = arrays.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 150)), elements=VALUES)


def _plain(matrix: Matrix, window: int, function: Callable[[Matrix], float]) -> Matrix:
    result = np.full(matrix.shape, np.nan)
    for row in range(matrix.shape[0]):
        for column in range(matrix.shape[1]):
            seen = matrix[row, max(column - window + 1, 0) : column + 1]
            seen = seen[~np.isnan(seen)]
            if seen.size:
                result[row, column] = function(seen)
    return result


@pytest.mark.parametrize(
    ("fast", "plain", "tolerance"),
    [(rolling_mean, np.mean, 1e-6), (rolling_std, np.std, 1e-2), (rolling_max, np.max, 0), (rolling_min, np.min, 0)],
)
@settings(max_examples=40, deadline=None)
@given(matrix=MATRICES, window=st.integers(1, 40))
def test_rolling_statistics(
    fast: Callable[[Matrix, int], Matrix], plain: Callable[[Matrix], float], tolerance: float, matrix: Matrix,
    window: int,
) -> None:  # fmt: skip
    np.testing.assert_allclose(fast(matrix, window), _plain(matrix, window, plain), rtol=1e-6, atol=tolerance)


@settings(max_examples=40, deadline=None)
@given(matrix=MATRICES, half_life=st.floats(0.5, 60))
def test_faded_mean(matrix: Matrix, half_life: float) -> None:
    def weighted(seen: Matrix) -> Matrix:
        result = np.full(seen.shape, np.nan)
        for column in range(seen.shape[1]):
            known = ~np.isnan(seen[:, : column + 1])
            weight = known * 0.5 ** (np.arange(column, -1, -1) / half_life)
            total = np.where(known, seen[:, : column + 1], 0) * weight
            sums = weight.sum(axis=1)
            result[:, column] = total.sum(axis=1) / np.where(sums > 0, sums, np.nan)
        return result

    np.testing.assert_allclose(faded_mean(matrix, half_life), weighted(matrix), rtol=1e-9, atol=1e-9)


def test_small_spreads_on_large_levels_survive() -> None:
    matrix = 1e7 + np.tile([0.0, 1.0], 50)[None, :]
    assert rolling_std(matrix, 10)[0, -1] == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("steps", [1, 3, 5, 9])
def test_shifts_longer_than_the_row_leave_nothing(steps: int) -> None:
    matrix = np.arange(5.0)[None, :]
    expected = [np.nan] * min(steps, 5) + list(range(max(5 - steps, 0)))
    np.testing.assert_array_equal(shifted(matrix, steps)[0], expected)


def test_since_and_until() -> None:
    happened = np.array([[False, True, False, False, True, False]])
    np.testing.assert_array_equal(columns_since(happened)[0], [np.nan, 0, 1, 2, 0, 1])
    np.testing.assert_array_equal(columns_until(happened)[0], [1, 0, 2, 1, 0, np.nan])


@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=30), cells=st.integers(1, 40))
def test_blocks_hold_every_row_once_and_stay_small(lengths: list[int], cells: int) -> None:
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    found = list(blocks(offsets, cells=cells))
    rows = np.concatenate([block.rows[block.inside] for block in found])
    assert sorted(rows.tolist()) == list(range(offsets[-1]))
    assert sorted(np.concatenate([block.items for block in found]).tolist()) == list(range(len(lengths)))
    assert all(block.rows.size <= cells or block.items.size == 1 for block in found)
    for block in found:
        owner = np.searchsorted(offsets, block.rows, side="right") - 1
        assert (owner[block.inside] == np.broadcast_to(block.items[:, None], block.rows.shape)[block.inside]).all()
