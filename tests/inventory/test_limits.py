"""Orders under shared limits: never over them, as good as any others, prices that hold."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.inventory.limits import Limit, allocate
from foresale.inventory.marginal_value import MarginalValues, Worth, pack_values


def value(demand, order, worth):
    """Expected money of orders against none, from the definition."""

    def money(units):
        short, over = np.maximum(demand - units, 0), np.maximum(units - demand, 0)
        return -(np.asarray(worth.short) * short + np.asarray(worth.over) * over).mean(axis=0)

    return money(order) - money(np.zeros(demand.shape[1]))


def shop(seed, items, samples=60):
    rng = np.random.default_rng(seed)
    demand = rng.gamma(2, rng.uniform(2, 20, items), (samples, items)).round()
    short, over = rng.uniform(1, 9, items), rng.uniform(0.1, 2, items)
    pack, minimum = rng.integers(1, 7, items).astype(float), rng.integers(0, 12, items).astype(float)
    worth = Worth(short, over, pack, minimum)
    return demand, worth, rng.uniform(1, 5, items), rng.uniform(0.1, 1, items)


def test_without_limits_every_item_gets_its_best_packs():
    demand, worth, _, _ = shop(1, 30)
    orders = allocate(pack_values(demand, 0.0, worth=worth, steps=10_000), [])
    packs, least = np.asarray(worth.pack), np.ceil(np.asarray(worth.minimum) / worth.pack) * worth.pack
    ours = value(demand, orders.units, worth)
    assert orders.gain == pytest.approx(ours.sum())
    more, less = np.maximum(orders.units + packs, least), orders.units - packs
    assert (value(demand, more, worth) <= ours + 1e-9).all()
    assert (value(demand, np.where(less >= np.maximum(least, 0), less, 0), worth) <= ours + 1e-9).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 0.9), st.floats(0.05, 0.9))
def test_orders_keep_to_limits_packs_and_the_bound(seed, money, room):
    demand, worth, cost, volume = shop(seed, 12)
    gains = pack_values(demand, 0.0, worth=worth, steps=20)
    full = allocate(gains, []).units
    limits = [Limit("budget", cost, money * float(cost @ full)), Limit("room", volume, room * float(volume @ full))]
    orders = allocate(gains, limits)
    assert all(orders.used[limit.name] <= limit.total + 1e-6 for limit in limits)
    packs = orders.units / worth.pack
    np.testing.assert_allclose(packs, packs.round())
    assert ((orders.units == 0) | (orders.units >= np.asarray(worth.minimum) - 1e-9)).all()
    assert 0 <= orders.gain <= orders.bound + 1e-6
    assert orders.gain == pytest.approx(value(demand, orders.units, worth).sum())
    assert all(price >= 0 for price in orders.prices.values())


def test_no_other_whole_packs_are_better():
    demand, worth, cost, volume = shop(3, 4, samples=30)
    worth = Worth(worth.short, worth.over, pack=np.array([10.0, 12, 15, 9]), minimum=np.array([20.0, 0, 15, 0]))
    gains = pack_values(demand, 0.0, worth=worth, steps=1000)
    limits = [Limit("budget", cost, 120.0), Limit("room", volume, 30.0)]
    ours = allocate(gains, limits)
    best = 0.0
    for packs in product(range(9), repeat=4):
        units = np.array(packs) * worth.pack
        allowed = ((units == 0) | (units >= worth.minimum)).all()
        if allowed and cost @ units <= 120 and volume @ units <= 30:
            best = max(best, value(demand, units, worth).sum())
    assert ours.gain == pytest.approx(best)


def test_many_items_come_close_to_the_bound():
    demand, worth, cost, volume = shop(4, 1500)
    gains = pack_values(demand, 0.0, worth=worth)
    assert gains.item.size > 3_000
    full = allocate(gains, []).units
    limits = [Limit("budget", cost, 0.4 * float(cost @ full)), Limit("room", volume, 0.5 * float(volume @ full))]
    orders = allocate(gains, limits)
    assert orders.gap < 0.001
    assert orders.used["budget"] <= limits[0].total


def test_very_many_steps_are_solved_as_the_whole_program(monkeypatch):
    demand, worth, cost, volume = shop(8, 900)
    gains = pack_values(demand, 0.0, worth=worth)
    full = allocate(gains, []).units
    limits = [Limit("budget", cost, 0.3 * float(cost @ full)), Limit("room", volume, 0.3 * float(volume @ full))]
    whole = allocate(gains, limits)
    monkeypatch.setattr("foresale.inventory.limits._DIRECT", 200)
    parts = allocate(gains, limits)
    assert gains.item.size > 10 * 200
    assert parts.bound == pytest.approx(whole.bound)
    assert parts.prices == pytest.approx(whole.prices)
    np.testing.assert_array_equal(parts.units, whole.units)


def test_prices_are_what_a_little_more_would_bring():
    demand, worth, cost, volume = shop(5, 300)
    gains = pack_values(demand, 0.0, worth=worth)
    full = allocate(gains, []).units
    totals = np.array([0.4 * cost @ full, 0.6 * volume @ full])

    def solved(more):
        return allocate(gains, [Limit("budget", cost, totals[0] + more), Limit("room", volume, totals[1])])

    rise = (solved(1.0).bound - solved(0.0).bound) / 1.0
    assert rise == pytest.approx(solved(0.0).prices["budget"], rel=0.05)
    loose = allocate(gains, [Limit("budget", cost, totals[0]), Limit("room", volume, 1e9)])
    assert loose.prices["room"] == pytest.approx(0, abs=1e-9)
    assert loose.prices["budget"] > 0


def test_a_limit_of_some_items_leaves_the_others():
    demand, worth, _, volume = shop(6, 20)
    gains = pack_values(demand, 0.0, worth=worth)
    ming = np.arange(20) < 10
    free, bound = allocate(gains, []), allocate(gains, [Limit("container", volume * ming, 0.0)])
    assert (bound.units[ming] == 0).all()
    np.testing.assert_array_equal(bound.units[~ming], free.units[~ming])


def test_steps_are_worth_ever_less():
    demand, worth, _, _ = shop(7, 50)
    gains = pack_values(demand, 3.0, worth=worth)
    same = np.diff(gains.item) == 0
    assert (np.diff(gains.gain / gains.units)[same] <= 1e-9).all()
    assert (gains.rank[1:][same] == gains.rank[:-1][same] + 1).all()


def test_nothing_to_order():
    none = pack_values(np.zeros((5, 2)), 0.0, worth=Worth(1.0, 1.0))
    assert allocate(none, [Limit("budget", np.ones(2), 10.0)]).units.tolist() == [0, 0]
    assert isinstance(none, MarginalValues)


def test_limits_that_cannot_be():
    with pytest.raises(ConfigError, match="use of 1 items is unknown"):
        Limit("room", np.array([1.0, np.nan]), 3.0)
    with pytest.raises(ConfigError, match="budget is not negative"):
        Limit("budget", np.ones(2), -3.0)
    gains = pack_values(np.ones((3, 2)), 0.0, worth=Worth(2.0, 1.0))
    with pytest.raises(ConfigError, match="name of its own"):
        allocate(gains, [Limit("room", np.ones(2), 3.0), Limit("room", np.ones(2), 3.0)])
    with pytest.raises(ConfigError, match="3 items of 2"):
        allocate(gains, [Limit("room", np.ones(3), 3.0)])
