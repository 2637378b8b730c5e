"""Effects of prices as they were found: tables for people, arrays for those who choose prices by them."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import polars as pl
from scipy import stats

from foresale.core.arrays import Numbers
from foresale.core.named_tables import named_table
from foresale.core.text import counted
from foresale.pricing.effects.cube import PRODUCT, PriceCube, row_of
from foresale.pricing.effects.pooling import Estimates

Table = Literal["own", "cross", "promotions", "timing", "designs", "checks"]
TABLES: Final[tuple[Table, ...]] = ("own", "cross", "promotions", "timing", "designs", "checks")
Verdict = Literal["identified", "assumed", "unknown"]


def wide_of(level: float) -> float:
    """Standard errors to either end of an interval that holds the truth so often.

    >>> round(wide_of(0.9), 3)
    1.645
    """
    return float(stats.norm.ppf(0.5 + level / 2))


@dataclass(frozen=True, repr=False)
class Elasticities:
    """What prices and promotions do to demand, and how sure that is.

    Attributes:
        verdict: "identified" where the design rules out that prices merely follow demand and its tests agree;
            "assumed" where that rests on what was seen, and nothing speaks against it; "unknown" where something does.
        design: how effects were told from the season's: "between-places", "instrument" or "over-time".
        level: how often intervals hold the truth.
        cube: the sales and prices that were learnt from.
        estimates: the effects as arrays.
        errors: [P] standard errors of the own elasticities with the small number of places or periods counted in.
        own: one row per product: product, groups, elasticity, low, high, estimate (by itself), error, and `variation`,
            the standard deviation of the log price that the design compares.
        cross: one row per pair: product, price_of, elasticity, low, high, kind (substitute, complement, unsure).
        promotions: one row per kind and depth: kind, depth, lift, low, high, times; of all products together.
        timing: what a price cut by a tenth does before, in and after its period: periods_after, effect, low, high.
        designs: one row per design: design, used, elasticity (mean of the shop), low, high, assumption, note.
        checks: one row per test: check, value, chance, passed, meaning.
        notes: what was assumed, and what cannot be known.
        currency: of the prices, "" where nobody tells.
    """

    verdict: Verdict
    design: str
    level: float
    cube: PriceCube
    estimates: Estimates
    errors: Numbers = field(repr=False)
    own: pl.DataFrame = field(repr=False)
    cross: pl.DataFrame = field(repr=False)
    promotions: pl.DataFrame = field(repr=False)
    timing: pl.DataFrame = field(repr=False)
    designs: pl.DataFrame = field(repr=False)
    checks: pl.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        return f"<Elasticities of {counted(self.own.height, 'product')}, {self.design}: {self.verdict}>"

    def to_frame(self, what: Table = "own") -> pl.DataFrame:
        """One of the tables: own, cross, promotions, timing, designs or checks.

        Raises:
            ConfigError: no such table.
        """
        return named_table(self, what, TABLES)

    @property
    def values(self) -> Numbers:
        """[P] own elasticities."""
        return self.estimates.own.values

    @property
    def wide(self) -> float:
        """Standard errors to either end of an interval."""
        return wide_of(self.level)

    def product(self, name: object = None) -> int:
        """The row of a product by its name; the first one by default.

        Raises:
            ConfigError: no such product.
        """
        return 0 if name is None else row_of(self.cube.products[PRODUCT], name)

    def factor(self, prices: Numbers, *, against: Numbers) -> Numbers:
        """[P, ...] factor of demand under other prices [P, ...] of all products, rivals' prices counted in."""
        moved = np.log(prices / against)
        own = self.estimates.own.values.reshape(-1, *[1] * (moved.ndim - 1)) * moved
        return np.asarray(np.exp(own + np.tensordot(self.estimates.cross, moved, axes=1)))
