"""Orders on real sales that are lived through again: plans against rules that were tuned in hindsight, and foresight.

FreshRetailNet: fresh food that is sold on the day it comes, ordered every day (newsvendor); then what a plan does not
see that takes an empty shelf for no demand. Online Retail II: weekly, lead times of two to six weeks, packs. M5: a
hundred daily items, ordered once a week.

The files are those of the three data sets; nothing of them is part of the project.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from measuring import commit, kept, machine

import foresale
from foresale.core.panel import Panel
from foresale.inventory.defaults import Defaults
from foresale.inventory.simulation.replay import Outcome
from foresale.workflows.budget import Budget
from foresale.workflows.model_config import ModelConfig
from foresale.workflows.simulate import SimulateOptions, simulate

SERVICES = (0.9, 0.95, 0.98, 0.99)
AIM = 0.10
RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Shop:
    """Sales, terms and the way they are ordered."""

    name: str
    sales: Panel
    terms: pl.DataFrame
    days: SimulateOptions
    defaults: Defaults
    kinds: tuple[str, ...]


def fresh(folder: Path, *, items: int, days: int, seed: int) -> Shop:
    """Store-products that sell a unit a day or more, each with its hours out of stock from 6 to 22.

    Services are shares of days on which all find stock, which are critical ratios: all along the best of what service
    can cost.
    """
    path = folder / "freshretailnet50k" / "frn50k_daily.parquet"
    item = pl.concat_str("store_id", "product_id", separator="-").alias("item_id")
    rows = pl.scan_parquet(path).select(
        item,
        pl.col("dt").alias("timestamp"),
        pl.col("sale_amount").cast(pl.Float64).alias("sales"),
        (1 - pl.col("stock_hour6_22_cnt").cast(pl.Float64) / 16).clip(0, 1).alias("available"),
        "discount",
        pl.col("activity_flag").cast(pl.Float64).alias("activity"),
        pl.col("holiday_flag").cast(pl.Float64).alias("holiday"),
    )
    best = rows.group_by("item_id").agg(pl.col("sales").mean()).filter(pl.col("sales") >= 1).collect()
    chosen = best["item_id"].sort().sample(min(items, best.height), seed=seed)
    some = rows.filter(pl.col("item_id").is_in(chosen.implode())).sort("item_id", "timestamp").collect()
    panel = foresale.panel(some, kind="totals", known=["discount", "activity", "holiday"])
    last = some["timestamp"].max()
    terms = pl.DataFrame(
        {
            "item_id": panel.items["item_id"],
            "cost": 1.0,
            "price": 2.0,
            "salvage": 0.2,
            "pack": 0.1,
            "shelf_life": 1,
            "lead_time": 1,
            "review_period": 1,
        }
    )
    options = SimulateOptions(
        np.datetime64(last, "D") - (days - 1),
        periods=days,
        service=(0.5, 0.6, 0.65, 0.7, 0.8),
        every=1,
        rules=tuple(f"cover:{days:.1f},{window}" for window in (7, 14, 28) for days in np.arange(0.6, 2.5, 0.1)),
    )
    return Shop("FreshRetailNet", panel, terms, options, Defaults(measure="cycle"), ("newsvendor", "base-stock"))


def online(folder: Path, *, items: int, weeks: int, seed: int) -> Shop:
    """Articles that sold in most weeks, returns left out; supplier and pack by their number."""
    path = folder / "online_retail_ii" / "online_retail_ii_transactions.parquet"
    lines = pl.scan_parquet(path).filter(
        (pl.col("Quantity") > 0) & (pl.col("UnitPrice") > 0) & ~pl.col("InvoiceNo").str.starts_with("C")
    )
    week = pl.col("InvoiceDate").dt.truncate("1w").alias("timestamp")
    sums = lines.group_by(pl.col("StockCode").alias("item_id"), week).agg(
        pl.col("Quantity").sum().cast(pl.Float64).alias("sales"), pl.col("UnitPrice").median().alias("price")
    )
    weekly = sums.collect()
    whole = weekly.filter(pl.col("timestamp") < weekly["timestamp"].max())
    often = whole.group_by("item_id").len().filter(pl.col("len") >= 60)["item_id"].sort()
    chosen = often.sample(min(items, len(often)), seed=seed)
    some = whole.filter(pl.col("item_id").is_in(chosen.implode())).sort("item_id", "timestamp")
    panel = foresale.panel(some.select("item_id", "timestamp", "sales"), kind="orders", frequency="W")
    price = some.group_by("item_id").agg(pl.col("price").median())
    terms = panel.items.select("item_id").join(price, on="item_id", how="left", maintain_order="left")
    rng = np.random.default_rng(seed)
    weeks_of_lead = rng.choice([2, 3, 4, 6], terms.height)
    packs = rng.choice([6, 12, 24], terms.height)
    terms = terms.with_columns(
        cost=pl.col("price") / 2,
        lead_time=pl.Series(7 * weeks_of_lead),
        lead_time_sd=pl.Series(2.0 * weeks_of_lead),
        pack=pl.Series(packs),
        order_cost=2.0,
    )
    last = np.datetime64(some["timestamp"].max(), "D")
    options = SimulateOptions(
        last - 7 * (weeks - 1),
        periods=weeks,
        service=SERVICES,
        every=1,
        rules=_rules(windows=(28, 56, 91), extras=(0, 7, 14, 21, 28, 42, 63)),
    )
    return Shop("Online Retail II", panel, terms, options, Defaults(review_days=7), ("base-stock", "newsvendor"))


def groceries(folder: Path, *, items: int, days: int, seed: int) -> Shop:
    """M5's daily series with their weekly prices, which are known ahead."""
    key = pl.concat_str(pl.col("item_id").cast(pl.String), pl.col("store_id").cast(pl.String), separator="|")
    day, price = pl.col("date").alias("timestamp"), pl.col("sell_price").cast(pl.Float64).alias("price")
    sales = pl.read_parquet(folder / "m5" / "m5_daily_100series_1941d.parquet")
    weeks = pl.read_parquet(folder / "m5" / "m5_calendar.parquet").select(day, pl.col("wm_yr_wk").cast(pl.Int32))
    prices = pl.read_parquet(folder / "m5" / "m5_sell_prices.parquet").select(
        key.alias("item_id"), pl.col("wm_yr_wk").cast(pl.Int32), price
    )
    rows = sales.select(key.alias("item_id"), day, pl.col("sales").cast(pl.Float64))
    chosen = rows["item_id"].unique().sort().sample(min(items, rows["item_id"].n_unique()), seed=seed)
    some = rows.filter(pl.col("item_id").is_in(chosen.implode())).join(weeks, on="timestamp")
    some = some.join(prices, on=["item_id", "wm_yr_wk"]).drop("wm_yr_wk").sort("item_id", "timestamp")
    panel = foresale.panel(some, kind="totals", known=["price"])
    newest = some.group_by("item_id").agg(pl.col("price").last())
    terms = panel.items.select("item_id").join(newest, on="item_id", how="left", maintain_order="left")
    terms = terms.with_columns(cost=pl.col("price") * 0.7, lead_time=3, review_period=7)
    last = np.datetime64(some["timestamp"].max(), "D")
    rules = _rules(windows=(28, 56, 91), extras=(0, 1, 2, 3, 5, 7, 10, 14, 21, 28, 42))
    options = SimulateOptions(last - (days - 1), periods=days, service=SERVICES, every=7, rules=rules)
    return Shop("M5, 100 daily items", panel, terms, options, Defaults(), ("base-stock", "newsvendor"))


