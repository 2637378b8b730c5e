"""Sales on days without any event."""

import numpy as np
import pytest

from foresale.forecasting.effects.baseline import baseline, smooth


def test_a_steady_week_is_its_own_baseline_and_gaps_are_filled() -> None:
    week = np.array([10.0, 11, 12, 13, 20, 30, 25])
    sales = np.tile(week, 12)[None]
    gaps = sales.copy()
    gaps[0, [3, 30, 31, 62]] = np.nan
    assert baseline(sales, season=7, reach=28) == pytest.approx(sales, rel=0.02)
    assert baseline(gaps, season=7, reach=28) == pytest.approx(sales, rel=0.03)


def test_a_level_that_moves_is_followed() -> None:
    level = np.linspace(20, 60, 200)
    found = baseline(level[None], season=7, reach=28)[0]
    assert found[28:-28] == pytest.approx(level[28:-28], rel=0.01)


def test_sales_in_other_units_have_the_baseline_in_other_units() -> None:
    sales = np.random.default_rng(0).poisson(5, (3, 120)).astype(float)
    assert baseline(1000 * sales, season=7, reach=28) == pytest.approx(1000 * baseline(sales, season=7, reach=28))


def test_the_order_of_items_does_not_matter() -> None:
    sales = np.random.default_rng(1).poisson(5, (5, 90)).astype(float)
    assert baseline(sales[::-1], season=7, reach=28)[::-1] == pytest.approx(baseline(sales, season=7, reach=28))


def test_a_young_item_has_the_week_of_all() -> None:
    rng = np.random.default_rng(2)
    week = np.array([1.0, 1, 1, 1, 1, 2, 2])
    sales = rng.poisson(40 * np.tile(week, 30), (20, 210)).astype(float)
    sales[0, :-9] = np.nan
    factors = baseline(sales, season=7, reach=28)[0, -7:]
    assert factors[np.arange(203, 210) % 7 >= 5].mean() / factors[np.arange(203, 210) % 7 < 5].mean() > 1.6


@pytest.mark.parametrize("sales", [np.zeros((2, 40)), np.full((2, 40), np.nan)])
def test_items_without_sales_expect_none(sales: np.ndarray) -> None:
    assert baseline(sales, season=7, reach=28) == pytest.approx(np.zeros((2, 40)), abs=1e-6)


def test_sums_by_a_triangle() -> None:
    single = np.zeros((1, 9))
    single[0, 4] = 1
    assert smooth(single, 4)[0].tolist() == [1, 2, 3, 4, 5, 4, 3, 2, 1]
