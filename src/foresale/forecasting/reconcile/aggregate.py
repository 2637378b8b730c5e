"""A panel of the groups of a hierarchy, so that any forecaster can forecast what items add up to."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.chunks import row_chunks
from foresale.core.columns import ITEM
from foresale.core.frequency import Index
from foresale.core.hierarchy import Hierarchy, Level
from foresale.core.panel import Covariate, Panel, Values

_ENOUGH: Final = 0.5
"""Share of a group's usual sales that must be known in a period for its sum to be told."""


def aligned(panel: Panel) -> Panel:
    """The panel with all items up to the same cutoff and the same future, so that their steps can be added up.

    Items that end earlier are unknown from there to the common cutoff. Rows that an item lacks are unknown.

    >>> from foresale.core.frequency import Frequency
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea", "cup"]}), starts=np.array([0, 1]),
    ...              offsets=np.array([0, 3, 4]), history=np.array([3, 1]), sales=np.array([1, 2, 3, 4], np.float32))
    >>> aligned(shop).sales.tolist()
    [1.0, 2.0, 3.0, 4.0, nan]
    """
    cutoff, last = int(panel.cutoffs.max()), int((panel.starts + panel.lengths).max())
    lengths = last - panel.starts
    if (panel.cutoffs == cutoff).all() and (lengths == panel.lengths).all():
        return panel
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    places = np.repeat(offsets[:-1], panel.lengths) + panel.positions
    rows = int(offsets[-1])
    return replace(
        panel,
        offsets=offsets,
        history=cutoff + 1 - panel.starts,
        sales=_placed(panel.sales, places, rows),
        covariates={name: replace(c, values=_placed(c.values, places, rows)) for name, c in panel.covariates.items()},
        available=None if panel.available is None else _placed(panel.available, places, rows),
        revenue=None,
    )


def _placed(values: Values, places: Index, rows: int) -> Values:
    placed = np.full(rows, np.nan, np.float32)
    placed[places] = values
    return placed


@dataclass(frozen=True)
class Grouped:
    """The groups of a hierarchy as a panel of M items.

    Attributes:
        panel: sums of the sales; key and static columns have the value that all items of a group share, else null.
        estimated: [M] share of the periods of each group in which the sales of some items are unknown and estimated.
    """

    panel: Panel
    estimated: npt.NDArray[np.float64]


def group_history(panel: Panel, hierarchy: Hierarchy) -> Panel:
    """The sales of all groups up to the common cutoff, and nothing beside them."""
    return grouped(aligned(replace(panel, covariates={}, available=None)), hierarchy).panel


def grouped(panel: Panel, hierarchy: Hierarchy) -> Grouped:
    """The sales of all groups, from the first row of any item of theirs to the common cutoff.

    An unknown sale is no sale of zero: the sum of the items that are known is raised by the share of the group's usual
    sales that they stand for (a ratio estimate; Cochran 1977, Sampling Techniques, chapter 6), usual being each item's
    mean over its history. Where less than half is known, so is the sum: unknown. Items not launched yet sell nothing.

    Numeric covariates, prices and flags alike, are means weighted by usual sales: the price of what is sold, the share
    that is on promotion. A categorical covariate is taken over where all items agree in every period, else left out.

    Args:
        panel: of N items with one cutoff (see `aligned`).
        hierarchy: over those items.

    >>> from foresale.core.frequency import Frequency
    >>> shop = Panel(Frequency("day"), pl.DataFrame({"item_id": ["tea", "cup"]}), starts=np.array([0, 0]),
    ...              offsets=np.array([0, 3, 6]), history=np.array([3, 3]),
    ...              sales=np.array([8, 8, 8, 2, np.nan, 2], np.float32))
    >>> grouped(shop, Hierarchy.of(shop, [])).panel.sales.tolist()
    [10.0, 10.0, 10.0]
    """
    grid = _Grid.of(panel, hierarchy)
    usual = _usual(panel)
    known = np.isfinite(panel.sales)
    of_rows = np.repeat(usual, panel.lengths)
    total = grid.sums(np.where(known, panel.sales, 0))
    alive = grid.sums(of_rows)
    seen = grid.sums(np.where(known, of_rows, 0))
    whole = grid.sums(~known) == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        raised = np.where(seen >= _ENOUGH * alive, total * (alive / seen), np.nan)
    sales = np.where(whole, total, raised)
    past = np.arange(grid.width) < grid.history
    covariates = {name: made for name, c in panel.covariates.items() if (made := _covariate(c, grid, of_rows))}
    lost = sorted(panel.covariates.keys() - covariates.keys())
    note = (f"Not read for the groups, since their items differ in it: {', '.join(lost)}.",) if lost else ()
    groups = replace(
        panel,
        items=_items(panel, hierarchy),
        starts=grid.starts,
        offsets=np.concatenate([[0], np.cumsum(grid.lengths)]).astype(np.int64),
        history=grid.histories,
        sales=grid.rows(np.where(past, sales, np.nan)),
        covariates=covariates,
        available=None,
        revenue=None,
        notes=(*panel.notes, *note),
    )
    return Grouped(groups, (~whole & grid.inside & past).sum(axis=1) / grid.histories)


