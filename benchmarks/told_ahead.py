"""Panels whose prices and promotions are known ahead: what a model makes of them, beside another build and the trees.

Every panel is cut off several times, and its covariates over the horizon are told. `without` is the same model that is
told neither covariates nor the calendar. Run once for each build, with PYTHONPATH set to its source, then `--write`.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from food_stamps import food_stamps
from measuring import forget, kept, report

import foresale
from foresale.core.forecast import LEVELS
from foresale.evaluation.metrics import quantile_loss
from foresale.training.options import TrainOptions
from foresale.workflows.budget import Budget
from foresale.workflows.forecast import forecast

FIRST_WEEK = date(1989, 9, 14)
"""Week 1 of Dominick's numbering began on this Thursday."""


FITTING = date(2016, 4, 25)
"""From this day on the sample's days of M5 do not go on from those before."""

SOLD_OUT = "FOODS_1_004"
"""An item of which no store had any for months; what it would have sold cannot be judged."""


@dataclass(frozen=True)
class Told:
    """A panel in long form.

    Attributes:
        name: of the panel.
        long: item_id, timestamp, sales and covariates, without gaps at the end.
        horizon: periods.
        windows: how many cutoffs, a horizon apart, the last one a horizon before the end.
        season: periods after which sales are alike, for scaled errors.
        countries: told to the models.
        items: static columns, or None.
    """

    name: str
    long: pl.DataFrame
    horizon: int
    windows: int
    season: int
    countries: tuple[str, ...] = ()
    items: pl.DataFrame | None = None


def juice(folder: Path) -> Told:
    """Orange juice at every third of 83 stores: own price, deal and feature, by the week."""
    whole = pl.read_parquet(folder / "bayesm_dominicks_oj" / "oj_store_brand_week.parquet")
    stores = whole["store"].unique().sort().gather_every(3)
    own = pl.coalesce(pl.when(pl.col("brand") == number).then(f"price{number}") for number in range(1, 12))
    long = whole.filter(pl.col("store").is_in(stores.implode())).select(
        item_id=pl.format("{} {}", "brand", "store"),
        timestamp=_week(pl.col("week")),
        sales=pl.col("logmove").exp(),
        price=own,
        deal="deal",
        feature="feat",
    )
    return Told("orange juice", long, 8, 4, 1, ("US",))


def cheese(folder: Path) -> Told:
    """Cheese at 88 retailers: price and the share of stores with a display, by the week."""
    whole = pl.read_parquet(folder / "bayesm_dominicks_oj" / "cheese.parquet")
    long = whole.select(
        item_id=pl.col("RETAILER").cast(pl.String),
        timestamp=_week(pl.int_range(pl.len()).over("RETAILER")),
        sales="VOLUME",
        price="PRICE",
        display="DISP",
    )
    return Told("cheese", long, 6, 3, 1, ("US",))


def tuna(folder: Path) -> Told:
    """Seven brands of tuna over 338 weeks: price and the share of sales on display."""
    whole = pl.read_parquet(folder / "bayesm_dominicks_oj" / "tuna.parquet")
    parts = [
        whole.select(
            item_id=pl.lit(f"brand {number}"),
            timestamp=_week(pl.int_range(pl.len())),
            sales=f"MOVE{number}",
            price=pl.col(f"LPRICE{number}").exp(),
            display=f"NSALE{number}",
        )
        for number in range(1, 8)
    ]
    return Told("tuna", pl.concat(parts), 8, 12, 1, ("US",))


def avocado(folder: Path) -> Told:
    """Avocados in 54 regions, conventional and organic: the average price, by the week."""
    whole = pl.read_parquet(folder / "avocado" / "avocado_weekly.parquet")
    long = whole.select(
        item_id=pl.format("{} {}", "region", "type"),
        timestamp=pl.col("Date").cast(pl.Date),
        sales="Total Volume",
        price="AveragePrice",
    )
    return Told("avocado", long.unique(["item_id", "timestamp"], keep="first"), 8, 5, 52, ("US",))


def beer(folder: Path) -> Told:
    """350 agencies' beers over 60 months: price, discount, feasts and events."""
    whole = pl.read_parquet(folder / "stallion" / "stallion.parquet")
    events = (
        "easter_day",
        "good_friday",
        "new_year",
        "christmas",
        "labor_day",
        "independence_day",
        "revolution_day_memorial",
        "regional_games",
        "fifa_u_17_world_cup",
        "football_gold_cup",
        "beer_capital",
        "music_fest",
    )
    long = whole.select(
        item_id=pl.format("{} {}", "agency", "sku"),
        timestamp=pl.col("date").cast(pl.Date),
        sales="volume",
        price="price_regular",
        discount="discount_in_percent",
        events=pl.sum_horizontal(events),
    )
    return Told("beer", long, 6, 4, 12, ("MX",))


