"""What is in stock of the products of a panel whose prices are chosen."""

from typing import Any, Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.forecast import Forecast
from foresale.core.frequency import Stamps
from foresale.core.panel import Panel
from foresale.inventory.defaults import Defaults
from foresale.inventory.planning.options import Seasons
from foresale.inventory.read import Sources, read_inventory
from foresale.inventory.terms import Inventory
from foresale.pricing.effects.cube import PriceCube
from foresale.workflows.plan import nothing, stock_and_seasons

_NO_ORDERS: Final = 1.0
"""Days of lead time where nothing is ordered any more, so that the time plays no part."""


def stock_of(panel: Panel, stock: Any, *, lead_days: float | None) -> Inventory:
    """Stock and terms of the items of a panel, from a file, a data frame or `Sources`.

    Raises:
        DataError: every fault of the files, with its place and cure.
    """
    return read_inventory(_items(panel), _sources(stock), defaults=Defaults(lead_days=lead_days))


def stock_that_ends(panel: Panel, stock: Any, *, salvage: float) -> tuple[Inventory, Seasons]:
    """The same of items that are ordered no more, and when they end.

    Raises:
        DataError: every fault of the files, with its place and cure.
    """
    return stock_and_seasons(_items(panel), _sources(stock), Defaults(lead_days=_NO_ORDERS, salvage=salvage))


def _items(panel: Panel) -> Forecast:
    return nothing(panel.named_items, panel.frequency, int(panel.cutoffs.max()) + 1)


def _sources(stock: Any) -> Sources:
    return stock if isinstance(stock, Sources) else Sources(stock)


def begins_and_ends(cube: PriceCube, stamps: Stamps) -> tuple[Stamps, Stamps]:
    """[T] the first day of each period, and the first one after it."""
    periods = cube.frequency.index(stamps)
    begins, ends = (cube.frequency.first_days(periods + step).astype("datetime64[D]") for step in (0, 1))
    return begins, ends


def units_until(inventory: Inventory, ends: Stamps) -> Numbers:
    """[N, T] units of each item that are there, or have come, before the end of each period."""
    own = inventory.stock
    units = np.repeat((own.on_hand - own.owed)[:, None], ends.size, axis=1)
    for item, count, due in zip(own.due_item, own.due_units, own.due, strict=True):
        units[item] += count * (np.isnat(due) | (due < ends))
    return units


def of_products(cube: PriceCube, values: Numbers) -> Numbers:
    """[P, ...] the sums over places of what items have [N, ...]."""
    sold = (cube.items >= 0).reshape(*cube.items.shape, *[1] * (values.ndim - 1))
    return np.asarray(np.where(sold, values[cube.items], 0.0).sum(axis=1))
