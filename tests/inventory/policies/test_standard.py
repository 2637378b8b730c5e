"""Orders out of sample paths: the service that is asked for is reached, and what is known to come is used."""

from collections.abc import Iterator

import numpy as np
import pytest

from foresale.inventory.policies.levels import UpTo
from foresale.inventory.policies.registry import policy_named
from foresale.inventory.policies.situation import SideBySide
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.simulation.engine import run
from foresale.inventory.simulation.outlook import Clairvoyant, WithOutlook
from foresale.inventory.simulation.result import Result, Tally


class Poisson:
    """Draws of what is to come, the same ones whenever an order is placed, as plans and replays have them."""

    def __init__(self, rate: np.ndarray, *, count: int, ahead: int) -> None:
        shape = (count, len(rate), ahead)
        self.drawn = np.random.default_rng(11).poisson(rate[:, None], shape).astype(np.float32)

    def parts(self, step: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        yield np.arange(self.drawn.shape[1]), self.drawn


def reached(terms: ReplenishmentTerms, *, rate: float, target: float, days: int = 180) -> float:
    count = len(terms)
    outlook = Poisson(np.full(count, rate), count=1000, ahead=18)
    demand = np.random.default_rng(5).poisson(rate, (1, count, days)).astype(np.float32)
    tally = Tally(terms, np.full(count, 40), np.full(count, days))
    policy = WithOutlook(policy_named("base-stock"), outlook, terms.serving(target))
    run(demand, policy, terms=terms, start=np.full(count, 12 * rate), tally=tally)
    return Result.joined([(np.arange(count), tally)], terms).overall("sold", "wanted").value


@pytest.mark.parametrize("target", [0.9, 0.98])
@pytest.mark.parametrize(
    "terms",
    [
        {"lead": 5, "review": 7},
        {
            "lead": np.random.default_rng(0).permuted(np.resize(np.arange(2, 9), (70, 1)).repeat(40, axis=1), axis=0),
            "review": 7,
        },
    ],
    ids=["plain", "lead times vary"],
)
def test_the_fill_rate_that_is_asked_for_is_reached(terms, target):
    found = reached(ReplenishmentTerms.plain(40, **terms), rate=3.0, target=target)
    assert found == pytest.approx(target, abs=0.015)


@pytest.mark.parametrize("target", [0.9, 0.98])
@pytest.mark.parametrize(("lost", "near"), [(False, 0.015), (True, 0.03)])
@pytest.mark.parametrize("lots", [{"pack": 3}, {"pack": 10}, {"pack": 30}, {"minimum": 30}])
def test_it_is_reached_on_average_over_orders_in_cartons(lots, lost, near, target):
    """After lost sales less is needed than before them, so that cartons bring a little more than they are taken for."""
    found = reached(ReplenishmentTerms.plain(40, lead=5, review=7, lost=lost, **lots), rate=3.0, target=target)
    assert found == pytest.approx(target, abs=near)


def test_slow_items_of_whole_units_reach_it_and_more():
    """A unit is three tenths of what is needed, and no order serves less than asked for a single one."""
    assert 0.9 <= reached(ReplenishmentTerms.plain(100, lead=2, review=7), rate=0.15, target=0.9) <= 0.95


def test_unmet_demand_that_waits_is_planned_for():
    waiting = ReplenishmentTerms.plain(40, lead=5, review=7, lost=False)
    assert reached(waiting, rate=3.0, target=0.95) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("ordering", "quantity"), [(5 / 3, 30), (5.0, 52)])
def test_economic_quantities_are_ordered_less_often(ordering, quantity):
    """Of 3 a day, a unit held for 1/90 a day, √(2 × 3 × 90 × the cost of an order) are the economic quantity."""
    count, days = 10, 180
    terms = ReplenishmentTerms.plain(count, lead=3, review=1, ordering=ordering, holding=1 / 90)
    outlook = Poisson(np.full(count, 3.0), count=100, ahead=8)
    demand = np.random.default_rng(2).poisson(3.0, (1, count, days)).astype(np.float32)
    tally = Tally(terms, np.zeros(count, int), np.full(count, days))
    policy = SideBySide([WithOutlook(policy_named(name), outlook, terms) for name in ("base-stock", "s-S", "r-Q")])
    run(demand.repeat(3, axis=0), policy, terms=terms, start=np.full(count, 12.0), tally=tally)
    plain, at_least, multiples = (tally.counts["orders"][:, place].mean() for place in range(3))
    assert plain > 4 * at_least
    assert multiples == pytest.approx(days * 3 / quantity, rel=0.1)


