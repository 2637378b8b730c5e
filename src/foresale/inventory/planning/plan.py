"""A plan: what to order today of every item, what comes after, and where money is at stake."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.caller_time import caller_time
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.money import currency_column, in_currency
from foresale.core.text import counted
from foresale.forecasting.effects.raised import RaisedDays
from foresale.inventory.limits import Allocation
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.planning.checks import Checks
from foresale.inventory.planning.exceptions import Exceptions
from foresale.inventory.planning.lines import NONE, Lines, Projection
from foresale.inventory.planning.options import PlanOptions
from foresale.inventory.planning.reasons import Grounds, reasons
from foresale.inventory.planning.stock_projection import LaterOrders
from foresale.inventory.policies.terms import NEVER, ReplenishmentTerms
from foresale.inventory.terms import Inventory
from foresale.pricing.markdowns.single import Markdowns

COLUMNS: Final = (
    "order",
    "packs",
    "to_check",
    "supplier",
    "arrives",
    "cost",
    "on_hand",
    "on_order",
    "stock_out",
    "stock_out_early",
    "risk",
    "lost_margin_at_risk",
    "lost_anyway",
    "excess",
    "excess_until",
    "excess_cost",
    "last_order",
    "mark_down_on",
    "mark_down",
    "mark_down_clears",
    "exception",
    "at_stake",
    "reason",
    "order_on",
    "units",
    "low",
    "high",
    "chance",
    "stock",
    "median",
    "arrivals",
    "unordered",
)
"""Columns of the tables of a plan beside those of the items."""


@dataclass(frozen=True, repr=False)
class Plan:
    """What to order of N items today, and what is to be seen over a horizon of H periods. Money in one currency.

    Attributes:
        inventory: the items, their stock and terms.
        frequency: the grid of the periods.
        today: grid position of the first period, before which the orders of today are placed.
        options: what it was to keep to.
        terms: on which each item is replenished, in whole periods.
        lines: one line per item.
        projected: projected stock.
        markdowns: of items that end and would be left over.
        later: orders to be placed at later reviews.
        checks: orders that wait to be accepted, and why.
        limits: how shared limits were used, and what one more unit of each would bring; None where none cut an order.
        raised: events that raise the demand of items, where the forecast knows of them; reasons name them.
        time_type: the caller's type of timestamps.
        notes: what was understood and assumed, in sentences for a person.
    """

    inventory: Inventory
    frequency: Frequency
    today: int
    options: PlanOptions
    terms: ReplenishmentTerms = field(repr=False)
    lines: Lines = field(repr=False)
    projected: Projection = field(repr=False)
    markdowns: Markdowns = field(repr=False)
    later: LaterOrders = field(repr=False)
    checks: Checks = field(repr=False)
    limits: Allocation | None = None
    raised: tuple[RaisedDays, ...] = field(default=(), repr=False)
    time_type: pl.DataType = field(default_factory=lambda: pl.Datetime("us"))
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.inventory)

    def __repr__(self) -> str:
        ordered = int((self.lines.units > 0).sum())
        orders = f"{counted(ordered, 'order')} for {self._amount(self.money.sum())}"
        return f"<Plan of {counted(len(self), 'item')} on {self.day}: {orders}>"

    @property
    def day(self) -> str:
        """The first period, before which the orders of today are placed, in words."""
        stamp = self.stamps(np.array([0]))[0].astype("datetime64[m]")
        return str(stamp).removesuffix("T00:00").replace("T", " ")

    @property
    def horizon(self) -> int:
        """Periods H of the projection."""
        return int(self.projected.mean.shape[1])

    @property
    def money(self) -> Numbers:
        """[N] what the orders of today cost."""
        return self.lines.units * self.inventory.terms.cost

    @cached_property
    def exception(self) -> Exceptions:
        """What is out of the ordinary of each item, and how much money depends on it."""
        return Exceptions.of(self.lines, self.inventory, self.terms, held=self.checks.held)

    def _amount(self, money: float) -> str:
        return in_currency(f"{money:,.2f}", self.inventory.currency)

    @property
    def order(self) -> Counts:
        """[N] the items: orders to be checked, exceptions by the money at stake, then by what the order saves."""
        saved = self.inventory.terms.short * (self.lines.lost_without - self.lines.lost_with)
        return np.lexsort((-saved, -self.exception.money, self.exception.kind == "", ~self.checks.held)).astype(
            np.int64
        )

    def stamps(self, steps: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
        """The stamps of steps from today."""
        return self.frequency.timestamps(self.today + steps)

    def to_frame(self) -> pl.DataFrame:
        """One row per item: orders to be checked first, then exceptions, by the money at stake.

        Columns: `item_id` and the caller's key columns; `order` in units and in `packs`, `to_check`, the units of an
        order that waits to be accepted (`order` is 0 until then), from which `supplier`, `arrives` (the first period in
        which it can be sold), its `cost`, the `currency` of all money; `on_hand`, `on_order`; `stock_out` (the period
        in which stock and open orders are as likely as not used up) and `stock_out_early` (one case in ten), `risk` to
        run out before the order arrives; `lost_margin_at_risk` if nothing were ordered today, and the part of it that
        is `lost_anyway`; `excess` units that are not sold by `excess_until`, and what they cost; for an item that ends,
        `last_order` (the last period before which an order still comes in time), `mark_down_on`, the share `mark_down`,
        and the units that it `mark_down_clears` beyond the full price; the kind of `exception`, the money `at_stake`,
        and the `reason` in a sentence.
        """
        return self._table

    @cached_property
    def _table(self) -> pl.DataFrame:
        lines, terms = self.lines, self.inventory.terms
        names = pl.Series(["", *terms.suppliers])[(terms.supplier + 1).tolist()]
        columns = [
            *self.inventory.items.get_columns(),
            pl.Series("order", lines.units),
            pl.Series("packs", np.round(lines.units / terms.pack).astype(np.int64)),
            pl.Series("to_check", np.where(self.checks.held, lines.asked, np.nan)).fill_nan(None),
            pl.Series("supplier", names).replace("", None),
            self._times("arrives", np.where(lines.units > 0, lines.lead, NONE)),
            pl.Series("cost", self.money.round(2)),
            *currency_column(self.inventory.currency, self.inventory.items),
            pl.Series("on_hand", self.inventory.stock.on_hand),
            pl.Series("on_order", self.inventory.stock.on_order),
            self._times("stock_out", lines.runs_out),
            self._times("stock_out_early", lines.runs_out_early),
            pl.Series("risk", lines.risk.round(4)),
            pl.Series("lost_margin_at_risk", (terms.short * lines.lost_without).round(2)),
            pl.Series("lost_anyway", (terms.short * lines.lost_before).round(2)),
            pl.Series("excess", self.exception.excess.round(2)),
            self._times("excess_until", np.where(self.exception.excess > 0, lines.left_at - 1, NONE)),
            pl.Series("excess_cost", (self.exception.excess * terms.cost).round(2)),
            self._times("last_order", self._last_order()),
            self._times("mark_down_on", self.markdowns.start),
            pl.Series("mark_down", np.where(self.markdowns.start >= 0, self.markdowns.depth, np.nan)).fill_nan(None),
            pl.Series("mark_down_clears", self._cleared().round(2)).fill_nan(None),
            pl.Series("exception", self.exception.kind).replace("", None),
            pl.Series("at_stake", self.exception.money),
            pl.Series("reason", reasons(self._grounds)),
        ]
        return pl.DataFrame(columns)[self.order]

    @property
    def _grounds(self) -> Grounds:
        return Grounds(
            self.inventory,
            self.lines,
            self.terms,
            self.markdowns,
            self.checks,
            self.exception.kind,
            self.frequency,
            self.today,
            self.horizon,
            self.raised,
        )

    def exceptions(self) -> pl.DataFrame:
        """The rows of `to_frame` that are out of the ordinary."""
        return self.to_frame().filter(pl.col("exception").is_not_null())

    def next_orders(self) -> pl.DataFrame:
        """The orders to be placed at later reviews, as far as can be seen today, by period and item.

        One row per order that is likely enough (one path of ten): `order_on`, `arrives`, expected `units` with their
        interval (`low` to `high`, eight cases of ten), the `chance` that it is placed at all, its expected `cost` and
        the `currency` of that.
        """
        later, terms = self.later, self.inventory.terms
        columns = [column.gather(later.item) for column in self.inventory.items.get_columns()]
        columns += [self._times("order_on", later.step), self._times("arrives", later.arrives)]
        columns += [pl.Series(name, getattr(later, name).round(4)) for name in ("units", "low", "high", "chance")]
        columns.append(pl.Series("cost", (later.units * terms.cost[later.item]).round(2)))
        columns += currency_column(self.inventory.currency, pl.DataFrame(columns))
        return pl.DataFrame(columns)[np.lexsort((later.item, later.step))]

    def projection(self, item: object = None) -> pl.DataFrame:
        """Projected stock of one item (the first of `to_frame` by default), one row per period.

        Columns: `timestamp`, `stock` expected at its end with the orders of the plan, its interval `low` to `high`
        (eight cases of ten) and `median`, `arrivals`, the `risk` that demand is not met, and the stock `unordered` if
        nothing is ordered.

        Raises:
            ConfigError: the plan has no such item.
        """
        place = self.position(item)
        columns = [caller_time(self.stamps(np.arange(self.horizon)), self.time_type)]
        return pl.DataFrame([*columns, *self._projected(slice(place, place + 1))])

    def projections(self) -> pl.DataFrame:
        """Projected stock of all items, one row per item and period: their keys, and the columns of `projection`."""
        count, horizon = len(self), self.horizon
        columns = [column.gather(np.repeat(np.arange(count), horizon)) for column in self.inventory.items.get_columns()]
        columns.append(caller_time(self.stamps(np.tile(np.arange(horizon), count)), self.time_type))
        return pl.DataFrame([*columns, *self._projected(slice(None))])

    def _projected(self, items: slice) -> list[pl.Series]:
        seen = self.projected
        parts = {
            "stock": seen.mean,
            "low": seen.low,
            "median": seen.middle,
            "high": seen.high,
            "arrivals": seen.arrivals,
            "risk": seen.risk,
            "unordered": seen.unordered,
        }
        return [pl.Series(name, values[items].ravel()) for name, values in parts.items()]

    def position(self, item: object = None) -> int:
        """The place of an item; the first of `to_frame` by default.

        Raises:
            ConfigError: the plan has no such item.
        """
        if item is None:
            return int(self.order[0])
        ids = self.inventory.items[ITEM]
        found = ids.index_of(item) if isinstance(item, type(ids[0])) else None
        if found is None:
            raise ConfigError(f"the plan has no item {item!r}; its first items are {ids.head(5).to_list()}")
        return int(found)

    def arrivals(self) -> pl.DataFrame:
        """What the orders of today bring, one row per supplier and day of arrival: `items`, `units` and `cost`."""
        ordered = self.to_frame().filter(pl.col("order") > 0)
        groups = ordered.group_by("supplier", "arrives").agg(
            pl.len().alias("items"), pl.col("order").sum().alias("units"), pl.col("cost").sum()
        )
        return groups.sort("arrives", "supplier")

    def _cleared(self) -> Numbers:
        """[N] units that a mark-down sells more than the full price; NaN without one."""
        marked = self.markdowns.start >= 0
        return np.where(marked, self.markdowns.left_full - self.markdowns.left, np.nan)

    def _last_order(self) -> Counts:
        """[N] the last step before which an order can be placed that is sold before its item ends; `NONE` otherwise."""
        last = self.terms.end - self.lines.lead - 1
        return np.where((self.terms.end < NEVER) & (last >= 0), last, NONE).astype(np.int64)

    def _times(self, name: str, steps: npt.NDArray[np.int64]) -> pl.Series:
        """The stamps of steps in the caller's type, null where there is none."""
        stamps = caller_time(self.stamps(np.maximum(steps, 0)), self.time_type).alias(name)
        return stamps.set(pl.Series(steps < 0), None)
