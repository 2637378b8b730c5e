"""Which customers may not come again: the time since their last visit against the rhythm in which they came."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy import optimize
from scipy.special import betaln, gammaln

from foresale.core.arrays import Index, Numbers
from foresale.core.errors import DataError, Fault
from foresale.core.interactions import Interactions
from foresale.core.text import counted
from foresale.recommend.reasons import time_in_words

_LEARNT_FROM: Final = 20_000
"""Customers that the rhythm of all is learnt from, at the most: four numbers need no more."""
_FEWEST: Final = 20
"""Customers who came again, below which four numbers are hardly known."""
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


@dataclass(frozen=True, eq=False)
class LapsingCustomers:
    """Customers who came more than once, those first with whom most is at stake.

    Attributes:
        table: a row for each: customer; visits, the days that he came on; since, days since the last; interval, his
            usual days between two; alive, the chance that he is still a customer; comes, the chance that he comes
            within the horizon; reason.
        days: the horizon.
        day: days after 1970-01-01 for which it holds.
        notes: what was assumed, in sentences for a person.
    """

    table: pl.DataFrame
    days: int
    day: int
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<LapsingCustomers: {counted(self.table.height, 'customer')}>"

    def to_frame(self) -> pl.DataFrame:
        """The table."""
        return self.table


def lapsing(orders: Interactions, day: int, *, days: int) -> LapsingCustomers:
    """Who may not come again, by what was before a day.

    First stand those of whom it is open whether they are still customers, and who came often: chance to be alive, times
    the chance to be gone, times the visits that they would make within the horizon.

    Args:
        orders: of all customers.
        day: days after 1970-01-01.
        days: the horizon.

    Raises:
        DataError: too few customers came more than once.
    """
    customer, visits, first, last = _visits(orders, day)
    again, recency, age = (days.astype(np.float64) for days in (visits - 1, last - first, day - first))
    if (again > 0).sum() < _FEWEST:
        cure = f"At least {_FEWEST} are needed to tell how customers come and go: pass a longer history."
        raise DataError([Fault("customers who came on more than one day", int((again > 0).sum()), "the orders", cure)])
    step = max(len(again) // _LEARNT_FROM, 1)
    rhythm = Rhythm.fit(again[::step], recency[::step], age[::step])
    alive = rhythm.alive(again, recency, age)
    comes = rhythm.comes(again, age, alive, days=days)
    pace = (rhythm.shape + again) / (rhythm.rate + age)
    rows = np.flatnonzero(again > 0)
    rows = rows[np.argsort(-(alive * (1 - alive) * pace)[rows], kind="stable")]
    since, usual = (day - last)[rows], (recency / np.maximum(again, 1))[rows]
    table = pl.DataFrame(
        {
            "customer": orders.customers.gather(customer[rows]),
            "visits": visits[rows],
            "since": since,
            "interval": usual.round(1),
            "alive": alive[rows].round(3),
            "comes": comes[rows].round(3),
            "reason": [
                f"came every {time_in_words(each)}, last {time_in_words(ago)} ago"
                for each, ago in zip(usual.tolist(), since.tolist(), strict=True)
            ],
        }
    )
    once = int((again == 0).sum())
    note = f"{counted(once, 'customer')} came on one day only: what they will do cannot be told from their rhythm."
    return LapsingCustomers(table, days, day, (note,) if once else ())


def _visits(orders: Interactions, day: int) -> tuple[Index, Index, Index, Index]:
    """Customers with an order before a day: position, days with an order, the first and the last of them."""
    kept = orders.day < day
    pairs = np.unique(orders.customer[kept].astype(np.int64) * (1 << 32) + orders.day[kept] + (1 << 31))
    customer, when = pairs >> 32, (pairs & ((1 << 32) - 1)) - (1 << 31)
    begins = np.flatnonzero(np.concatenate([[True], np.diff(customer) != 0])) if len(customer) else customer
    count = np.diff(begins, append=len(customer))
    return customer[begins], count, when[begins], when[begins + count - 1]
