"""Transfers between shops, a warehouse that shares, and stock that spoils."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresale.core.errors import ConfigError
from foresale.inventory.levels import Cycle, cycle_level
from foresale.inventory.network import Shops, pooled, share_out
from foresale.inventory.perishable import Perishable, perishable_level, perishable_outcome
from foresale.inventory.transfers import Places, transfers


def places(seed, products=3, shops=4):
    rng = np.random.default_rng(seed)
    count = products * shops
    balance = rng.integers(-9, 10, count)
    spare, short = np.maximum(balance, 0).astype(float), np.maximum(-balance, 0).astype(float)
    worth, kept = rng.uniform(1, 6, count), rng.uniform(0, 1, count)
    made = Places(np.repeat(np.arange(products), shops), np.tile(np.arange(shops), products), spare, short, worth, kept)
    return made, rng.uniform(0, 4, (shops, shops))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_transfers_move_whole_units_that_are_there_to_where_they_lack(seed):
    shops, cost = places(seed)
    moved = transfers(shops, cost=cost)
    out = np.bincount(moved.origin, moved.units, minlength=12)
    into = np.bincount(moved.destination, moved.units, minlength=12)
    assert (out <= shops.spare + 1e-9).all()
    assert (into <= shops.short + 1e-9).all()
    assert (shops.product[moved.origin] == shops.product[moved.destination]).all()
    np.testing.assert_array_equal(moved.units, np.round(moved.units))
    assert (moved.gain > 0).all()
    np.testing.assert_allclose(moved.received(12), into - out)


def test_no_other_transfers_bring_more():
    shops = Places(np.zeros(4, int), np.arange(4), spare=np.array([3.0, 2, 0, 0]), short=np.array([0.0, 0, 3, 3]),
                   worth=np.array([0.0, 0, 5, 4]), kept=np.array([1.0, 0, 0, 0]))  # fmt: skip
    cost = np.array([[0, 0, 1.0, 2.5], [0, 0, 3.5, 1.0], [0] * 4, [0] * 4])
    net = np.array([[shops.worth[to] - shops.kept[at] - cost[at, to] for to in (2, 3)] for at in (0, 1)])
    best = max(float((np.reshape(flow, (2, 2)) * net).sum()) for flow in product(range(4), repeat=4)
               if (np.reshape(flow, (2, 2)).sum(axis=1) <= [3, 2]).all()
               and (np.reshape(flow, (2, 2)).sum(axis=0) <= 3).all())  # fmt: skip
    assert transfers(shops, cost=cost).gain.sum() == pytest.approx(best)


def test_nothing_is_moved_that_is_not_worth_the_way():
    shops, _ = places(1)
    assert transfers(shops, cost=10.0).units.size == 0
    with pytest.raises(ConfigError, match="matrix from each of 4 places"):
        transfers(shops, cost=np.ones((2, 2)))
    with pytest.raises(ConfigError, match="spare must not be negative"):
        Places(np.zeros(1, int), np.zeros(1, int), np.array([-1.0]), np.zeros(1), np.zeros(1), np.zeros(1))


def two_products(seed):
    rng = np.random.default_rng(seed)
    rates = np.array([4.0, 8, 2, 5, 9])
    until = rng.poisson(rates, (400, 5)).astype(float)
    return Shops(np.array([0, 0, 1, 1, 1]), until, position=rng.integers(0, 4, 5).astype(float),
                 worth=rng.uniform(1, 5, 5), level=rates + 4)  # fmt: skip


def sales(shops, share):
    return shops.worth * np.minimum(shops.until, shops.position + share).mean(axis=0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 25), st.integers(0, 25))
def test_shares_are_whole_and_no_more_than_there_is(seed, first, second):
    shops = two_products(seed)
    shares = share_out([first, second], shops)
    for number, stock in enumerate((first, second)):
        own = shops.product == number
        assert shares[own].sum() == min(stock, shops.wanted[own].sum())
    assert (shares >= 0).all()
    assert (shares <= shops.wanted).all()
    np.testing.assert_array_equal(shares, shares.round())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("stock", [3, 9])
def test_no_other_shares_sell_more(seed, stock):
    shops = two_products(seed)
    shares = share_out([100, stock], shops)
    own = np.flatnonzero(shops.product == 1)
    best = 0.0
    for split in product(range(stock + 1), repeat=3):
        if sum(split) <= stock and (split <= shops.wanted[own]).all():
            share = shares.copy()
            share[own] = split
            best = max(best, sales(shops, share)[own].sum())
    assert sales(shops, shares)[own].sum() == pytest.approx(best)
    np.testing.assert_array_equal(shares[:2], shops.wanted[:2])


def test_a_pool_needs_less_than_its_shops_and_more_than_independent_ones():
    rng = np.random.default_rng(0)
    season = rng.normal(0, 1, (4000, 1, 1))
    paths = 50 + 10 * (0.7 * season + 0.7 * rng.normal(0, 1, (4000, 9, 5)))
    alone = cycle_level(Cycle.of(paths, lead=2, review=3), target=0.95)
    together = Cycle.of(pooled(paths, np.zeros(9, int), products=1), lead=2, review=3)
    safety = cycle_level(together, target=0.95)[0] - 9 * 250
    spread = (alone - 250).sum()
    assert np.sqrt(9) * spread / 9 < safety < spread


def test_networks_that_cannot_be():
    shops = two_products(1)
    with pytest.raises(ConfigError, match="must be a number below 1"):
        share_out([5.0], shops)
    with pytest.raises(ConfigError, match="must be a number below 2"):
        pooled(np.ones((2, 3, 4)), np.array([0, 1, 2]), products=2)


FRESH = [(1, 1, 2), (1, 1, 4), (2, 2, 3), (0, 1, 1)]


@pytest.mark.parametrize(("lead", "review", "shelf"), FRESH)
def test_the_level_of_what_spoils_costs_little_more_than_the_best(lead, review, shelf):
    """Against every level in a simulation that knows the age of each unit: at most 5 % dearer."""
    rng = np.random.default_rng(0)
    paths = rng.poisson(8, (400, 1, 60)).astype(np.float32)
    terms = Perishable(lead=lead, review=review, shelf=shelf, short=3.0, waste=2.0, holding=0.05)
    ours = np.round(perishable_level(paths, terms=terms))[0]

    def cost(level):
        done = perishable_outcome(paths, [float(level)], terms=terms)
        return (3.0 * (done.demand - done.sold) + 2.0 * done.spoiled + 0.05 * done.left)[0]

    best = min(cost(level) for level in range(4, 61, 1))
    assert cost(ours) <= 1.05 * best


def test_units_are_sold_spoiled_or_left():
    """With one period of life nothing is left, and what is not sold spoils; with a long one nothing spoils."""
    paths = np.random.default_rng(0).poisson(8, (50, 2, 80)).astype(np.float32)
    short, long = (Perishable(lead=1, review=1, shelf=shelf, short=1.0, waste=1.0) for shelf in (1, 30))
    done = perishable_outcome(paths, [20.0, 20.0], terms=short)
    assert done.left.tolist() == [0, 0]
    assert (done.spoiled > 0).all()
    kept = perishable_outcome(paths, [20.0, 20.0], terms=long)
    assert kept.spoiled.max() < 1e-9
    assert (kept.fill_rate > done.fill_rate).all()
    with pytest.raises(ConfigError, match="more than 31 steps"):
        perishable_outcome(paths[:, :, :20], [20.0, 20.0], terms=long)
