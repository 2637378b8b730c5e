"""Panels on the grid that effects are estimated on."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.panel import Panel
from foresale.forecasting.effects.grid import Grid


def test_days_are_their_own_columns(made: object) -> None:
    sales = np.arange(24.0).reshape(2, 12)
    panel = made(sales, future=2, known={"price": sales})
    grid = Grid.of(panel, horizon=2)
    assert (grid.history, grid.columns, grid.summed) == (10, 12, False)
    assert np.array_equal(grid.sales(np.array([1])), sales[1:, :10])
    assert np.array_equal(grid.covariate("price", np.array([0])), sales[:1])
    assert grid.ahead.tolist() == [[10, 11], [10, 11]]


def test_items_of_other_times_share_the_columns(made: object) -> None:
    panel = made(np.arange(20.0).reshape(2, 10), future=0)
    later = replace(panel, starts=panel.starts + np.array([0, 3]))
    grid = Grid.of(later, horizon=1)
    sales = grid.sales(np.array([0, 1]))
    assert sales.shape == (2, 13)
    assert np.isnan(sales[0, 10:]).all()
    assert np.isnan(sales[1, :3]).all()
    assert sales[1, 3:].tolist() == list(range(10, 20))
    assert grid.ahead.ravel().tolist() == [10, 13]


def test_hours_are_summed_to_days_and_covariates_averaged(made: object) -> None:
    sales = np.ones((1, 24 * 5))
    flag = np.zeros((1, 24 * 5))
    flag[0, 24:36] = 1
    panel = made(sales, frequency="h", future=24, known={"flag": flag})
    grid = Grid.of(panel, horizon=24)
    assert grid.summed
    assert grid.sales(np.array([0])).tolist() == [[24, 24, 24, 24]]
    assert grid.covariate("flag", np.array([0])).tolist() == [[0, 0.5, 0, 0, 0]]
    assert set(grid.ahead.ravel().tolist()) == {4}


def test_a_day_of_which_too_little_is_known_is_unknown(made: object) -> None:
    sales = np.ones((1, 24 * 4))
    sales[0, 24:44] = np.nan
    grid = Grid.of(made(sales, frequency="h"), horizon=24)
    assert grid.sales(np.array([0]))[0].tolist() == pytest.approx([24, np.nan, 24, 24], nan_ok=True)


def test_whether_a_covariate_is_the_same_for_all(made: object) -> None:
    shared = np.tile(np.arange(10) % 3, (3, 1)).astype(float)
    own = shared.copy()
    own[1, 4] += 1
    panel: Panel = made(np.ones((3, 10)), future=2, known={"shared": shared, "own": own})
    grid = Grid.of(panel, horizon=2)
    assert grid.is_shared("shared", np.arange(3))
    assert not grid.is_shared("own", np.arange(3))
    assert not grid.is_shared("shared", np.array([0])), "one item alone shares nothing"


def test_positions_of_hours_lie_in_the_columns_of_their_days(made: object) -> None:
    grid = Grid.of(made(np.ones((1, 24 * 3)), frequency="h", future=24), horizon=24)
    hours = grid.panel.starts[0] + np.arange(24 * 4)
    assert grid.columns_at(hours[[0, 23, 24, 71, 95]]).tolist() == [0, 0, 1, 2, 2]
    assert grid.columns == 3
