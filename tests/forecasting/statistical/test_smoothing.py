"""Smoothing of many series at once is what the textbook's recursion gives for each alone."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.forecasting.statistical.smoothing import Parameters, smooth, weighed

NAN = float("nan")
cells = st.one_of(st.just(NAN), st.floats(0, 50, width=32))


def by_hand(
    values: list[float],
    *,
    alpha: float,
    beta: float,
    phi: float,
    gamma: float,
    level: float,
    season: list[float],
    steps: int,
) -> list[float]:
    """The definition: forecasts 1 to `steps` ahead of the end, one period after the other."""
    slope, ring = 0.0, list(season)
    for at, value in enumerate(values):
        place = at % len(ring)
        expected = level + phi * slope
        error = 0.0 if np.isnan(value) else value - expected - ring[place]
        level, slope = expected + alpha * error, phi * slope + alpha * beta * error
        ring[place] += gamma * error
    damped = np.cumsum([phi**step for step in range(1, steps + 1)])
    return [level + damped[step] * slope + ring[(len(values) + step) % len(ring)] for step in range(steps)]


@given(st.lists(cells, min_size=2, max_size=20), st.integers(1, 5), st.data())
@settings(deadline=None, max_examples=50)
def test_forecasts_are_those_of_the_recursion(values, length, data) -> None:
    season = data.draw(st.lists(st.floats(-5, 5, width=32), min_size=length, max_size=length))
    grid = Parameters.grid(trends=((0.0, 0.0), (0.3, 0.9)), alphas=(0.2, 0.6), gammas=(0.1,))
    both = np.array([values, [1.0] * len(values)], np.float32).T
    begin = np.array([season, [0.0] * length], np.float32).T
    states = smooth(both, grid, level=np.array([3, 0], np.float32), season=begin)
    for number in range(4):
        settings_of_it = {name: float(getattr(grid, name)[number]) for name in ("alpha", "beta", "phi", "gamma")}
        expected = by_hand(values, **settings_of_it, level=3.0, season=season, steps=8)
        got = [states.ahead(step, first=states.newest, last=states.newest + 1)[0, number, 0] for step in range(1, 9)]
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-3)


def test_forecasts_from_earlier_periods_know_nothing_later() -> None:
    generator = np.random.default_rng(1)
    values = generator.random((40, 3)).astype(np.float32)
    changed = values.copy()
    changed[25:] = 99
    grid = Parameters.grid(trends=((0.1, 0.9),), alphas=(0.3,), gammas=(0.2,))
    parts = {"level": np.zeros(3, np.float32), "season": np.zeros((7, 3), np.float32)}
    one, other = (smooth(each, grid, **parts).ahead(9, first=0, last=25) for each in (values, changed))
    np.testing.assert_array_equal(one, other)


def test_weights_prefer_parameters_that_were_right() -> None:
    walk = np.cumsum(np.random.default_rng(2).standard_normal((300, 5)), axis=0).astype(np.float32)
    noise = np.random.default_rng(3).standard_normal((300, 5)).astype(np.float32)
    grid = Parameters.grid(trends=((0, 0),), alphas=(0.02, 0.9), gammas=(0,))
    for values, better in ((walk, 1), (noise, 0)):
        states = smooth(values, grid, level=np.zeros(5, np.float32), season=np.zeros((1, 5), np.float32))
        weights = weighed(states, steps=(1, 2), burn=20)
        assert weights.sum(axis=0) == pytest.approx(np.ones(5))
        assert (weights[better] > 0.9).all()
