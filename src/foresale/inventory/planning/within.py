"""Orders of today within a budget and a warehouse that all items share: what brings least is left out first."""

from dataclasses import dataclass

import numpy as np

from foresale.core.columns import ITEM
from foresale.core.errors import DataError, Fault
from foresale.core.frequency import Index
from foresale.core.threads import results
from foresale.inventory.gains import Gains, Worth, pack_gains
from foresale.inventory.limits import Allocation, Limit, allocate
from foresale.inventory.numeric import Numbers
from foresale.inventory.planning.now import orders_now
from foresale.inventory.planning.slices import Frame, Slice
from foresale.inventory.policies.situation import Policy
from foresale.inventory.terms import ItemTerms

BUDGET, CAPACITY = "budget", "capacity"
_LEAST = 1e-9
"""Money that a unit costs at least, so that costs can be weighed."""


@dataclass(frozen=True)
class Within:
    """Orders of N items that keep to the limits.

    Attributes:
        units: [N] units to order.
        allocation: how the limits were used, and what one more unit of each would bring; None where all fitted.
        notes: what was assumed, in sentences.
    """

    units: Numbers
    allocation: Allocation | None
    notes: tuple[str, ...] = ()


def within_limits(frame: Frame, *, held: "np.typing.NDArray[np.bool_]") -> Within:
    """The orders that the policy asks for, cut where they exceed the budget or the warehouse.

    Each pack is worth the lost sales it saves less the holding of what it leaves over; the packs that bring the most
    for what they take are kept.

    Args:
        frame: what the plan looks at.
        held: [N] whether an item's order waits to be accepted, and takes nothing of the limits.

    Raises:
        DataError: a capacity, and items that take room nobody knows.
    """
    terms, options = frame.inventory.terms, frame.options
    room, notes = volumes(terms, frame) if options.capacity is not None else (np.zeros(len(frame.inventory)), ())
    asked, expected, gains = _worth(frame)
    asked, keep = np.where(held, 0.0, asked), ~held[gains.item]
    gains = Gains(gains.item[keep], gains.rank[keep], gains.units[keep], gains.gain[keep], gains.count)
    limits = []
    if options.budget is not None:
        limits.append(Limit(BUDGET, terms.cost, options.budget))
    if options.capacity is not None:
        there = float(room @ expected)
        limits.append(Limit(CAPACITY, room, max(options.capacity - there, 0.0)))
    if all(float(limit.use @ asked) <= limit.total + 1e-9 for limit in limits):
        return Within(asked, None, notes)
    found = allocate(gains, limits)
    return Within(np.minimum(found.units, asked), found, notes)


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


def _worth(frame: Frame) -> tuple[Numbers, Numbers, Gains]:
    """[N] units asked for, [N] expected units on hand when they arrive, and what every pack of them is worth."""
    count = len(frame.inventory)
    asked, expected, parts = np.zeros(count), np.zeros(count), []
    for seen in results(lambda items: [_worth_of(part, frame.policy) for part in frame.slices(items)], frame.parts()):
        for items, orders, there, gains in seen:
            asked[items], expected[items] = orders, there
            parts.append(Gains(items[gains.item], gains.rank, gains.units, gains.gain, count))
    return asked, expected, _sorted(parts, count)


def _worth_of(part: Slice, policy: Policy) -> tuple[Index, Numbers, Numbers, Gains]:
    """The items of a slice, and the same of them."""
    orders, own = orders_now(part.now, policy), part.terms
    over = np.maximum(own.holding * own.review, _LEAST)
    worth = Worth(np.maximum(own.short, _LEAST), over, own.pack, own.minimum)
    gains = pack_gains(np.minimum(orders.cycle.until, orders.units), np.zeros(len(part.items)), worth=worth)
    return part.items, orders.units, np.maximum(orders.cycle.available, 0).mean(axis=0), gains


def _sorted(parts: list[Gains], count: int) -> Gains:
    """All steps, item after item."""
    item, rank, units, gain = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("item", "rank", "units", "gain")
    )
    order = np.lexsort((rank, item))
    return Gains(item[order], rank[order], units[order], gain[order], count)
