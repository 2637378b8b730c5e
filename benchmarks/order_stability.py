"""Whether an order is a lottery: another seed, twice the paths, another horizon, and how much of an order moves.

Weekly articles of Online Retail II, fresh food of FreshRetailNet, daily items of M5. Of each, a forecast is made once
and planned several times: by default, with another seed, with twice the paths, with both. An order is the same where it
moves by no more than a twentieth, or one pack. Then the same periods are forecast at horizons of 35 and 49: a period is
the same where its mean, and its 0.9 quantile, move by no more than a twentieth.

The files are those of the three data sets; nothing of them is part of the project.
"""

import argparse
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from inventory_replay import Shop, fresh, groceries, online
from measuring import report

import foresale
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.inventory.planning.options import PlanOptions
from foresale.workflows.budget import Budget

MOVED = 0.05
NEAR, FAR = 35, 49
WAYS = {"another seed": (1, 1), "twice the paths": (0, 2), "both": (1, 2)}
Units = npt.NDArray[np.float64]


def shops(folder: Path, *, items: int) -> Iterator[Shop]:
    """The shops of the replays, up to their last day."""
    yield online(folder, items=items, weeks=26, seed=0)
    yield fresh(folder, items=items, days=28, seed=0)
    yield groceries(folder, items=items, days=182, seed=0)


def half_full(panel: Panel, shop: Shop) -> pl.DataFrame:
    """Stock for half of the time until an order of today, and the next one, arrive, beside the terms."""
    window = 28 if panel.frequency.unit == "day" else 8
    recent = np.stack([panel.sales[end - window : end] for end in panel.offsets[:-1] + panel.history])
    review = shop.terms["review_period"] if "review_period" in shop.terms.columns else 7
    cover = (shop.terms["lead_time"] + review) / (7 if panel.frequency.unit == "week" else 1)
    return shop.terms.with_columns(on_hand=pl.Series(np.nanmean(recent, axis=1)) * cover / 2)


def orders(forecast: Forecast, panel: Panel, shop: Shop, *, by_cost: bool, seed: int, times: int) -> Units:
    """[N] units that are ordered today, before any limit."""
    own = {part.name for part in fields(PlanOptions)}
    how = (
        {"policy": "newsvendor" if by_cost else "base-stock"}
        if "policy" in own
        else {"aim": "cost" if by_cost else "service"}
    )
    options = PlanOptions(seed=seed, paths=PlanOptions().paths * times, **how)
    made = foresale.plan(forecast, stock=half_full(panel, shop), defaults=shop.defaults, options=options, history=panel)
    return np.asarray(made.lines.asked, np.float64)


def moved(shop: Shop, panel: Panel, forecast: Forecast) -> Iterator[tuple[str, ...]]:
    """How many orders stay as they are, by aim and by what is changed."""
    pack = shop.terms["pack"].to_numpy() if "pack" in shop.terms.columns else np.ones(len(panel))
    for by_cost in (False, True):
        plain = orders(forecast, panel, shop, by_cost=by_cost, seed=0, times=1)
        cells = []
        for seed, times in WAYS.values():
            other = orders(forecast, panel, shop, by_cost=by_cost, seed=seed, times=times)
            change = np.abs(other - plain)
            same = (change <= np.maximum(MOVED * np.maximum(plain, other), pack + 1e-6)).mean()
            share = change / np.maximum(np.maximum(plain, other), 1e-9)
            cells.append(f"{same:.1%}, worst {share.max():.0%}")
        yield shop.name, "by cost" if by_cost else "by service", *cells


def by_horizon(shop: Shop, near: Forecast, far: Forecast) -> tuple[str, ...]:
    """How many periods have the same mean and 0.9 quantile, and by how much the worst item and week moves."""
    cells = []
    for one, other in ((near.mean, far.mean[:, :NEAR]), (near.quantile(0.9), far.quantile(0.9)[:, :NEAR])):
        change = np.abs(one - other) / np.maximum(np.maximum(one, other), 1e-9)
        cells.append(f"{(change <= MOVED).mean():.1%}, worst {change.max():.0%}")
    return shop.name, near.model, *cells


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the data sets")
    parser.add_argument("--items", type=int, default=200, help="of each shop")
    parser.add_argument("--models", default="pretrained")
    parser.add_argument("--before", type=Path, help="what this script printed of an earlier build, to stand beside")
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    rows: list[tuple[str, ...]] = []
    for shop in shops(options.data, items=options.items):
        panel = replace(shop.sales, covariates={})
        for model in options.models.split(","):
            near, far = (
                foresale.forecast(panel, horizon=horizon, model=model, budget=Budget("quick"))
                for horizon in (NEAR, FAR)
            )
            for row in moved(shop, panel, near):
                rows.append((row[0], f"order {row[1]}, {model}", *row[2:]))
                print(*rows[-1], sep=" | ", flush=True)
            name, _, mean, high = by_horizon(shop, near, far)
            rows.append((name, f"horizon {NEAR} or {FAR}, {model}", f"mean: {mean}", f"0.9: {high}", ""))
            print(*rows[-1], sep=" | ", flush=True)
    if options.before is not None:
        told = (tuple(line.split(" | ")) for line in options.before.read_text().splitlines())
        rows += [(name, f"before: {what}", *cells) for name, what, *cells in told]
    if not options.no_report:
        report(
            "order_stability",
            title="Orders and the draw: share of items (or periods) that move by 5 % at most, or by one pack",
            data=f"Online Retail II, FreshRetailNet, M5; {options.items} items each",
            columns=("shop", "what", *WAYS),
            rows=rows,
        )


if __name__ == "__main__":
    main()
