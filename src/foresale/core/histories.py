"""Histories as matrices: some items of a panel side by side, so that whole chunks are computed at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Flags, Values
from foresale.core.columns import ITEM
from foresale.core.frequency import Frequency, Index
from foresale.core.panel import Panel

CELLS: Final = 250_000
"""Cells of a chunk: 1 MB of sales, so that the few arrays of a step stay in a core's cache; with eight times as many
cleaning took a third longer."""


@dataclass(frozen=True)
class Chunk:
    """Items of nearly equal history length.

    Attributes:
        items: [n] their positions in the panel.
        rows: [n, T] the panel's row of each cell; cells past an item's cutoff repeat its last row.
        valid: [n, T] whether the cell is within the item's history.
        grid: [n, T] grid position of each cell.
    """

    items: Index
    rows: Index
    valid: Flags
    grid: Index

    def matrix(self, values: Values) -> Values:
        """[n, T] the values of [R] rows, NaN outside of the histories."""
        return np.where(self.valid, values[self.rows], np.float32(np.nan))


def chunks(panel: Panel, *, cells: int = CELLS) -> Iterator[Chunk]:
    """The histories of all items, short ones first, at most `cells` cells at a time (or one item)."""
    for items in of_like_length(panel.history, cells=cells):
        yield chunk(panel, np.sort(items))


def of_like_length(lengths: Index, *, cells: int = CELLS) -> Iterator[Index]:
    """Items by length, short ones first, so many at a time that a matrix of them has at most `cells` cells.

    An item that is longer than that comes alone.

    >>> [items.tolist() for items in of_like_length(np.array([2, 3, 2]), cells=4)]
    [[0, 2], [1]]
    """
    order = np.argsort(lengths, kind="stable")
    ordered = lengths[order]
    begin = 0
    while begin < len(order):
        end = min(begin + max(cells // int(ordered[begin]), 1), len(order))
        end = min(begin + max(cells // int(ordered[end - 1]), 1), len(order))
        yield order[begin:end]
        begin = end


def chunk(panel: Panel, items: Index) -> Chunk:
    """The histories of some items, by their positions in the panel."""
    history = panel.history[items][:, None]
    steps = np.arange(int(history.max()))
    rows = panel.offsets[items][:, None] + np.minimum(steps, history - 1)
    return Chunk(items, rows, steps < history, panel.starts[items][:, None] + steps)


def sales_between(panel: Panel, *, item: Any, first: int, last: int) -> npt.NDArray[np.float32]:
    """Sales of one item from grid position `first` to `last`, NaN where the panel does not know them.

    >>> import polars as pl
    >>> sales = np.array([5, 6, 7], np.float32)
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea"]}), starts=np.array([10]),
    ...              offsets=np.array([0, 3]), history=np.array([3]), sales=sales)
    >>> sales_between(shop, item="tea", first=11, last=13).tolist()
    [6.0, 7.0, nan]
    """
    values = np.full(last - first + 1, np.nan, np.float32)
    found = panel.items[ITEM].index_of(item)
    if found is None:
        return values
    own = panel.sales[panel.rows(found)]
    begin = int(panel.starts[found])
    low, high = max(first, begin), min(last, begin + own.size - 1)
    if low <= high:
        values[low - first : high - first + 1] = own[low - begin : high - begin + 1]
    return values


@dataclass(frozen=True)
class Rhythm:
    """How many periods the usual spans of a trade last on a grid.

    Attributes:
        season: the main season, as the frequency has it.
        near: what counts as near a period: about two months (8 seasons of days), at least 12 periods.
        block: how long the level of sales is taken as one: half of `near`.
        pause: the longest stock-out that is believed; about two months.
        spell: the shortest; a day where periods are shorter than that, since nights are no stock-outs.
    """

    season: int
    near: int
    block: int
    pause: int
    spell: int = 1

    @classmethod
    def of(cls, frequency: Frequency) -> "Rhythm":
        """The rhythm of a grid.

        >>> Rhythm.of(Frequency("day"))
        Rhythm(season=7, near=56, block=28, pause=61, spell=1)
        """
        two_months = round(frequency.per_year / 6)
        near = max(min(8 * frequency.season, two_months), 12)
        spell = frequency.season if frequency.unit in {"minute", "hour"} else 1
        return cls(frequency.season, near, near // 2, max(two_months, 2), spell)


def lower_median(values: npt.NDArray[Any], *, axis: int = -1) -> npt.NDArray[Any]:
    """Median along an axis without the unknown (NaN); of an even number of values the lower of the middle two.

    It is always one of the values, so that moving others on their own side of it leaves it as it is. NaN where all is
    unknown.

    >>> lower_median(np.array([[4.0, 1.0, np.nan, 3.0, 2.0]])).tolist()
    [2.0]
    """
    ordered = np.sort(np.moveaxis(values, axis, -1), axis=-1)
    known = ordered.shape[-1] - np.isnan(ordered).sum(axis=-1)
    middle = np.maximum(known - 1, 0) // 2
    return np.take_along_axis(ordered, middle[..., None], axis=-1)[..., 0]


def folded(values: Values, length: int) -> Values:
    """[n, T] in pieces of `length`: [n, ⌈T / length⌉, length], the last one padded with NaN."""
    count = -(-values.shape[1] // length)
    padded = np.full((values.shape[0], count * length), np.nan, values.dtype)
    padded[:, : values.shape[1]] = values
    return padded.reshape(values.shape[0], count, length)
