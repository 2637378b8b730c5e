"""What cleaning did to a panel: every changed cell with its old value, its new value and the reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.caller_time import caller_time
from foresale.core.columns import ITEM, TIMESTAMP
from foresale.core.errors import DataError, Fault
from foresale.core.frequency import Frequency, Index
from foresale.core.panel import Panel, Values
from foresale.core.text import counted

RETURNS: Final = "more returns than sales"
OUT_OF_STOCK: Final = "out of stock"
MOSTLY_OUT: Final = "mostly out of stock"
PARTLY_OUT: Final = "partly out of stock, raised to a whole period"
ZERO_RUN: Final = "no sales for longer than the item's rate allows: a stock-out"
REPEATED: Final = "the number of the period before, again and again: filled in, not counted"
GAP: Final = "unknown period filled"
BEFORE_LAUNCH: Final = "before the first sale"
HIGH: Final = "far more than usual"
LOW: Final = "far less than usual"
REASONS: Final = (RETURNS, OUT_OF_STOCK, MOSTLY_OUT, PARTLY_OUT, ZERO_RUN, REPEATED, GAP, BEFORE_LAUNCH, HIGH, LOW)
STOCKOUTS: Final = (OUT_OF_STOCK, MOSTLY_OUT, ZERO_RUN)
OUTLIERS: Final = (HIGH, LOW)


class Changes(NamedTuple):
    """Cells that one step touched: [C] rows of the panel, old and new sales, and positions in `REASONS`."""

    rows: Index
    old: Values
    new: Values
    reasons: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, rows: Index, old: Values, new: Values, reason: str) -> "Changes":
        """The changes of some rows for one reason."""
        return cls(rows, old, new, np.full(len(rows), REASONS.index(reason), np.uint8))

    @classmethod
    def joined(cls, parts: Sequence["Changes"]) -> "Changes":
        """Several steps in their order."""
        if not parts:
            return cls(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32), np.zeros(0, np.uint8))
        return cls(*(np.concatenate(column) for column in zip(*parts, strict=True)))


@dataclass(frozen=True)
class CleaningReport:
    """Everything that cleaning changed or marked; applied backwards it gives the panel as it was.

    Attributes:
        changes: cells in the order in which they were touched; where old and new are the same, the cell is marked only.
        inactive_periods: runs without a sale that are too long for a stock-out and were left as they are:
            item_id, kind, first and last timestamp, periods.
        periods: how many periods of history were looked at.
        closed: how many periods the shop, or one of its stores, was closed.
        ids: [N] the items.
        frequency: the panel's grid.
        starts: [N] as in the panel.
        offsets: [N + 1] as in the panel.
        time_type: the caller's type of timestamps.
        available: the shares in stock, where sales were raised to whole periods; None where they are as they were.
    """

    changes: Changes = field(repr=False)
    inactive_periods: pl.DataFrame
    periods: int
    closed: int
    ids: pl.Series = field(repr=False)
    frequency: Frequency
    starts: Index = field(repr=False)
    offsets: Index = field(repr=False)
    time_type: pl.DataType
    available: Values | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        touched = counted(int(self.changes.rows.size), "cell")
        return f"<CleaningReport of {counted(self.periods, 'period')}: {touched} changed or marked>"

    @property
    def changed(self) -> npt.NDArray[np.bool_]:
        """[C] whether a cell has another value than before; the others are marked only."""
        return ~same(self.changes.old, self.changes.new)

    def owners(self, reasons: Sequence[str] = REASONS) -> Index:
        """[C'] the item of each cell that was touched for one of some reasons."""
        return np.searchsorted(self.offsets, self.rows(reasons), side="right") - 1

    def rows(self, reasons: Sequence[str] = REASONS) -> Index:
        """[C'] the panel's rows that were touched for one of some reasons."""
        codes = [REASONS.index(reason) for reason in reasons]
        return self.changes.rows[np.isin(self.changes.reasons, codes)]

    def counts(self) -> dict[str, int]:
        """Cells per reason, only of the reasons that occurred."""
        counted = np.bincount(self.changes.reasons, minlength=len(REASONS))
        return {reason: int(count) for reason, count in zip(REASONS, counted, strict=True) if count}

    def to_frame(self) -> pl.DataFrame:
        """One row per cell: item_id, timestamp, old, new, reason; unknown is null. By item and time."""
        owner = self.owners()
        stamps = self.frequency.timestamps(self.starts[owner] + self.changes.rows - self.offsets[owner])
        order = pl.Series(np.argsort(self.changes.rows, kind="stable"))
        return pl.DataFrame(
            [
                self.ids[owner].alias(ITEM),
                caller_time(stamps, self.time_type).alias(TIMESTAMP),
                pl.Series("old", self.changes.old).fill_nan(None),
                pl.Series("new", self.changes.new).fill_nan(None),
                pl.Series("reason", REASONS)[self.changes.reasons].alias("reason"),
            ]
        ).select(pl.all().gather(order))

    def undo(self, panel: Panel) -> Panel:
        """The panel before cleaning, from the panel after it.

        Raises:
            DataError: the panel's sales are not those that this cleaning left.
        """
        rows = self.changes.rows
        last = np.full(int(self.offsets[-1]), np.nan, np.float32)
        last[rows] = self.changes.new
        fits = len(panel.sales) == len(last)
        if not fits or not same(panel.sales[rows], last[rows]).all():
            wrong = 1 if not fits else int((~same(panel.sales[rows], last[rows])).sum())
            cure = "Pass the panel that clean(...) returned together with this report."
            raise DataError([Fault("cells that this cleaning did not leave", wrong, "the panel's sales", cure)])
        sales = panel.sales.copy()
        sales[rows[::-1]] = self.changes.old[::-1]
        return replace(panel, sales=sales, available=panel.available if self.available is None else self.available)


def same(left: Values, right: Values) -> npt.NDArray[np.bool_]:
    """Whether values are equal, unknown ones (NaN) included.

    >>> same(np.array([1, np.nan], np.float32), np.array([2, np.nan], np.float32)).tolist()
    [False, True]
    """
    equal: npt.NDArray[np.bool_] = (left == right) | (np.isnan(left) & np.isnan(right))
    return equal
