"""Items as the rows of matrices, a bounded number at a time: windows never cross from one item into the next."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.panel import Values

Matrix = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Some items of about the same length.

    Attributes:
        items: [n] which items.
        rows: [n, L] the panel's row of each cell.
        inside: [n, L] whether the cell is one of the item's rows; the others are padding at its end.
    """

    items: Index
    rows: Index
    inside: npt.NDArray[np.bool_]

    def take(self, values: Values) -> Matrix:
        """[n, L] the values of the block's items, NaN in the padding."""
        matrix = values[self.rows].astype(np.float64)
        matrix[~self.inside] = np.nan
        return matrix


def blocks(offsets: Index, *, cells: int = 2_000_000) -> Iterator[Block]:
    """All items, those of like length together, in blocks of at most `cells` cells (or of a single item).

    >>> [block.items.tolist() for block in blocks(np.array([0, 2, 5, 7]), cells=4)]
    [[0, 2], [1]]
    """
    lengths = np.diff(offsets)
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < order.size:
        sizes = lengths[order[start:]] * np.arange(1, order.size - start + 1)
        stop = start + max(int(np.searchsorted(sizes, cells, side="right")), 1)
        items = order[start:stop]
        columns = np.arange(int(lengths[items[-1]]))
        inside = columns < lengths[items][:, None]
        rows = np.minimum(offsets[items][:, None] + columns, offsets[-1] - 1)
        yield Block(items, rows, inside)
        start = stop
