"""So many items at a time that what is computed of them fits into memory."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np

from foresale.core.arrays import Index

CELLS: Final = 4_000_000
"""Cells of a matrix at a time: 16 MB of sales, of which the few copies that a step makes stay below 200 MB."""


def chunks(count: int, *, width: int, cells: int = CELLS) -> Iterator[slice]:
    """Items 0 to `count` in slices of at most `cells` cells, of which an item has `width`, and of one item at least.

    >>> [(part.start, part.stop) for part in chunks(5, width=10, cells=20)]
    [(0, 2), (2, 4), (4, 5)]
    """
    size = max(cells // max(width, 1), 1)
    for first in range(0, count, size):
        yield slice(first, min(first + size, count))


def row_chunks(offsets: Index, *, cells: int = CELLS) -> Iterator[tuple[slice, slice]]:
    """Items of many lengths and their rows, some at a time: about `cells` rows, or one item that is longer.

    Args:
        offsets: [N + 1] the first row of each item, and the number of rows.
        cells: rows at a time.

    >>> list(row_chunks(np.array([0, 3, 4, 9]), cells=4))
    [(slice(0, 2, None), slice(0, 4, None)), (slice(2, 3, None), slice(4, 9, None))]
    """
    cuts = np.searchsorted(offsets, np.arange(0, int(offsets[-1]) + cells, cells))
    for first, after in pairwise(np.unique(np.minimum(cuts, offsets.size - 1)).tolist()):
        yield slice(first, after), slice(int(offsets[first]), int(offsets[after]))
