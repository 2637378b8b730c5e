"""Online Retail II from its raw lines: what became of every line, unit and cent, beside sums made without Foresale.

With `--old SRC`, the sources of another build, also how well the last eight weeks are forecast from its reading and
from this one's: both readings of the lines before them go through the same models, without the calendar since it is the
readings that are compared, and are measured on the same truth.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from measuring import report

import foresale
from foresale.core.prices import revenue_of
from foresale.data.options import ReadOptions
from foresale.data.read import read_with_report
from foresale.training.options import TrainOptions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders", type=Path)
    parser.add_argument("--old", type=Path)
    options = parser.parse_args()
    raw = pl.read_parquet(options.orders)
    quantity, price = pl.col("Quantity"), pl.col("UnitPrice")
    rows: list[tuple[object, ...]] = []
    every = raw.select((quantity * price).sum()).item()
    sales = ~pl.col("InvoiceNo").str.contains("^[Cc]") & (quantity > 0)
    gross = raw.filter(sales).select((quantity * price).sum()).item()
    rows.append(("plain sums", "all lines", f"{raw.height:,}", f"{raw['Quantity'].sum():,}", f"{every:,.3f}"))
    rows.append(
        (
            "plain sums",
            "quantity above 0, not cancelled",
            f"{raw.filter(sales).height:,}",
            f"{raw.filter(sales)['Quantity'].sum():,}",
            f"{gross:,.3f}",
        )
    )
    for name, settings in (
        ("as read by itself", ReadOptions()),
        ("returns ignored, no goods kept", ReadOptions(returns="ignore", not_goods="keep")),
        ("returns netted, no goods kept", ReadOptions(returns="net", not_goods="keep")),
    ):
        rows += _read(options.orders, name, settings)
    report(
        "online_retail_reading",
        title="Online Retail II: every line, unit and cent",
        data=options.orders.name,
        columns=("reading", "what", "lines", "units", "money"),
        rows=rows,
    )
    if options.old:
        errors(options.orders, options.old)


def _read(orders: Path, name: str, settings: ReadOptions) -> list[tuple[object, ...]]:
    start = time.perf_counter()
    panel, account = read_with_report(orders, settings)
    seconds = time.perf_counter() - start
    assert account.lines is not None
    rows: list[tuple[object, ...]] = [
        (name, what, f"{lines:,}", f"{units:,.0f}", f"{money:,.3f}")
        for what, lines, units, money in account.lines.rows()
    ]
    sums = account.lines.select(pl.col("lines", "units", "money").sum()).row(0)
    rows.append((name, "sum of these", f"{sums[0]:,}", f"{sums[1]:,.0f}", f"{sums[2]:,.3f}"))
    revenue = np.nansum(revenue_of(panel))
    rows.append(
        (name, "panel", f"{len(panel):,} items", f"{np.nansum(panel.sales, dtype=float):,.0f}", f"{revenue:,.3f}")
    )
    classes = foresale.inspect(panel).figures["abc"].value_counts().sort("abc")
    shown = ", ".join(f"{label} {count:,}" for label, count in classes.rows())
    rows.append((name, f"ABC classes: {shown}", f"{seconds:.1f} s", "", ""))
    rows += [(name, note, "", "", "") for note in panel.notes if "No goods" in note or "returned or" in note]
    return rows


WEEKS = 8
MODELS = ("seasonal-naive", "ets", "pretrained")
READ = """
import sys, foresale
foresale.read(sys.argv[1], frequency="W").to_frame().write_parquet(sys.argv[2])
"""


def errors(orders: Path, old: Path) -> None:
    """The errors of forecasts of the last weeks, by the reading of what came before them and by the model."""
    truth = foresale.read(orders, frequency="W").to_frame().select("item_id", "timestamp", "sales")
    last = truth.drop_nulls("sales")["timestamp"].max()
    assert isinstance(last, datetime)
    first = last - timedelta(weeks=WEEKS - 1)
    truth = truth.filter((pl.col("timestamp") >= first) & pl.col("sales").is_not_null())
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before.parquet"
        pl.read_parquet(orders).filter(pl.col("InvoiceDate") < first).write_parquet(before)
        for reading, sources in (("this build", Path(foresale.__file__).parents[1]), ("the older build", old)):
            table = Path(folder) / "read.parquet"
            command = [sys.executable, "-c", READ, str(before), str(table)]
            subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(sources.resolve())})
            rows += [(reading, model, *_measured(table, model, truth, first)) for model in MODELS]
    report(
        "online_retail_errors",
        title=f"Online Retail II: the last {WEEKS} weeks, forecast from two readings of what came before",
        data=f"{orders.name}; the truth is this build's reading of all lines: {truth['sales'].sum():,.0f} units of "
        f"{truth['item_id'].n_unique():,} items from {first:%Y-%m-%d} on",
        columns=(
            "reading",
            "model",
            "items read",
            "units read",
            "WAPE",
            "bias",
            "WAPE of the 50 best sellers",
            "largest error of an item",
        ),
        rows=rows,
    )


def _measured(table: Path, model: str, truth: pl.DataFrame, first: datetime) -> tuple[str, ...]:
    """Items and units of a reading, and how far the medians lie from the truth, items that it lacks as 0."""
    history = pl.read_parquet(table).filter(pl.col("timestamp") < first)
    columns = {"item": "item_id", "timestamp": "timestamp", "sales": "sales"}
    rows = history.select("item_id", "timestamp", "sales")
    options = TrainOptions(calendar=False)
    ahead = foresale.forecast(
        foresale.panel(rows, columns=columns, gaps="zero", kind="totals"), horizon=WEEKS, model=model, options=options
    )
    medians = ahead.to_frame().select(pl.col("item_id").cast(pl.String), "timestamp", median=pl.col("0.5"))
    both = truth.with_columns(pl.col("item_id").cast(pl.String)).join(medians, on=["item_id", "timestamp"], how="left")
    miss = (pl.col("median").fill_null(0.0) - pl.col("sales")).alias("miss")
    items = both.group_by("item_id").agg(miss.abs().sum(), miss.sum().alias("net"), pl.col("sales").sum())
    best = items.sort("sales", descending=True).head(50)
    worst = items.sort(pl.col("net").abs(), descending=True).row(0, named=True)
    return (
        f"{history['item_id'].n_unique():,}",
        f"{history['sales'].sum():,.0f}",
        f"{items['miss'].sum() / items['sales'].sum():.3f}",
        f"{items['net'].sum() / items['sales'].sum():+.1%}",
        f"{best['miss'].sum() / best['sales'].sum():.3f}",
        f"{worst['item_id']}: {worst['net']:+,.0f} of {worst['sales']:,.0f}",
    )


if __name__ == "__main__":
    main()
