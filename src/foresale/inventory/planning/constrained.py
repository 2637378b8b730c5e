"""Orders of today within a budget and a warehouse that all items share: what brings least is left out first."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from foresale.core.arrays import Flags
from foresale.core.columns import ITEM
from foresale.core.errors import DataError, Fault
from foresale.core.frequency import Index
from foresale.core.threads import results
from foresale.inventory.limits import Allocation, Limit, allocate
from foresale.inventory.marginal_value import MarginalValues, Worth, pack_values
from foresale.inventory.numeric import Numbers
from foresale.inventory.planning.decided import Decision, decide
from foresale.inventory.planning.order_decision import orders_now
from foresale.inventory.planning.slices import Frame, Slice
from foresale.inventory.planning.whole import gathered
from foresale.inventory.terms import ItemTerms

BUDGET, CAPACITY = "budget", "capacity"
_LEAST = 1e-9
"""Money that a unit costs at least, so that costs can be weighed."""


@dataclass(frozen=True)
class Offers:
    """What the policy asks for of N items, and what every pack of it is worth.

    Attributes:
        decision: what is ordered if nothing is limited.
        there: [N] expected units on hand when an order arrives.
        values: what every step of an order is worth, M steps.
        short: [M] units of the cycle's demand that are lost if a step is the last one taken.
        level: [M] units that are ordered then.
    """

    decision: Decision
    there: Numbers
    values: MarginalValues
    short: Numbers
    level: Numbers

    @classmethod
    def of(cls, frame: Frame) -> "Offers":
        """Those of all items of a plan: what is worked out on all sample paths is worked out here, once."""
        parts = [(items, offers) for seen in results(partial(_offers, frame), frame.parts()) for items, offers in seen]
        count = len(frame.inventory)
        there = np.zeros(count)
        for items, offers in parts:
            there[items] = offers.there
        item = np.concatenate([items[offers.values.item] for items, offers in parts])
        rank, units, gain = (
            np.concatenate([getattr(offers.values, name) for _, offers in parts]) for name in ("rank", "units", "gain")
        )
        short, level = (np.concatenate([getattr(offers, name) for _, offers in parts]) for name in ("short", "level"))
        order = np.lexsort((rank, item))
        values = MarginalValues(item[order], rank[order], units[order], gain[order], count)
        decision = gathered(Decision, [(items, offers.decision) for items, offers in parts])
        return cls(decision, there, values, short[order], level[order])

    def without(self, held: Flags) -> "Offers":
        """Those in which nothing is ordered of some items, which are told by [N] whether they are held back."""
        keep, values = ~held[self.values.item], self.values
        left = MarginalValues(values.item[keep], values.rank[keep], values.units[keep], values.gain[keep], values.count)
        taken = replace(
            self.decision,
            units=np.where(held, 0.0, self.decision.units),
            short_with=np.where(held, self.decision.short_without, self.decision.short_with),
        )
        return replace(self, decision=taken, values=left, short=self.short[keep], level=self.level[keep])

    def taken(self, units: Numbers) -> Decision:
        """What is decided if units [N] are ordered: nothing of an item, or all up to one of its steps."""
        last = units[self.values.item] == self.level
        short = self.decision.short_without.copy()
        short[self.values.item[last]] = self.short[last]
        return replace(self.decision, units=units, short_with=short)


@dataclass(frozen=True)
class Constrained:
    """Orders of N items that keep to the limits.

    Attributes:
        decision: what is ordered.
        allocation: how the limits were used, and what one more unit of each would bring; None where all fitted.
        notes: what was assumed, in sentences.
    """

    decision: Decision
    allocation: Allocation | None
    notes: tuple[str, ...] = ()


def within_limits(frame: Frame, offers: Offers, *, held: Flags) -> Constrained:
    """The orders that the policy asks for, cut where they exceed the budget or the warehouse.

    Each pack is worth the lost sales it saves less the holding of what it leaves over; the packs that bring the most
    for what they take are kept.

    Args:
        frame: what the plan looks at.
        offers: what the policy asks for, and what it is worth.
        held: [N] whether an item's order waits to be accepted, and takes nothing of the limits.

    Raises:
        DataError: a capacity, and items that take room nobody knows.
    """
    terms, options = frame.inventory.terms, frame.options
    room, notes = volumes(terms, frame) if options.capacity is not None else (np.zeros(len(frame.inventory)), ())
    asked = offers.without(held)
    limits = []
    if options.budget is not None:
        limits.append(Limit(BUDGET, terms.cost, options.budget))
    if options.capacity is not None:
        there = float(room @ offers.there)
        limits.append(Limit(CAPACITY, room, max(options.capacity - there, 0.0)))
    if all(float(limit.use @ asked.decision.units) <= limit.total + 1e-9 for limit in limits):
        return Constrained(asked.decision, None, notes)
    found = allocate(asked.values, limits)
    return Constrained(asked.taken(np.minimum(found.units, asked.decision.units)), found, notes)


def volumes(terms: ItemTerms, frame: Frame) -> tuple[Numbers, tuple[str, ...]]:
    """[N] the room that a unit takes, and what was assumed of it.

    Raises:
        DataError: the volume of some items is told and that of others is not.
    """
    unknown = np.isnan(terms.volume)
    if unknown.all():
        said = "No volume is told, so that limits of room count units, each of them one."
        return np.ones(unknown.shape), (said,)
    if unknown.any():
        place = f"item {frame.inventory.items[ITEM][int(np.argmax(unknown))]}"
        cure = "Tell the volume of every item, 0 for what takes no room, or plan without a limit of room."
        raise DataError([Fault("items without a volume, and a limit of room", int(unknown.sum()), place, cure)])
    return terms.volume, ()


def _offers(frame: Frame, items: Index) -> list[tuple[Index, Offers]]:
    """The items of each slice of a part, and what is offered of them."""
    return [(part.items, _offers_of(part, frame)) for part in frame.slices(items)]


def _offers_of(part: Slice, frame: Frame) -> Offers:
    orders, own = orders_now(part.situation, frame.policy), part.terms
    over = np.maximum(own.holding * own.review, _LEAST)
    worth = Worth(np.maximum(own.short, _LEAST), over, own.pack, own.minimum)
    values = pack_values(np.minimum(orders.cycle.until, orders.units), np.zeros(len(part.items)), worth=worth)
    level = np.zeros((int(values.rank.max(initial=-1)) + 1, len(part.items)))
    level[values.rank, values.item] = values.units
    level = np.minimum(np.cumsum(level, axis=0), orders.units)
    short, place = orders.cycle.shortage(level), (values.rank, values.item)
    there = np.maximum(orders.cycle.available, 0).mean(axis=0)
    return Offers(decide(part, orders, horizon=frame.horizon), there, values, short[place], level[place])
