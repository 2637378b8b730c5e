"""Which items react alike: the groups between an item and all items."""

from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.forecasting.effects.cells import Cells

_FEWEST: Final = 3.0
"""Items that groups must have on average, to tell more than their items alone."""
_CLEAR: Final = 1.02
"""How much more than by chance the items of a group must go up and down together."""


def grouping(panel: Panel, items: Index, cells: Cells) -> tuple[str, Index] | None:
    """The key or static column whose groups go up and down together most, and the group of every item of the panel.

    What is measured is how far the summed errors of the items of a group lie from zero, against what independent errors
    would sum to.

    Args:
        panel: the panel; its columns are asked in their order.
        items: [n] those of the cells.
        cells: their sales beside what the baseline expects.
    """
    known = np.isfinite(cells.sales)
    error = np.where(known, (cells.sales - cells.expected) / np.sqrt(cells.noise[:, None] * cells.expected), 0.0)
    error = np.clip(error, -5, 5)
    error -= error.sum(axis=0) / np.maximum(known.sum(axis=0), 1) * known
    best: tuple[float, str, Index] | None = None
    for name in (column for column in panel.items.columns if column != ITEM):
        codes = panel.items[name].to_physical() if panel.items[name].dtype.is_temporal() else panel.items[name]
        group = codes.rank("dense").fill_null(0).to_numpy().astype(np.int64)
        own = np.unique(group[items], return_inverse=True)[1]
        count = int(own.max()) + 1
        if not 2 <= count <= len(items) / _FEWEST:
            continue
        together = _together(error, known, own, count)
        if together > max(_CLEAR, best[0] if best else 0.0):
            best = (together, name, np.unique(group, return_inverse=True)[1])
    return None if best is None else best[1:]


def _together(error: Numbers, known: npt.NDArray[np.bool_], group: Index, count: int) -> float:
    """The mean square of groups' sums of errors over that of independent ones."""
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], np.arange(count))
    sums = np.add.reduceat(error[order], begins, axis=0)
    squares = np.add.reduceat((error * known)[order] ** 2, begins, axis=0)
    return float((sums**2).sum() / max(squares.sum(), 1e-9))
