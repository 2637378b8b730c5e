"""What a policy looks at when it orders: terms, stock, what is on the way, and sample paths of the demand to come."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from foresale.core.frequency import Index
from foresale.inventory.levels import Ahead, ProtectionInterval
from foresale.inventory.numeric import Counts, Numbers, numbers
from foresale.inventory.orders import whole_packs
from foresale.inventory.policies.shelf import Units
from foresale.inventory.policies.stepper import Stepper, at_arrival
from foresale.inventory.policies.terms import NEVER, ReplenishmentTerms
from foresale.inventory.samples import Paths, PathSums

TURNS: Final = 4
"""Lead times that each path is looked at with, where they vary: one from each quarter of their distribution."""


@runtime_checkable
class Policy(Protocol):
    """What decides how much to order, the same for every item; it keeps nothing from one order to the next."""

    def wanted(self, now: "Situation") -> Numbers:
        """[n, C] units wanted, before they are rounded to packs and minimum orders; zero or less for none.

        Where there are several columns of stock, each is ordered for by itself.
        """
        ...


@dataclass(frozen=True)
class Situation:
    """The moment before a period, of n items whose stock stands in C columns (one, but for simulations of many paths).

    Attributes:
        step: the period that begins, counted from the first.
        items: [n] positions of the items among all.
        terms: on which they are replenished.
        stock: where they stand.
        demand: [S, n, H] sample paths of their demand from this period on, none after the end of an item; None where
            nobody forecasts.
        known: [T] the rows of `terms.lead` that will come true for the orders of each period, for who knows them.
        rows: which rows of the stock are those of the items; all by default.
        columns: which of its columns are looked at.
    """

    step: int
    items: Index
    terms: ReplenishmentTerms
    stock: Stepper = field(repr=False)
    demand: Paths | None = field(default=None, repr=False)
    known: Counts | None = field(default=None, repr=False)
    rows: Index | None = field(default=None, repr=False)
    columns: slice = field(default_factory=lambda: slice(None))

    @property
    def on_hand(self) -> Units:
        """[n, C] units that can be sold."""
        return self._of(self.stock.on_hand)

    @property
    def owed(self) -> Units:
        """[n, C] units that customers wait for."""
        return self._of(self.stock.owed)

    @property
    def on_order(self) -> Units:
        """[n, C] units on the way."""
        return self._of(self.stock.on_order)

    @property
    def position(self) -> Units:
        """[n, C] inventory position: on hand and on order, less what is owed."""
        return self.on_hand + self.on_order - self.owed

    def arrivals(self, horizon: int) -> Units:
        """[H, n, C] units that can be sold from each period on, this one first."""
        return self._of(self.stock.arrivals(self.step, horizon))

    def ages(self) -> Units | None:
        """[A, n, C] units on hand by the periods that they still have, those of the first row spoil now; or None."""
        ages = self.stock.ages(self.step)
        return None if ages is None else self._of(ages)

    def lasting(self) -> Units:
        """[n, C] the position without what will have spoiled when an order of now arrives, if none of it is sold."""
        ages = self.ages()
        if ages is None:
            return self.position
        wait = self.terms.passing
        old = ages * (np.arange(len(ages))[:, None] >= wait)[:, :, None]
        coming = self.arrivals(int(self.terms.lead.max(initial=0)) + 1)
        fresh = coming * (np.arange(len(coming))[:, None] > wait - self.terms.shelf)[:, :, None]
        return np.asarray(old.sum(axis=0) + fresh.sum(axis=0) - self.owed, np.float32)

    def column(self, place: int) -> "Situation":
        """The same with one column of stock alone."""
        first = (self.columns.start or 0) + place
        return replace(self, columns=slice(first, first + 1))

    def of(self, rows: Index, **seen: object) -> "Situation":
        """Some of the items, in the order chosen, and what else is seen of them: `terms`, `demand`, `known`."""
        whole = np.arange(len(self.items)) if self.rows is None else self.rows
        told = {
            "terms": self.terms.select(rows),
            "demand": None if self.demand is None else self.demand[:, rows],
        } | seen
        return replace(self, items=self.items[rows], rows=whole[rows], **told)  # type: ignore[arg-type]

    @classmethod
    def today(cls, terms: ReplenishmentTerms, stock: Ahead, demand: Paths) -> "Situation":
        """The moment a plan is made in: one column of stock.

        >>> rng = np.random.default_rng(0)
        >>> tea = Ahead(np.array([20.0]), np.array([[0.0, 6.0]]), owed=np.array([2.0]))
        >>> now = Situation.today(ReplenishmentTerms.plain(1, lead=3), tea, rng.poisson(5, (50, 1, 9)))
        >>> now.position.tolist(), now.reach.tolist(), round(float(now.rate[0]), 1)
        ([[24.0]], [4], 5.1)
        """
        stepper = Stepper.of(terms, stock, periods=demand.shape[2])
        return cls(0, np.arange(len(terms)), terms, stepper, until_end(demand, terms.end))

    @property
    def paths(self) -> Paths:
        """[S, n, H] sample paths, of who has a forecast."""
        assert self.demand is not None  # policies that forecast nothing do not ask
        return self.demand

    @property
    def remaining(self) -> Counts:
        """[n] periods until an item ends."""
        return np.asarray(np.maximum(self.terms.end - self.step, 0), np.int64)

    @property
    def reach(self) -> Counts:
        """[n] periods of the paths that are looked at: what comes later goes on at their mean."""
        return np.minimum(self.terms.reach, self.paths.shape[2])

    @cached_property
    def rate(self) -> Numbers:
        """[n] expected units per period, over the time that an order has to last."""
        return numbers(self.sums(self.reach)[0].mean(axis=0) / self.reach)

    @cached_property
    def lead(self) -> Counts:
        """[R · S, n] periods until an order of now arrives: R lead times for each path; [1, n] where they never vary.

        A path with a rare jump weighs much where it meets a long wait, so that one draw for each would be a lottery.
        """
        return self._leads(following=False)

    @property
    def lead_of_paths(self) -> Counts:
        """[S, n] one lead time for each path."""
        count = len(self.paths)
        if len(self.lead) == 1:
            return np.broadcast_to(self.lead, (count, len(self.items)))
        turns = len(self.lead) // count
        return np.asarray(self.lead.reshape(turns, count, -1)[_shuffled(count) % turns, np.arange(count)])

    @cached_property
    def serving(self) -> Counts:
        """[R · S, n] or [1, n] periods that an order of now serves: until the next one arrives, or the item ends.

        The next one has a lead time of its own: with the same draw for both, a long wait after a quick delivery would
        never be seen.
        """
        until = np.asarray(self.terms.review + self._leads(following=True), np.int64)
        if (self.terms.end < NEVER).any():
            np.minimum(until, self.remaining, out=until)
        until -= self.lead
        return np.maximum(until, 0, out=until)

    @property
    def last(self) -> npt.NDArray[np.bool_]:
        """[n] whether it is the last order that is sold before the item ends."""
        return np.asarray((self.terms.end < NEVER) & (self.terms.usual_lead + self.terms.review >= self.remaining))

    @property
    def too_late(self) -> npt.NDArray[np.bool_]:
        """[n] whether an order would arrive after the item ends."""
        return np.asarray(self.terms.usual_lead >= self.remaining)

    def wanted_by(self, policy: Policy) -> Numbers:
        """[n, C] units that a policy wants, none of what would come too late."""
        return np.where(self.too_late[:, None], 0.0, np.maximum(policy.wanted(self), 0.0))

    def in_packs(self, wanted: Numbers) -> Numbers:
        """[n, C] units as they are ordered: whole packs, at least the minimum, or nothing."""
        return whole_packs(wanted, pack=self.terms.pack[:, None], minimum=self.terms.minimum[:, None])

    def sums(self, *stops: npt.ArrayLike) -> list[Numbers]:
        """[S, n] units of every path before each of the stops, which are numbers of periods, [n] or [1, n].

        For stops [R · S, n] each path is taken R times.
        """
        return [self._running.before(stop) for stop in stops]

    @cached_property
    def _running(self) -> PathSums:
        return PathSums.of(self.paths, reach=self.reach)

    @property
    def followed(self) -> bool:
        """Whether there is one column of stock, which is then followed along every path until an order arrives."""
        return bool(self.on_hand.shape[1] == 1)

    @cached_property
    def cycle(self) -> ProtectionInterval:
        """What an order of now is for: what is there when it arrives, and what is wanted until the next one does.

        With several columns of stock it begins from nothing, so that what is wanted is the level of all of them.
        """
        lead, serving = self.lead, self.serving
        before, until = self.sums(lead, lead + serving)
        return ProtectionInterval(self.available(serving), until - before)

    def available(self, serving: Counts) -> Numbers:
        """[R · S, n] units on hand when an order of now arrives, and what comes in so many periods after that."""
        lead = self.lead
        if not self.followed:
            return -self.sums(lead)[0]
        farthest = lead.max(axis=0) + np.minimum(serving.max(axis=0), self.reach)
        coming = self.arrivals(max(int(farthest.max(initial=0)), 1))[:, :, 0]
        if not coming.any():
            return self._arriving
        summed = np.concatenate([np.zeros((1, coming.shape[1])), np.cumsum(coming, axis=0, dtype=np.float64)])
        item, end = np.arange(coming.shape[1]), len(summed) - 1
        late, early = summed[np.minimum(lead + serving, end), item], summed[np.minimum(lead, end), item]
        return numbers(self._arriving + late - early)

    @cached_property
    def _arriving(self) -> Numbers:
        """[R · S, n] units on hand, less those owed, when an order of now arrives."""
        return at_arrival(self.spread(int(self.lead.max(initial=0)) + 1), self.paths, self.lead)

    def spread(self, periods: int) -> Stepper:
        """The stock of now in as many columns as there are paths, to be followed along each for so many periods."""
        shape, ages = (len(self.items), len(self.paths)), self.ages()
        return Stepper(
            self.terms,
            np.broadcast_to(self.on_hand, shape),
            periods,
            owed=np.broadcast_to(self.owed, shape),
            scheduled=self.arrivals(max(periods, self.paths.shape[2])),
            ages=None if ages is None else np.broadcast_to(ages, (len(ages), *shape)),
        )

    def _leads(self, *, following: bool) -> Counts:
        """[R · S, n] lead times, or [1, n] where they are known or never vary."""
        count, drawn, items = len(self.paths), self.terms.lead, len(self.terms)
        if self.known is not None:
            step = np.minimum(self.step + self.terms.review, len(self.known) - 1) if following else self.step
            return np.asarray(drawn[self.known[step], np.arange(items)][None])
        if len(drawn) == 1:
            return drawn
        turn, path = np.arange(TURNS)[:, None], _shuffled(count)
        inside = np.random.default_rng(int(following)).random(count)
        level = ((3 * turn + 5 * path) % TURNS if following else turn) + inside
        rows = (level.ravel() * len(drawn) / TURNS).astype(np.int64)
        by_item = np.ascontiguousarray(np.sort(drawn, axis=0).T)  # as all look them up
        return np.asarray(np.take(by_item, rows, axis=1, mode="clip").T, np.int64)

    def _of(self, values: Units) -> Units:
        some = values[..., self.columns]
        return some if self.rows is None else some[..., self.rows, :]


def _shuffled(count: int) -> Counts:
    """[S] numbers of paths in no order: what goes by them must not go by the order in which the paths were drawn."""
    return np.random.default_rng(count).permutation(count)


def until_end(demand: Paths, end: Counts, *, step: int = 0) -> Paths:
    """Paths that begin with a period, without demand from the end of each item on.

    >>> until_end(np.ones((1, 2, 3)), np.array([1, 9])).tolist()
    [[[1.0, 0.0, 0.0], [1.0, 1.0, 1.0]]]
    """
    over = step + np.arange(demand.shape[2]) >= end[:, None]
    return np.where(over, 0, demand) if over.any() else demand


@dataclass(frozen=True)
class SideBySide:
    """Several who order in the same days, each with its own column of stock.

    Attributes:
        policies: one per column.
    """

    policies: Sequence[Policy]

    def wanted(self, now: Situation) -> Numbers:
        """What each wants for its own column."""
        return np.concatenate([one.wanted(now.column(place)) for place, one in enumerate(self.policies)], axis=1)
