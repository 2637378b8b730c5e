"""Items with their future as the rows of matrices, a bounded number at a time; `data.histories` stops at the cutoff.

Windows never cross from one item into the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.frequency import Index
from foresale.core.panel import Values
from foresale.data.histories import CELLS, of_like_length

Matrix = npt.NDArray[np.float64]


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


def blocks(offsets: Index, *, cells: int = CELLS) -> Iterator[Block]:
    """All items, those of like length together, in blocks of at most `cells` cells (or of a single item).

    >>> [block.items.tolist() for block in blocks(np.array([0, 2, 5, 7]), cells=4)]
    [[0, 2], [1]]
    """
    lengths = np.diff(offsets)
    for items in of_like_length(lengths, cells=cells):
        columns = np.arange(int(lengths[items[-1]]))
        inside = columns < lengths[items][:, None]
        rows = np.minimum(offsets[items][:, None] + columns, offsets[-1] - 1)
        yield Block(items, rows, inside)
