"""A split of orders in time: what was known before a day, what customers came for after it, and how good lists were."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy import sparse

from foresale.core.arrays import Flags, Index, Numbers
from foresale.core.frequency import DAY
from foresale.core.interactions import Interactions
from foresale.recommending.measures import Measures, measured
from foresale.recommending.visits import Visits

_LATELY: Final = 28
"""Days whose buyers tell the order of items with equal scores."""
_AT_ONCE: Final = 250
"""Customers whose scores of all items are looked at together."""


@dataclass(frozen=True, eq=False)
class Split:
    """One day for all customers, as it is when recommendations are made: no customer's future tells of another's.

    Customers count who bought before the day and within the horizon after it; where only what is new to a customer
    counts, those who came for such an item.

    Attributes:
        orders: all there are.
        day: days after 1970-01-01.
        horizon: days after it in which purchases count.
    """

    orders: Interactions
    day: int
    horizon: int

    @cached_property
    def past(self) -> Interactions:
        """The orders before the day."""
        return self.orders.before(self.day * DAY)

    @cached_property
    def coming(self) -> Interactions:
        """The orders of the horizon."""
        return self.orders.between(self.day * DAY, (self.day + self.horizon) * DAY)

    @cached_property
    def who(self) -> Index:
        """[n] positions of the customers who count."""
        return np.intersect1d(self.past.customer, self.coming.customer).astype(np.int64)

    @cached_property
    def seen(self) -> sparse.csr_matrix:
        """[n, N] 1 where a customer bought an item before."""
        return self._bought(self.past)

    @cached_property
    def share(self) -> Numbers:
        """[N] share of the customers before the day who bought each item."""
        return np.asarray(Visits.of(self.past).buyers() / max(len(np.unique(self.past.customer)), 1))

    def wants(self, days: int, *, new: bool) -> list[Index]:
        """Of each customer who counts, the items that he came for within so many days; of those new to him alone."""
        bought = self._bought(self.coming.before((self.day + days) * DAY))
        if new:
            bought = sparse.csr_matrix(bought - bought.multiply(self.seen))
            bought.eliminate_zeros()
        return np.split(bought.indices.astype(np.int64), bought.indptr[1:-1])

    def judged(self, lists: Index, days: int, *, new: bool, top: int, rows: Flags | None = None) -> Measures:
        """Measures of lists of the customers who count.

        Args:
            lists: [n, K] positions of items, -1 for none.
            days: within which customers came.
            new: whether only what is new to a customer counts.
            top: places that count.
            rows: [n] which of the customers; all by default.
        """
        wants = self.wants(days, new=new)
        if rows is not None:
            lists, wants = lists[rows], [wants[row] for row in np.flatnonzero(rows)]
        return measured(lists, wants, self.share, top=top)

    def best(self, scores: Callable[[Index], Numbers], *, new: bool, width: int) -> Index:
        """[n, width] the items of the highest scores; equal ones by buyers lately, then by the order of the ids.

        Args:
            scores: of [k] rows of the customers who count, [k, N] scores, 0 for what is not proposed.
            new: whether what a customer bought before is left out.
            width: items of each list; all, where there are fewer.
        """
        lately = self.past.between((self.day - _LATELY) * DAY, self.day * DAY)
        buyers = np.bincount(lately.item, minlength=self.orders.items.height)
        ties = 1e-9 * buyers / max(buyers.max(initial=0), 1)
        width = min(width, self.orders.items.height)
        parts = [np.zeros((0, width), np.int64)]
        for first in range(0, len(self.who), _AT_ONCE):
            rows = np.arange(first, min(first + _AT_ONCE, len(self.who)))
            told = scores(rows) + ties
            if new:
                told = np.where(self.seen[rows].toarray() > 0, -1, told)
            first_ones = np.sort(np.argpartition(-told, width - 1, axis=1)[:, :width], axis=1)
            order = np.argsort(-np.take_along_axis(told, first_ones, axis=1), axis=1, kind="stable")
            parts.append(np.take_along_axis(first_ones, order, axis=1))
        return np.concatenate(parts)

    def _bought(self, orders: Interactions) -> sparse.csr_matrix:
        """[n, N] 1 where a customer who counts bought an item."""
        shape = (len(self.who), self.orders.items.height)
        if not len(self.who):
            return sparse.csr_matrix(shape)
        rows = np.minimum(np.searchsorted(self.who, orders.customer), len(self.who) - 1)
        kept = self.who[rows] == orders.customer
        found = sparse.csr_matrix((np.ones(kept.sum()), (rows[kept], orders.item[kept])), shape=shape)
        found.sum_duplicates()
        found.data[:] = 1
        return found
