"""One row per item and period: what totals and order lines both become before they are laid out as a panel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.errors import DataError, Fault
from foresale.core.frequency import Frequency, Index
from foresale.data.item_keys import Codes

_MOST_PERIODS: Final = 500_000_000  # 2 GB of sales
_FREE_PERIODS: Final = 20_000_000
"""Periods that any source may have: 80 MB a column."""
_PERIODS_A_ROW: Final = 1_000
"""Periods that a row may stand for: an item that sells once in two years, by the day."""


@dataclass(frozen=True)
class Periods:
    """Rows of items and periods, each pair once, in any order.

    Attributes:
        frequency: the grid.
        codes: [n] item of each row.
        index: [n] grid position of each row.
        sales: [n] units, NaN where unknown.
        extras: by the caller's name, [n] further columns: Float64, Boolean or String, null where unknown.
        statics: by name, [N] columns of items that are known already.
        end: grid position of the last period of all items, or None where each item ends with its own last row.
        unfinished: grid position of a last period that is not over yet, whose sales are unknown, or None.
        moved: whether stamps stand for months on other days than the grid does.
        gaps_are_zero: whether a period without a row sold nothing, or is unknown.
        carried: the extras that keep their last value until the next.
        faults: rows that were left out, or make the source unusable.
        harmless: rows that were left out and do no harm.
        notes: what was understood.
        revenue: [n] money that the sales brought in, NaN where no price tells it; None where there is none.
        lines: what became of order lines; see `line_kinds.LineKinds.account`.
    """

    frequency: Frequency
    codes: Codes
    index: Index
    sales: npt.NDArray[np.floating]
    extras: Mapping[str, pl.Series]
    statics: Mapping[str, pl.Series] = field(default_factory=dict)
    end: int | None = None
    unfinished: int | None = None
    moved: bool = False
    gaps_are_zero: bool = False
    carried: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()
    harmless: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    revenue: npt.NDArray[np.float64] | None = None
    lines: pl.DataFrame | None = None


@dataclass(frozen=True)
class Layout:
    """Where the rows of items lie in flat arrays.

    Attributes:
        starts: [N] grid position of each item's first row.
        offsets: [N + 1] first flat row of each item.
        history: [N] rows up to and with the item's cutoff.
    """

    starts: Index
    offsets: Index
    history: Index

    @property
    def rows(self) -> int:
        """Number of rows of all items."""
        return int(self.offsets[-1])

    @property
    def cutoffs(self) -> Index:
        """[N] grid position of each item's last row of history."""
        return self.starts + self.history - 1

    def flat(self, codes: Codes, index: Index) -> Index:
        """[n] flat row of each item and grid position."""
        flat = (self.offsets[:-1] - self.starts)[codes]
        flat += index
        return flat

    def longer(self, steps: int) -> "Layout":
        """The layout with so many rows more after each item's cutoff."""
        return Layout(self.starts, self.offsets + steps * np.arange(len(self.offsets)), self.history)


def layout_of(count: int, codes: Codes, index: Index, *, end: int | None = None) -> Layout:
    """A gap-free run of periods for each of `count` items, from its first row to its last, or to `end`.

    Raises:
        DataError: the runs have far more periods than rows, as stamps far off the others make them, or more than 500
            million.

    >>> layout = layout_of(2, np.array([0, 1, 0]), np.array([7, 5, 9]))
    >>> layout.history.tolist(), layout.flat(np.array([0, 1]), np.array([9, 5])).tolist()
    ([3, 1], [2, 3])
    """
    starts = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(starts, codes, index)
    if end is None:
        last = np.full(count, np.iinfo(np.int64).min)
        np.maximum.at(last, codes, index)
    else:
        last = np.full(count, end)
    history = last - starts + 1
    offsets = np.concatenate([[0], np.cumsum(history)]).astype(np.int64)
    if offsets[-1] > min(max(_FREE_PERIODS, _PERIODS_A_ROW * codes.size), _MOST_PERIODS):
        cure = "Look for wrong dates far from the others, or pass a coarser frequency."
        place = f"item number {int(history.argmax()) + 1}, with {int(history.max()):,}"
        raise DataError([Fault("periods from first to last row", int(offsets[-1]), place, cure)])
    return Layout(starts, offsets, history)


def scatter(
    layout: Layout, flat: Index, values: npt.NDArray[np.floating], *, fill: float = np.nan
) -> npt.NDArray[np.float32]:
    """[R] the values at their flat rows, `fill` elsewhere."""
    spread = np.full(layout.rows, fill, np.float32)
    spread[flat] = values
    return spread


def carry_forward(layout: Layout, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """[R] unknown values replaced by the item's last known value before; unknown before the first one.

    >>> two = layout_of(2, np.array([0, 0, 1, 1]), np.array([0, 2, 0, 1]))
    >>> carry_forward(two, np.array([8, np.nan, np.nan, np.nan, 9], np.float32)).tolist()
    [8.0, 8.0, 8.0, nan, 9.0]
    """
    begins = np.repeat(layout.offsets[:-1], np.diff(layout.offsets))
    last = np.where(np.isnan(values), begins, np.arange(values.size))
    return values[np.maximum.accumulate(last)]


def agreed(name: str, data_type: pl.DataType) -> pl.Expr:
    """One value for several rows of an item and period: the mean of numbers, a text where all have the same."""
    column = pl.col(name)
    if data_type == pl.String:
        return pl.when(column.min() == column.max()).then(column.min()).alias(name)
    return column.cast(pl.Float64).mean()