def _rules(*, windows: tuple[int, ...], extras: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"average:{window}+safety:{extra}" for window in windows for extra in extras)


def compared(shop: Shop, models: Sequence[ModelConfig]) -> list[str]:
    """The lines of a shop: every plan, the best rule and the best classic way in hindsight, and foresight."""
    began = time.perf_counter()
    days = replace(shop.days, policies=shop.kinds, equal_service=False)
    done = simulate(shop.sales, options=days, terms=shop.terms, models=models, defaults=shop.defaults)
    plans = [(outcome.contender.name, outcome) for outcome in done.outcomes if outcome.contender.role == "plan"]
    rule, naive, foresight = (
        min(
            (outcome for outcome in done.outcomes if outcome.contender.role == role),
            key=lambda outcome: outcome.cost.value,
        )
        for role in ("rule", "naive", "foresight")
    )
    rows = [
        *plans,
        (f"(a) {rule.contender.name}, the best of all", rule),
        (f"(b) {naive.contender.name}, the best of all", naive),
        ("(c) perfect foresight", foresight),
    ]
    lines = [f"## {shop.name}", ""]
    took = f"{time.perf_counter() - began:.0f} s"
    size = f"{len(shop.sales):,} items, {shop.days.periods} periods from {shop.days.start}"
    lines += [f"{size}, forecasts every {shop.days.every}; {took}.", ""]
    lines += [
        "| who orders | fill rate | total | lost margin | holding | waste | ordering |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, outcome in rows:
        money = (outcome.result.total(part).value for part in ("total", "lost", "holding", "waste", "ordering"))
        cells = [name, f"{outcome.fill_rate.value:.1%}", *(f"{value:,.0f}" for value in money)]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, "", *_verdicts(plans, min(rule, naive, key=lambda outcome: outcome.cost.value)), ""]


