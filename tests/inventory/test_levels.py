"""Levels out of sample paths: what they promise is what a day-by-day replay of (R, S) then does."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.inventory.leads import LeadTimes
from foresale.inventory.levels import (
    Ahead,
    ProtectionInterval,
    cost_level,
    cycle_level,
    fill_level,
)
from foresale.inventory.orders import in_whole_packs
from foresale.inventory.policies.situation import Situation
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.review import NormalDemand, base_stock_cycle, base_stock_fill
from foresale.inventory.samples import PathSums

PATHS, HORIZON = 500, 28
SINGLE = 2e-5
"""Units by which single precision, in which stock is followed, may be off at a hundred of them."""


def shop(seed, kind, shape):
    """Demand in units a day: [..., steps], the same law for paths and for what then happens."""
    rng = np.random.default_rng(seed)
    if kind == "smooth":
        return rng.poisson(20, shape)
    if kind == "seasonal":
        week = np.array([6, 8, 10, 12, 20, 34, 30])
        return rng.poisson(week[np.arange(shape[-1]) % 7], shape)
    if kind == "intermittent":
        return rng.binomial(1, 0.15, shape) * (1 + rng.poisson(2, shape))
    promoted = np.where(np.arange(shape[-1]) % 14 < 3, 40, 8)
    return rng.poisson(promoted * rng.gamma(4, 0.25, shape))


def replay(sold, order_of, *, lead, review, lost):
    """Share of demand met from the shelf; `order_of(day, on hand, owed, arrivals)` tells orders, by run."""
    runs, days = sold.shape
    on_hand, owed, met, wanted = np.zeros(runs), np.zeros(runs), 0.0, 0.0
    due = np.zeros((runs, days + lead + review))
    for day in range(days):
        if day % review == 0:
            due[:, day + lead] += order_of(day, on_hand, owed, due[:, day : day + lead + review])
        paid = np.minimum(owed, on_hand + due[:, day])
        owed, on_hand = owed - paid, on_hand + due[:, day] - paid
        served = np.minimum(on_hand, sold[:, day])
        on_hand = on_hand - served
        owed = owed if lost else owed + sold[:, day] - served
        if day >= 6 * review + lead:
            met, wanted = met + served.sum(), wanted + sold[:, day].sum()
    return met / wanted


KINDS = ["smooth", "seasonal", "intermittent", "promoted"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("target", [0.90, 0.95, 0.98])
def test_realised_fill_rate_where_demand_waits(kind, target):
    """Within one point of the target, with one level for every phase of the season."""
    lead, review = 5, 7
    levels = [
        fill_level(
            ProtectionInterval.of(shop(1, kind, (8000, 1, 14 + lead + review))[:, :, phase:], lead=lead, review=review),
            target=target,
        )[0]
        for phase in (0, 7)
    ]

    def order(day, on_hand, owed, arrivals):
        return np.maximum(levels[day // review % 2] - on_hand + owed - arrivals.sum(axis=1), 0)

    reached = replay(shop(2, kind, (400, 196)), order, lead=lead, review=review, lost=False)
    assert reached == pytest.approx(target, abs=0.01)


LOST = [
    (0.90, 5),
    pytest.param(0.95, 5, marks=pytest.mark.slow),
    (0.98, 5),
    pytest.param(0.95, 0, marks=pytest.mark.slow),
    pytest.param(0.95, 20, marks=pytest.mark.slow),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("target", "lead"), LOST)
def test_realised_fill_rate_where_demand_is_lost(kind, target, lead):
    """Within one point of the target, lead times shorter and far longer than the review period."""
    review = 7
    drawn = [shop(10 + phase, kind, (200, 200, phase + lead + review))[:, :, phase:] for phase in (0, 7)]

    def order(day, on_hand, owed, arrivals):
        paths, stock = drawn[day // review % 2], Ahead(on_hand, arrivals, owed)
        terms = ReplenishmentTerms.plain(len(on_hand), lead=lead, review=review)
        return fill_level(Situation.today(terms, stock, paths.astype(np.float32)).cycle, target=target)

    reached = replay(shop(2, kind, (200, 140)), order, lead=lead, review=review, lost=True)
    assert reached == pytest.approx(target, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 5), st.integers(1, 5))
def test_where_demand_waits_the_order_is_what_the_position_lacks(seed, lead, review):
    rng = np.random.default_rng(seed)
    paths, arrivals = rng.gamma(1, 5, (40, 3, 10)), rng.integers(0, 9, (3, 10)).astype(float)
    arrivals[:, lead + review :] = 0
    stock = Ahead(rng.integers(0, 20, 3).astype(float), arrivals, rng.integers(0, 5, 3).astype(float))
    position = stock.on_hand + arrivals.sum(axis=1) - stock.owed
    level = fill_level(ProtectionInterval.of(paths, lead=lead, review=review), target=0.9)
    terms = [ReplenishmentTerms.plain(3, lead=lead, review=review, lost=lost) for lost in (False, True)]
    cycle, lost = (Situation.today(each, stock, paths).cycle for each in terms)
    np.testing.assert_allclose(fill_level(cycle, target=0.9), np.maximum(level - position, 0), atol=SINGLE)
    assert (lost.available >= cycle.available - SINGLE).all()
    assert (fill_level(lost, target=0.9) <= fill_level(cycle, target=0.9) + SINGLE).all()


def test_cycle_service_of_fresh_paths():
    """With few paths, too, a level lasts as often as it says, since one more draw is what counts."""
    paths = shop(1, "promoted", (50, 400, 14)).astype(np.float32)
    level = cycle_level(ProtectionInterval.of(paths, lead=7, review=7), target=0.9)
    fresh = ProtectionInterval.of(shop(2, "promoted", (300, 400, 14)).astype(np.float32), lead=7, review=7)
    assert fresh.cycle_service(level).mean() == pytest.approx(0.9, abs=0.01)


def test_joint_paths_need_more_than_independent_days():
    """Days that hang together sum up wider; z σ √(R + L) misses that by half."""
    rng = np.random.default_rng(0)
    common = rng.normal(0, 1, (4000, 1, 1))
    paths = 100 + 20 * (0.8 * common + 0.6 * rng.normal(0, 1, (4000, 1, 14)))
    cycle = ProtectionInterval.of(paths, lead=7, review=7)
    level = cycle_level(cycle, target=0.975)
    exact = 1400 + 1.96 * 20 * np.sqrt((0.8 * 14) ** 2 + 0.36 * 14)
    assert level[0] == pytest.approx(exact, rel=0.02)
    classical = base_stock_cycle(NormalDemand(rate=100, sd=20, review=7, lead=7), target=0.975)
    assert classical.safety < 0.4 * (level - cycle.until.mean(axis=0))


def test_independent_normal_days_agree_with_the_closed_form():
    rng = np.random.default_rng(0)
    paths = rng.normal(100, 20, (20_000, 1, 12))
    cycle, steady = ProtectionInterval.of(paths, lead=5, review=7), NormalDemand(rate=100, sd=20, review=7, lead=5)
    assert cycle_level(cycle, target=0.95)[0] == pytest.approx(base_stock_cycle(steady, target=0.95).level, rel=0.003)
    assert fill_level(cycle, target=0.98)[0] == pytest.approx(base_stock_fill(steady, target=0.98).level, rel=0.003)


def test_uncertain_lead_times_need_more():
    rng = np.random.default_rng(0)
    paths = rng.poisson(20, (2000, 1, 60)).astype(np.float32)
    grid = Frequency("day")
    sure = LeadTimes.fixed([10.0]).periods(grid, count=2000, seed=1)
    late = LeadTimes.fixed([9.5], [4.0]).periods(grid, count=2000, seed=1)
    assert late.mean() == pytest.approx(10, abs=0.1)
    levels = [cycle_level(ProtectionInterval.of(paths, lead=lead, review=7), target=0.95)[0] for lead in (sure, late)]
    classical = [base_stock_cycle(NormalDemand(20, np.sqrt(20), 7, 10, sd), target=0.95).level for sd in (0, 4)]
    assert levels[0] == pytest.approx(classical[0], rel=0.01)
    assert levels[1] == pytest.approx(classical[1], rel=0.04)
    assert levels[1] > 1.2 * levels[0]


def test_the_cost_level_has_no_cheaper_neighbour():
    paths = shop(1, "promoted", (4001, 3, HORIZON)).astype(np.float32)
    cycle = ProtectionInterval.of(paths, lead=4, review=7)
    short, holding = np.array([2.0, 5, 20]), np.array([1.0, 1, 1])
    level = cost_level(cycle, short=short, holding=holding)

    def cost(held):
        return (short * np.maximum(cycle.until - held, 0) + holding * np.maximum(held - cycle.until, 0)).mean(axis=0)

    for step in (-3, -1, 1, 3):
        assert (cost(level) <= cost(level + step) + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 9), st.integers(1, 9), st.floats(0.05, 0.9))
def test_levels_rise_with_the_target_and_keep_it(seed, lead, review, target):
    rng = np.random.default_rng(seed)
    paths = (rng.gamma(0.5, 10, (60, 4, 18)) * rng.binomial(1, 0.5, (60, 4, 18))).astype(np.float32)
    cycle = ProtectionInterval.of(paths, lead=lead, review=review)
    for level_of in (cycle_level, fill_level):
        low, high = level_of(cycle, target=target), level_of(cycle, target=target + 0.09)
        assert (low <= high + 1e-9).all()
    assert (cycle.fill_rate(fill_level(cycle, target=target)) >= target - 1e-6).all()


def test_items_without_demand_need_nothing():
    cycle = ProtectionInterval.of(np.zeros((10, 2, 5), np.float32), lead=2, review=3)
    assert fill_level(cycle, target=0.95).tolist() == [0, 0]
    assert cycle_level(cycle, target=0.95).tolist() == [0, 0]
    assert cycle.fill_rate([0.0, 0.0]).tolist() == [1, 1]


def test_sums_beyond_the_horizon_go_on_at_the_mean():
    paths = np.array([[[1.0, 3.0]]])
    assert PathSums.of(paths).before(4).tolist() == [[8.0]]


def test_shapes_that_do_not_fit():
    paths = np.ones((3, 2, 4))
    with pytest.raises(ConfigError, match="paths by items by steps"):
        ProtectionInterval.of(paths[0], lead=1, review=1)
    with pytest.raises(ConfigError, match="do not fit 3 paths of 2 items"):
        ProtectionInterval.of(paths, lead=np.ones(5, int), review=1)
    with pytest.raises(ConfigError, match="whole numbers"):
        ProtectionInterval.of(paths, lead=1.5, review=1)
    with pytest.raises(ConfigError, match="target"):
        cycle_level(ProtectionInterval.of(paths, lead=1, review=1), target=1.0)


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=8), st.sampled_from([1.0, 6.0, 12.5]), st.floats(0, 100))
def test_orders_are_whole_packs_that_reach_the_level(missing, pack, minimum):
    level = np.array(missing)
    order = in_whole_packs(level, pack=pack, minimum=minimum)
    packs = order / pack
    assert np.allclose(packs, np.round(packs))
    ordered = order > 0
    assert (order[ordered] >= minimum - 1e-3).all()
    assert (order[ordered] >= level[ordered] - 1e-3).all()
    assert (order[ordered] < np.maximum(level[ordered], minimum) + pack).all()
    assert (level[~ordered] <= 1e-4).all()


def test_the_future_of_one_item_does_not_move_another():
    paths = shop(1, "smooth", (200, 3, HORIZON)).astype(np.float32)
    before = fill_level(ProtectionInterval.of(paths, lead=3, review=7), target=0.95)
    changed = paths.copy()
    changed[:, 2] *= 5
    changed[:, :, 10:] *= 9
    after = fill_level(ProtectionInterval.of(changed, lead=3, review=7), target=0.95)
    np.testing.assert_array_equal(before[:2], after[:2])
