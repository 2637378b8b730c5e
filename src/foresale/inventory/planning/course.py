"""The course that stock takes along sample paths: sold, reordered at every review, arriving after its lead time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.panel import Values
from foresale.inventory.levels import Ahead, Cycle
from foresale.inventory.numeric import Counts, Numbers, numbers
from foresale.inventory.orders import order_up_to
from foresale.inventory.planning.now import is_last, level_of, serving, unspoiled
from foresale.inventory.planning.rules import Rules
from foresale.inventory.samples import Paths

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
"""Levels of the interval of projected stock."""
_NOTHING = 1e-6
"""Units that are none."""


@dataclass(frozen=True)
class Course:
    """What becomes of the stock of N items over T steps; stock is that at the end of a step.

    Attributes:
        mean: [N, T] expected units on hand.
        low: [N, T] units on hand that are exceeded on nine paths of ten.
        middle: [N, T] on every second path.
        high: [N, T] on one path of ten.
        risk: [N, T] share of the paths on which the step's demand is not met in full.
        out: [N, T] share of the paths that have run out at or before the step.
        arrivals: [N, T] expected units that arrive: open orders, and those of the plan.
        lost: [N, T] expected units of demand that find no stock.
        lost_before: [N] those of the steps before an order of today can arrive.
        later: the orders after that of today.
    """

    mean: Values
    low: Values
    middle: Values
    high: Values
    risk: Values
    out: Values
    arrivals: Values
    lost: Values
    lost_before: Numbers
    later: "LaterOrders"


@dataclass(frozen=True)
class LaterOrders:
    """Orders that are to be placed at later reviews, K of them, as far as can be seen today.

    Attributes:
        item: [K] item.
        step: [K] step before which the order is placed.
        arrives: [K] step from which it can usually be sold.
        units: [K] expected units, those paths on which nothing is ordered included.
        low: [K] units that are exceeded on nine paths of ten.
        high: [K] on one path of ten.
        chance: [K] share of the paths on which something is ordered.
    """

    item: Counts
    step: Counts
    arrives: Counts
    units: Numbers
    low: Numbers
    high: Numbers
    chance: Numbers

    def without(self, items: npt.NDArray[np.bool_]) -> "LaterOrders":
        """Those of all but some items, which are told by [N] whether they are left out."""
        keep = ~items[self.item]
        return LaterOrders(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))

    @classmethod
    def joined(cls, parts: "list[LaterOrders]") -> "LaterOrders":
        """All orders of several parts."""
        names = ("item", "step", "arrives", "units", "low", "high", "chance")
        if not parts:
            nothing = np.zeros(0)
            return cls(*(nothing.astype(np.int64),) * 3, *(nothing,) * 4)
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def course(demand: Paths, stock: Ahead, *, lead: Counts, first: npt.ArrayLike, rules: Rules | None,
           steps: int, lost: bool = True) -> Course:  # fmt: skip
    """Follow today's stock and orders along every path.

    Args:
        demand: [S, N, H] sample paths, without demand after an item's end; levels of later reviews look ahead in them.
        stock: what is there, and what comes at which step.
        lead: [S, N] periods that orders take; later orders draw theirs anew from the same ones.
        first: [N] units ordered now.
        rules: by which later orders are placed; None places none, and leaves the interval and what arrives out.
        steps: how far to follow, at most H.
        lost: whether unmet demand is lost; else it waits.

    >>> from foresale.inventory.planning.example import rules_of
    >>> steady = np.full((4, 1, 9), 2.0)
    >>> stock = Ahead(on_hand=np.array([5.0]), arrivals=np.zeros((1, 9)))
    >>> seen = course(steady, stock, lead=np.full((4, 1), 3), first=[4.0], rules=rules_of(1, review=2), steps=6)
    >>> seen.mean.tolist(), seen.lost.tolist()
    ([[3.0, 1.0, 0.0, 2.0, 0.0, 3.0]], [[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]])
    """
    state = _State.of(demand, stock, lead=lead, steps=steps)
    state.place(np.arange(demand.shape[1]), numbers(first), step=0)
    record, later = _Record.empty(demand.shape[1], steps, in_full=rules is not None), []
    for step in range(steps):
        if step and rules is not None:
            found = _reorder(state, demand, rules, step)
            later += [] if found is None else [found]
        record.note(step, state, state.advance(step, demand[:, :, step], lost=lost))
    return record.course(later)


@dataclass
class _State:
    """Stock on every path while it is followed: [S, N] on hand (below zero: owed) and on order, [T, S, N] coming."""

    held: Values
    pending: Values
    coming: Values
    lead: Counts

    @classmethod
    def of(cls, demand: Paths, stock: Ahead, *, lead: Counts, steps: int) -> "_State":
        count, items, _ = demand.shape
        coming = np.zeros((steps, count, items), np.float32)
        told = min(steps, stock.arrivals.shape[1])
        coming[:told] = stock.arrivals[:, :told].T[:, None, :]
        pending = np.tile(stock.arrivals.sum(axis=1).astype(np.float32), (count, 1))
        held = np.tile(stock.net.astype(np.float32), (count, 1))
        return cls(held, pending, coming, np.broadcast_to(lead, (count, items)))

    def lead_at(self, items: Counts, step: int) -> Counts:
        """[S, n] lead times of orders placed at a step: those of now, dealt out to other paths."""
        return np.roll(self.lead[:, items], step * 7919, axis=0) if step else self.lead[:, items]

    def place(self, items: Counts, units: Numbers, *, step: int) -> None:
        """Orders of some items: [n] units, or [S, n] by path."""
        ordered = np.broadcast_to(units, (len(self.held), items.size)).astype(np.float32)
        self.pending[:, items] += ordered
        arrives = step + self.lead_at(items, step)
        path, place = np.nonzero((arrives < len(self.coming)) & (ordered > 0))
        self.coming[arrives[path, place], path, items[place]] += ordered[path, place]

    def advance(self, step: int, wanted: Paths, *, lost: bool) -> Values:
        """One step on; [S, N] units that found no stock."""
        comes = self.coming[step]
        self.pending -= comes
        ready = self.held + comes
        missing = np.maximum(wanted - np.maximum(ready, 0), 0)
        self.held = np.maximum(ready - wanted, 0) if lost else ready - wanted
        return np.asarray(missing, np.float32)


def _reorder(state: _State, demand: Paths, rules: Rules, step: int) -> LaterOrders | None:
    """The orders of the items that are reviewed at a step, placed; None where there are none."""
    usual = np.median(state.lead, axis=0).astype(np.int64)
    items = np.flatnonzero((step % rules.review == 0) & (step + usual < np.minimum(rules.end, len(state.coming))))
    if not items.size:
        return None
    own, lead = rules.select(items), state.lead_at(items, step)
    reach = step + int((lead + own.review).max())
    ahead = demand[:, items, step:reach]
    level = level_of(
        Cycle.of(ahead, lead=lead, review=serving(lead, own, passed=step)), own, last=is_last(lead, own, passed=step)
    )
    brief = np.flatnonzero(own.shelf < own.review)
    if brief.size:
        life = Cycle.of(ahead[:, brief], lead=lead[:, brief], review=own.shelf[brief])
        level[brief] = unspoiled(level[brief], life, share=own.waste_share)
    position = state.held[:, items] + state.pending[:, items]
    units = order_up_to(level, position, pack=own.pack, minimum=own.minimum)
    state.place(items, units, step=step)
    low, high = np.quantile(units, [LOW, HIGH], axis=0, method="inverted_cdf")
    ordered = LaterOrders(items, np.full(items.size, step), step + usual[items], units.mean(axis=0), low, high,
                          (units > 0).mean(axis=0))  # fmt: skip
    return _kept(ordered)


def _kept(orders: LaterOrders) -> LaterOrders | None:
    """Those that at least one path of ten has."""
    keep = orders.chance >= LOW
    if not keep.any():
        return None
    return LaterOrders(*(getattr(orders, name)[keep] for name in orders.__dataclass_fields__))


@dataclass
class _Record:
    """Statistics over the paths, step by step; only what is lost and the mean where not `in_full`."""

    rows: dict[str, Values]
    lost_before: Numbers
    in_full: bool
    gone: npt.NDArray[np.bool_] | None = None

    @classmethod
    def empty(cls, items: int, steps: int, *, in_full: bool) -> "_Record":
        names = ("mean", "low", "middle", "high", "risk", "out", "arrivals", "lost")
        return cls({name: np.zeros((items, steps), np.float32) for name in names}, np.zeros(items), in_full)

    def note(self, step: int, state: _State, missing: Values) -> None:
        stock = np.maximum(state.held, 0)
        short = missing > _NOTHING
        self.gone = short if self.gone is None else self.gone | short
        seen = {"mean": stock.mean(axis=0), "out": self.gone.mean(axis=0), "lost": missing.mean(axis=0)}
        if self.in_full:
            seen |= {"risk": short.mean(axis=0), "arrivals": state.coming[step].mean(axis=0), **_interval(stock)}
        for name, values in seen.items():
            self.rows[name][:, step] = values
        self.lost_before += np.where(state.lead > step, missing, 0).mean(axis=0)

    def course(self, later: list[LaterOrders]) -> Course:
        return Course(**self.rows, lost_before=self.lost_before, later=LaterOrders.joined(later))


def _interval(stock: Values) -> dict[str, Values]:
    count, ordered = len(stock), np.sort(stock, axis=0)
    levels = (("low", LOW), ("middle", MIDDLE), ("high", HIGH))
    return {name: ordered[min(int(level * count), count - 1)] for name, level in levels}