def _verdicts(plans: list[tuple[str, Outcome]], best: Outcome) -> Iterator[str]:
    """Of each model: its cheapest plan that serves at least as well as the better of (a) and (b), and its cheapest."""
    for model in dict.fromkeys(name.partition(",")[0].partition(" (")[0] for name, _ in plans):
        own = [(name, plan) for name, plan in plans if name.startswith(model)]
        serving = [(name, plan) for name, plan in own if plan.fill_rate.value >= best.fill_rate.value - 5e-4]
        chosen, plan = min(serving or own, key=lambda pair: pair[1].cost.value)
        saved = 1 - plan.cost.value / best.cost.value
        served = "at equal or better service" if serving else "at LOWER service"
        aim = "aim of 10 % reached" if saved >= AIM and serving else "aim of 10 % NOT reached"
        rates = f"{plan.fill_rate.value:.1%} against {best.fill_rate.value:.1%}"
        yield f"- {chosen}: {saved:+.1%} saved against {best.contender.name}, {served} ({rates}): {aim}."


def hidden(shop: Shop, models: Sequence[ModelConfig]) -> list[str]:
    """What a plan without a mask of empty shelves believes, and what it really loses."""
    blind = replace(shop.sales, available=None)
    days = replace(shop.days, rules=(), service=(), policies=shop.kinds[:1], equal_service=False)
    ways = {
        "with the mask, against all demand": simulate(shop.sales, options=days, terms=shop.terms, models=models),
        "without, against all demand": simulate(shop.sales, options=days, terms=shop.terms, models=models, seen=blind),
        "without, as it reckons itself": simulate(
            blind, options=replace(days, demand="as-sold"), terms=shop.terms, models=models
        ),
    }
    lines = [f"## {shop.name}: what a plan does not see that takes an empty shelf for no demand", ""]
    lines += ["| plan | fill rate | demand | lost margin | total |", "|---|---|---|---|---|"]
    lost = {}
    for name, done in ways.items():
        plan = done.outcomes[0]
        lost[name] = plan.result.total("lost").value
        cells = (
            name,
            f"{plan.fill_rate.value:.1%}",
            f"{plan.result.total('wanted').value:,.0f}",
            f"{lost[name]:,.0f}",
            f"{plan.cost.value:,.0f}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    seeing, real, believed = lost.values()
    said = f"The plain plan loses {real:,.0f} of margin and reckons {believed:,.0f}: {real - believed:,.0f} are hidden."
    return [*lines, "", f"{said} With the mask, {seeing:,.0f} are lost.", ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    parser.add_argument("--only", nargs="*", default=["fresh", "online", "m5"], choices=["fresh", "online", "m5"])
    parser.add_argument("--items", type=int, default=100, help="of each shop")
    parser.add_argument("--days", type=int, default=182, help="of M5; Online Retail II takes as many weeks as fit in")
    parser.add_argument("--models", default="pretrained,auto")
    parser.add_argument("--effort", default="quick", choices=["quick", "standard", "best"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-report", action="store_true", help="print only")
    parser.add_argument("--resume", type=Path, help="a file in which every shop is kept, so that a run goes on with it")
    options = parser.parse_args()
    before = {} if options.resume is None else {shop["shop"]: shop["lines"] for shop in kept(options.resume)}
    models = [ModelConfig(name, budget=Budget(options.effort)) for name in options.models.split(",")]
    lines = ["# Orders on real sales", "", f"Commit {commit()}; {machine()}.", ""]
    for name in options.only:
        if name in before:
            lines += before[name]
            continue
        if name == "fresh":
            shop = fresh(options.data, items=options.items, days=min(28, options.days), seed=options.seed)
        elif name == "online":
            shop = online(options.data, items=options.items, weeks=max(options.days // 7, 8), seed=options.seed)
        else:
            shop = groceries(options.data, items=options.items, days=options.days, seed=options.seed)
        found = compared(shop, models) + (hidden(shop, models) if name == "fresh" else [])
        print("\n".join(found), flush=True)
        lines += found
        if options.resume is not None:
            with options.resume.open("a") as file:
                file.write(json.dumps({"shop": name, "lines": found}) + "\n")
    if not options.no_report:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "inventory_replay.md").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
