"""FreshRetailNet-50K: a week of 50,000 items by each model, with and without the knowledge of empty shelves.

The last week is held out and judged on the days with stock all day (6 to 22 o'clock). Then shelves are emptied on
purpose: on some days that had stock all day only a part of the sales is left. What the models forecast for the held-out
week should not change by that where they are told, and does where they are not.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from measuring import report

import foresale
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.panel import Panel
from foresale.workflows.budget import Budget
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.model_config import ModelConfig
from foresale.workflows.models import learner

HORIZON = 7
HOURS = 16
KNOWN = ["discount", "holiday_flag", "activity_flag"]
STATIC = ["city_id", "management_group_id", "first_category_id", "second_category_id", "third_category_id"]
EMPTIED = 0.3
EMPTYING = f"on {EMPTIED:.0%} of such days of the last four weeks of the history shelves were emptied on purpose; "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sales", type=Path)
    parser.add_argument("--models", default="seasonal-naive,pretrained,lightgbm,auto")
    parser.add_argument("--items", type=int, help="every so many-th only, until so many are left")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--only-told", action="store_true", help="only the sales as they are, with what is known")
    parser.add_argument("--name", default="freshretailnet_models", help="of the table in results/")
    options = parser.parse_args()
    whole = read(options.sales, most=options.items)
    panel, actual = whole.back(HORIZON), following(whole)
    emptied = with_emptied_shelves(panel)
    cases = (
        ("told", panel, True),
        ("not told", panel, False),
        ("emptied, told", emptied, True),
        ("emptied, not told", emptied, False),
    )
    rows = []
    for model in options.models.split(","):
        for name, history, told in cases[:1] if options.only_told else cases:
            began = time.perf_counter()
            forecast = forecast_of(history, model, told=told, threads=options.threads)
            rows.append((model, name, *judged(forecast, actual), f"{time.perf_counter() - began:.0f}"))
            print(rows[-1], flush=True)
    report(
        options.name,
        title=f"FreshRetailNet: the last {HORIZON} days of {len(panel):,} items",
        data=f"{options.sales.name}; judged on days with stock all day; "
        + ("" if options.only_told else EMPTYING)
        + "bias is forecast mean over sales, less 1",
        columns=("model", "empty shelves", "WAPE", "WQL", "bias", "seconds"),
        rows=rows,
    )


def read(path: Path, *, most: int | None) -> Panel:
    """The table as a panel, with the share of the opening hours in stock and what is known ahead."""
    frame = pl.read_parquet(path).select(
        pl.format("{}-{}", "store_id", "product_id").alias("item_id"),
        pl.col("dt").alias("timestamp"),
        pl.col("sale_amount").alias("sales"),
        (1 - pl.col("stock_hour6_22_cnt") / HOURS).alias("available"),
        *KNOWN,
        *STATIC,
    )
    if most is not None:
        ids = frame["item_id"].unique(maintain_order=True)
        frame = frame.filter(pl.col("item_id").is_in(ids.gather_every(max(len(ids) // most, 1))[:most].implode()))
    items = frame.group_by("item_id", maintain_order=True).agg(pl.col(name).first() for name in STATIC)
    return foresale.panel(frame.drop(STATIC), items=items, known=KNOWN, kind="totals")


def following(panel: Panel) -> npt.NDArray[np.float32]:
    """[N, H] the last week, NaN on days without stock all day."""
    rows = (panel.offsets[:-1] + panel.history - HORIZON)[:, None] + np.arange(HORIZON)
    assert panel.available is not None
    return np.where(panel.available[rows] >= 1, panel.sales[rows], np.float32(np.nan))


def with_emptied_shelves(panel: Panel) -> Panel:
    """The panel with some of the sales of some days gone, and the share of the day without stock told."""
    generator = np.random.default_rng(0)
    assert panel.available is not None
    sales, available = panel.sales.copy(), panel.available.copy()
    late = panel.is_history & (panel.positions >= np.repeat(panel.history - 28, panel.lengths))
    chosen = np.flatnonzero(late & (available >= 1) & (generator.random(sales.size) < EMPTIED))
    left = generator.uniform(0, 0.8, chosen.size).astype(np.float32)
    sales[chosen] *= left
    available[chosen] = left
    return replace(panel, sales=sales, available=available)


def forecast_of(panel: Panel, model: str, *, told: bool, threads: int | None) -> Forecast:
    cleaning = FOR_LEARNING if told else replace(FOR_LEARNING, stockouts="keep")
    cleaned, _ = clean(panel, options=cleaning, countries=("CN",))
    config = ModelConfig(model, ("CN",), budget=Budget(jobs=threads))
    return learner(config).fit(cleaned, horizon=HORIZON).forecast(cleaned, horizon=HORIZON)


def judged(forecast: Forecast, actual: npt.NDArray[np.float32]) -> tuple[str, ...]:
    """WAPE of the median, weighted quantile loss over the levels, and the bias of the mean."""
    seen = np.isfinite(actual)
    sold = actual[seen]
    error = sold[:, None] - forecast.quantiles[seen]
    levels = np.asarray(LEVELS, np.float32)
    loss = 2 * np.maximum(levels * error, (levels - 1) * error).mean(axis=1).sum() / sold.sum()
    wape = np.abs(sold - forecast.median[seen]).sum() / sold.sum()
    return f"{wape:.4f}", f"{loss:.4f}", f"{forecast.mean[seen].sum() / sold.sum() - 1:+.1%}"


if __name__ == "__main__":
    main()