def meals(folder: Path) -> Told:
    """3,116 meals of canteens over eleven weeks: price, e-mail and front page."""
    whole = pl.read_parquet(folder / "genpact_food_demand" / "genpact_weekly.parquet")
    long = whole.select(
        item_id=pl.format("{} {}", "center_id", "meal_id"),
        timestamp=_week(pl.col("week")),
        sales="num_orders",
        price="checkout_price",
        email="emailer_for_promotion",
        front="homepage_featured",
    )
    return Told("meals", long, 2, 2, 1)


def store_items(folder: Path) -> Told:
    """A hundred items of Walmart stores by the day: price and food stamps."""
    state = pl.col("store_id").cast(pl.String).str.head(2)
    text = [pl.col(name).cast(pl.String) for name in ("store_id", "item_id")]
    sales = (
        pl.read_parquet(folder / "m5" / "m5_daily_100series_1941d.parquet").with_columns(text).with_columns(state=state)
    )
    prices = pl.scan_parquet(folder / "m5" / "m5_sell_prices.parquet").with_columns(text)
    prices = prices.filter(pl.col("item_id").is_in(sales["item_id"].unique().implode())).collect()
    joined = sales.join(food_stamps(folder / "m5"), on=["date", "state"])
    joined = joined.join(
        prices.with_columns(pl.col("wm_yr_wk").cast(pl.Int64)), on=["store_id", "item_id", "wm_yr_wk"], how="left"
    )
    offered = joined.filter(pl.col("sell_price").is_not_null(), pl.col("item_id") != SOLD_OUT)
    long = offered.filter(pl.col("date") < FITTING).select(
        item_id=pl.format("{} {}", "item_id", "store_id"),
        timestamp=pl.col("date").cast(pl.Date),
        sales="sales",
        price="sell_price",
        snap="snap",
    )
    return Told("M5 items", long, 28, 3, 7, ("US",))


def fresh(folder: Path) -> Told:
    """A thousand products of stores of a grocer of fresh food, over 90 days: discount, activity and holiday."""
    whole = pl.read_parquet(folder / "freshretailnet50k" / "frn50k_daily.parquet")
    named = whole.with_columns(item_id=pl.format("{} {}", "store_id", "product_id"))
    ids = named["item_id"].unique(maintain_order=True).gather_every(50)
    chosen = named.filter(pl.col("item_id").is_in(ids.implode()))
    long = chosen.select(
        "item_id",
        timestamp=pl.col("dt").cast(pl.Date),
        sales="sale_amount",
        discount="discount",
        activity="activity_flag",
        holiday="holiday_flag",
    )
    static = ("city_id", "management_group_id", "first_category_id", "second_category_id", "third_category_id")
    items = chosen.group_by("item_id", maintain_order=True).agg(pl.col(name).first() for name in static)
    return Told("fresh food", long, 7, 3, 7, ("CN",), items)


SETS: dict[str, Callable[[Path], Told]] = {
    set_.__name__: set_ for set_ in (juice, cheese, tuna, avocado, beer, meals, store_items, fresh)
}


def _week(number: pl.Expr) -> pl.Expr:
    return pl.lit(FIRST_WEEK) + pl.duration(days=7 * (number.cast(pl.Int64) - 1))


def windows(told: Told) -> Iterator[tuple[int, pl.DataFrame, pl.DataFrame]]:
    """Number, history and what followed, of each cutoff; items that were not sold in every period are left out."""
    periods = told.long["timestamp"].unique().sort()
    for number in range(told.windows):
        end = len(periods) - number * told.horizon
        cutoff, last = periods[end - told.horizon - 1], periods[end - 1]
        history = told.long.filter(pl.col("timestamp") <= cutoff)
        enough = history.group_by("item_id").agg(pl.len(), pl.col("timestamp").max())
        enough = enough.filter(pl.col("len") >= 2 * told.horizon, pl.col("timestamp") == cutoff)
        ahead = told.long.filter(pl.col("timestamp") > cutoff, pl.col("timestamp") <= last)
        whole = ahead.group_by("item_id").len().filter(pl.col("len") == told.horizon)
        enough = enough.join(whole, on="item_id", how="semi")
        yield (number, history.join(enough, on="item_id", how="semi"), ahead.join(enough, on="item_id", how="semi"))


