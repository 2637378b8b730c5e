"""Pairs of customers and items that could be recommended, the items, and what lists of them keep to."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from foresale.core.arrays import Flags, Index, Numbers
from foresale.core.errors import ConfigError
from foresale.core.option_types import check_between, check_not_negative, check_types


@dataclass(frozen=True)
class ListLimits:
    """What every list keeps to. None, or an empty tuple, is no limit.

    Attributes:
        top: items of a customer, at the most.
        per_category: of them, items of one category.
        least_margin: money that a unit of an item earns at the least.
        exclude: ids of items that nobody is recommended.
        one_of: cosine from which on two items count as one, of which a list has the first alone.
        substitution: share of the customers who take an item's like where it is out, times their cosine.

    Raises:
        ConfigError: a setting that cannot be.

    >>> ListLimits(top=0)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: top is at least 1, not 0
    """

    top: int = 20
    per_category: int | None = None
    least_margin: float | None = None
    exclude: tuple[str, ...] = ()
    one_of: float | None = None
    substitution: float = 0.0

    def __post_init__(self) -> None:
        check_types(self)
        check_between(self, "one_of")
        check_not_negative(self, "substitution")
        for name in ("top", "per_category"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ConfigError(f"{name} is at least 1, not {value}")
        if self.substitution > 1:
            raise ConfigError(f"substitution is a share, not {self.substitution}")


@dataclass(frozen=True, eq=False)
class Offers:
    """Items that could be recommended: n pairs of customers and items, more than a list has, in any order.

    Attributes:
        customer: [n] number of the customer; of equals, the lower comes first.
        item: [n] position of the item.
        score: [n] the higher, the sooner; of a customer's equals the one that stands first.
        chance: [n] of the customer coming for the item over the days to come.
        units: [n] that he then takes.

    Raises:
        ConfigError: arrays of other lengths, a chance outside of 0 to 1, or units that are not above zero.
    """

    customer: Index
    item: Index
    score: Numbers
    chance: Numbers
    units: Numbers

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, name)) for name in ("customer", "item", "score", "chance", "units")}
        if len(lengths) > 1:
            raise ConfigError(f"offers are arrays of one length, not of {sorted(lengths)}")
        if not ((self.chance >= 0) & (self.chance <= 1)).all():
            raise ConfigError("a chance lies between 0 and 1")
        if not (self.units > 0).all():
            raise ConfigError("a customer who comes takes more than 0 units")

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: Index) -> "Offers":
        """Some of them."""
        return Offers(self.customer[rows], self.item[rows], self.score[rows], self.chance[rows], self.units[rows])


@dataclass(frozen=True, eq=False)
class OfferedItems:
    """The N items, as lists see them.

    Attributes:
        free: [N] units that there are for recommendations; infinite where there is no end of them.
        allowed: [N] whether an item may be recommended at all; all by default.
        category: [N] number of each item's category, -1 for none; no categories by default.
        alike: [N, N] cosine of items, 0 on the diagonal; nothing is alike by default.
    """

    free: Numbers
    allowed: Flags | None = None
    category: Index | None = None
    alike: sparse.csr_matrix | None = None


def in_order(customer: Index, worth: Numbers) -> Index:
    """[n] rows by customer, the most worth of each first; of equals the one that stands first."""
    step = np.diff(customer)
    if not ((step < 0) | ((step == 0) & (np.diff(worth) > 0))).any():
        return np.arange(len(customer))
    by_worth = np.argsort(-worth, kind="stable")
    return np.asarray(by_worth[np.argsort(customer[by_worth], kind="stable")])


def rank(group: Index) -> Index:
    """[n] 0 for the first of each run of equal numbers, 1 for the next.

    >>> rank(np.array([3, 3, 5])).tolist()
    [0, 1, 0]
    """
    if not len(group):
        return np.zeros(0, np.int64)
    begins = np.concatenate([[True], group[1:] != group[:-1]])
    at = np.arange(len(group))
    return at - np.maximum.accumulate(np.where(begins, at, 0))


def ranges(first: Index, after: Index) -> Index:
    """All numbers of several ranges, one after the other.

    >>> ranges(np.array([3, 9]), np.array([5, 10])).tolist()
    [3, 4, 9]
    """
    count = (after - first).astype(np.int64)
    return np.repeat(first - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))


def near(asked: Offers, rows: Index, alike: sparse.csr_matrix) -> tuple[Index, Index, Numbers]:
    """Of some offers, those of the same customer whose items are alike: row, other row, cosine."""
    items = alike.shape[0]
    keys = asked.customer.astype(np.int64) * items + asked.item
    sorter = np.argsort(keys, kind="stable")
    keys = keys[sorter]
    source = np.repeat(rows, np.diff(alike.indptr)[asked.item[rows]])
    at = ranges(alike.indptr[asked.item[rows]], alike.indptr[asked.item[rows] + 1])
    wanted = asked.customer[source].astype(np.int64) * items + alike.indices[at]
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found = keys[place] == wanted if len(keys) else np.zeros(0, np.bool_)
    return source[found], sorter[place[found]], alike.data[at[found]]
