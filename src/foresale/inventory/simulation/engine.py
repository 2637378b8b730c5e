"""The simulation itself: all items and paths at once, period after period."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Floating
from foresale.core.errors import ConfigError
from foresale.core.frequency import Index
from foresale.inventory.levels import Ahead
from foresale.inventory.numeric import Counts, not_negative
from foresale.inventory.policies.shelf import Units
from foresale.inventory.policies.situation import Policy, Situation
from foresale.inventory.policies.stepper import Stepper
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.simulation.result import Result, Tally

Demand = Floating
"""[S, N, T] units wanted, of S paths of N items over T periods."""

_CELLS: Final = 32_768
"""Items times paths followed together: as many as stay close to the processor."""
_BLOCK: Final = 16
"""Periods whose demand is brought into the order of the loop at once."""


@dataclass(frozen=True)
class Counting:
    """What of a simulation is counted.

    Attributes:
        count_from: first period that is counted, one for all or [N]; earlier ones only warm up.
        count_until: the period before which counting ends, likewise; None for the end.
        seed: of the lead times that are drawn.

    Raises:
        ConfigError: a period before the first.
    """

    count_from: npt.ArrayLike = 0
    count_until: npt.ArrayLike | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        not_negative(count_from=self.count_from)

    def window(self, count: int, periods: int) -> tuple[Counts, Counts]:
        """[N] first period counted of each item, and [N] the one before which counting ends."""
        last = periods if self.count_until is None else self.count_until
        wide = (np.broadcast_to(np.asarray(part, np.int64), (count,)) for part in (self.count_from, last))
        first, until = wide
        return first, np.minimum(until, periods)


def follow_stock(
    demand: Demand | Callable[[Counts], Demand],
    policy: Policy,
    *,
    terms: ReplenishmentTerms,
    start: npt.ArrayLike,
    paths: int | None = None,
    counting: Counting | None = None,
) -> Result:
    """What a policy does on sample paths of demand, a slice of the items after the other.

    Args:
        demand: [S, N, T] units; or a function that gives [S, n, T] of some items, for paths that together are larger
            than memory.
        policy: what orders.
        terms: how stock moves, and what it costs.
        start: [N] units on hand at first.
        paths: how many paths a function of demand gives.
        counting: what is counted, and the seed.

    Raises:
        ConfigError: shapes that do not fit.

    >>> from foresale.inventory.policies.levels import UpTo
    >>> rng = np.random.default_rng(0)
    >>> sales = rng.poisson(5, (100, 2, 60)).astype(np.float32)
    >>> three = ReplenishmentTerms.plain(2, lead=3)
    >>> done = follow_stock(sales, UpTo(np.array([20.0, 30.0])), terms=three, start=[20.0, 30.0])
    >>> done.fill_rate.round(2).tolist()
    [0.87, 1.0]
    """
    array = None if callable(demand) else demand
    count = len(terms)
    if array is not None and (array.ndim != 3 or array.shape[1] != count):
        raise ConfigError(f"demand is paths by items by periods, {count} items, not of shape {array.shape}")
    width = len(array) if array is not None else paths
    if not width:
        raise ConfigError("how many paths a function of demand gives must be told: paths=100")
    begin = np.broadcast_to(np.asarray(start, np.float32), (count,))
    chosen = counting or Counting()
    order = np.argsort(terms.shelf, kind="stable")
    parts = []
    for items in _slices(order, terms.shelf, width):
        own = demand(items) if callable(demand) else demand[:, items]
        first, until = chosen.window(count, own.shape[2])
        part = terms.select(items)
        tally = Tally(part, first[items], until[items])
        parts.append(
            (items, run(own, policy, terms=part, start=begin[items], tally=tally, items=items, which=chosen.seed))
        )
    return Result.joined(parts, terms)


def _slices(order: Counts, shelf: Counts, width: int) -> Iterable[Counts]:
    """Items in parts that are followed together, those that spoil apart from those that keep."""
    begin = 0
    while begin < len(order):
        size = max(_CELLS // width, 1)
        life = int(shelf[order[min(begin + size, len(order)) - 1]])
        own = int(np.searchsorted(shelf[order], shelf[order[begin]] * 2, side="right")) - begin
        if life > 4 * int(shelf[order[begin]]):
            size = min(size, max(own, 1))
        yield order[begin : begin + size]
        begin += size


def run(
    demand: Demand,
    policy: Policy,
    *,
    terms: ReplenishmentTerms,
    start: npt.ArrayLike | Ahead,
    tally: Tally,
    items: Index | None = None,
    which: Counts | int = 0,
) -> Tally:
    """Follow all items and paths of one part through all periods; what happened is added to the tally.

    Args:
        demand: [S, n, T] units.
        policy: what orders.
        terms: of these items.
        start: [n] units on hand at first, or the stock with what is owed and on the way.
        tally: what is counted.
        items: [n] their positions among all; the first n by default.
        which: [T] the rows of `terms.lead` that come true for the orders of each period, on all paths; or a seed, by
            which each path draws its own.
    """
    width, count, periods = demand.shape
    begin = start if isinstance(start, Ahead) else Ahead(np.asarray(start, np.float64), np.zeros((count, 1)))
    stock = Stepper.of(terms, begin, periods, columns=width)
    drawn = lead_rows(terms, periods, seed=which, paths=width) if isinstance(which, int) else which[:, None]
    now = Situation(0, np.arange(count) if items is None else items, terms, stock)
    tally.open(width)
    for first in range(0, periods, _BLOCK):
        block = np.ascontiguousarray(demand[:, :, first : first + _BLOCK].transpose(2, 1, 0), np.float32)
        for ahead, wanted in enumerate(block):
            step = first + ahead
            placed = _order(stock, policy, replace(now, step=step), drawn[step])
            arrived = stock.receive(step)
            sold = stock.sell(wanted, step)
            spoiled = stock.spoil(step)
            tally.add(
                step,
                wanted=wanted,
                sold=sold,
                left=stock.on_hand,
                owed=stock.owed,
                arrived=arrived,
                ordered=placed,
                spoiled=spoiled,
            )
    return tally


def _order(stock: Stepper, policy: Policy, now: Situation, rows: Counts) -> Units | None:
    """[n, C] units ordered; None in a period in which no item is looked at."""
    due = now.step % now.terms.review == 0
    if not due.any():
        return None
    units = np.asarray(now.in_packs(now.wanted_by(policy)) * due[:, None], np.float32)
    lead = now.terms.lead if len(now.terms.lead) == 1 else now.terms.lead[rows]
    stock.place(units, now.step, lead.T)
    return units


def lead_rows(terms: ReplenishmentTerms, periods: int, *, seed: int, paths: int = 1) -> Counts:
    """[T, S] the rows of `terms.lead` that come true for the orders of each period."""
    return np.random.default_rng(seed).integers(len(terms.lead), size=(periods, paths))
