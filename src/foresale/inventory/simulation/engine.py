"""The simulation itself: all items and paths at once, period after period."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.inventory.numeric import Counts, not_negative
from foresale.inventory.simulation.result import Result, Tally
from foresale.inventory.simulation.shelf import Keeping, Shelf, Spoiling
from foresale.inventory.simulation.system import System, Units

Demand = npt.NDArray[np.floating]
"""[S, N, T] units wanted, of S paths of N items over T periods."""

_CELLS: Final = 32_768
"""Items times paths followed together: as many as stay close to the processor."""
_BLOCK: Final = 16
"""Periods whose demand is brought into the order of the loop at once."""
_ROUNDING: Final = np.float32(1e-4)


@dataclass(frozen=True)
class View:
    """What a policy may look at when it orders: today's stock, and what is on the way and when it comes.

    Attributes:
        step: the period that begins.
        on_hand: [n, S] units.
        owed: [n, S] units that customers wait for.
        on_order: [n, S] units on the way.
    """

    step: int
    on_hand: Units
    owed: Units
    on_order: Units
    _shelf: Shelf
    _pipeline: Units
    _columns: slice = field(default_factory=lambda: slice(None))

    @property
    def position(self) -> Units:
        """[n, S] inventory position: on hand and on order, less what is owed."""
        return self.on_hand + self.on_order - self.owed

    def lasting(self, wait: Counts, life: Counts) -> Units:
        """[n, S] the position without what will have spoiled so many periods from now, if none of it is sold.

        Args:
            wait: [n] periods.
            life: [n] periods for which what is on the way can be sold once it is there.
        """
        ages = self.ages()
        if ages is None:
            return self.position
        old = ages * (np.arange(len(ages))[:, None] >= wait)[:, :, None]
        coming = self.arrivals(len(self._pipeline))
        fresh = coming * (np.arange(len(coming))[:, None] > wait - life)[:, :, None]
        return np.asarray(old.sum(axis=0) + fresh.sum(axis=0) - self.owed, np.float32)

    def column(self, place: int) -> "View":
        """The view of one column alone, [n, 1]."""
        only, first = slice(place, place + 1), (self._columns.start or 0) + place
        on_hand, owed, on_order = (part[:, only] for part in (self.on_hand, self.owed, self.on_order))
        return View(self.step, on_hand, owed, on_order, self._shelf, self._pipeline, slice(first, first + 1))

    def ages(self) -> Units | None:
        """[A, n, S] units on hand by the periods that they still have, those of the first row spoil now; or None."""
        ages = self._shelf.ages(self.step)
        return None if ages is None else ages[:, :, self._columns]

    def arrivals(self, horizon: int) -> Units:
        """[H, n, S] units that can be sold from each step on, this period's first."""
        pipeline = self._pipeline[:, :, self._columns]
        coming = np.zeros((horizon, *pipeline.shape[1:]), np.float32)
        near = min(len(pipeline), horizon)
        coming[:near] = np.roll(pipeline, -(self.step % len(pipeline)), axis=0)[:near]
        return coming


class Policy(Protocol):
    """What decides how much to order."""

    def wanted(self, view: View) -> Units:
        """[n, S] units to order now, before they are rounded to packs and minimum orders; zero or less for none.

        It is asked in every period in which any item may be ordered; those that may not are left aside afterwards.
        """
        ...

    def select(self, items: Counts) -> "Policy":
        """The policy of some of the items."""
        ...


