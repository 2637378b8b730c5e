"""Quantiles: of samples, weighted ones, between levels; and their losses."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.core.quantiles import (
    LEVELS,
    inside,
    pinball,
    quantile_at,
    quantiles_of,
    quantiles_of_weighted,
)

samples = st.lists(st.floats(0, 100, width=32), min_size=1, max_size=30)


@given(samples)
def test_quantiles_of_samples_are_those_of_hazen(drawn: list[float]) -> None:
    values = np.array([drawn], np.float32)
    assert quantiles_of(values, LEVELS)[0] == pytest.approx(np.quantile(values[0], LEVELS, method="hazen"), abs=1e-4)


@given(samples)
def test_equal_weights_count_like_none(drawn: list[float]) -> None:
    values = np.array(drawn, np.float32)
    even = quantiles_of_weighted(values, np.full(values.size, 0.3), LEVELS)
    assert even == pytest.approx(quantiles_of(values[None], LEVELS)[0], abs=1e-3)


def test_a_quantile_between_levels_lies_straight_between_its_neighbours() -> None:
    quantiles = np.arange(21, dtype=np.float32)[None, None]
    assert float(quantile_at(quantiles, LEVELS, 0.5)[0, 0]) == 10
    assert float(quantile_at(quantiles, LEVELS, 0.525)[0, 0]) == pytest.approx(10.5)
    assert float(quantile_at(quantiles, LEVELS, 1 - 0.9)[0, 0]) == 2


def test_the_pinball_loss_is_least_at_the_quantile() -> None:
    sold, told = np.arange(1.0, 101.0), np.arange(0.0, 110.0)
    for level in (0.1, 0.5, 0.9):
        losses = pinball(sold[:, None] - told, level).mean(axis=0)
        assert told[np.argmin(losses)] == pytest.approx(100 * level, abs=1)


def test_the_ends_of_an_interval_lie_within_it() -> None:
    sold = np.array([0.0, 1.0, 2.0, 3.0, np.nan])
    assert inside(sold, np.full(5, 1.0), np.full(5, 2.0)).tolist() == [False, True, True, False, False]
