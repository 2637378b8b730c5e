"""Roots of falling functions, smooth or broken, for all items at once."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from foresale.inventory.loss import SampledLoss
from foresale.inventory.numeric import continuous_root, falling_root

SAMPLES = st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=30)


@given(SAMPLES, st.floats(0.01, 0.99), st.lists(st.sampled_from([0.0, 1.0, 7.0]), min_size=3, max_size=3))
def test_the_root_of_a_loss_is_that_of_bisection(samples: list[list[int]], share: float, lots: list[float]) -> None:
    need, lot = SampledLoss.of(np.array(samples, np.float64)), np.array(lots)
    allowed = share * need.over(np.zeros(3), lot)
    most = need.ordered[:, -1]

    def excess(units: np.ndarray) -> np.ndarray:
        return need.over(units, lot) - allowed

    found = continuous_root(excess, low=np.zeros(3), high=most)
    there = excess(np.zeros(3)) > 0
    assert found[there] == pytest.approx(falling_root(excess, low=np.zeros(3), high=most)[there], abs=1e-9 * 40)


@given(SAMPLES, st.floats(0, 40), st.floats(0.5, 9))
def test_a_loss_over_a_lot_is_the_mean_of_those_within(samples: list[list[int]], level: float, lot: float) -> None:
    demand = np.array(samples, np.float64)
    found = SampledLoss.of(demand).over(np.full(3, level), np.array([0.0, lot, lot]))
    within = level + lot * (np.arange(2_000) + 0.5) / 2_000
    means = np.maximum(demand[:, :, None] - within, 0).mean(axis=(0, 2))
    assert found[0] == pytest.approx(np.maximum(demand[:, 0] - level, 0).mean())
    assert found[1:] == pytest.approx(means[1:], abs=1e-4 * lot)


def test_a_root_beyond_an_end_is_that_end() -> None:
    ends = np.array([1.0, 1.0, 1.0]), np.array([2.0, 2.0, 1.0])
    found = continuous_root(lambda x: np.array([0.5, 5.0, 5.0]) - x, low=ends[0], high=ends[1])
    assert found.tolist() == [1.0, 2.0, 1.0]
