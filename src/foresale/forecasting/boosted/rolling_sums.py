"""Values of many items, asked at many places at once: means over any run of rows in constant time."""

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers
from foresale.core.frequency import Index
from foresale.core.panel import Values
from foresale.core.runs import RunningSums


class Past:
    """Running sums of the values of items that lie one after another.

    Runs of rows are given by their first and their end (exclusive) in the flat arrays, and must stay within one item.

    Args:
        values: [R], NaN where unknown.
        owners: [R] the item of each row, rising.
    """

    def __init__(self, values: Values, owners: npt.NDArray[np.integer]) -> None:
        known = np.isfinite(values)
        filled = np.where(known, values, 0).astype(np.float64)
        self.values = values
        self._count = _running(known.astype(np.int64))
        self._total = RunningSums(filled, owners)
        self._squares = RunningSums(filled**2, owners)
        self._zeros = _running((known & (values == 0)).astype(np.int64))

    def count(self, first: Index, end: Index) -> Index:
        """How many are known of each run."""
        return np.asarray(self._count[end] - self._count[first])

    def mean(self, first: Index, end: Index) -> Numbers:
        """Mean of the known ones of each run, NaN where there is none."""
        return self._share(self._total.over(first, end), first, end)

    def zeros(self, first: Index, end: Index) -> Numbers:
        """Share of zeros among the known ones of each run."""
        return self._share(self._zeros[end] - self._zeros[first], first, end)

    def deviation(self, first: Index, end: Index) -> Numbers:
        """Standard deviation of the known ones of each run."""
        variance = self._share(self._squares.over(first, end), first, end) - self.mean(first, end) ** 2
        return np.sqrt(np.maximum(variance, 0))

    def at(self, rows: Index, first: Index) -> Numbers:
        """The values of some rows, NaN for those before the first row of their item or unknown."""
        return np.where(rows >= first, self.values[np.maximum(rows, 0)], np.nan).astype(np.float64)

    def _share(self, sums: npt.NDArray[np.number], first: Index, end: Index) -> Numbers:
        count = self.count(first, end)
        return np.asarray(sums / np.where(count > 0, count, np.nan))


def _running(values: Index) -> Index:
    return np.concatenate([np.zeros(1, values.dtype), np.cumsum(values)])
