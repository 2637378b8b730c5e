"""A single mark-down against a search of its own."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.pricing.markdowns.single import DEPTHS, Clearing, markdowns


def by_search(demand, *, units, end, price, salvage, elasticity):
    """The best revenue of one item over the same starts and depths, path by path."""

    def revenue(begin, depth):
        total = 0.0
        for path in demand:
            full = min(units, path[:begin].sum())
            cleared = min(units - full, path[begin:end].sum() * (1 - depth) ** -elasticity)
            total += price * full + price * (1 - depth) * cleared + salvage * (units - full - cleared)
        return total / len(demand)

    plain = revenue(end, 0.0)
    tried = [
        (revenue(part * end // 8, depth), part * end // 8, depth) for part, depth in itertools.product(range(8), DEPTHS)
    ]
    return plain, max(tried)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), elasticity=st.floats(0.5, 4), salvage=st.floats(0, 1))
def test_mark_downs_are_the_best_of_the_grid(seed, elasticity, salvage):
    rng = np.random.default_rng(seed)
    demand = rng.poisson(4, (8, 2, 12)).astype(np.float32)
    units, end = rng.integers(20, 90, 2).astype(float), rng.integers(4, 13, 2)
    clearing = Clearing(units, end, np.full(2, 5.0), np.full(2, salvage), np.full(2, elasticity))
    found = markdowns(demand, clearing)
    for item in range(2):
        plain, (best, _, _) = by_search(
            demand[:, item], units=units[item], end=end[item], price=5.0, salvage=salvage, elasticity=elasticity
        )
        if found.start[item] < 0:
            assert best <= plain * 1.005 + 1e-6
        else:
            assert found.gain[item] == pytest.approx(best - plain, abs=1e-4)
            assert found.left[item] < found.left_full[item]


def test_what_sells_anyway_is_not_marked_down():
    demand = np.full((4, 1, 10), 5.0)
    clearing = Clearing(np.array([40.0]), np.array([10]), np.array([5.0]), np.array([1.0]), np.array([3.0]))
    assert markdowns(demand, clearing).start.tolist() == [-1]
    with pytest.raises(ConfigError, match="beyond"):
        markdowns(demand[:, :, :5], clearing)
