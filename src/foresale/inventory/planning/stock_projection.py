"""The course that stock takes along sample paths: sold, reordered at every review, arriving after its lead time."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.panel import Values
from foresale.inventory.numeric import Counts, Numbers, numbers
from foresale.inventory.policies.shelf import Units
from foresale.inventory.policies.situation import Policy, Situation
from foresale.inventory.samples import Paths

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
"""Levels of the interval of projected stock."""
_NOTHING = 1e-4
"""Units that are none."""
_PATHS: Final = 200
"""Paths, of those that orders are taken from, along which stock is followed."""
_OTHER: Final = 7919
"""A prime: later orders have the lead times of other paths."""


@dataclass(frozen=True)
class StockProjection:
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
        return self.where(~items[self.item])

    def where(self, keep: npt.NDArray[np.bool_]) -> "LaterOrders":
        """Those that [K] are kept."""
        return LaterOrders(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))

    @classmethod
    def joined(cls, parts: "list[LaterOrders]") -> "LaterOrders":
        """All orders of several parts."""
        if not parts:
            nothing = np.zeros(0)
            return cls(*(nothing.astype(np.int64),) * 3, *(nothing,) * 4)
        whole: LaterOrders = joined(cls, parts)
        return whole


def joined(kind: type[Any], parts: Sequence[Any]) -> Any:
    """Later orders, decisions or mark-downs of several parts, one after the other."""
    return kind(*(np.concatenate([getattr(part, own.name) for part in parts]) for own in fields(kind)))


def project_stock(now: Situation, *, first: npt.ArrayLike, policy: Policy | None, steps: int) -> StockProjection:
    """Follow today's stock and orders along every path.

    Args:
        now: the moment; levels of later reviews look ahead in its paths.
        first: [N] units ordered now.
        policy: what places later orders; None places none, and leaves the interval and what arrives out.
        steps: how far to follow, at most H.

    >>> from foresale.inventory.levels import Ahead
    >>> from foresale.inventory.policies.registry import policy_named
    >>> from foresale.inventory.policies.terms import ReplenishmentTerms
    >>> stock = Ahead(on_hand=np.array([5.0]), arrivals=np.zeros((1, 9)))
    >>> now = Situation.today(ReplenishmentTerms.plain(1, lead=3, review=2), stock, np.full((4, 1, 9), 2.0))
    >>> seen = project_stock(now, first=[4.0], policy=policy_named("base-stock"), steps=6)
    >>> seen.mean.tolist(), seen.lost.tolist()
    ([[3.0, 1.0, 0.0, 2.0, 0.0, 3.0]], [[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]])
    """
    now = replace(now, demand=thinned(now.paths))
    paths, lead, count = now.paths, now.lead_of_paths, len(now.items)
    columns = (count, len(paths))
    stock = now.spread(steps)
    stock.place(np.broadcast_to(numbers(first)[:, None], columns).astype(np.float32), 0, lead.T)
    record, later = _Record.empty(count, steps, in_full=policy is not None), list[LaterOrders]()
    for step in range(steps):
        if step and policy is not None:
            later += _reorder(replace(now, step=step, stock=stock, demand=paths[:, :, step:]), policy, lead, steps)
        came = stock.receive(step)
        wanted = np.asarray(paths[:, :, step].T, np.float32)
        missing = wanted - stock.sell(wanted, step)
        stock.spoil(step)
        record.note(step, stock.on_hand, missing, came=came, early=(lead > step).T)
    return record.projection(later)


def thinned(paths: Paths) -> Paths:
    """Fewer of the paths [S, n, H]: intervals and risks need not as many as an order."""
    return paths[:: -(-len(paths) // _PATHS)]


def _reorder(now: Situation, policy: Policy, lead: Counts, steps: int) -> list[LaterOrders]:
    """The orders of the items that are reviewed at a step, placed; none where nothing is likely."""
    usual, step = now.terms.usual_lead, now.step
    due = np.flatnonzero((step % now.terms.review == 0) & (step + usual < np.minimum(now.terms.end, steps)))
    if not due.size:
        return []
    own = now.of(due)
    units = own.in_packs(own.wanted_by(policy))
    placed = np.zeros(now.on_hand.shape, np.float32)
    placed[due] = units
    now.stock.place(placed, step, np.roll(lead, step * _OTHER, axis=0).T)
    low, high = np.quantile(units, [LOW, HIGH], axis=1, method="inverted_cdf")
    orders = LaterOrders(
        due, np.full(due.size, step), step + usual[due], units.mean(axis=1), low, high, (units > 0).mean(axis=1)
    )
    keep = orders.chance >= LOW
    return [orders.where(keep)] if keep.any() else []


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

    def note(self, step: int, stock: Units, missing: Units, *, came: Units, early: npt.NDArray[np.bool_]) -> None:
        """Stock at the end of a step, units that found none and that arrived, and where no order could be there yet."""
        short = missing > _NOTHING
        self.gone = short if self.gone is None else self.gone | short
        seen = {"mean": stock.mean(axis=1), "out": self.gone.mean(axis=1), "lost": missing.mean(axis=1)}
        if self.in_full:
            seen |= {"risk": short.mean(axis=1), "arrivals": came.mean(axis=1), **_interval(stock)}
        for name, values in seen.items():
            self.rows[name][:, step] = values
        self.lost_before += np.where(early, missing, 0).mean(axis=1)

    def projection(self, later: list[LaterOrders]) -> StockProjection:
        return StockProjection(**self.rows, lost_before=self.lost_before, later=LaterOrders.joined(later))


def _interval(stock: Units) -> dict[str, Values]:
    count, ordered = stock.shape[1], np.sort(stock, axis=1)
    levels = (("low", LOW), ("middle", MIDDLE), ("high", HIGH))
    return {name: ordered[:, min(int(level * count), count - 1)] for name, level in levels}
