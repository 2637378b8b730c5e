"""Real sales under the prices that came, and the elasticities of brands beside published ones.

    python benchmarks/pricing_real.py FOLDER [--models lightgbm]

FOLDER holds Dominick's orange juice: weeks 129 to 160 of 83 stores × 11 brands are forecast from the weeks before, with
prices, deals and features known ahead, by foresale's forecasters (what `foresale what-if` asks where a price was seen).
Errors are weighed by sales (WAPE), of all rows and of those whose price is more than 10 % off its mean.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl
from measuring import report

import foresale
from foresale.core.panel import Panel

LAST = 128
HORIZON = 32
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
    report("pricing_real", title="Sales of orange juice under the prices that came",
           data="Dominick's orange juice, 83 stores × 11 brands, weeks 129–160 from those before",
           columns=["by", "WAPE", "WAPE, price > 10 % off", "s"], rows=rows)  # fmt: skip
    own = foresale.elasticities(panel_of(frame.filter(pl.col("number") <= LAST), None))
    report("pricing_brands", title="Elasticities of brands of orange juice", data="the same, weeks 40–128",
           columns=["brand", "elasticity", "90 %", "design", "verdict"],
           rows=[[row["product"], f"{row['elasticity']:.2f}", f"{row['low']:.2f} to {row['high']:.2f}", own.design,
                  own.verdict] for row in own.own.iter_rows(named=True)])  # fmt: skip


def juice(folder: Path) -> pl.DataFrame:
    """One row per store, brand and week: units (of 64 ounces), price, the price beside the others', deal, feature."""
    frame = pl.read_parquet(folder / "oj_store_brand_week.parquet")
    prices = [pl.col(f"price{brand}") for brand in range(1, 12)]
    price = pl.concat_list(prices).list.get(pl.col("brand") - 1)
    stamp = pl.Series("week", FIRST_WEEK + 7 * frame["week"].to_numpy().astype("timedelta64[D]"))
    return frame.select(
        pl.col("store").cast(pl.String), ("brand " + pl.col("brand").cast(pl.String)).alias("brand_id"), stamp,
        pl.col("week").alias("number"), (pl.col("logmove").exp() / 64).alias("units"), (64 * price).alias("price"),
        (price / pl.concat_list(prices).list.mean()).alias("price_against_others"), "deal",
        *((64 * own).alias(f"price_of_{brand}") for brand, own in enumerate(prices, 1)),
        (pl.col("feat") > 0).cast(pl.Int32).alias("feature"),
    )  # fmt: skip


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
