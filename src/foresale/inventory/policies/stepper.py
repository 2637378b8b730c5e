"""The one stepper of stock: an order is placed, what was due arrives, customers come, what has had its day spoils."""

import numpy as np
import numpy.typing as npt

from foresale.inventory.levels import Ahead
from foresale.inventory.numeric import Counts, Numbers, numbers
from foresale.inventory.policies.shelf import Keeping, Shelf, Spoiling, Units
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.samples import Paths, PathSums, along_paths


class Stepper:
    """Stock, customers who wait and orders on the way, of n items in C columns, period after period.

    A column is a sample path, or one of several who order in the same days. In a period the order comes first
    (`place`), then `receive`, `sell` and `spoil`.

    Args:
        terms: of the n items.
        on_hand: [n, C] units.
        periods: how many periods are followed at most.
        owed: [n, C] units that customers wait for, where none are on hand; none by default.
        scheduled: [H, n, 1] or [H, n, C] units that are on the way already and can be sold from each period on.
        ages: [A, n, C] units on hand by the periods that they still have; by default all of them are fresh.

    >>> tea = Stepper(ReplenishmentTerms.plain(1, lead=2), np.array([[5.0]]), 9)
    >>> tea.place(np.array([[4.0]]), 0, np.array([[2]]))
    >>> for step in range(3):
    ...     _, sold, _ = tea.receive(step), tea.sell(np.array([[3.0]], np.float32), step), tea.spoil(step)
    ...     print(sold.item(), tea.on_hand.item())
    3.0 2.0
    2.0 0.0
    3.0 1.0
    """

    def __init__(
        self,
        terms: ReplenishmentTerms,
        on_hand: npt.ArrayLike,
        periods: int,
        *,
        owed: npt.ArrayLike | None = None,
        scheduled: Units | None = None,
        ages: Units | None = None,
    ) -> None:
        self.terms = terms
        start = np.array(on_hand, np.float32)
        seen = periods + int(terms.reach.max(initial=0))
        life = np.minimum(terms.shelf, seen + 1)
        spoils = bool((terms.shelf <= seen).any())
        self.shelf: Shelf = (
            Spoiling(start, life, oldest_first=terms.oldest_first, ages=ages) if spoils else Keeping(start)
        )
        self.owed = np.zeros(start.shape, np.float32) if owed is None else np.array(owed, np.float32)
        self._waiting = bool(self.owed.any())
        self._scheduled = scheduled
        self._coming = np.zeros((1, 1), np.float32) if scheduled is None else scheduled.sum(axis=0)
        self._placed: Units | None = None
        self._pipeline = np.zeros((0, *start.shape), np.float32)
        self._rows = np.arange(len(start))[:, None]
        self._columns = np.arange(start.shape[1])

    @classmethod
    def of(cls, terms: ReplenishmentTerms, stock: Ahead, periods: int, *, columns: int = 1) -> "Stepper":
        """Stock as it is today, the same in all columns; who waits is served first."""
        net = np.broadcast_to(stock.net[:, None], (len(terms), columns))
        return cls(
            terms,
            np.maximum(net, 0),
            periods,
            owed=np.maximum(-net, 0),
            scheduled=stock.arrivals.T[:, :, None].astype(np.float32),
        )

    @property
    def on_hand(self) -> Units:
        """[n, C] units that can be sold."""
        return self.shelf.on_hand

    @property
    def on_order(self) -> Units:
        """[n, C] units on the way."""
        return np.broadcast_to(self._coming, self.owed.shape) if self._placed is None else self._placed + self._coming

    @property
    def net(self) -> Units:
        """[n, C] units on hand, less those that customers wait for."""
        return self.on_hand - self.owed if self._waiting else self.on_hand

    def place(self, units: Units, step: int, lead: Counts) -> None:
        """Order [n, C] units before a period, which arrive after lead times [n, C] or [n, 1], at most the longest."""
        if self._placed is None:
            self._placed = np.zeros(self.owed.shape, np.float32)
            self._pipeline = np.zeros((int(self.terms.lead.max(initial=0)) + 1, *self.owed.shape), np.float32)
        self._placed += units
        slots = (step + lead) % len(self._pipeline)
        if slots.shape[1] == 1:
            self._pipeline[slots[:, 0], self._rows[:, 0]] += units
        else:
            self._pipeline[slots, self._rows, self._columns] += units

    def receive(self, step: int) -> Units:
        """[n, C] units that arrive, from which those who wait are served first."""
        arrived = self._arriving(step)
        if not self._waiting:
            self.shelf.receive(arrived, step)
        else:
            served = np.minimum(self.owed, arrived)
            self.owed -= served
            self._waiting = bool(self.owed.any())
            self.shelf.receive(arrived - served, step)
        return arrived

    def _arriving(self, step: int) -> Units:
        """[n, C] units that arrive, taken from what is on the way."""
        arrived = np.broadcast_to(np.float32(0), self.owed.shape)
        if self._placed is not None:
            slot: Units = self._pipeline[step % len(self._pipeline)]
            self._placed -= slot
            arrived = slot.copy()
            slot[:] = 0
        if self._scheduled is not None and step < len(self._scheduled):
            self._coming = self._coming - self._scheduled[step]
            arrived = arrived + self._scheduled[step]
        return arrived

    def sell(self, wanted: Units, step: int) -> Units:
        """[n, C] units sold from the shelf at once."""
        sold = self.shelf.sell(wanted, step)
        if not self.terms.lost:
            self.owed += wanted - sold
            self._waiting = bool(self.owed.any())
        return sold

    def spoil(self, step: int) -> Units | None:
        """[n, C] units whose last period this was; None where nothing spoils."""
        return self.shelf.spoil(step)

    def ages(self, step: int) -> Units | None:
        """[A, n, C] units on hand by the periods that they still have, those of the first row spoil now; or None."""
        return self.shelf.ages(step)

    def arrivals(self, step: int, horizon: int) -> Units:
        """[H, n, C] units that can be sold from each period on, this one first."""
        coming = np.zeros((horizon, *self.owed.shape), np.float32)
        if self._placed is not None:
            near = min(len(self._pipeline), horizon)
            coming[:near] = np.roll(self._pipeline, -(step % len(self._pipeline)), axis=0)[:near]
        if self._scheduled is not None:
            told = self._scheduled[step : step + horizon]
            coming[: len(told)] += told
        return coming


def at_arrival(stock: Stepper, demand: Paths, lead: Counts) -> Numbers:
    """[R · S, n] units on hand, less those owed, when an order of now arrives after R lead times for each path.

    Args:
        stock: of n items in S columns, as it stands now; it is moved along.
        demand: [S, n, H] sample paths.
        lead: [R · S, n] whole periods, or [1, n].
    """
    count, items, horizon = demand.shape
    most = min(int(lead.max(initial=0)), horizon)
    course = np.empty((most + 1, items, count), np.float32)
    course[0] = stock.net
    for step in range(most):
        stock.receive(step)
        stock.sell(np.asarray(demand[:, :, step].T, np.float32), step)
        stock.spoil(step)
        course[step + 1] = stock.net
    when = np.minimum(lead, most) if int(lead.max(initial=0)) > most else lead
    found = numbers(along_paths(course, when))
    if lead.max(initial=0) <= horizon:
        return found
    sums = PathSums.of(demand)
    later = found - (sums.before(lead) - sums.before(when))
    return np.where(lead > horizon, np.maximum(later, 0) if stock.terms.lost else later, found)
