"""What a test of prices that ran says, judged by the lots that were drawn for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Index, Numbers
from foresale.core.errors import ConfigError
from foresale.core.named_tables import named_table
from foresale.core.text import counted, percent
from foresale.pricing.effects.cube import PRODUCT, PriceCube
from foresale.pricing.experiments.calendar import calendar_cells, layout_of
from foresale.pricing.experiments.inference import Drawn
from foresale.pricing.experiments.layout import Layout
from foresale.pricing.experiments.options import Kind
from foresale.pricing.experiments.units import Sums, log_mean

Table = Literal["products", "contrasts", "checks"]
Verdict = Literal["found", "not found", "unsound"]
_CHARGED: Final = 0.5
"""Share of the planned difference of prices below which a test is another one than was planned."""
_NOTHING: Final = 1e-4
"""Mean difference of log prices between dear and cheap below which they were the same."""
_UNLIKELY: Final = 0.01
"""Chance of so much difference before the test below which lots were hardly followed."""
_NEAR: Final = 0.01
"""Share by which a price may differ from the one that was planned: the rounding of tills and of averages."""


@dataclass(frozen=True, repr=False)
class ExperimentResult:
    """What a test said.

    Attributes:
        verdict: "found" where prices surely moved demand, "not found" where that may be chance, "unsound" where the
            test did not run as it was planned.
        kind: whether places were compared ("stores") or blocks of time ("weeks").
        level: how often intervals hold the truth.
        elasticity: the mean of the products.
        low: lower end of its interval, by the lots; infinite where too few were drawn.
        high: upper end.
        chance: of a result that is as far from 0 where prices do nothing.
        products: one row per product: product, elasticity, low, high, contrasts.
        contrasts: one row per product and pair: product, pair, place, sales (log of the dear cell's over the cheap
            one's, what was known before taken out), price (the same), elasticity.
        checks: one row per test of the test: check, value, passed, meaning.
        notes: what was assumed.
    """

    verdict: Verdict
    kind: Kind
    level: float
    elasticity: float
    low: float
    high: float
    chance: float
    products: pl.DataFrame = field(repr=False)
    contrasts: pl.DataFrame = field(repr=False)
    checks: pl.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        said = f"{self.elasticity:.2f} ({self.low:.2f} to {self.high:.2f})"
        return f"<ExperimentResult of {counted(self.products.height, 'product')}: {said}, {self.verdict}>"

    def to_frame(self, what: Table = "products") -> pl.DataFrame:
        """One of the tables: products, contrasts or checks.

        Raises:
            ConfigError: no such table.
        """
        return named_table(self, what, get_args(Table))


def analyse_experiment(
    cube: PriceCube, calendar: pl.DataFrame, *, level: float = 0.9, seed: int = 0
) -> ExperimentResult:
    """What a test says whose prices were planned by a calendar.

    Args:
        cube: sales and prices, those of the test among them.
        calendar: the table of `Experiment`: product, place, timestamp, price, arm, pair, counts.
        level: how often intervals are to hold the truth.
        seed: of the lots that the result is compared with.

    Raises:
        ConfigError: a calendar that is none, or that lies outside of the sales.
    """
    layout, sign, asked = layout_of(calendar_cells(calendar, cube), cube)
    sums = Sums.of(cube.sales)
    sold = log_mean(*layout.sums(sums, 0))
    total, count = layout.sums(Sums.of(cube.log_price), 0)
    charged = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    keep = np.asarray((np.isfinite(sold) & np.isfinite(charged)).all(axis=1))
    if keep.sum() < 2:
        raise ConfigError("the sales hold too little of this test: they end before it, or their prices are unknown")
    begin = int(layout.begin.min())
    known = replace(layout, begin=layout.begin - begin).covariates(sums, begin, year=cube.frequency.year_lag)[:, keep]
    told, price = (values[keep, 0] - values[keep, 1] for values in (sold, charged))
    pair = np.unique(layout.pair[keep], return_inverse=True)[1].astype(np.int64)
    drawn = Drawn(sign[keep], told, price, known, pair, seed)
    if abs(drawn.sign @ drawn.left[1]) < _NOTHING * drawn.sign.size:
        raise ConfigError(
            "the prices of the calendar were not charged: in these sales dear cells are no dearer than "
            "cheap ones, so that nothing can be learnt"
        )
    low, high = drawn.interval(level)
    checks = pl.DataFrame(
        list(_checks(drawn, asked[keep], keep, level)), orient="row", schema=["check", "value", "passed", "meaning"]
    )
    chance = drawn.chance()
    sound = bool(checks["passed"].all())
    verdict: Verdict = "unsound" if not sound else "found" if chance <= 1 - level else "not found"
    names = cube.products[PRODUCT]
    return ExperimentResult(
        verdict,
        layout.kind,
        level,
        drawn.estimate,
        low,
        high,
        chance,
        products=_products(drawn, layout.product[keep], names, level),
        contrasts=_contrasts(drawn, layout.only(keep), cube),
        checks=checks,
        notes=tuple(_notes(drawn, layout, keep)),
    )


def _checks(drawn: Drawn, asked: Numbers, keep: Flags, level: float) -> Iterator[tuple[str, float, bool, str]]:
    charged = float((drawn.sign @ drawn.price) / (drawn.sign @ asked))
    yield (
        "prices",
        charged,
        charged >= _CHARGED,
        f"{percent(charged)} of the difference of prices that was planned was charged",
    )
    same = 1 - float((np.abs(drawn.price - asked) > _NEAR).mean())
    yield "followed", same, same >= _CHARGED, f"in {percent(same)} of the pairs prices were those of the calendar"
    balance = drawn.balance()
    if np.isfinite(balance):
        yield (
            "balance",
            balance,
            balance >= _UNLIKELY,
            f"other lots set dear and cheap cells as far apart before the test in {percent(balance)}",
        )
    kept = float(keep.mean())
    yield "known", kept, kept >= _CHARGED, f"of {percent(kept)} of the pairs sales and prices are known"
    low, high = drawn.robust(level)
    if np.isfinite(low):
        yield "clusters", drawn.error, True, f"with pairs as clusters the interval is {low:.2f} to {high:.2f}"


def _products(drawn: Drawn, product: Index, names: pl.Series, level: float) -> pl.DataFrame:
    """Each product by itself, with what all say of the covariates."""
    sales, none, rows = drawn.adjusted, np.zeros((0, 0)), []
    for row in np.unique(product):
        own = product == row
        if abs(drawn.sign[own] @ drawn.price[own]) < _NOTHING * own.sum():
            rows.append((str(names[int(row)]), float("nan"), float("nan"), float("nan"), int(own.sum())))
            continue
        alone = Drawn(drawn.sign[own], sales[own], drawn.price[own], none, drawn.pair[own], drawn.seed)
        low, high = alone.robust(level)
        rows.append((str(names[int(row)]), alone.estimate, low, high, int(own.sum())))
    frame = pl.DataFrame(rows, schema=[PRODUCT, "elasticity", "low", "high", "contrasts"], orient="row")
    return frame.with_columns(pl.col("elasticity", "low", "high").fill_nan(None))


def _contrasts(drawn: Drawn, layout: Layout, cube: PriceCube) -> pl.DataFrame:
    sales, price = drawn.adjusted, drawn.price
    return pl.DataFrame(
        {
            PRODUCT: cube.products[PRODUCT][layout.product.tolist()],
            "pair": layout.pair,
            "place": [" | ".join(dict.fromkeys(cube.place_names[n] for n in both)) for both in layout.place],
            "sales": drawn.sign * sales,
            "price": drawn.sign * price,
            "elasticity": sales / np.where(np.abs(price) > 1e-9, price, np.nan),
        }
    ).with_columns(pl.col("elasticity").fill_nan(None))


def _notes(drawn: Drawn, layout: Layout, keep: Flags) -> Iterator[str]:
    what = "places" if layout.kind == "stores" else "blocks of periods"
    pairs = counted(np.unique(drawn.pair).size, "pair")
    yield f"Compared: {counted(int(keep.sum()), 'contrast')} of two {what} in {pairs}, one dear and one cheap by lot."
    if drawn.covariates.size:
        before = "how the two differed before" if layout.kind == "stores" else "how the two blocks differed a year ago"
        yield f"Taken out: {before}."
    if not keep.all():
        yield f"Not known, and left out: {counted(int((~keep).sum()), 'contrast')}."
    yield (
        "Assumed: customers did not go to the other place, or wait for the other block, because of a price. The "
        "interval is exact where the elasticity is the same in all pairs."
    )
