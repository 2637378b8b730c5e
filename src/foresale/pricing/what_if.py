"""Demand under other prices: the forecaster's word where such prices were seen, that of the effects where not."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Numbers
from foresale.core.columns import ITEM, PRICE, TIMESTAMP
from foresale.core.panel import Covariate, Panel
from foresale.core.text import counted
from foresale.pricing.changes import Course, Grid
from foresale.pricing.effects.cube import PRODUCT, PriceCube
from foresale.pricing.effects.elasticities import Elasticities

APART: Final = 0.1
"""Share of demand by which forecaster and effects differ before both are told."""
COMPONENTS: Final = ("level", "season", "own_price", "promotion", "cannibalisation", "forecaster")
"""Parts of demand, in units: what is usual, what the time of the year adds, what the own price, the own flags and the
prices of other products do, and what the forecaster says beyond these effects where it is asked."""


@dataclass(frozen=True, repr=False)
class WhatIf:
    """Demand with and without a change of prices and promotions.

    Attributes:
        table: one row per product and period: product, timestamp, price_now, price, units_now, units, low, high (by the
            effects' interval), by_forecaster, by_effects, `by`, whose word `units` is, and the components of `units`
            (see `COMPONENTS`), of which level and season are those of `units_now` too.
        changed: [P, T] what is changed.
        notes: what was assumed, and where the two disagree.
        currency: of the prices.
    """

    table: pl.DataFrame = field(repr=False)
    changed: Flags = field(repr=False)
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        now, then = float(self.table["units_now"].sum()), float(self.table["units"].sum())
        return f"<WhatIf of {counted(len(self.changed), 'product')}: {now:,.0f} units become {then:,.0f}>"

    def to_frame(self) -> pl.DataFrame:
        """One row per product and period."""
        return self.table

    def by_product(self) -> pl.DataFrame:
        """One row per product, the largest change first: mean prices, and units of all periods by each word."""
        sums = pl.col("units_now", "units", "low", "high", "by_forecaster", "by_effects").sum()
        words = pl.when(pl.col("by").n_unique() > 1).then(pl.lit("both")).otherwise(pl.col("by").first()).alias("by")
        rows = self.table.group_by("product", maintain_order=True).agg(words, pl.col("price_now", "price").mean(), sums)
        return rows.sort((rows["units"] - rows["units_now"]).abs(), descending=True)

    @property
    def changed_products(self) -> list[str]:
        """Names of the products of which something is changed."""
        names = self.table["product"].unique(maintain_order=True)
        return [str(name) for name, own in zip(names, np.asarray(self.changed.any(axis=1)), strict=True) if own]

    def components(self, product: object = None) -> pl.DataFrame:
        """What demand is made of, of all products or of one: component, units now and after the change."""
        rows = self.table if product is None else self.table.filter(pl.col("product") == str(product))
        then = [float(rows[name].sum()) for name in COMPONENTS]
        now = [*then[:2], *[0.0] * (len(then) - 2)]
        return pl.DataFrame({"component": COMPONENTS, "now": now, "then": then})


@dataclass(frozen=True)
class PriceChange:
    """What both say of P products over T periods.

    Attributes:
        current: [P, T] units without the change.
        forecaster: [P, T] units with it, by the forecaster.
        own: [P, T] factor of demand by the own price.
        promotion: [P, T] by the own flags.
        others: [P, T] by the prices of other products.
        error: [P, T] standard error of the logarithm of all of these.
    """

    current: Numbers
    forecaster: Numbers
    own: Numbers
    promotion: Numbers
    others: Numbers
    error: Numbers

    @classmethod
    def of(cls, found: Elasticities, courses: tuple[Course, Course], units: tuple[Numbers, Numbers]) -> "PriceChange":
        """The word of effects beside that of a forecaster.

        Args:
            found: the effects.
            courses: prices and flags now, and after the change.
            units: [P, T] by the forecaster under either.
        """
        now, then = courses
        moved = np.log(then.price / now.price)
        promotion, variance = np.zeros_like(moved), (found.errors[:, None] * moved) ** 2
        for name, (values, errors) in found.estimates.flags.items():
            turned = then.flags[name] - now.flags[name]
            promotion += values[:, None] * turned
            variance += (errors[:, None] * turned) ** 2
        return cls(
            *units,
            np.exp(found.values[:, None] * moved),
            np.exp(promotion),
            np.exp(found.estimates.cross @ moved),
            np.sqrt(variance),
        )

    @property
    def effects(self) -> Numbers:
        """[P, T] units with the change, by the effects."""
        return np.asarray(self.current * self.own * self.promotion * self.others)


def seen_before(cube: PriceCube, now: Course, then: Course) -> Flags:
    """[P, T] whether a product had such a price, and each flag that is turned on, before."""
    lowest, highest = (edge(cube.price, axis=(1, 2))[:, None] for edge in (np.nanmin, np.nanmax))
    seen = (then.price >= lowest) & (then.price <= highest)
    for name, values in then.flags.items():
        had = np.nanmax(np.nan_to_num(cube.flags[name]), axis=(1, 2))[:, None] > 0
        seen &= had | (values == now.flags[name])
    return np.asarray(seen)


def course_panel(cube: PriceCube, ahead: Course) -> Panel:
    """Products as items, their places added up, with prices and flags of the past and of a course to come."""
    whole = cube.in_one_place
    products, _, periods = whole.sales.shape
    horizon = ahead.price.shape[1]
    pairs = {PRICE: (whole.price, ahead.price)}
    pairs |= {name: (whole.flags[name], values) for name, values in ahead.flags.items()}
    told = {
        name: Covariate(name, "known", np.concatenate([past[:, 0], future], axis=1).astype(np.float32).ravel())
        for name, (past, future) in pairs.items()
    }
    sales = np.concatenate([whole.sales[:, 0], np.full((products, horizon), np.nan)], axis=1)
    return Panel(
        cube.frequency,
        pl.DataFrame({ITEM: cube.products[PRODUCT]}),
        np.full(products, cube.start),
        np.arange(products + 1) * (periods + horizon),
        np.full(products, periods),
        sales.astype(np.float32).ravel(),
        told,
    )


def what_if(
    grid: Grid,
    courses: tuple[Course, Course],
    told: PriceChange,
    *,
    seen: Flags,
    level: Numbers,
    wide: float = 1.645,
    notes: tuple[str, ...] = (),
    currency: str = "",
) -> WhatIf:
    """Put both words together: the forecaster's where a price and flags were seen, the effects' where not.

    Args:
        grid: products and periods.
        courses: prices and flags now, and after the change.
        told: what forecaster and effects say.
        seen: [P, T] whether a product had such a price and such flags before.
        level: [P] what is usually sold in a period at regular prices.
        wide: standard errors to either end of an interval.
        notes: what was assumed before.
        currency: of the prices.
    """
    now, then = courses
    effects, moved = told.effects, now.changed(then)
    units = np.where(seen, told.forecaster, effects)
    priced = told.current * told.own
    promoted = priced * told.promotion
    parts = (
        np.broadcast_to(level[:, None], units.shape),
        told.current - level[:, None],
        priced - told.current,
        promoted - priced,
        effects - promoted,
        units - effects,
    )
    values = {
        "price_now": now.price,
        "price": then.price,
        "units_now": told.current,
        "units": units,
        "low": effects * np.exp(-wide * told.error),
        "high": effects * np.exp(wide * told.error),
        "by_forecaster": told.forecaster,
        "by_effects": effects,
        **dict(zip(COMPONENTS, parts, strict=True)),
    }
    periods = grid.stamps.size
    table = pl.DataFrame(
        {
            "product": grid.names[np.repeat(np.arange(len(grid.names)), periods).tolist()],
            TIMESTAMP: np.tile(grid.stamps, len(grid.names)),
            "by": np.where(seen, "forecaster", "effects").ravel(),
            **{name: own.ravel() for name, own in values.items()},
        }
    )
    return WhatIf(table, moved, (*notes, *_apart(grid.names, told, moved)), currency)


def _apart(names: pl.Series, told: PriceChange, moved: Flags) -> list[str]:
    said, causal = told.forecaster.sum(axis=1), told.effects.sum(axis=1)
    usual = np.maximum(told.current.sum(axis=1), 1e-9)
    away = np.flatnonzero(moved.any(axis=1) & (np.abs(said - causal) > APART * usual))
    if not away.size:
        return []
    worst = away[np.argmax(np.abs(said - causal)[away])]
    units = f"{said[worst]:,.0f} units by the forecaster, {causal[worst]:,.0f} by the effects"
    both = f"Forecaster and effects disagree by more than {100 * APART:.0f} % for {counted(away.size, 'product')}"
    return [
        f"{both}; most for {names[int(worst)]}: {units}. A forecaster reads what went with a price, not what it did."
    ]
