"""Sums and windows over the columns of matrices of items by columns, which are kept column by column.

Effects are felt on some columns and by all items. In column order (Fortran's) the cells of a column lie side by side,
so that choosing, adding to and summing columns runs through memory as fast as it can; in row order each of them costs
several times as much.
"""

from itertools import pairwise
from typing import Final

import numpy as np

from foresale.core.arrays import Index, Numbers

_FEW: Final = 32
"""Items below which a loop over columns costs more than it saves."""


def running_sums(values: Numbers) -> Numbers:
    """[n, T + 1] sums of all columns before each, from none to all.

    >>> running_sums(np.array([[1.0, 2.0, 3.0]])).tolist()
    [[0.0, 1.0, 3.0, 6.0]]
    """
    sums = np.zeros((values.shape[0], values.shape[1] + 1), order="F")
    if len(values) < _FEW:
        np.cumsum(values, axis=1, out=sums[:, 1:])
        return sums
    for column in range(values.shape[1]):
        np.add(sums[:, column], values[:, column], out=sums[:, column + 1])
    return sums


def block_sums(values: Numbers, block: int) -> Numbers:
    """[n, B] sums of so many columns after each other; the last may be of fewer.

    >>> block_sums(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2).tolist()
    [[3.0, 7.0, 5.0]]
    """
    sums = np.zeros((len(values), -(-values.shape[1] // block)), order="F")
    for first in range(block):
        part = values[:, first::block]
        sums[:, : part.shape[1]] += part
    return sums


def phase_sums(values: Numbers, season: int) -> Numbers:
    """[n, season] sums of the columns of each place in a season.

    >>> phase_sums(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2).tolist()
    [[9.0, 6.0]]
    """
    return np.stack([values[:, place::season].sum(axis=1) for place in range(season)], axis=1)


class Bins:
    """Bins of columns: which columns are summed together.

    Columns are taken in an order in which each bin comes once in every stretch, so that a stretch is added at once.

    Attributes:
        columns: [D] those that lie in a bin, in that order.
    """

    def __init__(self, bins: Index, count: int) -> None:
        """Lay out bins [C], −1 for none, of which there are `count`."""
        self._count = count
        inside = np.flatnonzero(bins >= 0)
        by_bin = inside[np.argsort(bins[inside], kind="stable")]
        sizes = np.bincount(bins[inside], minlength=count)
        rank = np.arange(by_bin.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        self.columns: Index = by_bin[np.argsort(rank, kind="stable")]
        self._bins = bins[self.columns]
        self._edges = np.concatenate([[0], np.cumsum(np.bincount(rank))]).tolist()

    def sums(self, values: Numbers) -> Numbers:
        """[n, count] sums by bin of the values [n, D] of its columns.

        >>> bins = Bins(np.array([0, 1, -1, 0]), 2)
        >>> bins.sums(np.array([[1.0, 2.0, 9.0, 4.0]])[:, bins.columns]).tolist()
        [[5.0, 2.0]]
        """
        sums = np.zeros((len(values), self._count), order="F")
        for begin, end in pairwise(self._edges):
            sums[:, self._bins[begin:end]] += values[:, begin:end]
        return sums
