"""The test of whether prices follow demand: at its level where they do not, and finding it where they do."""

import numpy as np

from foresale.pricing.effects.placebo import follows_demand

TREND = np.linspace(-1, 1, 100)[None]


def steady(draw: np.random.Generator, rows: int) -> np.ndarray:
    values = draw.normal(size=(rows, 100))
    for t in range(1, 100):
        values[:, t] += 0.7 * values[:, t - 1]
    return values


def test_the_level_is_kept_where_prices_are_drawn():
    draw = np.random.default_rng(0)
    chances = np.array([follows_demand(steady(draw, 4), steady(draw, 4), TREND).chance for _ in range(200)])
    assert (chances < 0.05).mean() < 0.10
    assert (chances < 0.5).mean() > 0.35


def test_prices_that_follow_demand_are_found():
    draw = np.random.default_rng(1)
    found = 0
    for _ in range(20):
        demand = steady(draw, 6)
        found += follows_demand(demand, -0.3 * demand + draw.normal(size=demand.shape), TREND).alarm
    assert found >= 18


def test_short_histories_say_nothing():
    assert np.isnan(follows_demand(np.zeros((2, 10)), np.zeros((2, 10)), np.zeros((1, 10))).chance)
