"""Demand under other prices: the forecaster's word where such prices were seen, that of the effects where not."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Numbers
from foresale.core.columns import TIMESTAMP
from foresale.core.errors import ConfigError
from foresale.core.frequency import Stamps
from foresale.core.text import counted
from foresale.pricing.effects.cube import row_of

APART: Final = 0.1
"""Share of demand by which forecaster and effects differ before both are told."""


@dataclass(frozen=True)
class Change:
    """A price that is changed.

    Attributes:
        product: whose; None for all.
        factor: of the price, or None.
        price: the new price, or None.

    Raises:
        ConfigError: not one of both, or none above zero.
    """

    product: str | None
    factor: float | None = None
    price: float | None = None

    def __post_init__(self) -> None:
        value = self.factor if self.price is None else self.price
        if (self.factor is None) == (self.price is None) or value is None or not value > 0:
            raise ConfigError("a change is one factor or one price above zero")

    @classmethod
    def parse(cls, text: str) -> "Change":
        """A change as it is written: tea=9.99, tea=-10%, price=+5% for all products.

        Raises:
            ConfigError: it cannot be read.

        >>> Change.parse("tea=-10%")
        Change(product='tea', factor=0.9, price=None)
        """
        name, sign, value = text.rpartition("=")
        product = None if name == "price" else name
        try:
            number = float(value.removesuffix("%"))
        except ValueError:
            number = float("nan")
        if not sign or not name or not np.isfinite(number):
            raise ConfigError(f"a change is PRODUCT=PRICE, PRODUCT=-10% or price=-10% for all, not {text!r}")
        return cls(product, factor=round(1 + number / 100, 9)) if value.endswith("%") else cls(product, price=number)


def changed_prices(names: pl.Series, price: Numbers, changes: "tuple[Change, ...]") -> Numbers:
    """[P] prices after the changes, in their order.

    Raises:
        ConfigError: a change of what is no product.
    """
    new = price.copy()
    for change in changes:
        at = slice(None) if change.product is None else [row_of(names, change.product)]
        new[at] = change.price if change.price is not None else price[at] * (change.factor or 1.0)
    return new


@dataclass(frozen=True, repr=False)
class WhatIf:
    """Demand with and without a change of prices.

    Attributes:
        table: one row per product and period: product, timestamp, price_now, price, units_now, units, low, high (by the
            effects' interval), by_forecaster, by_effects, and `by`, whose word `units` is.
        seen: [P] whether a product had such a price before.
        notes: what was assumed, and where the two disagree.
        currency: of the prices.
    """

    table: pl.DataFrame = field(repr=False)
    seen: Flags = field(repr=False)
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        now, then = float(self.table["units_now"].sum()), float(self.table["units"].sum())
        return f"<WhatIf of {counted(self.seen.size, 'product')}: {now:,.0f} units become {then:,.0f}>"

    def to_frame(self) -> pl.DataFrame:
        """One row per product and period."""
        return self.table

    def by_product(self) -> pl.DataFrame:
        """One row per product, the largest change first: prices, and units of all periods by each word."""
        sums = pl.col("units_now", "units", "low", "high", "by_forecaster", "by_effects").sum()
        rows = self.table.group_by("product", maintain_order=True).agg(pl.col("by", "price_now", "price").first(), sums)
        return rows.sort((rows["units"] - rows["units_now"]).abs(), descending=True)


@dataclass(frozen=True)
class Told:
    """What both say of P products over T periods: factors of demand through the change.

    Attributes:
        now: [P, T] units without it.
        forecaster: [P, T] units with it, by the forecaster.
        factor: [P] factor by the effects.
        low: [P] the lower end of its interval.
        high: [P] the upper end.
    """

    now: Numbers
    forecaster: Numbers
    factor: Numbers
    low: Numbers
    high: Numbers


def what_if(names: pl.Series, price: tuple[Numbers, Numbers], told: Told, seen: Flags, stamps: Stamps, *,
            notes: tuple[str, ...] = (), currency: str = "") -> WhatIf:  # fmt: skip
    """Put both words together: the forecaster's where a price was seen, the effects' where not.

    Args:
        names: of the products.
        price: [P] prices now, and [P] after the change.
        told: what forecaster and effects say.
        seen: [P] whether a product had such a price before.
        stamps: [T] of the periods.
        notes: what was assumed before.
        currency: of the prices.
    """
    now, new = price
    periods = stamps.size
    effects = told.now * told.factor[:, None]
    units = np.where(seen[:, None], told.forecaster, effects)
    flat = {"price_now": np.repeat(now, periods), "price": np.repeat(new, periods), "units_now": told.now.ravel(),
            "units": units.ravel(), "low": (told.now * told.low[:, None]).ravel(),
            "high": (told.now * told.high[:, None]).ravel(), "by_forecaster": told.forecaster.ravel(),
            "by_effects": effects.ravel()}  # fmt: skip
    table = pl.DataFrame({"product": names[np.repeat(np.arange(len(names)), periods).tolist()],
                          TIMESTAMP: np.tile(stamps, len(names)), **flat,
                          "by": np.repeat(np.where(seen, "forecaster", "effects"), periods)})  # fmt: skip
    return WhatIf(table, seen, (*notes, *_apart(names, told, effects, now != new)), currency)


def _apart(names: pl.Series, told: Told, effects: Numbers, moved: Flags) -> list[str]:
    said, causal = told.forecaster.sum(axis=1), effects.sum(axis=1)
    usual = np.maximum(told.now.sum(axis=1), 1e-9)
    away = np.flatnonzero(moved & (np.abs(said - causal) > APART * usual))
    if not away.size:
        return []
    worst = away[np.argmax(np.abs(said - causal)[away])]
    units = f"{said[worst]:,.0f} units by the forecaster, {causal[worst]:,.0f} by the effects"
    both = f"Forecaster and effects disagree by more than {100 * APART:.0f} % for {counted(away.size, 'product')}"
    return [
        f"{both}; most for {names[int(worst)]}: {units}. A forecaster reads what went with a price, not what it did."
    ]
