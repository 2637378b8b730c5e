"""What is ordered of some items today, and what that is for, on all of their paths."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from foresale.core.frequency import Index
from foresale.inventory.numeric import Numbers
from foresale.inventory.planning.order_decision import Orders
from foresale.inventory.planning.slices import Slice
from foresale.inventory.planning.stock_projection import HIGH, LOW


@dataclass(frozen=True)
class Decision:
    """What is ordered of n items today; see `Lines` for what is named as there.

    Attributes:
        units: [n] units to order.
        asked: [n] units to order if nothing were limited.
        wanted: [n] units before packs and minimum.
        last: [n] whether it is the item's last order.
        brief: [n] whether its shelf life allows less than the service asks for.
        demand: [n] expected demand that the order is for.
        demand_low: [n] units that it exceeds with a chance of nine in ten.
        demand_high: [n] units that it exceeds with a chance of one in ten.
        short_without: [n] units of it that are lost if nothing is ordered.
        short_with: [n] units of it that are lost with the order.
        short_asked: [n] the same if nothing were limited.
        rate: [n] expected demand per period of the projection.
    """

    units: Numbers
    asked: Numbers
    wanted: Numbers
    last: npt.NDArray[np.bool_]
    brief: npt.NDArray[np.bool_]
    demand: Numbers
    demand_low: Numbers
    demand_high: Numbers
    short_without: Numbers
    short_with: Numbers
    short_asked: Numbers
    rate: Numbers

    def of(self, items: Index) -> "Decision":
        """Some of the items, in the order chosen."""
        return Decision(*(getattr(self, own.name)[items] for own in fields(self)))


def decide(part: Slice, orders: Orders, *, horizon: int, units: Numbers | None = None) -> Decision:
    """What is ordered of the items of a slice: what the policy asks for, or units [n] where a limit decides."""
    taken, cycle = orders.units if units is None else units, orders.cycle
    count, ordered = len(cycle.wanted), np.sort(cycle.wanted.T, axis=1)
    short_asked = cycle.shortage(orders.units)
    return Decision(
        units=taken,
        asked=orders.units,
        wanted=orders.wanted,
        last=orders.last,
        brief=orders.brief,
        demand=cycle.expected,
        demand_low=ordered[:, int(LOW * count)],
        demand_high=ordered[:, min(int(HIGH * count), count - 1)],
        short_without=cycle.shortage(np.zeros(taken.shape)),
        short_with=short_asked if units is None else cycle.shortage(units),
        short_asked=short_asked,
        rate=part.demand.mean(axis=0).astype(np.float64)[:, :horizon].mean(axis=1),
    )
