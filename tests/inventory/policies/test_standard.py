"""Orders out of sample paths: the service that is asked for is reached, and what is known to come is used."""

from collections.abc import Iterator

import numpy as np
import pytest

from foresale.inventory.policies.levels import UpTo
from foresale.inventory.policies.registry import policy_named
from foresale.inventory.policies.situation import SideBySide
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.simulation.engine import run
from foresale.inventory.simulation.outlook import Foresight, WithOutlook
from foresale.inventory.simulation.result import Result, Tally


class Poisson:
    """Draws of what is to come."""

    def __init__(self, rate: np.ndarray, *, count: int, ahead: int) -> None:
        self.rate, self.count, self.ahead = rate, count, ahead
        self.rng = np.random.default_rng(11)

    def parts(self, step: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        shape = (self.count, len(self.rate), self.ahead)
        yield np.arange(len(self.rate)), self.rng.poisson(self.rate[:, None], shape).astype(np.float32)


def reached(terms: ReplenishmentTerms, *, rate: float, target: float, days: int = 180) -> float:
    count = len(terms)
    outlook = Poisson(np.full(count, rate), count=150, ahead=18)
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
        {"lead": 5, "review": 7, "pack": 3},
        {"lead": np.random.default_rng(0).permuted(np.resize(np.arange(2, 9), (70, 1)).repeat(40, axis=1), axis=0),
         "review": 7},
    ],
    ids=["plain", "packs", "lead times vary"],
)  # fmt: skip
def test_the_fill_rate_that_is_asked_for_is_reached(terms, target):
    """And a little more: what stock and packs bring too much is not taken back by the next order."""
    found = reached(ReplenishmentTerms.plain(40, **terms), rate=3.0, target=target)
    assert target - 0.015 <= found <= target + 0.04


def test_slow_items_of_whole_units_reach_it_and_more():
    """What a whole unit brings too much is not taken back by the next order: every order keeps its own service."""
    assert 0.9 <= reached(ReplenishmentTerms.plain(100, lead=2, review=7), rate=0.15, target=0.9) < 0.99


def test_unmet_demand_that_waits_is_planned_for():
    waiting = ReplenishmentTerms.plain(40, lead=5, review=7, lost=False)
    assert reached(waiting, rate=3.0, target=0.95) == pytest.approx(0.95, abs=0.015)


def test_economic_quantities_are_ordered_less_often():
    """Of 3 a day, an order for 5 and a unit held for 1/90 a day, 52 are the economic quantity."""
    count, days = 10, 90
    terms = ReplenishmentTerms.plain(count, lead=3, review=1, ordering=5.0, holding=1 / 90)
    outlook = Poisson(np.full(count, 3.0), count=100, ahead=8)
    demand = np.random.default_rng(2).poisson(3.0, (1, count, days)).astype(np.float32)
    tally = Tally(terms, np.zeros(count, int), np.full(count, days))
    policy = SideBySide([WithOutlook(policy_named(name), outlook, terms) for name in ("base-stock", "s-S", "r-Q")])
    run(demand.repeat(3, axis=0), policy, terms=terms, start=np.full(count, 12.0), tally=tally)
    plain, at_least, multiples = (tally.counts["orders"][:, place].mean() for place in range(3))
    assert plain > 4 * at_least
    assert multiples == pytest.approx(days * 3 / 52, rel=0.2)


def test_who_knows_what_comes_loses_nothing_and_keeps_little():
    rng = np.random.default_rng(4)
    demand = rng.poisson(4, (30, 80)).astype(np.float32)
    terms = ReplenishmentTerms.plain(30, lead=3, review=2)
    knowing = WithOutlook(policy_named("base-stock"), Foresight(demand, 6), terms.serving(1 - 1e-6))
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
