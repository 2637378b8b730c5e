"""Periods in which a shop, or one store of it, was closed: hardly any of its items sold, and that not by chance."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from foresale.cleaning.closures.states import NOTHING, SILENT, SOLD, States
from foresale.cleaning.stockouts import TOO_RARE
from foresale.core.arrays import Flags, Numbers, Values
from foresale.core.columns import ITEM
from foresale.core.demand_classes import launched, sizes
from foresale.core.frequency import Index
from foresale.core.panel import Panel

_STORE: Final = re.compile(r"store|shop|branch|outlet|site|location|warehouse|门店|店铺|仓", re.IGNORECASE)
_TOGETHER: Final = 5  # items that tell of their shop, at the least
_CLOSED_SHARE: Final = 0.8  # of the items, from which on zeros are the shop's and not theirs
_BY_CHANCE: Final = 1e-4  # how unlikely so many zeros are in an open shop: once in 27 years of days
_HARDLY_ANY: Final = 0.02
"""Share of the usual number of items that sell, up to which a few lines written to the wrong day are no sales."""


def stores(panel: Panel) -> tuple[Index, int]:
    """[N] the store of each item, and how many there are; all 0 where no column tells stores apart."""
    names = [n for n in panel.items.columns if n != ITEM and _STORE.search(n) and panel.items[n].dtype != pl.Float64]
    if not names:
        return np.zeros(len(panel), np.int64), 1
    groups = panel.items.select(pl.struct(names).rank("dense") - 1).to_series().to_numpy().astype(np.int64)
    return groups, int(groups.max()) + 1


@dataclass(frozen=True)
class ShopPeriods:
    """How many items of each shop sold nothing in each period, [shops, span] each.

    Attributes:
        first: grid position of the first column.
        known: regular items (see `intermittent`) on sale then.
        zeros: those of them that sold nothing.
        chance: log of the probability that just these sold nothing, each by itself at its own rate.
        selling: items that sold, whether regular or not.
        expected: how many would have at their own rates.
    """

    first: int
    known: Numbers
    zeros: Numbers
    chance: Numbers
    selling: Numbers
    expected: Numbers

    @cached_property
    def judged(self) -> Flags:
        """[shops, span] whether enough items were on sale to tell."""
        return np.asarray(self.known >= _TOGETHER)

    @cached_property
    def quiet(self) -> Flags:
        """[shops, span] whether four out of five regular items sold nothing."""
        return np.asarray((self.known > 0) & (self.zeros >= _CLOSED_SHARE * self.known))

    @cached_property
    def closed(self) -> Flags:
        """[shops, span] where four out of five items, of five at least, sold nothing, and that not by chance.

        By chance is what has a probability over 1 in 10,000 if each item sells as often as it does, by itself.
        """
        return np.asarray(self.judged & self.quiet & (self.chance < np.log(_BY_CHANCE)))

    @property
    def states(self) -> States:
        """[shops, span] whether anything worth mentioning was sold, as `closed_weekly` reads it."""
        nothing = self.selling <= _HARDLY_ANY * self.expected
        return np.where(self.expected > 0, np.where(nothing, NOTHING, SOLD), SILENT).astype(np.uint8)

    def with_all(self) -> "ShopPeriods":
        """The same with all shops together as one more, the last; as it is where there is only one."""
        if len(self.known) == 1:
            return self
        parts = (self.known, self.zeros, self.chance, self.selling, self.expected)
        return ShopPeriods(self.first, *(np.vstack([part, part.sum(axis=0)]) for part in parts))


class ShopCount:
    """Counts, chunk by chunk, how many items sold nothing in each period: `of` may be asked in several threads.

    Args:
        groups: [N] the shop of each item.
        shops: how many there are.
        first: grid position of the first period.
        span: how many periods there are.
    """

    def __init__(self, groups: Index, shops: int, *, first: int, span: int) -> None:
        self._groups, self._first, self._shape = groups, first, (shops, span)
        self._totals = np.zeros((5, shops * span))

    def of(self, items: Index, sales: Values, *, grid: Index, valid: Flags) -> tuple[Index, Numbers]:
        """Counts of items [n] from their first sale on: their sales [n, T] in units, at grid positions [n, T].

        Returns:
            [K] shop × span + period, and [5, K] what is to be added there.
        """
        since = launched(sales) & valid
        regular = (sizes(sales)[0] <= TOO_RARE)[:, None]
        seen, sold = since & ~np.isnan(sales), sales > 0
        # A period without a sale is as likely as they were, unknown ones counted with them, so that a stock-out found
        # and made unknown changes nothing here.
        idle = np.log((since.sum(axis=1) - sold.sum(axis=1) + 1) / (since.sum(axis=1) + 2))[:, None]
        busy = (sold.sum(axis=1) / np.maximum(seen.sum(axis=1), 1))[:, None]
        zero = seen & regular & ~sold
        order, heads = _together(self._groups[items], grid[:, 0])
        place = self._groups[items][order][heads][:, None] * self._shape[1] + grid[order][heads] - self._first
        inside = (grid[order][heads] >= self._first) & (grid[order][heads] < self._first + self._shape[1])
        parts = (seen & regular, zero, np.where(zero, idle, 0), sold, np.where(seen, busy, 0))
        sums = [np.add.reduceat(part[order], heads, axis=0, dtype=np.float64)[inside] for part in parts]
        return place[inside], np.stack(sums)

    def add(self, counted: tuple[Index, Numbers]) -> None:
        """Add what `of` counted."""
        place, sums = counted
        for totals, part in zip(self._totals, sums, strict=True):
            np.add.at(totals, place, part)

    def periods(self) -> ShopPeriods:
        """What was counted."""
        return ShopPeriods(self._first, *(part.reshape(self._shape) for part in self._totals))


def _together(groups: Index, starts: Index) -> tuple[Index, Index]:
    """An order [n] of items by shop and start, and where in it each pair of the two begins."""
    order = np.lexsort((starts, groups))
    same = (np.diff(groups[order]) == 0) & (np.diff(starts[order]) == 0)
    return order, np.flatnonzero(np.append(True, ~same))
