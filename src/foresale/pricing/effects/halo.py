"""Halo on the basket: what else customers buy, of other categories, because a product was promoted."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.columns import SALES, TIMESTAMP
from foresale.core.errors import ConfigError
from foresale.core.text import counted
from foresale.io.table import Table, load
from foresale.pricing.effects.cube import PRODUCT, PriceCube
from foresale.pricing.effects.pooling import group_codes
from foresale.pricing.effects.shrinkage import shrink

_LEAST: Final = 3
"""Periods with more, and with less, promotion than usual below which a product says nothing by itself."""
_WIDTH: Final = 0.5
"""Before anything was seen, the halo of a unit lies around 0 ± half of what usually lies beside a unit."""
NO_BASKETS: Final = "Halo on the basket is not counted: no order lines tell what was bought together (--baskets)."
ASSUMPTION: Final = "baskets with a product that come beyond the usual in its promoted periods are there because of it"


@dataclass(frozen=True)
class Baskets:
    """What lay in baskets with each of P products, by period.

    Attributes:
        units: [P, T] of the product.
        beside: [P, T] money for products of other categories in these baskets.
        count: baskets in all.
    """

    units: Numbers = field(repr=False)
    beside: Numbers = field(repr=False)
    count: int


@dataclass(frozen=True)
class Halo:
    """What a unit that a promotion sells brings along.

    Attributes:
        values: [P] money for products of other categories by extra unit, told of each other.
        errors: [P] their standard errors.
        baseline: [P] money that usually lies beside a unit.
        notes: what was assumed.
    """

    values: Numbers
    errors: Numbers
    baseline: Numbers
    notes: tuple[str, ...] = ()

    def cautious(self, steps: float) -> Numbers:
        """[P] weaker by so many standard errors, at most to 0; what takes money away stays."""
        return np.where(self.values > 0, np.maximum(self.values - steps * self.errors, 0.0), self.values)


def read_baskets(source: Any, cube: PriceCube) -> Baskets:
    """The baskets of order lines with an order number, a quantity and a price; lines that take back are left out.

    Lines of products that the sales do not know count as beside all others.

    Raises:
        DataError: a file that cannot be read.
        ConfigError: no order numbers or no prices.
    """
    table = load(source)
    missing = [role for role in ("order", "price") if role not in table.names]
    if missing:
        raise ConfigError(
            f"baskets are order lines with a number of the order and a price: no column of "
            f"{' and '.join(missing)} is among {', '.join(table.frame.columns)}"
        )
    lines = table.frame.select(
        pl.col(table.names["order"]).alias("order"),
        pl.col(TIMESTAMP),
        pl.col(SALES).alias("units"),
        (pl.col(SALES) * pl.col(table.names["price"])).alias("money"),
        _products_of(table, cube.products[PRODUCT]),
    )
    lines = lines.filter((pl.col("units") > 0) & (pl.col("money") >= 0) & pl.col("order").is_not_null())
    return baskets_of(lines, cube)


def _products_of(table: Table, names: pl.Series) -> pl.Series:
    """The product of each line: by the key column, or all of them, that names most products of the sales."""
    together = [[key] for key in table.keys] + ([list(table.keys)] if len(table.keys) > 1 else [])
    found = [
        table.frame.select(pl.concat_str(pl.col(keys).cast(pl.String), separator="|").alias(PRODUCT)).to_series()
        for keys in together
    ]
    return max(found, key=lambda column: int(column.is_in(names.to_list()).sum()))


def baskets_of(lines: pl.DataFrame, cube: PriceCube) -> Baskets:
    """Baskets by product and period, of lines with order, timestamp, product, units and money."""
    category = cube.products[cube.groups[0]] if cube.groups else cube.products[PRODUCT]
    rows = pl.DataFrame(
        {PRODUCT: cube.products[PRODUCT], "row": np.arange(cube.products.height), "category": category.cast(pl.String)}
    )
    period = cube.frequency.index(lines[TIMESTAMP].to_numpy()) - cube.start
    lines = lines.with_columns(pl.Series("period", period)).join(rows, on=PRODUCT, how="left")
    lines = lines.with_columns(pl.col("category").fill_null(""))
    whole = lines.group_by("order").agg(pl.col("money").sum().alias("all"))
    same = lines.group_by("order", "category").agg(pl.col("money").sum().alias("same"))
    own = lines.filter(pl.col("row").is_not_null() & pl.col("period").is_between(0, cube.sales.shape[-1] - 1))
    own = own.group_by("order", "row", "period", "category").agg(pl.col("units").sum())
    own = own.join(whole, on="order").join(same, on=["order", "category"])
    sums = own.group_by("row", "period").agg(
        pl.col("units").sum(), (pl.col("all") - pl.col("same")).sum().alias("beside")
    )
    units, beside = np.zeros((2, cube.products.height, cube.sales.shape[-1]))
    at = sums["row"].to_numpy(), sums["period"].to_numpy()
    units[at], beside[at] = sums["units"].to_numpy(), sums["beside"].to_numpy()
    return Baskets(units, beside, whole.height)


def halo(baskets: Baskets, cube: PriceCube) -> Halo:
    """Money of other categories that a unit sold by a promotion brings along, shrunk product → category → shop.

    The money beside a product that comes more where more places promote it, by unit that sells more: promotions are the
    instrument of units (Wald 1940, for shares of places). It says how often baskets came, not whether they would have
    come for another reason: an upper end, of which the plan counts a share.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.pricing.effects.cube import price_cube
    >>> cube = price_cube(shop(items=3, periods=280))
    >>> nothing = np.zeros((3, cube.sales.shape[-1]))
    >>> halo(Baskets(nothing, nothing, 0), cube).values.tolist()
    [0.0, 0.0, 0.0]
    """
    told = [_alone(*row) for row in zip(baskets.units, baskets.beside, _promoted(cube), strict=True)]
    values, errors = (np.array(part) for part in zip(*told, strict=True))
    usual = _usual(baskets)
    scale = np.where(usual > 0, usual, 1.0)
    shrunk = shrink(values / scale, errors / scale, group_codes(cube), middle=0.0, width=_WIDTH)
    silent = usual <= 0
    speaking = counted(int(np.isfinite(values).sum()), "product")
    notes = (
        f"Halo is learnt from {baskets.count:,} baskets; {speaking} say something by themselves.",
        f"Assumed: {ASSUMPTION}; of these a share counts.",
    )
    return Halo(
        np.where(silent, 0.0, shrunk.values * scale), np.where(silent, 0.0, shrunk.errors * scale), usual, notes
    )


def _promoted(cube: PriceCube) -> Numbers:
    """[P, T] share of the places selling a product that promoted it, by its price or a flag; NaN where none sold it."""
    places = cube.known.sum(axis=1)
    return np.asarray(np.where(places > 0, (cube.promoted & cube.known).sum(axis=1) / np.maximum(places, 1), np.nan))


def _usual(baskets: Baskets) -> Numbers:
    """[P] money beside a unit; of products in no basket 0."""
    units = baskets.units.sum(axis=1)
    return np.asarray(np.where(units > 0, baskets.beside.sum(axis=1) / np.maximum(units, 1e-300), 0.0))


def _alone(units: Numbers, beside: Numbers, promoted: Numbers) -> tuple[float, float]:
    """What one product says, and its standard error; NaN and infinite where it says nothing."""
    seen = np.isfinite(promoted)
    moved = promoted[seen] - promoted[seen].mean() if seen.any() else np.zeros(0)
    if min(int((moved > 0).sum()), int((moved < 0).sum())) < _LEAST:
        return np.nan, np.inf
    extra = float(moved @ units[seen])
    if not extra > 0:
        return np.nan, np.inf
    value = float(moved @ beside[seen]) / extra
    left = beside[seen] - value * units[seen]
    left = left - left.mean()
    freedom = moved.size / (moved.size - 2)
    return value, float(np.sqrt(freedom * (moved**2 @ left**2))) / extra
