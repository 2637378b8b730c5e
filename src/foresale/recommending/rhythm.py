"""How customers come and go: the pace of their visits, and the chance that they have gone for good."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import optimize
from scipy.special import betaln, gammaln

from foresale.core.arrays import Numbers

FEWEST_AGAIN: Final = 20
"""Customers who came again, below which four numbers are hardly known."""
_LEARNT_FROM: Final = 20_000
"""Customers that the rhythm of all is learnt from, at the most: four numbers need no more."""
_BOUND: Final = 8.0  # of the logarithms of the four numbers; times count against the longest there is


@dataclass(frozen=True)
class Rhythm:
    """How customers come and go, by BG/NBD (Fader, Hardie & Lee 2005, Marketing Science 24(2)).

    Each comes at a pace of his own, gamma distributed over the customers, and after each visit may be gone for good, by
    a chance of his own, beta distributed. Time counts in days.

    Attributes:
        shape: r of the gamma distribution of visits a day.
        rate: alpha of it, in days.
        stays: b of the beta distribution of the chance to be gone.
        goes: a of it.
    """

    shape: float
    rate: float
    goes: float
    stays: float

    @classmethod
    def of(cls, again: Numbers, recency: Numbers, age: Numbers) -> "Rhythm":
        """The rhythm of many customers, of some of them where they are very many; arguments as in `fit`."""
        step = max(len(again) // _LEARNT_FROM, 1)
        return cls.fit(again[::step], recency[::step], age[::step])

    @classmethod
    def fit(cls, again: Numbers, recency: Numbers, age: Numbers) -> "Rhythm":
        """The rhythm by which what was seen is likeliest.

        Args:
            again: [C] visits after the first.
            recency: [C] days from the first visit to the last, 0 with one.
            age: [C] days since the first.
        """
        unit = max(float(age.max()), 1.0)

        def loss(logs: Numbers) -> float:
            shape, rate, goes, stays = np.exp(logs)
            return -float(cls(shape, rate, goes, stays).likelihood(again, recency / unit, age / unit).mean())

        found = optimize.minimize(loss, np.zeros(4), method="L-BFGS-B", bounds=[(-_BOUND, _BOUND)] * 4)
        shape, rate, goes, stays = np.exp(found.x)
        return cls(float(shape), float(rate * unit), float(goes), float(stays))

    def likelihood(self, again: Numbers, recency: Numbers, age: Numbers) -> Numbers:
        """[C] logarithm of the likelihood of what was seen of each customer (equation 6)."""
        r, alpha, a, b = self.shape, self.rate, self.goes, self.stays
        common = gammaln(r + again) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
        there = betaln(a, b + again) - (r + again) * np.log(alpha + age)
        gone = betaln(a + 1, b + np.maximum(again, 1) - 1) - (r + again) * np.log(alpha + recency)
        total: Numbers = common + np.logaddexp(there, np.where(again > 0, gone, -np.inf))
        return total

    def alive(self, again: Numbers, recency: Numbers, age: Numbers) -> Numbers:
        """[C] chance that a customer has not gone for good (equation 7 of Fader, Hardie & Lee 2008, a note on it).

        A customer with one visit cannot have gone by this model.

        >>> Rhythm(1.0, 30.0, 1.0, 2.0).alive(np.array([5.0, 5.0]), np.array([100.0, 100.0]),
        ...                                   np.array([110.0, 300.0])).round(2).tolist()
        [0.79, 0.02]
        """
        behind = np.maximum(again, 1)
        odds = self.goes / (self.stays + behind - 1)
        odds = odds * ((self.rate + age) / (self.rate + recency)) ** (self.shape + again)
        chance: Numbers = 1 / (1 + np.where(again > 0, odds, 0))
        return chance

    def comes(self, again: Numbers, age: Numbers, alive: Numbers, *, days: int) -> Numbers:
        """[C] chance of at least one visit within so many days, of customers who are alive by some chance."""
        none = ((self.rate + age) / (self.rate + age + days)) ** (self.shape + again)
        chance: Numbers = alive * (1 - none)
        return chance
