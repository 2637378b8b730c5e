"""All that recommendations of a day are made from, and how well each item suits each customer by each source."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from scipy import sparse

from foresale.core.arrays import Index, Numbers
from foresale.recommending.demand import Demand
from foresale.recommending.neighbours import bought_together, ease, in_one_basket
from foresale.recommending.options import HALF_LIFE, HALF_LIFE_LATELY, RECENT, RecommendOptions
from foresale.recommending.outlook import Outlook, Outlooks
from foresale.recommending.profiles import Profiles
from foresale.recommending.visits import Visits

_POPULAR: Final = 30
"""Items that are proposed to everybody: those with the most buyers in the last fortnight."""
_RISING: Final = 20
"""The same of what rises, and of what is forecast to."""
_NOTHING: Final = 1e-12  # what a largest value is raised to before one divides by it
_BESIDE_HABIT: Final = 0.3
"""Weight of what goes with a customer's items beside what he buys himself, of both the largest being 1."""


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What is known on a day, from nothing but the visits before it.

    Attributes:
        day: days after 1970-01-01.
        profiles: of customers.
        demand: of items.
        together: [N, N] items that the same customers buy.
        lately: [N, N] the same of the last three months.
        alike: [N, N] items with words of their names in common.
        ease_items: the k items that EASE knows.
        ease: [k, k] how each of them speaks for each.
    """

    day: int
    profiles: Profiles
    demand: Demand
    together: sparse.csr_matrix
    lately: sparse.csr_matrix
    alike: sparse.csr_matrix
    ease_items: Index
    ease: Numbers
    baskets: sparse.csr_matrix
    outlook: Outlook

    @classmethod
    def of(
        cls,
        visits: Visits,
        day: int,
        *,
        alike: sparse.csr_matrix,
        options: RecommendOptions,
        outlooks: Outlooks | None = None,
    ) -> "Knowledge":
        """What visits before a day tell; `alike` knows no time."""
        past = visits.before(day)
        most = {"most": options.neighbours, "most_items": options.most_items}
        items, weights = ease(past.summed())
        return cls(
            day=day,
            profiles=Profiles.of(past, day),
            demand=Demand.of(past, day),
            together=bought_together(past, **most),
            lately=bought_together(past.between(day - RECENT, day), **most),
            alike=alike,
            ease_items=items,
            ease=weights,
            baskets=in_one_basket(past, most=options.neighbours),
            outlook=Outlook.unknown(visits.shape[1]) if outlooks is None else outlooks(past, day),
        )

    def of_customers(self, places: Index) -> "Knowledge":
        """The same with the profiles of some customers alone; what is known of the items is worked out once for all."""
        found = replace(self, profiles=self.profiles.of_customers(places))
        vars(found).update(of_items=self.of_items, popular=self.popular)
        return found

    @cached_property
    def of_items(self) -> dict[str, Numbers]:
        """By feature, [N] what is known of the demand of each item."""
        demand, outlook = self.demand, self.outlook
        begins, highest = outlook.season(demand.buyers[28] / 4)
        told = {f"buyers {days}": demand.buyers[days] for days in demand.buyers}
        told |= {
            "rise": demand.rise,
            "rise ever": demand.rise_ever,
            "trend": demand.trend,
            "season": demand.season,
            "age": demand.age,
            "unsold": demand.unsold,
            "price": demand.price,
            "cut": demand.cut,
            "ahead": self.ahead,
            "coming": self.coming,
            "expected": outlook.buyers.sum(axis=1),
            "season begins": begins,
            "highest week": highest,
            "coming high": outlook.against(demand.weekly, outlook.high),
            "next week": outlook.buyers[:, 0] / np.maximum(outlook.buyers.mean(axis=1), 0.1),
        }
        return told

    def scores(self) -> dict[str, sparse.csr_matrix]:
        """By source, [C, N] how well items suit the customers; those that a source has no word on are left out."""
        profiles, told = self.profiles, self.of_items
        bought = profiles.times.copy()
        bought.data = np.ones(len(bought.data))
        near = (bought @ self.together).tocsr()
        lately = (profiles.faded[HALF_LIFE_LATELY] @ self.lately).tocsr()
        faded = (profiles.faded[HALF_LIFE] @ self.together).tocsr()
        alike = sparse.csr_matrix(sparse.diags(1 / np.maximum(np.diff(bought.indptr), 1)) @ bought @ self.alike)
        habit = profiles.faded[HALF_LIFE]
        return {
            "habit": habit,
            "mixed": (relative(habit) + _BESIDE_HABIT * relative(_times(faded, told["trend"]))).tocsr(),
            "together": near,
            "together lately": lately,
            "lately rising": _times(lately, told["rise"]),
            "lately rising a bit": _times(lately, np.sqrt(told["rise ever"])),
            "together rising": _times(faded, told["rise"] ** 1.5),
            "alike": alike,
            "alike rising": _times(alike, told["rise"]),
            "ease": self._ease(profiles.faded[HALF_LIFE]),
            "basket": (profiles.faded[HALF_LIFE_LATELY] @ self.baskets).tocsr(),
            "together ahead": _times(faded, told["ahead"] * self.demand.lately),
            "together coming": _times(faded, told["coming"]),
        }

    @property
    def ahead(self) -> Numbers:
        """[N] buyers that are forecast against those of the last four weeks."""
        return self.outlook.against(self.demand.buyers[28] / 4)

    @property
    def coming(self) -> Numbers:
        """[N] buyers that are forecast against those of the weeks of a year."""
        return self.outlook.against(self.demand.weekly)

    def _ease(self, faded: sparse.csr_matrix) -> sparse.csr_matrix:
        """[C, N] what EASE says, of the items that it knows; below 0 it says nothing."""
        bought = faded[:, self.ease_items]
        used = np.flatnonzero(bought.getnnz(axis=0))  # of few customers few: the others need no look at their weights
        told = np.maximum(np.asarray(bought[:, used] @ self.ease[used]), 0)
        rows, columns = np.nonzero(told)
        pointers = np.searchsorted(rows, np.arange(told.shape[0] + 1))
        return sparse.csr_matrix(
            (told[rows, columns], self.ease_items[columns].astype(np.int32), pointers), faded.shape
        )

    @cached_property
    def popular(self) -> Index:
        """What is proposed to everybody: what most bought lately, what rises, and what is about to."""
        demand = self.demand
        peaks = np.nan_to_num(self.outlook.buyers.sum(axis=1)) * np.log(np.maximum(self.ahead, 1.0))
        rising = demand.lately * np.log(np.maximum(demand.trend, 1.0))
        told = ((demand.lately, _POPULAR), (rising, _RISING), (peaks, _RISING))
        first = [np.argsort(-values, kind="stable")[: min(most, int((values > 0).sum()))] for values, most in told]
        return np.unique(np.concatenate(first))


def relative(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each row against the largest value of it.

    >>> relative(sparse.csr_matrix([[1.0, 4.0], [0.0, 0.0]])).toarray().tolist()
    [[0.25, 1.0], [0.0, 0.0]]
    """
    found = matrix.copy()
    found.data = np.repeat(1 / highest(matrix), np.diff(matrix.indptr)) * found.data
    return found


def highest(matrix: sparse.csr_matrix) -> Numbers:
    """[C] the largest value of each row, and next to nothing of rows that have none above zero.

    >>> highest(sparse.csr_matrix([[1.0, 4.0], [0.0, 0.0]])).tolist()
    [4.0, 1e-12]
    """
    found = np.full(matrix.shape[0], _NOTHING)
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if len(filled):
        found[filled] = np.maximum(np.maximum.reduceat(matrix.data, matrix.indptr[filled]), _NOTHING)
    return found


def _times(matrix: sparse.csr_matrix, by_item: Numbers) -> sparse.csr_matrix:
    """Each column times a number of its own."""
    found = matrix.copy()
    found.data = found.data * by_item[found.indices]
    return found
