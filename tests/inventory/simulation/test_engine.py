"""The engine against a simulation that follows one item on one path with plain Python, and against known formulas."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.inventory.policies.levels import MinMax, Reorder, UpTo
from foresale.inventory.policies.terms import NEVER, ReplenishmentTerms
from foresale.inventory.review import NormalDemand, base_stock_fill
from foresale.inventory.simulation.engine import Counting, follow_stock


def one_by_one(demand, wish, *, lead, review, pack, minimum, shelf, lost, oldest_first, start):
    """Units as a list of lots [last day, units]: the slow and obvious way."""
    lots = [[shelf - 1, start]] if start else []
    coming: dict[int, float] = {}
    owed = 0.0
    done = {"sold": 0.0, "spoiled": 0.0, "stock": 0.0, "short_periods": 0, "orders": 0, "ordered": 0.0, "owed": 0.0}
    for step, wanted in enumerate(demand):
        if step % review == 0:
            on_hand = sum(units for _, units in lots)
            missing = wish(on_hand + sum(coming.values()) - owed)
            if missing > 0:
                units = -(-max(missing, minimum) // pack) * pack
                coming[step + lead] = coming.get(step + lead, 0) + units
                done["orders"] += 1
                done["ordered"] += units
        arrived = coming.pop(step, 0)
        served = min(owed, arrived)
        owed -= served
        if arrived - served:
            lots.append([step + shelf - 1, arrived - served])
        left = wanted
        for lot in sorted(lots, reverse=not oldest_first):
            taken = min(left, lot[1])
            lot[1] -= taken
            left -= taken
        done["sold"] += wanted - left
        done["short_periods"] += left > 0
        owed += 0 if lost else left
        done["spoiled"] += sum(units for last, units in lots if last == step)
        lots = [[last, units] for last, units in lots if last > step and units]
        done["stock"] += sum(units for _, units in lots)
        done["owed"] += owed
    return done


TERMS = st.fixed_dictionaries(
    {
        "lead": st.integers(0, 5),
        "review": st.integers(1, 4),
        "pack": st.integers(1, 6),
        "minimum": st.integers(0, 12),
        "shelf": st.sampled_from([1, 2, 5, NEVER]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TERMS, min_size=1, max_size=4), st.booleans(), st.booleans(), st.integers(0, 2**31))
def test_every_item_and_path_goes_as_if_followed_alone(each_terms, lost, oldest_first, seed):
    rng = np.random.default_rng(seed)
    demand = rng.poisson(3, (2, len(each_terms), 37)).astype(np.float32)
    start = rng.integers(0, 20, len(each_terms)).astype(float)
    columns = {name: [each[name] for each in each_terms] for name in each_terms[0]}
    terms = ReplenishmentTerms.plain(len(each_terms), **columns)
    terms = replace(terms, lost=lost, oldest_first=oldest_first)
    levels = rng.integers(5, 40, len(terms)).astype(float)
    done = follow_stock(demand, UpTo(levels), terms=terms, start=start)
    for item, each in enumerate(each_terms):
        for path in range(2):
            wish = lambda at, item=item: levels[item] - at  # noqa: E731
            expected = one_by_one(
                demand[path, item].tolist(), wish, **each, lost=lost, oldest_first=oldest_first, start=start[item]
            )
            found = {name: float(done.counts[name][item, path]) for name in expected}
            assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("policy", "wish"),
    [
        (MinMax(np.array([8.0]), np.array([25.0])), lambda at: 25 - at if at <= 8 else 0),
        (Reorder(np.array([9.0]), np.array([10.0])), lambda at: 10 * ((9 - at) // 10 + 1) if at <= 9 else 0),
    ],
)
def test_policies_order_what_their_names_say(policy, wish):
    demand = np.random.default_rng(3).poisson(2, (1, 1, 80)).astype(np.float32)
    terms = {"lead": 2, "review": 1, "pack": 1, "minimum": 0, "shelf": NEVER}
    done = follow_stock(demand, policy, terms=ReplenishmentTerms.plain(1, lead=2), start=[12.0])
    expected = one_by_one(demand[0, 0].tolist(), wish, **terms, lost=True, oldest_first=True, start=12.0)
    assert {name: float(done.counts[name][0, 0]) for name in expected} == pytest.approx(expected)


def test_what_comes_in_goes_out_or_is_still_there():
    rng = np.random.default_rng(1)
    demand = rng.poisson(4, (5, 30, 60)).astype(np.float32)
    terms = ReplenishmentTerms.plain(
        30, lead=rng.integers(1, 6, (7, 30)), review=3, pack=4, shelf=rng.integers(2, 9, 30)
    )
    done = follow_stock(demand, UpTo(np.full(30, 40.0)), terms=terms, start=np.full(30, 10.0))
    out = done.counts["sold"] + done.counts["spoiled"] + done.counts["left"]
    late = done.counts["ordered"] + 10 - out
    assert (late >= 0).all()
    assert (late <= 4 * 40).all()
    assert (done.counts["spoiled"] > 0).any()


def test_lead_times_that_vary_are_drawn_for_every_order_and_cost_service():
    demand = np.random.default_rng(0).poisson(5, (50, 4, 200)).astype(np.float32)
    always, varying = (
        follow_stock(demand, UpTo(np.full(4, 32.0)), terms=ReplenishmentTerms.plain(4, lead=lead), start=[32.0] * 4)
        for lead in ([[5, 5, 5, 5]], [[2] * 4, [8] * 4])
    )
    assert (varying.fill_rate < always.fill_rate - 0.02).all()


def test_who_minds_what_spoils_orders_for_the_day_of_arrival():
    demand = np.random.default_rng(0).poisson(10, (1, 1, 30)).astype(np.float32)
    fresh = ReplenishmentTerms.plain(1, lead=1, shelf=1)
    heedless, minding = (
        follow_stock(demand, UpTo(np.array([12.0]), lasting), terms=fresh, start=[12.0]) for lasting in (False, True)
    )
    assert minding.counts["ordered"].item() == 12 * 30
    assert heedless.counts["ordered"].item() < 12 * 20
    keeping = ReplenishmentTerms.plain(1, lead=1)
    plain, same = (
        follow_stock(demand, UpTo(np.array([25.0]), lasting), terms=keeping, start=[12.0]) for lasting in (False, True)
    )
    assert np.array_equal(plain.counts["ordered"], same.counts["ordered"])


def test_the_fill_rate_of_a_textbook_level_is_reached():
    rng = np.random.default_rng(5)
    demand = np.maximum(rng.normal(100, 20, (40, 3, 400)), 0).astype(np.float32)
    target = np.array([0.9, 0.95, 0.98])
    level = base_stock_fill(NormalDemand(rate=100, sd=20, review=4, lead=5), target=target).level
    terms = ReplenishmentTerms.plain(3, lead=5, review=4, pack=0.01, lost=False)
    done = follow_stock(demand, UpTo(level), terms=terms, start=level, counting=Counting(count_from=20))
    assert done.fill_rate == pytest.approx(target, abs=0.003)


def test_slices_give_what_the_whole_gives():
    rng = np.random.default_rng(2)
    demand = rng.poisson(2, (200, 400, 20)).astype(np.float32)
    terms = ReplenishmentTerms.plain(400, lead=rng.integers(1, 4, 400), shelf=rng.choice([2, 9, NEVER], 400))
    policy = UpTo(rng.integers(4, 12, 400).astype(float))
    done = follow_stock(lambda items: demand[:, items], policy, terms=terms, start=5.0, paths=200)
    chosen = np.array([3, 399, 17])
    some = follow_stock(demand[:, chosen], UpTo(policy.level[chosen]), terms=terms.select(chosen), start=5.0)
    for name, values in done.counts.items():
        assert np.array_equal(values[chosen], some.counts[name]), name
    assert done.held.sum() == pytest.approx(done.counts["stock"].sum(), rel=1e-5)


def test_only_the_periods_that_count_are_counted():
    demand = np.ones((1, 2, 10), np.float32)
    counting = Counting(count_from=[2, 0], count_until=[5, 10])
    done = follow_stock(
        demand, UpTo(np.array([0.0, 0.0])), terms=ReplenishmentTerms.plain(2), start=4.0, counting=counting
    )
    assert done.counts["wanted"].ravel().tolist() == [3, 10]
    assert done.counts["sold"].ravel().tolist() == [2, 4]
    assert done.counts["left"].ravel().tolist() == [0, 0]
    assert done.periods.tolist() == [3, 10]


def test_money_is_what_the_counts_cost():
    demand = np.full((1, 1, 4), 3, np.float32)
    terms = ReplenishmentTerms.plain(1, lead=1, cost=2, short=5, holding=0.5, ordering=7)
    done = follow_stock(demand, UpTo(np.array([4.0])), terms=terms, start=[4.0])
    assert {name: values.item() for name, values in done.money.items()} == {
        "holding": 0.5,
        "ordering": 21,
        "waste": 0,
        "lost": 20,
        "total": 41.5,
    }
    assert done.short.ravel().tolist() == [0, 10, 0, 10]


def test_intervals_of_totals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(60):
        demand = rng.poisson(5, (40, 1, 30)).astype(np.float32)
        done = follow_stock(demand, UpTo(np.array([13.0])), terms=ReplenishmentTerms.plain(1, lead=1), start=[13.0])
        share = done.overall("sold", "wanted")
        inside += share.low <= 0.9598 <= share.high
    assert inside >= 48


@pytest.mark.parametrize(
    "wrong",
    [
        {"lead": -1},
        {"pack": 0},
        {"review": 0},
        {"holding": -1},
        {"colour": 3},
    ],
)
def test_terms_that_cannot_be_are_refused(wrong):
    with pytest.raises(ConfigError):
        ReplenishmentTerms.plain(2, **wrong)


def test_demand_of_other_items_is_refused():
    with pytest.raises(ConfigError, match="3 items"):
        follow_stock(np.ones((1, 2, 5), np.float32), UpTo(np.ones(3)), terms=ReplenishmentTerms.plain(3), start=1.0)
