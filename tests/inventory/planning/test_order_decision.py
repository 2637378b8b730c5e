"""Orders of now: what one order is for, alone and among many items."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.special import ndtri

from foresale.core.errors import ConfigError
from foresale.inventory.levels import Ahead
from foresale.inventory.planning.order_decision import orders_now
from foresale.inventory.policies.registry import NAMES, policy_named
from foresale.inventory.policies.situation import Situation
from foresale.inventory.policies.terms import NEVER, ReplenishmentTerms


def paths(seed, count, items, steps, rate=5.0):
    return np.random.default_rng(seed).poisson(rate, (count, items, steps)).astype(np.float32)


def terms_of(count, **told):
    usual = {"review": 7, "target": 0.95, "short": 1.0, "holding": 0.1 / 7, "waste": 1.0}
    return ReplenishmentTerms.plain(count, **usual | told)


def ordered(demand, stock, terms, policy="base-stock"):
    return orders_now(Situation.today(terms, stock, demand), policy_named(policy))


def bare(on_hand, steps):
    return Ahead(on_hand=np.array(on_hand, float), arrivals=np.zeros((len(on_hand), steps)))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    pack=st.sampled_from([1.0, 6.0]),
    minimum=st.sampled_from([0.0, 24.0]),
    policy=st.sampled_from(NAMES),
    fill=st.booleans(),
    lost=st.booleans(),
)
def test_many_items_are_as_one_by_one(seed, pack, minimum, policy, fill, lost):
    rng = np.random.default_rng(seed)
    demand, lead = paths(seed, 30, 3, 20), rng.integers(1, 6, (30, 3))
    terms = terms_of(3, pack=pack, minimum=minimum, fill=fill, lost=lost, lead=lead, shelf=[2, 9, NEVER])
    stock = Ahead(rng.integers(0, 60, 3).astype(float), rng.integers(0, 4, (3, 20)).astype(float))
    together = ordered(demand, stock, terms, policy).units
    for item in range(3):
        one = slice(item, item + 1)
        part = Ahead(stock.on_hand[one], stock.arrivals[one])
        alone = ordered(demand[:, one], part, terms.select(np.array([item])), policy)
        np.testing.assert_array_equal(alone.units, together[one])
    assert (together % pack == 0).all()
    assert ((together == 0) | (together >= minimum)).all()


def test_an_order_reaches_its_fill_rate_and_no_more_than_a_pack_beyond():
    orders = ordered(paths(1, 4000, 1, 14), bare([12.0], 14), terms_of(1, target=0.9, lead=3))
    assert orders.cycle.fill_rate(orders.units)[0] >= 0.9
    assert orders.cycle.fill_rate(orders.units - 1)[0] < 0.9


def test_the_last_order_is_the_newsvendors():
    rng = np.random.default_rng(2)
    demand = np.zeros((20_000, 1, 8), np.float32)
    demand[:, 0, 3] = rng.normal(50, 8, 20_000)
    demand[:, 0, 6] = 1000.0
    orders = ordered(demand, bare([0.0], 8), terms_of(1, review=7, end=5, short=0.70, waste=0.18, lead=2))
    assert orders.last.all()
    assert orders.wanted[0] == pytest.approx(50 + 8 * ndtri(0.70 / 0.88), abs=0.3)


def test_what_would_arrive_after_the_end_is_not_ordered():
    terms = terms_of(2, end=6, lead=[[6, 9]])
    for policy in NAMES:
        assert ordered(paths(3, 50, 2, 20), bare([0.0, 0.0], 20), terms, policy).units.tolist() == [0, 0]


def test_what_spoils_is_not_ordered_for_a_whole_review():
    """What spoils is dear here: else the service is kept, since a lost sale costs more than what spoils."""
    demand = paths(4, 400, 1, 20)
    keeps, dear = (ordered(demand, bare([0.0], 20), terms_of(1, shelf=shelf, lead=1, waste=20)) for shelf in (NEVER, 2))
    assert dear.units[0] < keeps.units[0] / 2
    assert dear.brief.all()
    assert not keeps.brief.any()
    left = np.maximum(dear.units[0] - demand[:, 0, 1:3].sum(axis=1), 0).mean()
    assert left <= 0.06 * dear.units[0]
    cheap = ordered(demand, bare([0.0], 20), terms_of(1, shelf=2, lead=1, waste=0.5))
    best = ordered(demand, bare([0.0], 20), terms_of(1, shelf=2, lead=1, waste=0.5), "newsvendor")
    assert cheap.brief.all()
    assert dear.units[0] < cheap.units[0] == best.units[0]


def test_stock_that_will_have_spoiled_does_not_count():
    demand = paths(4, 400, 1, 20)
    fresh, old = (
        ordered(demand, bare([50.0], 20), terms_of(1, shelf=shelf, lead=3, review=2)).units[0] for shelf in (9, 3)
    )
    assert fresh == 0
    assert old >= 8


def test_waiting_customers_need_more_than_lost_ones():
    lost, waiting = (
        ordered(paths(5, 200, 1, 20), bare([0.0], 20), terms_of(1, lead=5, lost=lost)).units for lost in (True, False)
    )
    assert waiting[0] > lost[0] + 20


def test_customers_who_wait_already_are_served_though_others_would_not_wait():
    owed = Ahead(np.array([0.0]), np.zeros((1, 20)), np.array([40.0]))
    plain, more = (
        ordered(paths(5, 200, 1, 20), stock, terms_of(1, lead=5)).units[0] for stock in (bare([0.0], 20), owed)
    )
    assert more == pytest.approx(plain + 40, abs=1)


def test_terms_refuse_what_cannot_be():
    with pytest.raises(ConfigError, match="unknown policy 'luck'"):
        policy_named("luck")
    with pytest.raises(ConfigError, match=r"has a method wanted\(now\)"):
        policy_named(3)
    with pytest.raises(ConfigError, match="spoil"):
        replace(terms_of(1), waste_share=1.0)


def test_terms_of_days_in_weeks():
    from foresale.core.frequency import Frequency
    from foresale.inventory.leads import LeadTimes
    from foresale.inventory.terms import ItemTerms

    values = {
        "review_days": 10,
        "minimum": 0,
        "pack": 1,
        "cost": 4,
        "price": 9,
        "short": 5,
        "holding": 0.25,
        "ordering": 0,
        "salvage": 1,
        "shelf_days": 20,
        "target": 0.95,
        "volume": 1,
        "weight": 1,
    }
    arrays = {name: np.full(1, value, float) for name, value in values.items()}
    told = ItemTerms((), np.array([-1]), LeadTimes.fixed([10.0]), fill=np.array([True]), **arrays)
    terms = ReplenishmentTerms.of(told, Frequency.parse("W"))
    assert (terms.review[0], terms.shelf[0], terms.waste[0]) == (2, 2, 3.0)
    assert terms.holding[0] * terms.review[0] == pytest.approx(4 * 0.25 * 14 / 365.2425)


@pytest.mark.parametrize("target", [0.9, 0.98])
def test_orders_at_every_review_reach_the_target(target):
    """Many items lived through day by day: weekly reviews, lead times that vary, a week with a season, lost sales."""
    items, days, rng = 120, 7 * 40, np.random.default_rng(7)
    rates = np.array([6, 8, 10, 12, 20, 34, 30])[np.arange(days + 28) % 7]
    wanted = rng.poisson(rates[:days], (items, days))
    on_hand, due = np.zeros(items), np.zeros((items, days + 28))
    met = np.zeros(days)
    for day in range(days):
        if day % 7 == 0:
            demand = rng.poisson(rates[day : day + 14], (150, items, 14)).astype(np.float32)
            stock = Ahead(on_hand, due[:, day : day + 14])
            orders = ordered(demand, stock, terms_of(items, target=target, lead=rng.integers(2, 6, (150, items))))
            due[np.arange(items), day + rng.integers(2, 6, items)] += orders.units
        on_hand = on_hand + due[:, day]
        met[day] = np.minimum(on_hand, wanted[:, day]).sum()
        on_hand = np.maximum(on_hand - wanted[:, day], 0)
    reached = met[70:].sum() / wanted[:, 70:].sum()
    assert reached == pytest.approx(target, abs=0.015)
