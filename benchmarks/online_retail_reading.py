"""Online Retail II from its raw lines: what became of every line, unit and cent, beside sums made without Foresale."""

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl
from measuring import report

import foresale
from foresale.core.prices import revenue_of
from foresale.data.options import ReadOptions
from foresale.data.read import read_with_report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders", type=Path)
    options = parser.parse_args()
    raw = pl.read_parquet(options.orders)
    quantity, price = pl.col("Quantity"), pl.col("UnitPrice")
    rows: list[tuple[object, ...]] = []
    every = raw.select((quantity * price).sum()).item()
    sales = ~pl.col("InvoiceNo").str.contains("^[Cc]") & (quantity > 0)
    gross = raw.filter(sales).select((quantity * price).sum()).item()
    rows.append(("plain sums", "all lines", f"{raw.height:,}", f"{raw['Quantity'].sum():,}", f"{every:,.3f}"))
    rows.append(("plain sums", "quantity above 0, not cancelled", f"{raw.filter(sales).height:,}",
                 f"{raw.filter(sales)['Quantity'].sum():,}", f"{gross:,.3f}"))  # fmt: skip
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


if __name__ == "__main__":
    main()
