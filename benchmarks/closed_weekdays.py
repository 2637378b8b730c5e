"""Stores closed on one weekday, with and without a flag that says so: errors on open days against never closing them.

    python benchmarks/closed_weekdays.py [DATA] --lines FILE [--old SRC] [--models ets,…]

DATA is a Parquet file of open daily sales with the columns of an item, date and sales (of M5: store_id, dept_id, date,
sales); simulated stores are measured besides. SRC is the source folder of an older build to measure beside this one.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from measuring import kept, report

from foresale.core.forecast import LEVELS
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.workflows.budget import Budget
from foresale.workflows.forecast import forecast

Values = npt.NDArray[np.float32]
HORIZON = 28
MONTHS = (13, 30)
"""Of history before each cutoff."""
STORES = 24
LIMIT = 1.05
"""An error on open days over so many times that without the closed weekday is pointed out."""
NEW = "new"
WAYS = ("never closed", "cut out", "zeros", "zeros and a flag")


@dataclass(frozen=True)
class Stores:
    """Open daily sales [N, T] from the day `first` (after 1970-01-01) on."""

    name: str
    first: int
    sales: Values


def simulated() -> Stores:
    """Stores with a week, a year, promotions that nobody tells of, and days that are by chance good or bad."""
    generator = np.random.default_rng(0)
    length = 31 * max(MONTHS) + HORIZON
    days = np.arange(length)
    week = generator.lognormal(0, 0.2, (STORES, 7))[:, days % 7]
    year = 1 + 0.2 * np.sin(2 * np.pi * (days / 365.25 + generator.random((STORES, 1))))
    trend = np.exp(generator.normal(0, 0.1, (STORES, 1)) * days / 365)
    promotion = 1 + 0.4 * (generator.random((STORES, length)) < 0.05)
    level = generator.lognormal(3.5, 0.8, (STORES, 1))
    mean = level * week * year * trend * promotion * generator.gamma(30, 1 / 30, (STORES, length))
    return Stores("simulated stores", 18_993, generator.poisson(mean).astype(np.float32))


def real(path: Path, until: str) -> Stores:
    """Items of a file up to a date that are sold on nearly every day; some of them where there are many."""
    frame = pl.read_parquet(path).filter(pl.col("date").cast(pl.Date) <= pl.lit(until).str.to_date())
    keys = [name for name in frame.columns if name not in {"date", "sales"}]
    wide = frame.sort(*keys, "date").group_by(keys, maintain_order=True).agg("sales", pl.col("date").min())
    sales = np.stack(wide["sales"].to_list()).astype(np.float32)
    steady = np.flatnonzero((sales > 0).mean(axis=1) > 0.98)
    first = int(wide["date"].cast(pl.Date).to_numpy().astype("datetime64[D]").astype(np.int64)[0])
    chosen = steady[:: -(-steady.size // STORES)]
    return Stores(path.stem, first, sales[chosen])


def panel(stores: Stores, way: str, *, months: int) -> tuple[Panel, Values, npt.NDArray[np.bool_]]:
    """The stores before the cutoff, each closed on a weekday of its own; what followed, and whether it was open."""
    count, length = stores.sales.shape
    begin = length - HORIZON - round(30.4 * months)
    sales, days = stores.sales[:, begin:].copy(), np.arange(begin, length) + stores.first
    closed = (days + np.arange(count)[:, None]) % 7 == 0
    if way != "never closed":
        sales[closed] = np.nan if way == "cut out" else 0
    actual = stores.sales[:, -HORIZON:]
    sales[:, -HORIZON:] = np.nan
    items = pl.DataFrame({"item_id": [f"store {number:02}" for number in range(count)]})
    size = sales.shape[1]
    made = Panel(
        Frequency("day"),
        items,
        np.full(count, days[0]),
        np.arange(count + 1) * size,
        np.full(count, size - HORIZON),
        sales.ravel(),
    )
    if way == "zeros and a flag":
        flag = (~closed).astype(np.float32).ravel()
        made = replace(made, covariates={"open": Covariate("open", "known", flag)})
    return made, actual, ~closed[:, -HORIZON:]


def errors(stores: Stores, way: str, model: str, *, months: int) -> tuple[float, float, float]:
    """Absolute error and pinball loss on open days, by what was sold, and what is forecast for closed days by it."""
    made, actual, is_open = panel(stores, way, months=months)
    found = forecast(made, horizon=HORIZON, model=model, budget=Budget("quick", jobs=1))
    levels = np.array(LEVELS)
    error = actual[..., None] - found.quantiles
    pinball = 2 * np.maximum(levels * error, (levels - 1) * error).mean(axis=2)
    sold = actual[is_open].sum()
    at_closed = float(found.median[~is_open].mean() / actual[is_open].mean())
    return float(np.abs(found.median - actual)[is_open].sum() / sold), float(pinball[is_open].sum() / sold), at_closed


def measured(every: list[Stores], models: list[str], path: Path, build: str) -> None:
    """Measures what `path`, lines of JSON, does not hold yet; an older build only knows stores that are closed."""
    done = {tuple(line["what"]) for line in kept(path)}
    for stores in every:
        for model in models:
            for way in WAYS if build == NEW else WAYS[2:]:
                for months in MONTHS:
                    what = (build, stores.name, model, way, months)
                    if what not in done:
                        line = {"what": what, "errors": errors(stores, way, model, months=months)}
                        with path.open("a") as lines:
                            lines.write(json.dumps(line) + "\n")
                        print(line, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--until", default="2100-01-01", help="the last day of DATA that counts")
    parser.add_argument("--old", type=Path)
    parser.add_argument("--models", default="ets,pretrained,auto,lightgbm")
    parser.add_argument("--lines", type=Path, required=True, help="where measurements are kept, a line of JSON each")
    parser.add_argument("--build", default=NEW, help="whose measurements they are; of another, no table is made")
    options = parser.parse_args()
    models = options.models.split(",")
    every = [simulated()] + ([real(options.data, options.until)] if options.data else [])
    measured(every, models, options.lines, options.build)
    if options.build != NEW:
        return
    if options.old:
        environment = {**os.environ, "PYTHONPATH": str(options.old)}
        subprocess.run([sys.executable, *sys.argv, "--build", "old"], env=environment, check=True)
    table(list(kept(options.lines)), models)


def table(lines: list[dict[str, Any]], models: list[str]) -> None:
    """The means over lengths of history."""
    by_what: dict[tuple[str, ...], list[tuple[float, ...]]] = defaultdict(list)
    for line in lines:
        by_what[tuple(line["what"][:4])].append(tuple(line["errors"]))
    means = {what: np.mean(found, axis=0) for what, found in by_what.items()}
    names = dict.fromkeys(what[1] for what in means)
    report(
        "closed_weekdays",
        title="Stores closed on one weekday",
        data=f"{STORES} simulated stores, and as many steady series of M5 by store and department up to 2016-04-24, "
        f"each closed on a weekday of its own; {', '.join(map(str, MONTHS))} months of history, {HORIZON} days "
        "ahead. Errors are on open days only, as shares of what was sold: absolute error of the median, and "
        "pinball loss. 'Cut out' has no rows of the closed weekday",
        columns=(
            "stores",
            "model",
            "history",
            "absolute error",
            "pinball loss",
            "against cut out",
            "forecast of closed days",
            "before this: absolute error",
            "against cut out",
            "forecast of closed days",
        ),
        rows=[
            _row(means, name, model, way)
            for name in names
            for model in models
            for way in WAYS
            if (NEW, name, model, way) in means
        ],
    )


def _row(means: dict[tuple[str, ...], Any], name: str, model: str, way: str) -> list[str]:
    absolute, pinball, at_closed = means[NEW, name, model, way]
    cut_out = means[NEW, name, model, "cut out"][0]
    before = means.get(("old", name, model, way))
    cells = [name, model, way, f"{absolute:.4f}", f"{pinball:.4f}", _ratio(absolute / cut_out), f"{at_closed:.0%}"]
    old = ["", "", ""] if before is None else [f"{before[0]:.4f}", _ratio(before[0] / cut_out), f"{before[2]:.0%}"]
    return cells + old


def _ratio(ratio: float) -> str:
    return f"{ratio:.3f}" + ("" if ratio <= LIMIT else " (over the limit)")


if __name__ == "__main__":
    main()
