"""A hierarchy of items: which groups they add up to, by the columns of a panel. Sums without a matrix of sums."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Floating, Numbers
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.core.text import counted

TOTAL: Final = "total"
AND: Final = "/"
"""Between the columns of a level that combines several: category/region."""
_NONE: Final = "unknown"


@dataclass(frozen=True)
class Level:
    """One way to put N items into G groups.

    Attributes:
        columns: whose values make the groups; none for the total.
        groups: [G] rows of those columns as text, in rising order; null is told as "unknown".
        codes: [N] the group of each item.
    """

    columns: tuple[str, ...]
    groups: pl.DataFrame
    codes: Index = field(repr=False)

    @classmethod
    def of(cls, items: pl.DataFrame, columns: Sequence[str]) -> "Level":
        """The groups that the values of some columns make, all items in one where there are no columns."""
        if not columns:
            return cls((), pl.DataFrame({TOTAL: [TOTAL]}), np.zeros(items.height, np.int64))
        own = items.select(pl.col(name).cast(pl.String).fill_null(_NONE) for name in columns)
        groups = own.unique().sort(columns)
        found = own.join(groups.with_row_index("__code"), on=list(columns), how="left", maintain_order="left")
        return cls(tuple(columns), groups, found["__code"].cast(pl.Int64).to_numpy())

    @property
    def name(self) -> str:
        """How the level is called: total, category, category/region."""
        return AND.join(self.columns) or TOTAL

    @property
    def ids(self) -> tuple[str, ...]:
        """[G] a name for each group: category=tea/region=north."""
        if not self.columns:
            return (TOTAL,)
        parts = [pl.concat_str(pl.lit(f"{name}="), pl.col(name)) for name in self.columns]
        return tuple(self.groups.select(pl.concat_str(parts, separator=AND)).to_series().to_list())

    def __len__(self) -> int:
        """Number of groups."""
        return self.groups.height

    @cached_property
    def _order(self) -> tuple[Index, Index]:
        """Items group after group, and where each group begins; every group has an item."""
        return np.argsort(self.codes, kind="stable"), np.searchsorted(np.sort(self.codes), np.arange(len(self)))

    def sums(self, values: Floating, *, axis: int = 0) -> Numbers:
        """Values of the items along an axis, added up by group: [N, …] becomes [G, …]."""
        order, first = self._order
        return np.add.reduceat(np.take(values, order, axis=axis), first, axis=axis, dtype=np.float64)


@dataclass(frozen=True)
class Hierarchy:
    """Levels over the same N items, the total first; M groups in all, level after level.

    The matrix of sums A, [M, N] with a one where an item belongs to a group, is never made: what is needed of it are
    the sums A v, the way back A' v, and A diag(w) A', all of which the codes of the levels give.

    Attributes:
        levels: the total, then one level for each column or combination.

    >>> items = pl.DataFrame({"item_id": ["a", "b", "c"], "category": ["tea", "tea", "cups"]})
    >>> shelf = Hierarchy.of(items, ["category"])
    >>> shelf.ids
    ('total', 'category=cups', 'category=tea')
    >>> shelf.sums(np.array([1.0, 2.0, 4.0])).tolist()
    [7.0, 4.0, 3.0]
    >>> shelf.back(np.array([10.0, 1.0, 2.0])).tolist()
    [12.0, 12.0, 11.0]
    """

    levels: tuple[Level, ...]

    def __repr__(self) -> str:
        return f"<Hierarchy of {counted(self.items, 'item')}: {', '.join(level.name for level in self.levels)}>"

    @classmethod
    def of(cls, items: pl.DataFrame | Panel, by: Sequence[str]) -> "Hierarchy":
        """The total, and a level for each name: a key or static column, or several of them with / between.

        ["category", "region", "category/region"] are two crossed levels and their combination; nested columns are
        named one after the other in the same way.

        Raises:
            ConfigError: names that are no columns, or that stand twice.

        >>> Hierarchy.of(pl.DataFrame({"item_id": ["a"]}), ["colour"])
        Traceback (most recent call last):
            ...
        foresale.core.errors.ConfigError: no column colour to add items up by; there are: none
        """
        frame = items.items if isinstance(items, Panel) else items
        wanted = [_columns(name, frame) for name in by]
        _check(wanted, frame)
        return cls(tuple(Level.of(frame, columns) for columns in [(), *wanted]))

    @property
    def size(self) -> int:
        """Number of groups M over all levels."""
        return int(self.offsets[-1])

    @property
    def items(self) -> int:
        """Number of items N."""
        return self.levels[0].codes.size

    @cached_property
    def offsets(self) -> Index:
        """[levels + 1] the first group of each level, and M at the end."""
        return np.concatenate([[0], np.cumsum([len(level) for level in self.levels])]).astype(np.int64)

    @property
    def ids(self) -> tuple[str, ...]:
        """[M] a name for each group."""
        return tuple(group for level in self.levels for group in level.ids)

    def slices(self) -> list[slice]:
        """The groups of each level."""
        return [slice(int(a), int(b)) for a, b in pairwise(self.offsets)]

    @cached_property
    def _kinds(self) -> tuple[Level, tuple[Level, ...]]:
        """Items that belong to the same groups at all levels, as a level, and the levels over these kinds of items."""
        codes = np.stack([level.codes for level in self.levels], axis=1)
        _, first, kinds = np.unique(codes, axis=0, return_index=True, return_inverse=True)
        over = [Level(level.columns, level.groups, level.codes[first]) for level in self.levels]
        return Level((), pl.DataFrame({TOTAL: np.arange(first.size)}), kinds.reshape(-1)), tuple(over)

    def sums(self, values: Floating, *, axis: int = 0) -> Numbers:
        """A v: values of the items [N, …] along an axis, added up to those of the groups [M, …]."""
        kinds, levels = self._kinds
        each = kinds.sums(values, axis=axis)
        return np.concatenate([level.sums(each, axis=axis) for level in levels], axis=axis)

    def back(self, values: Floating) -> Numbers:
        """A' v: for each item the sum of the values [M, …] of all groups it belongs to."""
        kinds, levels = self._kinds
        total = np.zeros((len(kinds), *values.shape[1:]))
        for level, first in zip(levels, self.offsets, strict=False):
            total += values[level.codes + first]
        return np.asarray(total[kinds.codes])

    def gram(self, weights: Floating) -> Numbers:
        """A diag(w) A': [M, M] the weight [N] of the items that two groups share."""
        gram = np.empty((self.size, self.size))
        slices = self.slices()
        for one, rows in zip(self.levels, slices, strict=True):
            for other, columns in zip(self.levels, slices, strict=True):
                cells = one.codes * len(other) + other.codes
                shared = np.bincount(cells, weights, minlength=len(one) * len(other))
                gram[rows, columns] = shared.reshape(len(one), len(other))
        return gram


def _columns(name: str, frame: pl.DataFrame) -> tuple[str, ...]:
    """The columns a level names: one whose own name holds a / is taken as it is."""
    return (name,) if name in frame.columns else tuple(part.strip() for part in name.split(AND))


def _check(wanted: Sequence[tuple[str, ...]], frame: pl.DataFrame) -> None:
    able = [name for name in frame.columns if name != ITEM]
    named = dict.fromkeys(name for columns in wanted for name in columns)
    missing = [name or "''" for name in named if name not in able]
    if missing:
        raise ConfigError(f"no column {', '.join(missing)} to add items up by; there are: {', '.join(able) or 'none'}")
    twice = [AND.join(columns) for columns in wanted if len(set(columns)) < len(columns) or wanted.count(columns) > 1]
    if twice:
        raise ConfigError(f"named twice in the hierarchy: {', '.join(dict.fromkeys(twice))}")
