"""A panel: the sales of many items on one regular grid of periods, with what is known beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Flags, Numbers, Values as Values
from foresale.core.caller_time import caller_time, type_of_stamps
from foresale.core.columns import AVAILABLE, ITEM, NAME, SALES, TIMESTAMP
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.frequency import Frequency, Index
from foresale.core.text import counted, few

Money = Numbers
Role = Literal["known", "past"]


@dataclass(frozen=True)
class Covariate:
    """A series beside the sales of every item.

    Attributes:
        name: the caller's column name.
        role: "known" when its values are also known over the horizon (calendar, promotion, price), else "past".
        values: one float per row of the panel, NaN where unknown; for a categorical one, positions in `categories`.
        categories: the labels of a categorical covariate; empty for a numeric one.
    """

    name: str
    role: Role
    values: Values = field(repr=False)
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Panel:
    """Sales of N items, each a gap-free run of periods on one grid. It is valid because it exists.

    The rows of item i are `offsets[i]:offsets[i + 1]`. The first `history[i]` of them are the past; those after it
    are the future, where only known covariates have values. Timestamps are not stored: row r of an item is
    `frequency.timestamps(starts[i] + r)`.

    Attributes:
        frequency: the grid.
        items: one row per item, in the order of the rows: `item_id` (unique), the caller's key columns, `item_name`
            where there are names, and the static columns, all in the caller's types.
        starts: [N] grid position of each item's first row.
        offsets: [N + 1] first row of each item, and the number of rows R at the end.
        history: [N] rows of each item up to and with its cutoff; at least 1.
        sales: [R] float32, in units sold per period; NaN where unknown, and always in the future.
        covariates: by name, each with [R] values.
        available: [R] share of the period with stock on hand (0 to 1, NaN unknown), or None.
        revenue: [R] float64, money that the sales of the period brought in, exact to the cent; NaN in the future; None
            where no line tells it. Price times sales is not exact: a price is a mean, and free units have none.
        currency: of prices and revenue, a code or a sign ("GBP", "€"); "" where nobody tells.
        keys: the caller's item columns, in the caller's order (("item_id",) where that was its name).
        time_type: the caller's type of timestamps, given back with a forecast; text is given back as dates.
        time_name: what the caller calls the column of timestamps.
        sales_name: what the caller calls the column of sales.
        notes: what was understood or assumed when it was read, in sentences for a person.

    Raises:
        DataError: the parts do not fit together; every misfit is named.
    """

    frequency: Frequency
    items: pl.DataFrame
    starts: Index
    offsets: Index
    history: Index
    sales: Values = field(repr=False)
    covariates: Mapping[str, Covariate] = field(default_factory=dict)
    available: Values | None = field(default=None, repr=False)
    revenue: Money | None = field(default=None, repr=False)
    currency: str = ""
    keys: tuple[str, ...] = (ITEM,)
    time_type: pl.DataType = field(default_factory=lambda: pl.Datetime("us"))
    time_name: str = TIMESTAMP
    sales_name: str = SALES
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise DataError(faults, source="panel")
        for values in self._arrays():
            values.flags.writeable = False
        if self.time_type == pl.String:
            object.__setattr__(self, "time_type", type_of_stamps(self.frequency))

    def _arrays(self) -> Iterator[npt.NDArray[Any]]:
        yield from (self.starts, self.offsets, self.history, self.sales)
        yield from (covariate.values for covariate in self.covariates.values())
        yield from (values for values in (self.available, self.revenue) if values is not None)

    def _faults(self) -> Iterator[Fault]:
        count = self.items.height
        if ITEM not in self.items.columns:
            yield Fault(f"items lack the column {ITEM}", 1, f"columns {self.items.columns}", "Name the item column.")
            return
        if count == 0:
            yield Fault("no items", 1, "the whole panel", "Pass at least one row of sales.")
            return
        sizes = {"starts": self.starts.size == count, "offsets": self.offsets.size == count + 1}
        sizes["history"] = self.history.size == count
        rows = int(self.offsets[-1]) if self.offsets.size else 0
        sizes["sales"] = self.sales.shape == (rows,)
        sizes |= {name: covariate.values.shape == (rows,) for name, covariate in self.covariates.items()}
        for name, values in ((AVAILABLE, self.available), ("revenue", self.revenue)):
            sizes[name] = values is None or values.shape == (rows,)
        wrong = [name for name, fits in sizes.items() if not fits]
        if wrong:
            yield Fault("arrays of the wrong length", len(wrong), ", ".join(wrong), "All must fit items and offsets.")
            return
        repeated = count - self.items[ITEM].n_unique()
        if repeated:
            place = str(self.items[ITEM].filter(self.items[ITEM].is_duplicated())[0])
            yield Fault("item ids that stand twice", repeated, place, "Make them unique.")
        empty = np.flatnonzero((self.history < 1) | (self.history > self.lengths))
        if empty.size:
            place = str(self.items[ITEM][int(empty[0])])
            yield Fault("items whose history is empty or past their last row", empty.size, place, "Leave them out.")
        endless = int(np.isinf(self.sales).sum())
        if endless:
            yield Fault("infinite sales", endless, f"row {int(np.argmax(np.isinf(self.sales)))}", "Make them unknown.")

    @property
    def lengths(self) -> Index:
        """[N] rows of each item, future included."""
        return np.diff(self.offsets)

    @property
    def cutoffs(self) -> Index:
        """[N] grid position of each item's last known period."""
        return self.starts + self.history - 1

    @property
    def future(self) -> Index:
        """[N] rows of each item after its cutoff."""
        return self.lengths - self.history

    @property
    def known(self) -> tuple[Covariate, ...]:
        """The covariates known over the horizon too."""
        return tuple(covariate for covariate in self.covariates.values() if covariate.role == "known")

    @property
    def past(self) -> tuple[Covariate, ...]:
        """The covariates known up to the cutoff only."""
        return tuple(covariate for covariate in self.covariates.values() if covariate.role == "past")

    @property
    def statics(self) -> tuple[str, ...]:
        """Names of the static columns of `items`."""
        return tuple(name for name in self.items.columns if name not in {ITEM, NAME, *self.keys})

    @property
    def named_items(self) -> pl.DataFrame:
        """What tells items apart for people: `item_id`, the key columns and, where there are names, `item_name`."""
        names = [NAME] if NAME in self.items.columns else []
        return self.items.select(list(dict.fromkeys((ITEM, *self.keys, *names))))

    @cached_property
    def is_history(self) -> Flags:
        """[R] whether a row is at or before its item's cutoff."""
        return ~self.since(self.history)

    @property
    def owners(self) -> Index:
        """[R] the item that each row belongs to."""
        return np.repeat(np.arange(self.items.height), self.lengths)

    @property
    def positions(self) -> Index:
        """[R] how many rows of its item stand before each row."""
        steps = np.ones(int(self.offsets[-1]), np.int64)
        steps[0] = 0
        steps[self.offsets[1:-1]] -= self.lengths[:-1]
        return np.cumsum(steps, out=steps)

    def since(self, first: Index) -> Flags:
        """[R] whether a row is the `first` [N] of its item or a later one, rows of an item being numbered from 0.

        >>> from foresale.data.synthetic import shop
        >>> shop(items=2, periods=3).since(np.array([2, -1])).tolist()
        [False, False, True, True, True, True]
        """
        before = np.clip(first, 0, self.lengths)
        return np.repeat(np.tile([False, True], len(self)), np.stack([before, self.lengths - before], axis=1).ravel())

    def __repr__(self) -> str:
        span = self.frequency.span(int(self.starts.min()), int(self.cutoffs.max()))
        beside = f", with {few(self.covariates)}" if self.covariates else ""
        return f"<Panel of {counted(len(self), 'item')}, {self.frequency.name}, {span}{beside}>"

    def __len__(self) -> int:
        """Number of items."""
        return self.items.height

    def rows(self, item: int) -> slice:
        """The rows of an item up to its cutoff."""
        return slice(int(self.offsets[item]), int(self.offsets[item] + self.history[item]))

    def item_sums(self, values: npt.NDArray[Any]) -> Numbers:
        """[N] the sum of values [R] over the rows of each item, all of them, in 64 bits."""
        return np.add.reduceat(values, self.offsets[:-1], dtype=np.float64)

    def item_counts(self, chosen: Flags) -> Index:
        """[N] how many rows of each item are chosen [R]."""
        return np.add.reduceat(chosen, self.offsets[:-1], dtype=np.int64)

    def item_any(self, chosen: Flags) -> Flags:
        """[N] whether any row of each item is chosen [R]."""
        return np.asarray(np.logical_or.reduceat(chosen, self.offsets[:-1]))

    def item_means(self, values: Values) -> Numbers:
        """[N] the mean of the known values [R] of each item, NaN where none is known.

        >>> from foresale.data.synthetic import shop
        >>> garden = shop(items=2, periods=30)
        >>> bool((garden.item_means(garden.sales) > 0).all())
        True
        """
        known = np.isfinite(values)
        count = self.item_counts(known)
        return np.asarray(self.item_sums(np.where(known, values, 0)) / np.where(count > 0, count, np.nan))

    def seasonal_scale(self, *, season: int | None = None, squared: bool = False) -> Numbers:
        """[N] mean absolute (or squared) seasonal difference of each item's history: what a scaled error is divided by.

        The in-sample error of the seasonal naive method (Hyndman and Koehler 2006), over the pairs y[t], y[t - s] of
        which both are known. NaN where an item has no such pair, 0 where all of them are equal.

        Args:
            season: periods apart; by default the season of the frequency.
            squared: of the squares.

        >>> shop = Panel(Frequency("month", 12), pl.DataFrame({"item_id": ["tea"]}), starts=np.array([0]),
        ...              offsets=np.array([0, 3]), history=np.array([3]), sales=np.array([1, 3, 9], np.float32))
        >>> float(shop.seasonal_scale()[0])
        4.0
        """
        lag = season or self.frequency.season
        change = np.full(self.sales.size, np.nan, np.float32)
        np.subtract(self.sales[lag:], self.sales[:-lag], out=change[lag:])
        early = np.minimum(self.lengths, lag)
        before = np.cumsum(early) - early
        change[np.arange(early.sum()) + np.repeat(self.offsets[:-1] - before, early)] = np.nan
        return self.item_means((np.square if squared else np.abs)(change, out=change))

    def newest_rows(self, items: Index, *, width: int) -> tuple[Index, Flags]:
        """[n, width] rows of the newest periods up to the cutoffs of items [n], and whether each goes so far back."""
        places = self.history[items][:, None] - width + np.arange(width)
        return np.maximum(places, 0) + self.offsets[items][:, None], places >= 0

    def newest(self, items: Index, *, width: int) -> Values:
        """[n, width] the newest sales of items [n], the last ones at their cutoffs, NaN before the first."""
        rows, inside = self.newest_rows(items, width=width)
        return np.where(inside, self.sales[rows], np.float32(np.nan))

    def select(self, items: Sequence[int] | Index) -> "Panel":
        """The panel of some items only, by position, in the given order."""
        chosen = np.asarray(items, np.int64)
        lengths = self.lengths[chosen]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        take = np.arange(offsets[-1]) + np.repeat(self.offsets[:-1][chosen] - offsets[:-1], lengths)
        return replace(
            self,
            items=self.items[chosen.tolist()],
            starts=self.starts[chosen],
            offsets=offsets,
            history=self.history[chosen],
            sales=self.sales[take],
            covariates={name: replace(c, values=c.values[take]) for name, c in self.covariates.items()},
            available=None if self.available is None else self.available[take],
            revenue=None if self.revenue is None else self.revenue[take],
        )

    def back(self, steps: int | Index) -> "Panel":
        """The panel as it was `steps` periods before each item's cutoff: later sales and past covariates unknown.

        `steps` is one number for all items or one for each [N].

        Items without any history by then are left out. Known covariates keep their values.

        Raises:
            ConfigError: steps is negative.
            DataError: no item has any history by then.
        """
        counts = np.asarray(steps)
        if counts.dtype.kind not in "iu":
            raise ConfigError(f"a panel is taken back by whole numbers of steps, not {steps!r}")
        each = np.broadcast_to(counts.astype(np.int64), (len(self),))
        if each.min() < 0:
            raise ConfigError(f"a panel can be taken back in time only, not by {each.min()} steps")
        alive = np.flatnonzero(self.history > each)
        if not alive.size:
            cure = f"Ask for fewer steps than {int(self.history.max())}."
            raise DataError([Fault("items without history", len(self), f"{each.min()} steps before the cutoff", cure)])
        panel = self if alive.size == len(self) else self.select(alive)
        moved = replace(panel, history=panel.history - each[alive])
        hide = ~moved.is_history
        covariates = {
            n: c if c.role == "known" else replace(c, values=_hidden(c.values, hide))
            for n, c in moved.covariates.items()
        }
        available = None if moved.available is None else _hidden(moved.available, hide)
        revenue = None if moved.revenue is None else np.where(hide, np.nan, moved.revenue)
        return replace(
            moved, sales=_hidden(moved.sales, hide), covariates=covariates, available=available, revenue=revenue
        )

    def to_frame(self) -> pl.DataFrame:
        """The history in long form: the caller's key and time columns, sales, covariates; unknown is null."""
        return self.long_form(self.keys, self.time_name)

    def long_form(self, named: Sequence[str], time_name: str = TIMESTAMP) -> pl.DataFrame:
        """The same with the columns of `items` that are named, and another name for the timestamps."""
        keep = self.is_history
        owners = self.owners[keep]
        stamps = self.frequency.timestamps(self.starts[owners] + self.positions[keep])
        columns = [self.items[name][owners] for name in named]
        columns += [
            caller_time(stamps, self.time_type).alias(time_name),
            pl.Series(SALES, self.sales[keep]).fill_nan(None),
        ]
        for covariate in self.covariates.values():
            values = pl.Series(covariate.name, covariate.values[keep]).fill_nan(None)
            if covariate.categories:
                values = pl.Series(covariate.name, covariate.categories)[values.cast(pl.UInt32)]
            columns.append(values)
        if self.available is not None:
            columns.append(pl.Series(AVAILABLE, self.available[keep]).fill_nan(None))
        return pl.DataFrame(columns)


def _hidden(values: Values, hide: Flags) -> Values:
    hidden = values.copy()
    hidden[hide] = np.nan
    return hidden
