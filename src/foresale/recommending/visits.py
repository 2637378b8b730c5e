"""Customers, items and days: on which days a customer came for an item. What all else is counted from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from foresale.core.arrays import Flags, Index, Numbers
from foresale.core.interactions import Interactions


@dataclass(frozen=True, eq=False)
class Visits:
    """Days on which customers bought items, in the order of customer, item and day.

    Attributes:
        shape: customers and items there are.
        customer: [n] position of the customer.
        item: [n] position of the item.
        day: [n] days after 1970-01-01.
        price: [n] mean money per unit, NaN where unknown.
        units: [n] units bought.
    """

    shape: tuple[int, int]
    customer: Index
    item: Index
    day: Index
    price: Numbers
    units: Numbers

    @classmethod
    def of(cls, orders: Interactions) -> "Visits":
        """The visits of orders; several lines of a customer, item and day are one.

        >>> from foresale.data.interactions import read_interactions
        >>> import polars as pl
        >>> lines = pl.DataFrame({"customer": ["ann"] * 3, "sku": ["tea", "tea", "mug"],
        ...                       "date": ["2024-03-01", "2024-03-01", "2024-03-05"], "quantity": [1, 2, 1]})
        >>> visits = Visits.of(read_interactions(lines))
        >>> visits.item.tolist(), visits.units.tolist()
        ([0, 1], [1.0, 3.0])
        """
        shape = (len(orders.customers), orders.items.height)
        day = orders.day
        order = np.lexsort((day, orders.item, orders.customer))
        customer, item, day = (x[order].astype(np.int64) for x in (orders.customer, orders.item, day))
        if not len(order):
            empty = np.zeros(0)
            return cls(shape, customer, item, day, empty, empty)
        changes = (np.diff(customer) != 0) | (np.diff(item) != 0) | (np.diff(day) != 0)
        begins = np.concatenate([[0], np.flatnonzero(changes) + 1])
        price, units = orders.price[order].astype(np.float64), orders.quantity[order].astype(np.float64)
        known = np.isfinite(price)
        paid = np.add.reduceat(np.where(known, price, 0), begins)
        priced = np.add.reduceat(known.astype(np.int64), begins)
        mean = np.divide(paid, priced, out=np.full(len(begins), np.nan), where=priced > 0)
        return cls(shape, customer[begins], item[begins], day[begins], mean, np.add.reduceat(units, begins))

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: Flags) -> "Visits":
        """Some of the visits, in the same order."""
        return Visits(
            self.shape, self.customer[rows], self.item[rows], self.day[rows], self.price[rows], self.units[rows]
        )

    def before(self, day: int) -> "Visits":
        """The visits before a day."""
        return self.take(self.day < day)

    def between(self, first: int, after: int) -> "Visits":
        """The visits from a day on, until before another."""
        return self.take((self.day >= first) & (self.day < after))

    @cached_property
    def begins(self) -> Index:
        """First visit of each pair of customer and item."""
        if not len(self):
            return np.zeros(0, np.int64)
        changes = (np.diff(self.customer) != 0) | (np.diff(self.item) != 0)
        return np.concatenate([[0], np.flatnonzero(changes) + 1]).astype(np.int64)

    def summed(self, weights: Numbers | None = None) -> sparse.csr_matrix:
        """[C, N] sums over the visits of each customer and item; without weights 1 where there is any."""
        begins = self.begins
        if not len(begins):
            return sparse.csr_matrix(self.shape, dtype=np.float64)
        data = np.ones(len(begins)) if weights is None else np.add.reduceat(weights, begins)
        return by_customer(data, self.customer[begins], self.item[begins], self.shape)

    def buyers(self) -> Numbers:
        """[N] how many customers came for each item."""
        return np.bincount(self.item[self.begins], minlength=self.shape[1]).astype(np.float64)


def by_customer(data: Numbers, customer: Index, item: Index, shape: tuple[int, int]) -> sparse.csr_matrix:
    """[C, N] of values in the order of customer and item, one for each pair."""
    pointers = np.searchsorted(customer, np.arange(shape[0] + 1))
    return sparse.csr_matrix((data, item.astype(np.int32), pointers), shape=shape)
