"""The demand model: what goes with prices is foretold, within what was seen and beyond it."""

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.pricing.changes import Course
from foresale.pricing.demand import model as demand_model
from foresale.pricing.demand.log_linear import fit_log_linear
from foresale.pricing.demand.model import fit_demand
from foresale.pricing.demand.trees import fit_trees
from foresale.pricing.effects.cube import PriceCube


def cube(
    *, places: int = 8, periods: int = 100, elasticity: float = -2.0, cross: float = 0.8, step: float = 0.0
) -> PriceCube:
    """Two rivals; with a step, demand jumps by it where the price is below the usual one by a tenth."""
    draw = np.random.default_rng(0)
    log_price = 0.15 * draw.normal(size=(2, places, periods))
    flag = (draw.random((2, places, periods)) < 0.2).astype(float)
    mean = 5 + elasticity * log_price + cross * log_price[::-1] + 0.4 * flag + step * (log_price < -0.1)
    sales = draw.poisson(np.exp(mean)).astype(float)
    products = pl.DataFrame({"product": ["tea", "pot"], "category": ["hot", "hot"]})
    return PriceCube(
        Frequency.parse("W"),
        2000,
        products,
        ("category",),
        tuple(map(str, range(places))),
        sales,
        10 * np.exp(log_price),
        {"display": flag},
    )


def course(tea: float, pot: float, *, display: float = 0.0) -> Course:
    return Course(np.array([[tea], [pot]]), {"display": np.full((2, 1), display)})


@pytest.mark.parametrize(
    ("then", "factor"),
    [
        (course(9.0, 10.0), (0.9**-2, 0.9**0.8)),
        (course(10.0, 12.0), (1.2**0.8, 1.2**-2)),
        (course(10.0, 10.0, display=1.0), (np.exp(0.4), np.exp(0.4))),
    ],
)
def test_own_prices_rivals_and_flags_are_learnt(then: Course, factor: tuple[float, float]):
    told = fit_demand(cube()).factor(course(10.0, 10.0), then)[:, 0]
    assert told.tolist() == pytest.approx(factor, rel=0.06)


def test_trees_bend_where_demand_does():
    sold = cube(step=1.0)
    trees, line = fit_trees(sold), fit_log_linear(sold)
    at = Course(np.full((2, 8, 1), 10.0), {"display": np.zeros((2, 8, 1))})
    below = Course(np.full((2, 8, 1), 8.7), at.flags)
    just = Course(np.full((2, 8, 1), 9.3), at.flags)
    jump = [np.log(own.predict(below) / own.predict(just)).mean() for own in (trees, line)]
    assert jump[0] > jump[1] + 0.2


def test_without_trees_the_regression_is_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demand_model.importlib.util, "find_spec", lambda name: None)
    made = fit_demand(cube())
    assert made.trees is None
    assert made.factor(course(10.0, 10.0), course(9.0, 10.0))[0, 0] == pytest.approx(0.9**-2, rel=0.05)


def test_of_few_sales_others_are_believed():
    """A product of three weeks has no slope of its own, and forecasts stay where its sales were."""
    sold = cube(places=1, periods=60)
    sold.sales[0, :, :57] = np.nan
    told = fit_log_linear(sold).predict(Course(sold.price, sold.flags))[0, 0]
    known = sold.sales[0, 0, 57:]
    assert told[57:] == pytest.approx(known, rel=0.6)
    assert np.isfinite(told).all()
    assert told.max() < 10 * known.max()


def test_the_newest_level_counts_most():
    sold = cube()
    sold.sales[:, :, 50:] = np.round(0.5 * sold.sales[:, :, 50:])
    line = fit_log_linear(sold)
    flat = Course(np.full((2, 8, 1), 10.0), {"display": np.zeros((2, 8, 1))})
    assert 0.5 * np.exp(5) < line.predict(flat).mean() < 0.75 * np.exp(5)
