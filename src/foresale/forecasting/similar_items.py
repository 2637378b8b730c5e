"""Which items are like an item that was never sold: by what is known of both beside their sales."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.frequency import Index
from foresale.core.panel import Panel

FEWEST: Final = 8
"""Like items that are looked for, so that the spread between them tells something."""
MOST: Final = 60  # items that a newcomer is forecast like
_MOSTLY: Final = 0.5  # share of those items that share a column, for it to be named
_MANY_VALUES: Final = 30
"""Distinct numbers from which a column is compared by rank instead of by equality."""


@dataclass(frozen=True)
class SimilarItems:
    """The items that one newcomer is forecast like.

    Attributes:
        items: [k] their positions in the panel.
        columns: the columns in which most of them are as the newcomer is; empty where nothing tells them from others.
    """

    items: Index
    columns: tuple[str, ...]


def similar_items(panel: Panel, newcomers: Index, candidates: Index) -> list[SimilarItems]:
    """For each newcomer the candidates most like it: those that share the most telling values of its keys and columns.

    A shared value tells as much as it is rare: −log of the share of candidates that have it. Numbers with many values
    are compared by their rank. All candidates that are as like as the best are taken, at most 60 spread evenly; where
    those are fewer than eight, the next best too.

    >>> from foresale.core.frequency import Frequency
    >>> items = pl.DataFrame({"item_id": ["a", "b", "c"], "brand": ["x", "y", "x"]})
    >>> shop = Panel(Frequency("day"), items, starts=np.zeros(3, int), offsets=np.arange(4), history=np.ones(3, int),
    ...              sales=np.array([1, 2, np.nan], np.float32))
    >>> found = similar_items(shop, np.array([2]), np.array([0, 1]))[0]
    >>> found.items.tolist(), found.columns
    ([0, 1], ('brand',))
    """
    keys = [name for name in panel.keys if name != ITEM and len(panel.keys) > 1]
    columns = [_Column.of(panel.items[name], newcomers, candidates) for name in (*keys, *panel.statics)]
    found: dict[tuple[float, ...], SimilarItems] = {}
    result = []
    for at in range(newcomers.size):
        look = tuple(np.nan_to_num([column.new[at] for column in columns], nan=-1).tolist())
        if look not in found:
            found[look] = _like_one(columns, at, candidates)
        result.append(found[look])
    return result


def _like_one(columns: Sequence["_Column"], newcomer: int, candidates: Index) -> SimilarItems:
    rows = [column.likeness(newcomer) for column in columns]
    chosen = _best(np.sum(rows, axis=0) if rows else np.zeros(candidates.size))
    shared = [column.name for column, row in zip(columns, rows, strict=True) if (row[chosen] > 0).mean() >= _MOSTLY]
    return SimilarItems(candidates[chosen], tuple(shared))


def items_named(panel: Panel, ids: Sequence[str]) -> SimilarItems:
    """The items of some ids, as text; those that the panel lacks are left out."""
    texts = panel.items[ITEM].cast(pl.String)
    return SimilarItems(np.flatnonzero(texts.is_in(list(ids)).to_numpy()).astype(np.int64), ())


def _best(score: npt.NDArray[np.floating]) -> Index:
    """Positions of the best scores: all as good as the best, and the next ones until there are eight."""
    least = np.sort(score)[-min(FEWEST, score.size)]
    chosen = np.flatnonzero(score >= least - 1e-9)
    better = np.flatnonzero(score > least + 1e-9)
    if chosen.size > MOST:
        tied = np.setdiff1d(chosen, better)
        room = MOST - better.size
        chosen = np.sort(np.concatenate([better, tied[np.linspace(0, tied.size - 1, room).astype(np.int64)]]))
    return np.asarray(chosen, np.int64)


@dataclass(frozen=True)
class _Column:
    """A column of the items, as numbers: codes of its values, or ranks from 0 to 1; NaN unknown."""

    name: str
    new: npt.NDArray[np.float64]
    old: npt.NDArray[np.float64]
    by_rank: bool

    @classmethod
    def of(cls, values: pl.Series, newcomers: Index, candidates: Index) -> "_Column":
        by_rank = values.dtype.is_numeric() and values.n_unique() > _MANY_VALUES
        ranks = values.cast(pl.Float64 if by_rank else pl.String).rank("dense").cast(pl.Float64)
        numbers = ranks.fill_null(np.nan).to_numpy()
        if by_rank:
            numbers = numbers / np.nanmax(numbers)
        return cls(values.name, numbers[newcomers], numbers[candidates], by_rank)

    def likeness(self, newcomer: int) -> npt.NDArray[np.float64]:
        """[n] how much each candidate is like one newcomer in this column."""
        value = self.new[newcomer]
        if np.isnan(value):
            return np.zeros(self.old.size)
        if self.by_rank:
            return np.asarray(np.nan_to_num(np.maximum(1 - 5 * np.abs(self.old - value), 0)).round(1))
        equal = self.old == value
        return np.asarray(np.where(equal, -np.log(max(equal.mean(), 1e-9)) + 0.1, 0.0))
