"""Orders out of sample paths: the service that is asked for is reached, and what is known to come is used."""

from collections.abc import Iterator

import numpy as np
import pytest

from foresale.core.errors import ConfigError
from foresale.inventory.simulation.engine import run
from foresale.inventory.simulation.ordering import Aim, FromPaths
from foresale.inventory.simulation.outlook import Foresight
from foresale.inventory.simulation.policies import SideBySide, UpTo
from foresale.inventory.simulation.result import Result, Tally
from foresale.inventory.simulation.system import System


class Poisson:
    """Draws of what is to come."""

    def __init__(self, rate: np.ndarray, *, count: int, ahead: int) -> None:
        self.rate, self.count, self.ahead = rate, count, ahead
        self.rng = np.random.default_rng(11)

    def parts(self, step: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        shape = (self.count, len(self.rate), self.ahead)
        yield np.arange(len(self.rate)), self.rng.poisson(self.rate[:, None], shape).astype(np.float32)


def reached(system: System, *, rate: float, target: float, days: int = 180, kind: str = "base-stock",
            quantity: float = 0.0) -> float:  # fmt: skip
    count = len(system)
    outlook = Poisson(np.full(count, rate), count=150, ahead=18)
    aim = Aim(kind, np.full(count, target), np.ones(count, bool), np.full(count, quantity))
    demand = np.random.default_rng(5).poisson(rate, (1, count, days)).astype(np.float32)
    tally = Tally(system, np.full(count, 40), np.full(count, days))
    run(demand, FromPaths(outlook, aim, system), system=system, start=np.full(count, 12 * rate), tally=tally)
    return Result.joined([(np.arange(count), tally)], system).overall("sold", "wanted").value


@pytest.mark.parametrize("target", [0.9, 0.98])
@pytest.mark.parametrize(
    "terms",
    [
        {"lead": 5, "review": 7},
        {"lead": 5, "review": 7, "pack": 10},
        {"lead": np.random.default_rng(0).permuted(np.resize(np.arange(2, 9), (70, 1)).repeat(40, axis=1), axis=0),
         "review": 7},
    ],
    ids=["plain", "packs", "lead times vary"],
)  # fmt: skip
def test_the_fill_rate_that_is_asked_for_is_reached(terms, target):
    assert reached(System.plain(40, **terms), rate=3.0, target=target) == pytest.approx(target, abs=0.015)


def test_slow_items_reach_it_on_average_over_orders_of_whole_units():
    assert reached(System.plain(100, lead=2, review=7), rate=0.15, target=0.9) == pytest.approx(0.9, abs=0.02)


def test_unmet_demand_that_waits_is_planned_for():
    waiting = System(**{**vars(System.plain(40, lead=5, review=7)), "lost": False})
    assert reached(waiting, rate=3.0, target=0.95) == pytest.approx(0.95, abs=0.015)


def test_economic_quantities_are_ordered_less_often():
    system = System.plain(10, lead=3, review=1)
    count, days = 10, 90
    outlook = Poisson(np.full(count, 3.0), count=100, ahead=8)
    none, every, target = np.zeros(count), np.ones(count, bool), np.full(count, 0.95)
    aims = [
        Aim("base-stock", target, every, none),
        Aim("s-S", target, every, none + 30),
        Aim("r-Q", target, every, none + 30),
    ]
    demand = np.random.default_rng(2).poisson(3.0, (1, count, days)).astype(np.float32)
    tally = Tally(system, np.zeros(count, int), np.full(count, days))
    policy = SideBySide([FromPaths(outlook, aim, system) for aim in aims])
    run(demand.repeat(3, axis=0), policy, system=system, start=np.full(count, 12.0), tally=tally)
    plain, at_least, multiples = (tally.counts["orders"][:, place].mean() for place in range(3))
    assert plain > 4 * at_least
    assert multiples == pytest.approx(days * 3 / 30, rel=0.15)


def test_who_knows_what_comes_loses_nothing_and_keeps_little():
    rng = np.random.default_rng(4)
    demand = rng.poisson(4, (30, 80)).astype(np.float32)
    system = System.plain(30, lead=3, review=2)
    certain = Aim("base-stock", np.full(30, 1 - 1e-6), np.ones(30, bool), np.zeros(30))
    policy = SideBySide([FromPaths(Foresight(demand, 6), certain, system), UpTo(np.full(30, 40.0))])
    tally = Tally(system, np.full(30, 3), np.full(30, 80))
    run(np.broadcast_to(demand, (2, *demand.shape)), policy, system=system, start=np.full(30, 20.0), tally=tally)
    done = Result.joined([(np.arange(30), tally)], system)
    assert done.column(0).overall("sold", "wanted").value == pytest.approx(1, abs=1e-4)
    assert done.column(0).average_stock.mean() < 5
    assert done.column(1).average_stock.mean() > 15


@pytest.mark.parametrize(("short", "waste", "level"), [(3.0, 1.0, 0.75), (1.0, 4.0, 0.2)])
def test_the_newsvendor_stocks_the_critical_quantile_of_what_does_not_keep(short, waste, level):
    count, days = 12, 120
    system = System.plain(count, lead=1, review=1, shelf=1, short=short, waste=waste)
    outlook = Poisson(np.full(count, 20.0), count=200, ahead=3)
    aim = Aim("newsvendor", np.full(count, 0.5), np.ones(count, bool), np.zeros(count))
    demand = np.random.default_rng(9).poisson(20, (1, count, days)).astype(np.float32)
    tally = Tally(system, np.full(count, 1), np.full(count, days))
    run(demand, FromPaths(outlook, aim, system), system=system, start=np.full(count, 20.0), tally=tally)
    ordered = tally.counts["ordered"].sum() / count / (days - 1)
    assert ordered == pytest.approx(float(np.quantile(np.random.default_rng(0).poisson(20, 100_000), level)), abs=0.6)


def test_orders_out_of_a_forecast_are_simulated_together():
    aim = Aim("base-stock", np.full(3, 0.9), np.ones(3, bool), np.zeros(3))
    policy = FromPaths(Poisson(np.ones(3), count=10, ahead=3), aim, System.plain(3))
    with pytest.raises(ConfigError, match="call run"):
        policy.select(np.array([0]))
    with pytest.raises(ConfigError, match="unknown policy"):
        Aim("two-bin", np.ones(1), np.ones(1, bool), np.ones(1))
