"""What is known of the demand of each item on a day: how many customers buy it now, usually, and a year ago."""

from dataclasses import dataclass

import numpy as np

from foresale.core.arrays import Numbers
from foresale.recommending.options import FORTNIGHT, YEAR
from foresale.recommending.visits import Visits

_MONTH = 28


@dataclass(frozen=True, eq=False)
class Demand:
    """Buyers of N items up to a day.

    Attributes:
        buyers: by a number of days, [N] customers who came for an item within them.
        ever: [N] customers who ever did.
        age: [N] days since an item was first bought; 0 where it never was.
        unsold: [N] days since it was last bought.
        season: [N] buyers of the four weeks to come a year ago, against those of the four before them.
        price: [N] mean price of all visits, NaN where unknown.
        cut: [N] the price of the last fortnight against it, 1 where unknown.
        days: days of history.
    """

    buyers: dict[int, Numbers]
    ever: Numbers
    age: Numbers
    unsold: Numbers
    season: Numbers
    price: Numbers
    cut: Numbers
    days: int

    @classmethod
    def of(cls, visits: Visits, day: int) -> "Demand":
        """The demand that visits before a day tell."""
        items = visits.shape[1]
        buyers = {days: visits.between(day - days, day).buyers() for days in (7, FORTNIGHT, _MONTH, 90, YEAR)}
        first, last = np.full(items, day, np.int64), np.full(items, day - 10_000, np.int64)
        np.minimum.at(first, visits.item, visits.day)
        np.maximum.at(last, visits.item, visits.day)
        coming = visits.between(day - YEAR, day - YEAR + _MONTH).buyers()
        gone = visits.between(day - YEAR - _MONTH, day - YEAR).buyers()
        price = _mean_price(visits)
        lately = _mean_price(visits.between(day - FORTNIGHT, day))
        cut = np.divide(lately, price, out=np.ones(items), where=np.isfinite(lately) & (price > 0))
        return cls(
            buyers=buyers,
            ever=visits.buyers(),
            age=(day - first).astype(np.float64),
            unsold=(day - last).astype(np.float64),
            season=(coming + 2) / (gone + 2),
            price=price,
            cut=cut,
            days=int(day - visits.day.min()) if len(visits) else 1,
        )

    @property
    def lately(self) -> Numbers:
        """[N] buyers of the last fortnight."""
        return self.buyers[FORTNIGHT]

    @property
    def rise(self) -> Numbers:
        """[N] buyers of the last fortnight against the fortnights of a year; items that are new rise much."""
        return np.asarray(self.lately / np.maximum(self.buyers[YEAR] * FORTNIGHT / YEAR, 0.5))

    @property
    def rise_ever(self) -> Numbers:
        """[N] the same against all fortnights there are."""
        return np.asarray(self.lately / np.maximum(self.ever * FORTNIGHT / max(self.days, FORTNIGHT), 0.2))

    @property
    def weekly(self) -> Numbers:
        """[N] buyers of a usual week of the last year."""
        there = np.minimum(np.maximum(self.age, FORTNIGHT), YEAR)
        return np.asarray(self.buyers[YEAR] / there * 7)

    @property
    def trend(self) -> Numbers:
        """[N] buyers of the last fortnight against the fortnights since an item was there, shrunk to 1."""
        there = np.minimum(np.maximum(self.age, FORTNIGHT), YEAR)
        return np.asarray((self.lately + 1) / (self.buyers[YEAR] * FORTNIGHT / there + 1))


def _mean_price(visits: Visits) -> Numbers:
    """[N] mean price of the visits of each item, NaN where none tells one."""
    items = visits.shape[1]
    known = np.isfinite(visits.price)
    paid = np.bincount(visits.item[known], visits.price[known], minlength=items)
    count = np.bincount(visits.item[known], minlength=items)
    mean: Numbers = np.divide(paid, count, out=np.full(items, np.nan), where=count > 0)
    return mean
