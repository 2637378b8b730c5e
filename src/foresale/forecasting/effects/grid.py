"""The grid that effects are estimated on: the panel's own periods, or days where those are shorter."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency, Index, Unit
from foresale.core.histories import of_like_length
from foresale.core.panel import Panel

_SHORT: Final[tuple[Unit, ...]] = ("minute", "hour")
_MOSTLY: Final = 0.75
"""Share of a day's usual periods that must be known, for its sum to tell the sales of a day."""


@dataclass(frozen=True)
class Grid:
    """Columns of consecutive periods that all items of a panel share.

    Attributes:
        panel: the panel.
        horizon: periods of the panel after each cutoff.
        frequency: of the columns.
        first: grid position of the first column.
        history: columns up to the newest cutoff.
        columns: history and horizon together.
        ahead: [N, H] the column of each step ahead.
    """

    panel: Panel = field(repr=False)
    horizon: int
    frequency: Frequency
    first: int
    history: int
    columns: int
    ahead: Index = field(repr=False)

    @classmethod
    def of(cls, panel: Panel, *, horizon: int) -> "Grid":
        """The grid of a panel and of so many periods after each cutoff.

        >>> from foresale.data.synthetic import ShopConfig, shop
        >>> grid = Grid.of(shop(items=2, periods=50, config=ShopConfig(launches=0)), horizon=7)
        >>> grid.columns - grid.history, grid.sales(np.array([0, 1])).shape
        (7, (2, 50))
        """
        ahead = panel.cutoffs[:, None] + 1 + np.arange(horizon)
        frequency, first, newest = panel.frequency, panel.starts.min(), panel.cutoffs.max()
        if frequency.unit in _SHORT:
            frequency = Frequency("day")
            first, newest, ahead = (_days(panel, each) for each in (first, newest, ahead))
        history, columns = (int(last - first) + 1 for last in (newest, ahead.max()))
        return cls(panel, horizon, frequency, int(first), history, columns, ahead - first)

    @property
    def summed(self) -> bool:
        """Whether a column holds several periods."""
        return self.frequency != self.panel.frequency

    @cached_property
    def positions(self) -> Index:
        """[C] grid position of each column."""
        return self.first + np.arange(self.columns)

    def chunks(self, cells: int) -> Iterator[Index]:
        """All items, a few at a time, so that a matrix of them has at most so many cells."""
        return of_like_length(np.full(len(self.panel), self.columns), cells=cells)

    def sales(self, items: Index) -> Numbers:
        """[n, T] sales of some items over the history, NaN where unknown."""
        return self._laid(self.panel.sales, items, total=True)[:, : self.history]

    def covariate(self, name: str, items: Index) -> Numbers:
        """[n, C] a covariate of some items over history and horizon, NaN where unknown; the mean of a day's periods."""
        return self._laid(self.panel.covariates[name].values, items, total=False)

    def is_shared(self, name: str, items: Index) -> bool:
        """Whether a covariate is the same, up to the newest cutoff, for all of some items, two or more."""
        values = self.covariate(name, items)[:, : self.history]
        known = np.isfinite(values)
        low, high = np.where(known, values, np.inf).min(axis=0), np.where(known, values, -np.inf).max(axis=0)
        return len(items) > 1 and bool((low >= high).all())

    def _laid(self, values: npt.NDArray[np.float32], items: Index, *, total: bool) -> Numbers:
        laid = np.full((len(items), self.columns), np.nan)
        for place, item in enumerate(items):
            own = values[self.panel.offsets[item] : self.panel.offsets[item + 1]].astype(np.float64)
            start = int(self.panel.starts[item])
            if self.summed:
                at = self.columns_at(np.arange(start, start + own.size))
                laid[place] = _by_column(own, at, self.columns, total=total)
            else:
                begin = start - self.first
                laid[place, begin : begin + own.size] = own[: self.columns - begin]
        return np.asfortranarray(laid)

    def columns_at(self, positions: Index) -> Index:
        """The column of each position on the grid of the panel, of the same shape; beyond the last it is cut."""
        own = _days(self.panel, positions) if self.summed else positions
        return np.minimum(own - self.first, self.columns - 1)


def _days(panel: Panel, positions: Index) -> Index:
    return panel.frequency.timestamps(positions).astype("datetime64[D]").astype(np.int64)


def _by_column(values: Numbers, at: Index, columns: int, *, total: bool) -> Numbers:
    """[C] sums or means of the known values in each column; unknown where too few of them are known."""
    known = np.isfinite(values)
    count = np.bincount(at[known], minlength=columns)
    sums = np.bincount(at[known], weights=values[known], minlength=columns)
    if not total:
        return np.where(count > 0, sums / np.maximum(count, 1), np.nan)
    usual = np.quantile(count[count > 0], 0.9) if known.any() else 1.0
    return np.where(count >= max(_MOSTLY * usual, 1), sums, np.nan)
