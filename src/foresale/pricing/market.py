"""Products as they stand before a choice of prices: money, demand at the regular price, what moves it, supply."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from scipy import sparse

from foresale.core.arrays import Index, Numbers
from foresale.core.errors import ConfigError


@dataclass(frozen=True)
class Market:
    """N products over T periods to come.

    Attributes:
        names: [N] of the products.
        price: [N] regular prices.
        cost: [N] what a unit costs.
        demand: [N, T] expected units at regular prices.
        elasticity: [N] of demand to the own price.
        error: [N] its standard error.
        cross: sparse [N, N] effect of the price of the column's product on the row's; 0 on the diagonal.
        after: effects of a log price one, two, … periods later (what was bought ahead).
        supply: [N, T] units that can be had up to the end of each period, infinite where more can be ordered in time.
        ladder: pairs (below, above) of products: the price of the first never exceeds that of the second.
        since: [N] periods since the newest promotion of a product, 0 where it was in the newest period; None where
            nothing is known of any.
        halo: [N] profit of products of other categories that a unit sold by a promotion brings along, or None.

    Raises:
        ConfigError: a price that is not above zero, or a ladder that regular prices break.
    """

    names: pl.Series
    price: Numbers
    cost: Numbers
    demand: Numbers = field(repr=False)
    elasticity: Numbers = field(repr=False)
    error: Numbers = field(repr=False)
    cross: sparse.csc_array = field(repr=False)
    after: tuple[float, ...] = ()
    supply: Numbers | None = field(default=None, repr=False)
    ladder: tuple[tuple[int, int], ...] = ()
    since: Numbers | None = field(default=None, repr=False)
    halo: Numbers | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        wrong = np.flatnonzero(~(self.price > 0) | ~np.isfinite(self.cost))
        if wrong.size:
            raise ConfigError(f"{self.names[int(wrong[0])]} has no price above zero or no cost")
        broken = [(a, b) for a, b in self.ladder if self.price[a] > self.price[b]]
        if broken:
            below, above = broken[0]
            raise ConfigError(f"the regular price of {self.names[below]} exceeds that of {self.names[above]}, above it")

    def cautious(self, steps: float) -> Numbers:
        """[N] elasticities weaker by so many standard errors, at most 0."""
        return np.minimum(self.elasticity + steps * self.error, 0.0)

    def felt(self, product: int) -> tuple[Index, Numbers]:
        """[K] the products that feel the price of one, and [K] its effects on them."""
        span = slice(self.cross.indptr[product], self.cross.indptr[product + 1])
        return self.cross.indices[span], self.cross.data[span]

    def lost_to(self, moved: Numbers, product: int) -> Numbers:
        """[..., T] margin that the other products lose when the log price of one moves by [...], by period."""
        others, effects = self.felt(product)
        factors = np.expm1(effects[:, None] * np.reshape(moved, -1))
        margin = (self.price - self.cost)[others, None] * self.demand[others]
        return np.asarray(-(factors.T @ margin)).reshape(*np.shape(moved), self.demand.shape[1])


def ended(price: Numbers, ending: float | None) -> Numbers:
    """Prices brought down to the nearest that ends so; those below the first one stay.

    >>> ended(np.array([3.50, 2.99, 0.80]), 0.99).tolist()
    [2.99, 2.99, 0.8]
    """
    if ending is None:
        return np.asarray(np.round(price, 2))
    down = np.floor(np.round(price - ending, 6)) + ending
    return np.asarray(np.round(np.where(down > 0, down, price), 2))
