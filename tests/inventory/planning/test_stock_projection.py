"""The course of stock, against a replay of every path on its own."""

import numpy as np
from hypothesis import given, settings, strategies as st

from foresale.inventory.levels import Ahead, ProtectionInterval, fill_level
from foresale.inventory.orders import in_whole_packs
from foresale.inventory.planning.stock_projection import project_stock
from foresale.inventory.policies.registry import policy_named
from foresale.inventory.policies.situation import Situation
from foresale.inventory.policies.terms import ReplenishmentTerms

BASE_STOCK = policy_named("base-stock")


def replayed(demand, stock, *, terms, first, steps):
    """Stock at the end of each step, and units lost, path by path and item by item; lead times that do not vary."""
    count, items, _ = demand.shape
    ends, missed = np.zeros((count, items, steps)), np.zeros((count, items, steps))
    for item in range(items):
        own, wait = terms.select(np.array([item])), int(terms.lead[0, item])
        for path in range(count):
            held, due = stock.on_hand[item], dict(enumerate(stock.arrivals[item]))
            due[wait] = due.get(wait, 0) + first[item]
            for step in range(steps):
                if step and step % own.review[0] == 0 and step + wait < steps:
                    ahead = demand[:, item : item + 1, step:]
                    cycle = ProtectionInterval.of(ahead, lead=np.array([wait]), review=own.review)
                    lot = np.minimum(own.pack - 1, 2 * cycle.wanted.mean(axis=0))
                    level = fill_level(cycle, target=own.target, lot=lot)
                    position = held + sum(units for when, units in due.items() if when >= step)
                    units = in_whole_packs(level - position, pack=own.pack, minimum=own.minimum)[0]
                    due[step + wait] = due.get(step + wait, 0) + units
                held += due.get(step, 0)
                wanted = demand[path, item, step]
                missed[path, item, step] = max(wanted - max(held, 0), 0)
                held = max(held - wanted, 0) if terms.lost else held - wanted
                ends[path, item, step] = max(held, 0)
    return ends, missed


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), lost=st.booleans(), pack=st.sampled_from([1.0, 4.0]))
def test_as_every_path_on_its_own(seed, lost, pack):
    rng = np.random.default_rng(seed)
    demand = rng.poisson(3, (6, 2, 14)).astype(np.float32)
    stock = Ahead(rng.integers(0, 30, 2).astype(float), rng.integers(0, 3, (2, 14)).astype(float))
    lead, first = rng.integers(1, 5, 2), rng.integers(0, 20, 2).astype(float)
    terms = ReplenishmentTerms.plain(2, lead=lead, review=3, pack=pack, lost=lost)
    found = project_stock(Situation.today(terms, stock, demand), first=first, policy=BASE_STOCK, steps=10)
    ends, missed = replayed(demand, stock, terms=terms, first=first, steps=10)
    np.testing.assert_allclose(found.mean, ends.mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(found.lost, missed.mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(found.risk, (missed > 0).mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(found.out, (np.cumsum(missed, axis=2) > 0).mean(axis=0), atol=1e-6)
    before = [missed[:, item, : lead[item]].sum(axis=1).mean() for item in range(2)]
    np.testing.assert_allclose(found.lost_before, before, atol=1e-3)
    assert (found.low <= found.middle).all()
    assert (found.middle <= found.high).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_nothing_comes_from_nowhere(seed):
    rng = np.random.default_rng(seed)
    demand = rng.gamma(1, 3, (20, 3, 16)).astype(np.float32)
    stock = Ahead(rng.uniform(0, 40, 3), rng.uniform(0, 3, (3, 16)))
    lead = rng.integers(1, 6, (20, 3))
    now = Situation.today(ReplenishmentTerms.plain(3, lead=lead, review=4), stock, demand)
    found = project_stock(now, first=rng.uniform(0, 9, 3), policy=BASE_STOCK, steps=12)
    sold = demand[:, :, :12].mean(axis=0).sum(axis=1) - found.lost.sum(axis=1)
    np.testing.assert_allclose(
        found.mean[:, -1], stock.on_hand + found.arrivals.sum(axis=1) - sold, rtol=1e-4, atol=1e-3
    )


def test_later_orders_are_those_of_the_reviews():
    steady = np.full((5, 1, 30), 2.0, np.float32)
    stock = Ahead(np.array([20.0]), np.zeros((1, 30)))
    now = Situation.today(ReplenishmentTerms.plain(1, lead=3, review=7), stock, steady)
    found = project_stock(now, first=[0.0], policy=BASE_STOCK, steps=20)
    assert found.later.step.tolist() == [7, 14]
    assert found.later.arrives.tolist() == [10, 17]
    assert (found.later.low == found.later.high).all()
    assert found.later.chance.tolist() == [1.0, 1.0]


def test_nothing_arrives_that_would_be_sold_after_the_end():
    steady = np.full((5, 1, 30), 2.0, np.float32)
    steady[:, :, 9:] = 0
    stock = Ahead(np.array([0.0]), np.zeros((1, 30)))
    now = Situation.today(ReplenishmentTerms.plain(1, lead=3, review=7, end=9), stock, steady)
    found = project_stock(now, first=[12.0], policy=BASE_STOCK, steps=20)
    assert found.later.item.size == 0
    assert found.mean[0, -1] == 0


def test_what_is_projected_spoils():
    stock = Ahead(np.array([30.0]), np.zeros((1, 20)))
    now = Situation.today(ReplenishmentTerms.plain(1, lead=9, review=7, shelf=3), stock, np.full((5, 1, 20), 2.0))
    found = project_stock(now, first=[0.0], policy=None, steps=6)
    assert found.mean.tolist() == [[28.0, 26.0, 0.0, 0.0, 0.0, 0.0]]
    assert found.lost[0].tolist() == [0, 0, 0, 2, 2, 2]