@dataclass(frozen=True)
class Plan:
    """How a simulation is to be run.

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


def simulate(demand: Demand | Callable[[Counts], Demand], policy: Policy, *, system: System, start: npt.ArrayLike,
             paths: int | None = None, plan: Plan | None = None) -> Result:  # fmt: skip
    """What a policy does on sample paths of demand, a slice of the items after the other.

    Args:
        demand: [S, N, T] units; or a function that gives [S, n, T] of some items, for paths that together are larger
            than memory.
        policy: what orders.
        system: how stock moves, and what it costs.
        start: [N] units on hand at first.
        paths: how many paths a function of demand gives.
        plan: what is counted, and the seed.

    Raises:
        ConfigError: shapes that do not fit.

    >>> from foresale.inventory.simulation.policies import UpTo
    >>> rng = np.random.default_rng(0)
    >>> sales = rng.poisson(5, (100, 2, 60)).astype(np.float32)
    >>> done = simulate(sales, UpTo(np.array([20.0, 30.0])), system=System.plain(2, lead=3), start=[20.0, 30.0])
    >>> done.fill_rate.round(2).tolist()
    [0.87, 1.0]
    """
    array = None if callable(demand) else demand
    count = len(system)
    if array is not None and (array.ndim != 3 or array.shape[1] != count):
        raise ConfigError(f"demand is paths by items by periods, {count} items, not of shape {array.shape}")
    width = len(array) if array is not None else paths
    if not width:
        raise ConfigError("how many paths a function of demand gives must be told: paths=100")
    begin = np.broadcast_to(np.asarray(start, np.float32), (count,))
    chosen = plan or Plan()
    order = np.argsort(system.shelf, kind="stable")
    parts = []
    for items in _slices(order, system.shelf, width):
        own = demand(items) if callable(demand) else demand[:, items]
        first, until = chosen.window(count, own.shape[2])
        part = system.select(items)
        tally = Tally(part, first[items], until[items])
        parts.append((items, run(own, policy.select(items), system=part, start=begin[items], tally=tally,
                                 which=chosen.seed)))  # fmt: skip
    return Result.joined(parts, system)


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


def run(demand: Demand, policy: Policy, *, system: System, start: Units, tally: Tally,
        which: Counts | int = 0) -> Tally:  # fmt: skip
    """Follow all items and paths of one part through all periods; what happened is added to the tally.

    Args:
        demand: [S, n, T] units.
        policy: what orders.
        system: the terms of these items.
        start: [n] units on hand at first.
        tally: what is counted.
        which: [T] the rows of `system.lead` that come true for the orders of each period, on all paths; or a seed, by
            which each path draws its own.
    """
    width, count, periods = demand.shape
    begin = np.ascontiguousarray(np.broadcast_to(start[:, None], (count, width)), np.float32)
    state = _State(system, begin, periods)
    drawn = lead_rows(system, periods, seed=which, paths=width) if isinstance(which, int) else which[:, None]
    rows = np.broadcast_to(drawn, (periods, width))
    tally.open(width)
    for first in range(0, periods, _BLOCK):
        block = np.ascontiguousarray(demand[:, :, first : first + _BLOCK].transpose(2, 1, 0), np.float32)
        for ahead, wanted in enumerate(block):
            step = first + ahead
            ordered = state.order(policy, step, rows[step])
            arrived = state.receive(step)
            sold = state.sell(wanted, step)
            spoiled = state.shelf.spoil(step)
            tally.add(step, wanted=wanted, sold=sold, left=state.shelf.on_hand, owed=state.owed, arrived=arrived,
                      ordered=ordered, spoiled=spoiled)  # fmt: skip
    return tally


def lead_rows(system: System, periods: int, *, seed: int, paths: int = 1) -> Counts:
    """[T, S] the rows of `system.lead` that come true for the orders of each period."""
    return np.random.default_rng(seed).integers(len(system.lead), size=(periods, paths))


class _State:
    """Stock, customers who wait, and orders on the way in a ring of arrival periods."""

    def __init__(self, system: System, start: Units, periods: int) -> None:
        self.system = system
        life = np.minimum(system.shelf, periods + 1)
        spoils = bool((system.shelf <= periods).any())
        self.shelf: Shelf = Spoiling(start, life, oldest_first=system.oldest_first) if spoils else Keeping(start)
        self.owed = np.zeros(start.shape, np.float32)
        self.on_order = np.zeros(start.shape, np.float32)
        self.pipeline = np.zeros((int(system.lead.max()) + 1, *start.shape), np.float32)
        self._rows = np.arange(len(start))
        self._columns = np.arange(start.shape[1])
        self._pack, self._minimum = system.pack[:, None], system.minimum[:, None]

    def order(self, policy: Policy, step: int, which: Counts) -> Units | None:
        """[n, S] units ordered; None in a period in which no item is looked at."""
        due = step % self.system.review == 0
        if not due.any():
            return None
        view = View(step, self.shelf.on_hand, self.owed, self.on_order, self.shelf, self.pipeline)
        wanted = policy.wanted(view)
        units = np.ceil(np.maximum(wanted, self._minimum) / self._pack - _ROUNDING) * self._pack
        units *= wanted > _ROUNDING
        if not due.all():
            units *= due[:, None]
        self.on_order += units
        if len(self.system.lead) == 1:
            slots = (step + self.system.lead[0]) % len(self.pipeline)
            self.pipeline[slots, self._rows] += units
        else:
            slots = (step + self.system.lead[which].T) % len(self.pipeline)
            self.pipeline[slots, self._rows[:, None], self._columns] += units
        return units

    def receive(self, step: int) -> Units:
        """[n, S] units that arrive, from which those who wait are served first."""
        slot: Units = self.pipeline[step % len(self.pipeline)]
        arrived = slot.copy()
        slot[:] = 0
        self.on_order -= arrived
        if self.system.lost:
            self.shelf.receive(arrived, step)
        else:
            served = np.minimum(self.owed, arrived)
            self.owed -= served
            self.shelf.receive(arrived - served, step)
        return arrived

    def sell(self, wanted: Units, step: int) -> Units:
        """[n, S] units sold from the shelf at once."""
        sold = self.shelf.sell(wanted, step)
        if not self.system.lost:
            self.owed += wanted - sold
        return sold