@dataclass(frozen=True)
class _Grid:
    """A matrix [M, T] of groups and periods, from the panel's first period to its last.

    Attributes:
        panel: of the items.
        hierarchy: over them.
        first: grid position of the first column.
        width: number of columns T.
        starts: [M] grid position at which each group begins.
    """

    panel: Panel
    hierarchy: Hierarchy
    first: int
    width: int
    starts: Index

    @classmethod
    def of(cls, panel: Panel, hierarchy: Hierarchy) -> "_Grid":
        starts = np.concatenate([_least(level, panel.starts) for level in hierarchy.levels])
        first = int(panel.starts.min())
        return cls(panel, hierarchy, first, int(panel.starts[0] + panel.lengths[0]) - first, starts)

    @property
    def history(self) -> int:
        """Columns up to the cutoff."""
        return int(self.panel.cutoffs[0]) + 1 - self.first

    @property
    def lengths(self) -> Index:
        return self.width - (self.starts - self.first)

    @property
    def histories(self) -> Index:
        return self.history - (self.starts - self.first)

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        return np.arange(self.width) >= (self.starts - self.first)[:, None]

    def rows(self, matrix: Numbers) -> Values:
        """[R] the cells from each group's start on, group after group."""
        return matrix[self.inside].astype(np.float32)

    def sums(self, values: npt.NDArray[np.generic]) -> Numbers:
        """[M, T] values of the rows of the items, added up by group and period."""
        total = np.zeros((self.hierarchy.size, self.width))
        for items, rows in row_chunks(self.panel.offsets):
            lengths = self.panel.lengths[items]
            place = np.arange(rows.stop - rows.start) - np.repeat(np.cumsum(lengths) - lengths, lengths)
            column = np.repeat(self.panel.starts[items] - self.first, lengths) + place
            for level, part in zip(self.hierarchy.levels, self.hierarchy.slices(), strict=True):
                cells = np.repeat(level.codes[items] * self.width, lengths) + column
                added = np.bincount(cells, values[rows], minlength=len(level) * self.width)
                total[part] += added.reshape(len(level), self.width)
        return total


def _least(level: Level, values: Index) -> Index:
    least = np.full(len(level), np.iinfo(np.int64).max)
    np.minimum.at(least, level.codes, values)
    return least


def _usual(panel: Panel) -> npt.NDArray[np.float64]:
    """[N] mean known sales of each item, at least a little, so that items that never sold count for something."""
    mean = np.nan_to_num(panel.item_means(np.maximum(panel.sales, 0)))
    return np.maximum(mean, max(float(mean.mean()), 1e-6) * 1e-6)


def _covariate(covariate: Covariate, grid: _Grid, usual: npt.NDArray[np.float64]) -> Covariate | None:
    """The mean of the known values; None for a categorical one in which items of a group differ."""
    known = np.isfinite(covariate.values)
    weight = np.where(known, usual, 0)
    of_cells = grid.sums(weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = grid.sums(weight * np.where(known, covariate.values, 0)) / of_cells
        if covariate.categories:
            square = grid.sums(weight * np.where(known, covariate.values, 0).astype(np.float64) ** 2) / of_cells
            if (square - mean**2 > 1e-6 * (1 + square)).any():
                return None
            mean = np.round(mean)
    return replace(covariate, values=grid.rows(mean))


def _items(panel: Panel, hierarchy: Hierarchy) -> pl.DataFrame:
    """[M] the columns of the items, each with the value that all items of the group share."""
    others = [name for name in panel.items.columns if name != ITEM]
    parts = []
    for level in hierarchy.levels:
        frame = panel.items.with_columns(pl.Series(ITEM, level.codes))
        shared = [pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name) for name in others]
        parts.append(frame.group_by(ITEM).agg(shared).sort(ITEM))
    return pl.concat(parts).with_columns(pl.Series(ITEM, hierarchy.ids)).select(panel.items.columns)