@pytest.mark.parametrize("target", [0.9, 0.98])
@pytest.mark.parametrize("policy", ["reorder-point", "r-Q"])
def test_lots_serve_no_less_than_is_asked_for(policy, target):
    """And orders are of the economic quantity, 30: more of it stands there than is needed, for most of the time."""
    count, days, begin = 60, 240, 40
    terms = ReplenishmentTerms.plain(count, lead=5, review=1, lost=False, ordering=5 / 3, holding=1 / 90)
    outlook = Poisson(np.full(count, 3.0), count=1000, ahead=8)
    demand = np.random.default_rng(5).poisson(3.0, (1, count, days)).astype(np.float32)
    tally = Tally(terms, np.full(count, begin), np.full(count, days))
    own = WithOutlook(policy_named(policy), outlook, terms.serving(target))
    run(demand, own, terms=terms, start=np.full(count, 36.0), tally=tally)
    assert Result.joined([(np.arange(count), tally)], terms).overall("sold", "wanted").value >= target
    assert tally.counts["orders"].mean() == pytest.approx((days - begin) * 3 / 30, rel=0.05)


def test_who_knows_what_comes_loses_nothing_and_keeps_little():
    rng = np.random.default_rng(4)
    demand = rng.poisson(4, (30, 80)).astype(np.float32)
    terms = ReplenishmentTerms.plain(30, lead=3, review=2)
    knowing = WithOutlook(policy_named("base-stock"), Clairvoyant(demand, 6), terms.serving(1 - 1e-6))
    policy = SideBySide([knowing, UpTo(np.full(30, 40.0))])
    tally = Tally(terms, np.full(30, 3), np.full(30, 80))
    run(np.broadcast_to(demand, (2, *demand.shape)), policy, terms=terms, start=np.full(30, 20.0), tally=tally)
    done = Result.joined([(np.arange(30), tally)], terms)
    assert done.column(0).overall("sold", "wanted").value == pytest.approx(1, abs=1e-4)
    assert done.column(0).average_stock.mean() < 5
    assert done.column(1).average_stock.mean() > 15


@pytest.mark.parametrize(("short", "waste", "level"), [(3.0, 1.0, 0.75), (1.0, 4.0, 0.2)])
def test_the_newsvendor_stocks_the_critical_quantile_of_what_does_not_keep(short, waste, level):
    count, days = 12, 120
    terms = ReplenishmentTerms.plain(count, lead=1, review=1, shelf=1, short=short, waste=waste)
    outlook = Poisson(np.full(count, 20.0), count=200, ahead=3)
    demand = np.random.default_rng(9).poisson(20, (1, count, days)).astype(np.float32)
    tally = Tally(terms, np.full(count, 1), np.full(count, days))
    run(
        demand,
        WithOutlook(policy_named("newsvendor"), outlook, terms),
        terms=terms,
        start=np.full(count, 20.0),
        tally=tally,
    )
    ordered = tally.counts["ordered"].sum() / count / (days - 1)
    assert ordered == pytest.approx(float(np.quantile(np.random.default_rng(0).poisson(20, 100_000), level)), abs=0.6)


@pytest.mark.parametrize(("lead", "review", "shelf"), [(1, 1, 2), (1, 1, 4), (2, 2, 3), (0, 1, 1)])
def test_orders_of_what_spoils_cost_little_more_than_the_best_level(lead, review, shelf):
    """Against every level in the same days, chosen by who knows them: at most 5 % dearer."""
    count, days = 60, 60
    terms = ReplenishmentTerms.plain(count, lead=lead, review=review, shelf=shelf, short=3.0, waste=2.0, holding=0.05)
    outlook = Poisson(np.full(count, 8.0), count=400, ahead=12)
    levels = [UpTo(np.full(count, float(level))) for level in range(8, 46)]
    policies = [WithOutlook(policy_named("newsvendor"), outlook, terms), *levels]
    demand = np.random.default_rng(0).poisson(8, (1, count, days)).astype(np.float32)
    tally = Tally(terms, np.full(count, 10), np.full(count, days))
    run(
        demand.repeat(len(policies), axis=0), SideBySide(policies), terms=terms, start=np.full(count, 16.0), tally=tally
    )
    ours, *others = Result.joined([(np.arange(count), tally)], terms).money["total"].sum(axis=0)
    assert ours <= 1.05 * min(others)
