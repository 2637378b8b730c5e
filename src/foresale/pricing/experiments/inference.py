"""What a test found, judged by the lots that were drawn: how far the same sales would have said as much by chance."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from scipy import stats

from foresale.core.arrays import Index, Numbers
from foresale.core.regression import solved
from foresale.pricing.effects.bisection import last_within

DRAWS: Final = 1999
"""Other lots that are tried: the chance of a result is known to half a percent where it is 5 %."""
_CLOSE: Final = 1e-3
"""Share of a standard error to which an end is found."""


@lru_cache(maxsize=2)
def lots(seed: int, count: int) -> Numbers:
    """[D, N] lots of 1 and -1."""
    return np.asarray(np.random.default_rng(seed).integers(0, 2, (DRAWS, count)) * 2.0 - 1.0, np.float64)


@dataclass(frozen=True)
class Drawn:
    """N contrasts between a dear and a cheap cell, and the lots that said which is which.

    Attributes:
        sign: [N] 1 where the first cell was to be the dear one, -1 where the second.
        sales: [N] log sales of the first cell less those of the second.
        price: [N] the same of the prices that were charged.
        covariates: [K, N] what was known before.
        pair: [N] contrasts of one pair may hang together.
        seed: of the other lots.
    """

    sign: Numbers
    sales: Numbers = field(repr=False)
    price: Numbers = field(repr=False)
    covariates: Numbers = field(repr=False)
    pair: Index = field(repr=False)
    seed: int = 0

    @cached_property
    def left(self) -> tuple[Numbers, Numbers]:
        """[N] sales and [N] prices without what the covariates say of them: fewer surprises, the same effect."""
        return self._without(self.sales), self._without(self.price)

    @property
    def adjusted(self) -> Numbers:
        """[N] sales without what was known before, prices left as they are."""
        return self._without(self.sales - self.estimate * self.price) + self.estimate * self.price

    @property
    def estimate(self) -> float:
        """The elasticity: what the lot did to sales over what it did to prices (Wald 1940), covariates taken out."""
        sales, price = self.left
        return float((self.sign @ sales) / (self.sign @ price))

    @property
    def error(self) -> float:
        """Its standard error, pairs taken as clusters; NaN of one pair."""
        sales, price = self.left
        each = np.bincount(self.pair, self.sign * (sales - self.estimate * price))
        count = np.unique(self.pair).size
        if count < 2:
            return float("nan")
        return float(np.sqrt((each**2).sum() * count / (count - 1)) / abs(self.sign @ price))

    @property
    def _others(self) -> Numbers:
        """[D, N] other lots that might as well have been drawn: each pair of each product by itself."""
        return lots(self.seed, self.sign.size)

    @cached_property
    def _sums(self) -> tuple[Numbers, Numbers]:
        sales, price = self.left
        return self._others @ sales, self._others @ price

    def chance(self, elasticity: float = 0.0) -> float:
        """How often other lots would say as much against an elasticity, if it were the true one (Fisher 1935)."""
        sales, price = self.left
        said = abs(self.sign @ sales - elasticity * (self.sign @ price))
        others = np.abs(self._sums[0] - elasticity * self._sums[1])
        return float((1 + (others >= said * (1 - 1e-9)).sum()) / (1 + len(others)))

    def interval(self, level: float) -> tuple[float, float]:
        """All elasticities that the test does not speak against: exact for an elasticity that is the same in all.

        Ends are infinite where so few lots were drawn that nothing can be ruled out.
        """
        sales, price = self.left
        step = float(np.linalg.norm(sales - self.estimate * price) / abs(self.sign @ price)) + _CLOSE
        return self._end(-step, level), self._end(step, level)

    def robust(self, level: float) -> tuple[float, float]:
        """The same by the standard error and Student's distribution, for comparison."""
        count = np.unique(self.pair).size
        wide = float(stats.t.ppf(0.5 + level / 2, max(count - 1, 1))) * self.error
        return self.estimate - wide, self.estimate + wide

    def balance(self) -> float:
        """How often other lots would have set dear and cheap cells as far apart before the test as these did."""
        if not self.covariates.size:
            return float("nan")
        said, others = abs(self.sign @ self.covariates[0]), np.abs(self._others @ self.covariates[0])
        return float((1 + (others >= said * (1 - 1e-9)).sum()) / (1 + len(others)))

    def _end(self, step: float, level: float) -> float:
        def allowed(far: float) -> bool:
            return self.chance(self.estimate + far * step) > 1 - level

        return self.estimate + last_within(allowed, start=1.0, close=_CLOSE) * step

    def _without(self, values: Numbers) -> Numbers:
        if not self.covariates.size:
            return values
        gram = self.covariates @ self.covariates.T
        ridge = 1e-9 * (np.trace(gram) + 1e-12) * np.eye(len(gram))
        return np.asarray(values - solved(gram + ridge, self.covariates @ values) @ self.covariates)
