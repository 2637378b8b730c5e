"""Prices by the stock that is left: the best there is, against a search of every policy."""

import itertools
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.pricing.markdowns.policy import Belief, Leftover, Steps, best_policy


def by_search(left: Leftover, belief: Belief, steps: Steps) -> float:
    """The most money of all ways to choose prices, each chance told apart: no array, no grid."""
    chances = [
        (1 / len(left.demand) * weight, number, place)
        for (number, (place, weight)) in itertools.product(range(len(left.demand)), enumerate(belief.weights))
    ]
    factor = left.wanted(belief.values)

    @cache
    def money(period: int, units: float, before: int, taken: int) -> float:
        if period == left.demand.shape[1]:
            return left.salvage * units
        best = -np.inf
        for price in range(before, left.prices.size):
            now = taken + (price != before)
            if now > steps.most or not steps.allowed[before, price]:
                continue
            total = 0.0
            for chance, path, place in chances:
                sold = min(units, float(left.demand[path, period] * factor[price, place]))
                total += chance * (left.prices[price] * sold + money(period + 1, units - sold, price, now))
            best = max(best, total)
        return best

    return money(0, left.units, 0, 0)


@st.composite
def leftovers(draw: st.DrawFn) -> tuple[Leftover, Belief, Steps]:
    """Whole units, prices that halve and elasticities of whole numbers, so that demand stays whole."""
    units = draw(st.integers(1, 9))
    count, periods, paths = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    prices = 8.0 / 2 ** np.arange(count)
    demand = np.array(
        draw(st.lists(st.lists(st.integers(0, 4), min_size=periods, max_size=periods), min_size=paths, max_size=paths)),
        float,
    )
    values = np.array(draw(st.sampled_from([[-1.0], [-2.0], [-1.0, -2.0], [0.0, -1.0]])))
    weights = np.full(values.size, 1 / values.size)
    steps = Steps.of(prices, most=draw(st.integers(1, 2)), most_step=draw(st.sampled_from([0.5, 0.9])))
    return Leftover(units, prices, demand, draw(st.sampled_from([0.0, 1.0]))), Belief(values, weights), steps


@settings(max_examples=60, deadline=None)
@given(leftovers())
def test_no_policy_brings_more(case: tuple[Leftover, Belief, Steps]):
    assert best_policy(*case).expected == pytest.approx(by_search(*case))


@settings(max_examples=30, deadline=None)
@given(leftovers())
def test_prices_never_rise_and_steps_are_held(case: tuple[Leftover, Belief, Steps]):
    left, _, steps = case
    choice = best_policy(*case).choice
    for taken, before in itertools.product(range(steps.most + 1), range(left.prices.size)):
        asked = choice[:, taken, before]
        assert (asked >= before).all()
        assert steps.allowed[before, asked].all()
        assert taken < steps.most or (asked == before).all()


def test_more_stock_is_cheaper():
    """What to ask for falls with what is left, other things equal (Gallego and van Ryzin 1994)."""
    demand = np.random.default_rng(0).poisson(4, (40, 6)).astype(float)
    prices = 10 * np.linspace(1, 0.3, 8)
    policy = best_policy(Leftover(80.0, prices, demand), Belief(np.array([-2.0]), np.ones(1)), Steps.of(prices, most=3))
    asked = policy.choice[2, 0, 0]
    assert (np.diff(asked[1:]) >= 0).all()
    assert asked[-1] > asked[5] >= 0


def test_large_stock_in_lots_brings_as_much():
    demand = np.random.default_rng(1).poisson(60, (20, 4)).astype(float)
    prices = np.array([10.0, 8.0, 6.0])
    fine = Leftover(90.0, prices, demand / 10)
    coarse = Leftover(900.0, prices, demand)
    belief = Belief(np.array([-2.5]), np.ones(1))
    one, ten = (best_policy(left, belief, Steps.of(prices, most=2)).expected for left in (fine, coarse))
    assert ten / 10 == pytest.approx(one, rel=0.005)
