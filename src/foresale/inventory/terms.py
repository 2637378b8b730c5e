"""What is in stock and on which terms more can be had: arrays over the items of a forecast, in their order."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.errors import DataError, Fault
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.inventory.leads import LeadTimes, periods_of
from foresale.inventory.levels import Ahead
from foresale.inventory.numeric import Counts, Numbers


@dataclass(frozen=True)
class Stock:
    """Stock of N items, in units.

    Attributes:
        on_hand: [N] units that can be sold now.
        owed: [N] units sold but not yet delivered to customers.
        due_item: [K] item of each open order.
        due_units: [K] units of each open order.
        due: [K] datetime64[D], the day on which it can be sold; NaT where nobody told.
    """

    on_hand: Numbers
    owed: Numbers
    due_item: Counts
    due_units: Numbers
    due: npt.NDArray[np.datetime64]

    @classmethod
    def of(cls, on_hand: npt.ArrayLike) -> "Stock":
        """Stock with nothing on order and nothing owed."""
        units = np.asarray(on_hand, np.float64)
        nothing = np.zeros(0)
        return cls(units, np.zeros(units.shape), nothing.astype(np.int64), nothing, nothing.astype("datetime64[D]"))

    @property
    def on_order(self) -> Numbers:
        """[N] units on the way."""
        return np.bincount(self.due_item, self.due_units, minlength=self.on_hand.size).astype(np.float64)

    @property
    def position(self) -> Numbers:
        """[N] inventory position: on hand and on order, less what is owed."""
        return self.on_hand + self.on_order - self.owed

    def select(self, chosen: Index) -> "Stock":
        """The stock of some of the items, in the order chosen."""
        place = np.full(self.on_hand.size, -1)
        place[chosen] = np.arange(chosen.size)
        keep = place[self.due_item] >= 0
        return Stock(
            self.on_hand[chosen], self.owed[chosen], place[self.due_item[keep]], self.due_units[keep], self.due[keep]
        )

    def arrivals(self, forecast: Forecast, *, lead: Counts, all_of_them: bool = False) -> Numbers:
        """[N, H] units of open orders that can be sold from each step on.

        What is overdue comes with the first step, what is due within a period with the next one (or the same, if it is
        due on the period's first day), what is due after the horizon not at all, unless all are wanted. Where no day is
        told, a whole lead time is assumed, which is the latest that an order of the past can need.

        Args:
            forecast: whose steps are meant.
            lead: [N] periods.
            all_of_them: whether H reaches beyond the horizon, up to the last open order.

        >>> import polars as pl
        >>> from foresale.core.frequency import Frequency
        >>> tea = Forecast(pl.DataFrame({"item_id": ["tea"]}), Frequency("day"), np.array([19723]),
        ...                np.ones((1, 3, 21), np.float32), np.ones((1, 3), np.float32))
        >>> on_way = Stock(np.array([2.0]), np.zeros(1), np.array([0]), np.array([5.0]),
        ...                np.array(["2024-01-02"], "datetime64[D]"))
        >>> on_way.arrivals(tea, lead=np.array([2])).tolist()
        [[0.0, 5.0, 0.0]]
        """
        grid, starts = forecast.frequency, forecast.starts[self.due_item]
        told = ~np.isnat(self.due)
        stamps = np.where(told, self.due, np.datetime64("1970-01-01", "D"))
        index = grid.index(stamps)
        late = grid.timestamps(index).astype("datetime64[D]") < stamps
        steps = np.where(told, np.maximum(index + late - starts, 0), lead[self.due_item])
        horizon = max(forecast.horizon, int(steps.max(initial=0)) + 1) if all_of_them else forecast.horizon
        within = steps < horizon
        units = np.zeros((self.on_hand.size, horizon))
        np.add.at(units, (self.due_item[within], steps[within]), self.due_units[within])
        return units


@dataclass(frozen=True)
class ItemTerms:
    """On which terms each of N items is bought, kept and sold. Money in one currency, per unit.

    Attributes:
        suppliers: names of the suppliers.
        supplier: [N] position in `suppliers`; -1 for nobody told.
        lead: lead times in days.
        review_days: [N] days from one order to the next.
        minimum: [N] least units of an order, a whole number of packs.
        pack: [N] units per pack; orders are whole packs.
        cost: [N] price paid.
        price: [N] price asked.
        short: [N] what a lost sale costs: the margin, or what was told.
        holding: [N] cost of holding stock for a year, as a share of its cost.
        ordering: [N] money per order of the item, however large.
        salvage: [N] what a leftover still brings at the end of its season.
        shelf_days: [N] days from arrival until it cannot be sold any more; infinite where it keeps.
        target: [N] service to reach, 0 to 1.
        fill: [N] whether `target` is a share of demand met from the shelf (type 2) or of cycles without a stock-out
            (type 1).
        volume: [N] space per unit; NaN unknown.
        weight: [N] weight per unit; NaN unknown.
    """

    suppliers: tuple[str, ...]
    supplier: Counts
    lead: LeadTimes
    review_days: Numbers
    minimum: Numbers
    pack: Numbers
    cost: Numbers
    price: Numbers
    short: Numbers
    holding: Numbers
    ordering: Numbers
    salvage: Numbers
    shelf_days: Numbers
    target: Numbers
    fill: npt.NDArray[np.bool_]
    volume: Numbers
    weight: Numbers

    def select(self, chosen: Index) -> "ItemTerms":
        """The terms of some of the items, in the order chosen."""
        parts: dict[str, Any] = {
            part.name: getattr(self, part.name)[chosen]
            for part in fields(self)
            if part.name not in {"suppliers", "lead"}
        }
        return replace(self, lead=self.lead.select(chosen), **parts)


@dataclass(frozen=True, repr=False)
class Inventory:
    """Stock and terms of the items of a forecast.

    Attributes:
        items: one row per item, as in the forecast.
        stock: what is there.
        terms: how more can be had.
        notes: what was understood or assumed, in sentences for a person.
        without_stock: ids of items that the stock file lacks: nothing on hand is assumed.
        without_sales: ids of the stock file that the forecast lacks: they are not planned.
        currency: of all money, "" where nobody tells.

    Raises:
        DataError: arrays of the wrong length.
    """

    items: pl.DataFrame
    stock: Stock
    terms: ItemTerms
    notes: tuple[str, ...] = ()
    without_stock: tuple[str, ...] = ()
    without_sales: tuple[str, ...] = ()
    currency: str = ""

    def __post_init__(self) -> None:
        wrong = [name for name, size in self._sizes() if size != self.items.height]
        if wrong:
            cure = f"All must have {self.items.height} items."
            raise DataError([Fault("arrays of the wrong length", len(wrong), ", ".join(wrong), cure)])
        for values in self._arrays().values():
            values.flags.writeable = False

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {
            part.name: values
            for table in (self.stock, self.terms, self.terms.lead)
            for part in fields(table)
            if isinstance(values := getattr(table, part.name), np.ndarray)
        }

    def _sizes(self) -> Iterator[tuple[str, int]]:
        loose = {"due_item", "due_units", "due", "seen", "offsets"}
        yield from ((name, len(values)) for name, values in self._arrays().items() if name not in loose)

    def __len__(self) -> int:
        return self.items.height

    def ahead(self, forecast: Forecast) -> Ahead:
        """The stock as it is on the first day of a forecast of these items, and all that is on the way."""
        lead = periods_of(self.terms.lead.mean, forecast.frequency)
        return Ahead(self.stock.on_hand, self.stock.arrivals(forecast, lead=lead, all_of_them=True), self.stock.owed)

    def select(self, chosen: Index) -> "Inventory":
        """Some of the items, in the order chosen."""
        return replace(self, items=self.items[chosen], stock=self.stock.select(chosen), terms=self.terms.select(chosen))
