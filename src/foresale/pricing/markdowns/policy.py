"""What to ask for in each period, by the stock that is left then: a dynamic programme over periods and stock."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Floating, Index, Numbers

LOTS: Final = 100
"""Lots that stock is told apart by: more of them move expected money by less than paths do."""
_LEVELS: Final = 21
"""Demands that stand for the paths of a period, of equal weight: the levels that a forecast has."""
_TIE: Final = 1e-9
"""Share of the money by which a lower price has to be better."""


@dataclass(frozen=True)
class Belief:
    """What is known of an elasticity: E values it may have, and how likely each is.

    Attributes:
        values: [E] elasticities, at most 0.
        weights: [E] that sum to 1.
    """

    values: Numbers
    weights: Numbers


@dataclass(frozen=True)
class Leftover:
    """Stock of one product that is to be sold until the end of T periods.

    Attributes:
        units: that are there.
        prices: [K] that may be asked for, falling; the first is today's.
        demand: [S, T] sample paths at the first of them; what lies behind the end of the season is 0.
        salvage: money that a unit left at the end brings.
    """

    units: float
    prices: Numbers
    demand: Floating = field(repr=False)
    salvage: float = 0.0

    def wanted(self, elasticity: Numbers) -> Numbers:
        """[K, E] factor of demand by price and elasticity."""
        return np.asarray((self.prices / self.prices[0])[:, None] ** elasticity)


@dataclass(frozen=True)
class Steps:
    """How prices may fall.

    Attributes:
        most: steps down at most.
        allowed: [K, K] whether a price may follow another.
    """

    most: int
    allowed: Flags

    @classmethod
    def of(cls, prices: Numbers, *, most: int, least_step: float = 0.0, most_step: float = 1.0) -> "Steps":
        """Steps between two shares of the price before.

        >>> Steps.of(np.array([10.0, 8.0, 5.0]), most=2, most_step=0.4).allowed.astype(int).tolist()
        [[1, 1, 0], [0, 1, 1], [0, 0, 1]]
        """
        cut = 1 - prices[None] / prices[:, None]
        between = (cut >= least_step - 1e-9) & (cut <= most_step + 1e-9) & (cut > 0)
        return cls(most, between | np.eye(prices.size, dtype=bool))


@dataclass(frozen=True)
class PricePolicy:
    """The price of each period, by what was asked for before and by the stock that is left.

    Attributes:
        stock: [M] units at which it is told; between them, the nearest counts.
        choice: [T, L + 1, K, M] which price, by period, steps already taken, price before and stock.
        expected: money until the end that it brings where periods surprise independently of each other.
    """

    stock: Numbers
    choice: Index = field(repr=False)
    expected: float = 0.0

    def ask(self, period: int, taken: Index, before: Index, left: Numbers) -> Index:
        """[...] which price to ask for in a period."""
        lot = self.stock[1] - self.stock[0] if self.stock.size > 1 else 1.0
        place = np.clip(np.rint(left / lot), 0, self.stock.size - 1).astype(np.int64)
        return np.asarray(self.choice[period, taken, before, place])


def best_policy(left: Leftover, belief: Belief, steps: Steps) -> PricePolicy:
    """The policy of most expected money, by backward induction (Bellman 1957; of prices Gallego and van Ryzin 1994).

    Periods surprise independently of each other here, so that what is left is all that a price needs to know. Of whole
    units up to a hundred it is exact, of more within lots of a hundredth.

    >>> left = Leftover(2.0, np.array([10.0, 6.0]), np.array([[0.0, 0.0], [1.0, 1.0]]))
    >>> sure = Belief(np.array([-3.0]), np.ones(1))
    >>> policy = best_policy(left, sure, Steps.of(left.prices, most=1))
    >>> policy.choice[:, 0, 0, -1].tolist(), round(policy.expected, 2)  # at the end, if both are left
    ([0, 1], 10.5)
    """
    whole = left.units <= LOTS and left.units == np.rint(left.units)
    lots = max(int(left.units), 1) if whole else LOTS
    stock = np.linspace(0, max(left.units, lots if whole else 0), lots + 1)
    factor = left.wanted(belief.values)
    count, periods = left.prices.size, left.demand.shape[1]
    value = np.broadcast_to(left.salvage * stock, (steps.most + 1, count, stock.size))
    choice = np.zeros((periods, steps.most + 1, count, stock.size), np.int64)
    for period in range(periods - 1, -1, -1):
        demand = _levels(left.demand[:, period])
        asked = np.stack(
            [_asked(left, stock, demand, factor[k], belief.weights, k, value[:, k]) for k in range(count)], axis=1
        )
        value, choice[period] = _chosen(asked, steps)
    return PricePolicy(stock, choice, float(np.interp(left.units, stock, value[0, 0])))


def _levels(demand: Floating) -> Numbers:
    """Demands of equal weight that stand for those of the paths."""
    ordered = np.sort(demand.astype(np.float64))
    if ordered.size <= _LEVELS:
        return ordered
    return np.asarray(np.quantile(ordered, (np.arange(_LEVELS) + 0.5) / _LEVELS))


def _asked(
    left: Leftover, stock: Numbers, demand: Numbers, factor: Numbers, weights: Numbers, price: int, after: Numbers
) -> Numbers:
    """[L + 1, M] money of one price in a period and what comes after, by steps taken and stock."""
    wanted = np.outer(demand, factor).ravel()
    weight = np.repeat(weights[None] / demand.size, demand.size, axis=0).ravel()
    sold = np.minimum(stock[:, None], wanted)
    place = (stock[:, None] - sold) / (stock[1] - stock[0])
    low = np.minimum(np.floor(place + 1e-9).astype(np.int64), stock.size - 2)
    share = np.clip(place - low, 0.0, 1.0)
    cell = (low + stock.size * np.arange(stock.size)[:, None]).ravel()
    chance = np.bincount(cell, ((1 - share) * weight).ravel(), stock.size**2)
    chance += np.bincount(cell + 1, (share * weight).ravel(), stock.size**2)
    return np.asarray(left.prices[price] * (sold @ weight) + after @ chance.reshape(stock.size, stock.size).T)


def _chosen(asked: Numbers, steps: Steps) -> tuple[Numbers, Index]:
    """[L + 1, K, M] the most money by steps taken, price before and stock, and the price that brings it."""
    best, choice = asked.copy(), np.zeros(asked.shape, np.int64)
    choice += np.arange(asked.shape[1])[:, None]
    for before, price in zip(*np.nonzero(np.triu(steps.allowed, 1)), strict=True):
        money = asked[1:, price]
        better = money > best[:-1, before] + _TIE * np.abs(best[:-1, before])
        best[:-1, before] = np.where(better, money, best[:-1, before])
        choice[:-1, before] = np.where(better, price, choice[:-1, before])
    return best, choice
