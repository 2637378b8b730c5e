"""Sums over runs of rows: each from the rows of its own item alone, to the last bit."""

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers
from foresale.core.frequency import Index


class RunningSums:
    """Sums of values over any run of rows in constant time.

    The sums begin anew at every item: were they to run on, a sale of a million in one item would round those of all
    items after it.

    Args:
        values: [R] of items that lie one after another.
        owners: [R] the item of each row, rising.

    >>> sums = RunningSums(np.array([1e30, 1.0, 2.0]), np.array([0, 1, 1]))
    >>> sums.over(np.array([0, 1]), np.array([1, 3])).tolist()
    [1e+30, 3.0]
    """

    def __init__(self, values: npt.NDArray[np.floating], owners: npt.NDArray[np.integer]) -> None:
        changes = np.diff(owners, prepend=owners[:1]) != 0
        self._shift = np.concatenate([np.cumsum(changes), np.zeros(1, np.int64)])
        firsts = np.concatenate([[0], np.flatnonzero(changes), [len(values)]])
        self._sums = np.zeros(len(values) + len(firsts), np.float64)
        for number, (first, end) in enumerate(zip(firsts[:-1].tolist(), firsts[1:].tolist(), strict=True)):
            np.cumsum(values[first:end], dtype=np.float64, out=self._sums[first + number + 1 : end + number + 1])

    def over(self, first: Index, end: Index) -> Numbers:
        """The sums of runs from their first row to their end (exclusive), each within one item; 0 where empty."""
        shift = self._shift[first]
        return np.asarray(np.where(end > first, self._sums[end + shift] - self._sums[first + shift], 0.0))
