"""Who is given what there is not enough of: customers choose, and are turned away, until everybody finds his list."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from foresale.core.arrays import Flags, Index, Numbers
from foresale.recommending.offers import ListLimits, OfferedItems, Offers, near, ranges, rank

_SLACK: Final = 1e-6
"""Share of an item's free units by which sums over all customers may be rounded."""


@dataclass(frozen=True, eq=False)
class Choice:
    """How customers choose among what is left to them.

    Attributes:
        begins: [C + 1] first offer of each customer, and their number.
        who: [n] which of the customers an offer is for.
        top: length of a list.
        category: [n] of the item, -1 for none; None without limit.
        most: items of a category.
        later: [e] offers that count as the same as an earlier one of the customer, rising.
        earlier: [e] that one.
    """

    begins: Index
    who: Index
    top: int
    category: Index | None
    most: int
    later: Index
    earlier: Index

    @classmethod
    def of(cls, asked: Offers, offered: OfferedItems, limits: ListLimits) -> "Choice":
        """The choice among offers in the order of customers and places."""
        first = np.flatnonzero(rank(asked.customer) == 0)
        begins = np.append(first, len(asked)).astype(np.int64)
        who = np.repeat(np.arange(len(first)), np.diff(begins))
        later = earlier = np.zeros(0, np.int64)
        if limits.one_of is not None and offered.alike is not None:
            later, earlier, _ = near(asked, np.arange(len(asked)), _above(offered.alike, limits.one_of))
            later, earlier = later[earlier < later], earlier[earlier < later]
        limited = limits.per_category is not None and offered.category is not None
        category = offered.category[asked.item] if limited and offered.category is not None else None
        return cls(begins, who, limits.top, category, limits.per_category or 0, later, earlier)

    def rows_of(self, customers: Index) -> Index:
        """The offers of some customers, rising."""
        return ranges(self.begins[customers], self.begins[customers + 1])

    def chosen(self, customers: Index, alive: Flags) -> Index:
        """The rows that some customers choose of those that are alive."""
        rows = self.rows_of(customers)
        rows = rows[alive[rows]]
        if len(self.later):
            rows = rows[self._first_of_same(customers, rows, alive)]
        if self.category is not None:
            rows = rows[self._within_categories(rows)]
        return rows[rank(self.who[rows]) < self.top]

    def _first_of_same(self, customers: Index, rows: Index, alive: Flags) -> Flags:
        """Whether no earlier row that stays counts as the same: sought again until nothing changes."""
        asking = np.zeros(len(self.begins) - 1, np.bool_)
        asking[customers] = True
        edges = asking[self.who[self.later]] & alive[self.later]
        later, earlier = self.later[edges], self.earlier[edges]
        stays = alive.copy()
        while True:
            new = alive.copy()
            new[later[stays[earlier]]] = False
            if np.array_equal(new[later], stays[later]):
                return new[rows]
            stays = new

    def _within_categories(self, rows: Index) -> Flags:
        """Whether fewer than `most` rows of the same customer and category come before each."""
        assert self.category is not None
        category = self.category[rows]
        key = self.who[rows] * (int(category.max(initial=0)) + 2) + category + 1
        order = np.argsort(key, kind="stable")
        found = np.empty(len(rows), np.bool_)
        found[order] = rank(key[order]) < self.most
        return found | (category < 0)


def _above(alike: sparse.csr_matrix, bound: float) -> sparse.csr_matrix:
    """The cosines from a bound on, of either direction."""
    both = alike.maximum(alike.T).tocsr()
    both.data = np.where(both.data >= bound, both.data, 0)
    both.eliminate_zeros()
    both.sort_indices()
    return both


def accepted(choice: Choice, item: Index, alive: Flags, load: Numbers, *, chance: Numbers, free: Numbers) -> Flags:
    """[n] what is on the lists in the end, of offers in the order of customers and places.

    Args:
        choice: how customers choose.
        item: [n] of each offer.
        alive: [n] what may be on a list at all.
        load: [n] units that it is expected to take.
        chance: [n] of each; the highest go first.
        free: [N] units of each item.
    """
    alive, chosen = alive.copy(), np.zeros(len(item), np.bool_)
    queue = _Queue.of(item, alive, load, chance=chance, free=free)
    customers = np.arange(len(choice.begins) - 1)
    while len(customers):
        chosen[choice.rows_of(customers)] = False
        chosen[choice.chosen(customers, alive)] = True
        rows = np.flatnonzero(chosen)
        over = np.bincount(item[rows], load[rows], minlength=len(free)) > free * (1 + _SLACK)
        rows = rows[over[item[rows]]]
        rows = rows[np.argsort(queue.place[rows])]
        turned_away = rows[_running_sum(load[rows], item[rows]) > free[item[rows]]]
        alive[queue.behind(turned_away, item)] = False
        asking = np.zeros(len(choice.begins) - 1, np.bool_)
        asking[choice.who[turned_away]] = True
        customers = np.flatnonzero(asking)
    return chosen


@dataclass(frozen=True, eq=False)
class _Queue:
    """Who is given an item first, of the items that do not last for all who could ask for them.

    Attributes:
        rows: [q] offers by item, the likeliest of each first.
        place: [n] where an offer stands among them.
        ends: [N] where those of an item end.
    """

    rows: Index
    place: Index
    ends: Index

    @classmethod
    def of(cls, item: Index, alive: Flags, load: Numbers, *, chance: Numbers, free: Numbers) -> "_Queue":
        scarce = np.bincount(item[alive], load[alive], minlength=len(free)) > free
        rows = np.flatnonzero(alive & scarce[item])
        rows = rows[np.argsort(-chance[rows], kind="stable")]
        rows = rows[np.argsort(item[rows], kind="stable")]
        place = np.zeros(len(item), np.int64)
        place[rows] = np.arange(len(rows))
        return cls(rows, place, np.cumsum(np.bincount(item[rows], minlength=len(free))))

    def behind(self, turned_away: Index, item: Index) -> Index:
        """All offers from the first of each item on that was turned away; these are in the order of the queue."""
        first = turned_away[rank(item[turned_away]) == 0]
        return self.rows[ranges(self.place[first], self.ends[item[first]])]


def _running_sum(values: Numbers, group: Index) -> Numbers:
    """[n] sums of values up to each, that of each run of equal groups by itself.

    >>> _running_sum(np.array([1.0, 2.0, 5.0]), np.array([0, 0, 1])).tolist()
    [1.0, 3.0, 5.0]
    """
    total = np.cumsum(values)
    begins = np.arange(len(group)) - rank(group)
    return np.asarray(total - (total - values)[begins])
