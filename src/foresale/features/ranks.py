"""Ranks of a covariate among the items of a category in the same period."""

import numpy as np
import polars as pl

from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.data.histories import CELLS
from foresale.features.blocks import Matrix


def ranks_within(values: Values, panel: Panel, category: str) -> Values:
    """[R] each value's place among those of its category in the same period: 0 lowest, 1 highest, ties in the middle.

    NaN where it is unknown; 0.5 where the item is alone. A missing category is a category.
    """
    result = np.full(values.shape, np.nan, np.float32)
    codes = panel.items[category].cast(pl.String).fill_null("").rank("dense").to_numpy().astype(np.int64) - 1
    order = np.argsort(codes, kind="stable")
    for items in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        _rank_items(result, values, panel, items)
    return result


def _rank_items(result: Values, values: Values, panel: Panel, items: Index) -> None:
    """Write the ranks of one category, a bounded number of periods at a time."""
    first, end = panel.starts[items], panel.starts[items] + panel.lengths[items]
    width = max(CELLS // items.size, 1)
    for start in range(int(first.min()), int(end.max()), width):
        periods = np.arange(start, min(start + width, int(end.max())))
        inside = (periods >= first[:, None]) & (periods < end[:, None])
        rows = np.where(inside, panel.offsets[items][:, None] + periods - first[:, None], 0)
        matrix = np.where(inside, values[rows], np.nan).astype(np.float64)
        result[rows[inside]] = _rank_columns(matrix)[inside]


def _rank_columns(matrix: Matrix) -> Matrix:
    """Place of each value in its column, 0 to 1; equal values share the middle of their places."""
    count = (~np.isnan(matrix)).sum(axis=0)
    below = _places(matrix)
    above = _places(-matrix)
    middle = (below + (count - 1 - above)) / 2
    ranks = np.where(count > 1, middle / np.maximum(count - 1, 1), 0.5)
    return np.where(np.isnan(matrix), np.nan, ranks)


def _places(matrix: Matrix) -> Matrix:
    """How many values of its column are lower than each value."""
    order = np.argsort(matrix, axis=0, kind="stable")
    ordered = np.take_along_axis(matrix, order, axis=0)
    place = np.arange(len(matrix))[:, None]
    fresh = np.ones(matrix.shape, bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    lowest = np.maximum.accumulate(np.where(fresh, place, 0), axis=0)
    result = np.empty(matrix.shape)
    np.put_along_axis(result, order, lowest.astype(np.float64), axis=0)
    return result
