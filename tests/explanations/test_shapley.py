"""Shares of causes: exact against brute force over all orders, and complete when orders are drawn."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.explanations.shapley import plan


def by_all_orders(values: dict[frozenset[int], float], causes: int) -> np.ndarray:
    shares = np.zeros(causes)
    orders = list(permutations(range(causes)))
    for order in orders:
        there: frozenset[int] = frozenset()
        for cause in order:
            shares[cause] += values[there | {cause}] - values[there]
            there = there | {cause}
    return shares / len(orders)


@pytest.mark.parametrize("causes", [1, 2, 3, 4])
def test_exact_shares_are_the_mean_over_all_orders(causes: int):
    planned = plan(causes, exact=8, permutations=1, seed=0)
    generator = np.random.default_rng(causes)
    numbers = generator.normal(size=2**causes)
    values = {frozenset(np.flatnonzero(row).tolist()): v for row, v in zip(planned.coalitions, numbers, strict=True)}
    assert planned.shares(numbers) == pytest.approx(by_all_orders(values, causes))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 11), st.integers(0, 5))
def test_shares_sum_to_the_whole_however_they_are_found(causes: int, seed: int):
    planned = plan(causes, exact=4, permutations=3, seed=seed)
    assert not planned.coalitions[0].any()
    assert planned.coalitions[-1].all()
    values = np.random.default_rng(seed).normal(size=(len(planned.coalitions), 2))
    assert planned.shares(values).sum(axis=0) == pytest.approx(values[-1] - values[0])


def test_drawn_orders_are_exact_where_causes_only_add():
    planned = plan(10, exact=4, permutations=2, seed=1)
    alone = np.arange(1.0, 11)
    assert planned.shares(planned.coalitions @ alone) == pytest.approx(alone)


def test_drawn_orders_come_near_the_exact_shares():
    drawn, exact = (plan(5, exact=most, permutations=200, seed=0) for most in (0, 5))

    def worth(coalitions: np.ndarray) -> np.ndarray:
        return np.prod(np.where(coalitions, [1.1, 1.2, 1.3, 1.4, 1.5], 1.0), axis=1)

    assert drawn.shares(worth(drawn.coalitions)) == pytest.approx(exact.shares(worth(exact.coalitions)), rel=0.05)
