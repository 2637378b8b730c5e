"""What is known of each customer on a day: what he bought, how often, how long ago."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from foresale.core.arrays import Index, Numbers
from foresale.recommending.options import HALF_LIFE, HALF_LIFE_LATELY
from foresale.recommending.visits import Visits

LONG = 600
"""Days in which habits of years fade to a half."""


@dataclass(frozen=True, eq=False)
class Profiles:
    """Purchases of C customers up to a day; all matrices [C, N] have values at the same places.

    Attributes:
        times: days on which a customer came for an item.
        since: days since he last did.
        first: days since he first did.
        faded: by half-life in days, his visits with those of long ago fading.
        visits: [C] days on which a customer came at all.
        away: [C] days since he last came.
        usual: [C] his usual days between two visits, NaN with one.
        price: [C] mean logarithm of the prices of his items, NaN where unknown.
    """

    times: sparse.csr_matrix
    since: sparse.csr_matrix
    first: sparse.csr_matrix
    faded: dict[int, sparse.csr_matrix]
    visits: Numbers
    away: Numbers
    usual: Numbers
    price: Numbers

    @classmethod
    def of(cls, visits: Visits, day: int) -> "Profiles":
        """The profiles that visits before a day tell."""
        begins, customers = visits.begins, visits.shape[0]
        age = (day - visits.day).astype(np.float64)
        faded = {life: visits.summed(0.5 ** (age / life)) for life in (HALF_LIFE_LATELY, HALF_LIFE, LONG)}
        times = visits.summed(np.ones(len(visits)))
        since, first = times.copy(), times.copy()
        if len(begins):
            since.data, first.data = np.minimum.reduceat(age, begins), np.maximum.reduceat(age, begins)
        pairs = np.unique(visits.customer * (1 << 32) + (visits.day - visits.day.min() if len(visits) else 0))
        who = pairs >> 32
        count = np.bincount(who, minlength=customers).astype(np.float64)
        away, there = np.full(customers, np.inf), np.zeros(customers)
        np.minimum.at(away, visits.customer, age)
        np.maximum.at(there, visits.customer, age)
        usual = np.divide(there - away, count - 1, out=np.full(customers, np.nan), where=count > 1)
        return cls(times, since, first, faded, count, away, usual, _mean_log_price(visits))

    def of_customers(self, places: Index) -> "Profiles":
        """The profiles of some customers."""
        return Profiles(
            self.times[places],
            self.since[places],
            self.first[places],
            {life: matrix[places] for life, matrix in self.faded.items()},
            self.visits[places],
            self.away[places],
            self.usual[places],
            self.price[places],
        )


def _mean_log_price(visits: Visits) -> Numbers:
    """[C] mean logarithm of the prices of each customer's visits, NaN where none is known."""
    known = visits.price > 0
    count = np.bincount(visits.customer[known], minlength=visits.shape[0])
    sums = np.bincount(visits.customer[known], np.log(visits.price[known]), minlength=visits.shape[0])
    mean: Numbers = np.divide(sums, count, out=np.full(visits.shape[0], np.nan), where=count > 0)
    return mean
