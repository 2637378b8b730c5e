"""Slopes of sales over covariates of many values."""

import numpy as np
import pytest

from foresale.forecasting.effects.cells import Cells
from foresale.forecasting.effects.sheet import Rhythm
from foresale.forecasting.effects.slopes import common_slope

DAYS = Rhythm(7, 28, block=7)


def priced(
    slope: np.ndarray | float, *, items: int = 10, periods: int = 300, level: float = 30.0
) -> tuple[np.ndarray, Cells]:
    """Prices that change from day to day, and sales that follow them by an elasticity."""
    rng = np.random.default_rng(0)
    values = rng.normal(0, 0.2, (items, periods))
    values -= values.mean(axis=1, keepdims=True)
    expected = np.full(values.shape, level)
    sales = rng.poisson(expected * np.exp(np.broadcast_to(slope, (items,))[:, None] * values)).astype(float)
    return values, Cells(sales, expected, np.ones(items))


def settled(values: np.ndarray, cells: Cells) -> tuple[object, np.ndarray]:
    """The slope after some turns of Newton's method."""
    slopes = np.zeros(len(values))
    for _ in range(4):
        found = common_slope(values, slopes, cells, DAYS)
        slopes = found.of_items(values, slopes, cells, DAYS).mean[:, 0]
    return found, slopes


@pytest.mark.parametrize("elasticity", [-2.0, -0.8, 1.2])
def test_an_elasticity_is_found(elasticity: float) -> None:
    found, slopes = settled(*priced(elasticity))
    assert found.common.mean[0] == pytest.approx(elasticity, abs=0.15)
    assert found.common.probability[0] > 0.99
    assert slopes == pytest.approx(np.full(10, elasticity), abs=0.3)


def test_a_price_that_moves_nothing_is_not_believed() -> None:
    found, slopes = settled(*priced(0.0))
    assert abs(found.common.mean[0]) < 0.05
    assert np.abs(slopes).max() < 0.1


def test_items_differ_where_they_do() -> None:
    own = np.where(np.arange(20) % 2 == 0, -3.0, -1.0)
    found, slopes = settled(*priced(own, items=20, level=100))
    assert found.between > 0.5
    assert slopes == pytest.approx(own, abs=0.35)


def test_a_price_that_only_drifts_tells_nothing() -> None:
    values, cells = priced(0.0)
    drift = np.broadcast_to(np.linspace(-0.3, 0.3, 300), values.shape)
    rising = Cells(cells.sales * np.exp(drift), cells.expected, cells.noise)
    found = common_slope(drift, np.zeros(10), rising, DAYS)
    assert (found.common.mean[0], found.blocks) == (0, 0)


def test_too_few_weeks_tell_nothing() -> None:
    values, cells = priced(-2.0, periods=20)
    assert common_slope(values, np.zeros(10), cells, DAYS).blocks == 0