def measure(told: Told, model: str, build: str, path: Path) -> None:
    """Run a model on all windows of a panel, and keep what was measured."""
    key = {"data": told.name, "model": model, "build": build}
    if any(all(line[name] == value for name, value in key.items()) for line in kept(path)):
        return
    bare = model.endswith(" without")
    began, parts = time.process_time(), []
    for _, history, ahead in windows(told):
        future = ahead.drop("sales")
        items = told.items.join(history, on="item_id", how="semi") if told.items is not None else None
        panel = foresale.panel(history, future=future, items=items, kind="totals")
        options = TrainOptions(covariates=not bare, calendar=not bare)
        found = forecast(
            panel,
            horizon=told.horizon,
            model=model.removesuffix(" without"),
            countries=told.countries,
            options=options,
            budget=Budget(jobs=1),
        ).to_frame()
        parts.append(losses(told, history, ahead, found))
    sums = {name: float(np.sum([part[name] for part in parts])) for name in parts[0]}
    line = key | {
        "seconds": round(time.process_time() - began, 1),
        "WQL": sums["loss"] / sums["sales"],
        "WAPE": sums["error"] / sums["sales"],
        "SQL": sums["scaled"] / sums["cells"],
    }
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")
    print(line, flush=True)


def losses(told: Told, history: pl.DataFrame, ahead: pl.DataFrame, found: pl.DataFrame) -> dict[str, float]:
    """Sums over the cells of a window."""
    change = (pl.col("sales") - pl.col("sales").shift(told.season)).abs().over("item_id")
    scale = (
        history.sort("item_id", "timestamp")
        .with_columns(scale=change)
        .group_by("item_id")
        .agg(pl.col("scale").mean())
        .filter(pl.col("scale") > 0)
    )
    names = [f"{level}" for level in LEVELS]
    day = pl.col("timestamp").cast(pl.Date)
    found = found.select(pl.col("item_id").cast(pl.String), day, *names)
    joined = ahead.with_columns(day).join(found, on=["item_id", "timestamp"]).join(scale, on="item_id")
    sales = joined["sales"].to_numpy().astype(float)
    quantiles = joined.select(names).to_numpy().astype(float)
    loss = 2 * quantile_loss(sales, quantiles, levels=LEVELS).mean(axis=1)
    return {
        "loss": float(loss.sum()),
        "error": float(np.abs(sales - quantiles[:, LEVELS.index(0.5)]).sum()),
        "sales": float(np.abs(sales).sum()),
        "scaled": float((loss / joined["scale"].to_numpy()).sum()),
        "cells": float(len(sales)),
    }


def write(path: Path, name: str) -> None:
    """The table: a row for each panel and model, both builds side by side."""
    lines = {(line["data"], line["model"], line["build"]): line for line in kept(path)}
    rows = []
    for data, model in dict.fromkeys(key[:2] for key in lines):
        old, new = (lines.get((data, model, build)) for build in ("old", "new"))
        row: list[object] = [data, model]
        for metric in ("WQL", "SQL", "WAPE"):
            row += [f"{line[metric]:.4f}" if line else "–" for line in (old, new)]
            row.append(f"{100 * (new[metric] / old[metric] - 1):+.1f} %" if old and new else "–")
        rows.append([*row, *(f"{line['seconds']:.0f}" if line else "–" for line in (old, new))])
    kinds = (", old", "", ", change")
    columns = [
        "panel",
        "model",
        *(f"{metric}{kind}" for metric in ("WQL", "SQL", "WAPE") for kind in kinds),
        "seconds, old",
        "seconds",
    ]
    data = (
        "several cutoffs of each panel; `without` is told neither covariates nor the calendar; seconds are those "
        "that a core worked"
    )
    report(name, title="Panels whose prices and promotions are known ahead", data=data, columns=columns, rows=rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with the data sets")
    parser.add_argument("--build", choices=("old", "new"), default="new")
    parser.add_argument("--models", default="pretrained,pretrained without,lightgbm")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--keep", type=Path, default=Path("told_ahead.jsonl"), help="what was measured, line by line")
    parser.add_argument("--again", action="store_true", help="measure again what was measured of these models")
    parser.add_argument("--write", action="store_true", help="write the table and measure nothing")
    parser.add_argument("--name", default="told_ahead", help="of the table in results/")
    options = parser.parse_args()
    if options.write:
        write(options.keep, options.name)
        return
    models, sets = options.models.split(","), [SETS[name](options.data) for name in options.sets.split(",")]
    if options.again:
        names = {told.name for told in sets}
        forget(
            options.keep,
            lambda line: line["build"] == options.build and line["model"] in models and line["data"] in names,
        )
    for told in sets:
        for model in models:
            measure(told, model, options.build, options.keep)


if __name__ == "__main__":
    main()
