"""Do explanations of real sales add up, and is what they name what moves the forecast?

Sums: the largest gap between a forecast and its components, as a share of the item's forecast. Deletion of covariates:
they are made as usual one after another, the one that is said to add or take away most first; the mean change of the
forecast on the way is compared with that of all other orders. Deletion of days: the tenth of the past days that a
network is said to lean on most is made unknown; the forecast has to change more than when as many are drawn at random.

    python benchmarks/faithfulness.py FOLDER --tasks favorita_transactions_1D,walmart --models pretrained,seasonal-naive
    python benchmarks/faithfulness.py FOLDER --fresh freshretailnet.parquet --models auto,lightgbm,pretrained

FOLDER holds tasks of fev-bench as tasks.json and Parquet files; the file of FreshRetailNet-50K is a table of its daily
sales with the columns store_id, product_id, dt, sale_amount, discount and holiday_flag.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import polars as pl
from measuring import report
from tasks import tasks, windows

import foresale
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.explanations import Explanation, explain
from foresale.explanations.attribution import SALES_ROW, attribute
from foresale.explanations.groups import baseline, groups_of, switched
from foresale.workflows.budget import Budget
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.model_config import ModelConfig
from foresale.workflows.models import learner

SHARE = 0.1
DRAWS = 5


def panels(arguments: argparse.Namespace) -> Iterator[tuple[str, Panel, int]]:
    """Name, panel and horizon of each data set, at most so many items of each."""
    for task in tasks(arguments.folder, arguments.tasks):
        panel = next(windows(arguments.folder, task)).panel
        yield task["task_name"], some(panel, arguments.items), task["horizon"]
    if arguments.fresh:
        yield "FreshRetailNet-50K", fresh(arguments.fresh, arguments.items, horizon=7), 7


def some(panel: Panel, items: int) -> Panel:
    return panel if len(panel) <= items else panel.select(np.arange(len(panel))[:: len(panel) // items][:items])


def fresh(path: Path, items: int, *, horizon: int) -> Panel:
    names = ["store_id", "product_id", "dt", "sale_amount", "discount", "holiday_flag"]
    keys = ["store_id", "product_id"]
    table = pl.scan_parquet(path).select(names)
    chosen = table.select(keys).unique(maintain_order=True).head(items).collect()
    sales = table.join(chosen.lazy(), on=keys, how="semi").collect()
    sales = sales.with_columns(pl.col("dt").cast(pl.Date)).rename({"sale_amount": "sales"})
    last = sales["dt"].max()
    is_future = pl.col("dt") > pl.lit(last) - pl.duration(days=horizon)
    future = sales.filter(is_future).drop("sales")
    return foresale.panel(sales.filter(~is_future), future=future, kind="totals", columns={"item": tuple(keys)})


def gap(explanation: Explanation) -> float:
    off = np.abs(explanation.ahead.sum(axis=2) - explanation.values).max(axis=1)
    return float((off / np.maximum(explanation.values.max(axis=1), 1e-9)).max())


def deletion(panel: Panel, forecaster: Forecaster, explanation: Explanation, horizon: int) -> str:
    """Change of the forecast while covariates go, most important first, by that of all orders on average."""
    groups = groups_of(panel, {})
    names = [part.name.removesuffix(" (covariate)") for part in explanation.components if part.kind == "covariate"]
    places = [place for place, part in enumerate(explanation.components) if part.kind == "covariate"]
    order_of = np.abs(explanation.ahead[..., places]).sum(axis=1)
    moving = (order_of > 0).sum(axis=1) >= 2
    if len(names) < 2 or not moving.any():
        return "–"
    base = {name: baseline(panel.covariates[name], panel) for group in groups for name in group.covariates}
    whole = explanation.values
    memory: dict[bytes, np.ndarray] = {}

    def value(on: np.ndarray) -> np.ndarray:
        if on.tobytes() not in memory:
            told = forecaster.forecast(switched(panel, groups, on, base), horizon=horizon)
            memory[on.tobytes()] = np.abs(told.mean - whole).sum(axis=1)
        return memory[on.tobytes()]

    def area(ranks: np.ndarray) -> np.ndarray:
        """[N] mean change while the group of rank 0, then 1, … goes; ranks [N, G]."""
        return np.mean([value(ranks > last) for last in range(ranks.shape[1] - 1)], axis=0)

    ranks = np.argsort(np.argsort(-order_of, axis=1, kind="stable"), axis=1)
    chosen = area(ranks)
    others = list(permutations(range(len(groups))))[:24]
    chance = np.mean([area(np.broadcast_to(np.array(other), ranks.shape)) for other in others], axis=0)
    ratio = chosen[moving].sum() / max(chance[moving].sum(), 1e-12)
    return f"{ratio:.2f} × ({int(moving.sum())} items)"


def days(panel: Panel, forecaster: Forecaster, horizon: int) -> str:
    """Change of the forecast without the days it leaned on most, by the change without days drawn at random."""
    found = [each for each in attribute(panel, forecaster, horizon=horizon) if SALES_ROW in each.sources]
    if not found:
        return "–"
    weight = np.abs(found[0].values[:, 0, :-horizon])
    rows = (panel.offsets[:-1] + panel.history)[:, None] - weight.shape[1] + np.arange(weight.shape[1])
    known = (rows >= panel.offsets[:-1, None]) & np.isfinite(panel.sales[np.maximum(rows, 0)])
    weight = np.where(known, weight, -1)
    count = np.maximum((SHARE * known.sum(axis=1)).astype(int), 1)
    whole = forecaster.forecast(panel, horizon=horizon).median

    def change(scores: np.ndarray) -> float:
        gone = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1) < count[:, None]
        sales = panel.sales.copy()
        sales[rows[gone & known]] = np.nan
        told = forecaster.forecast(replace(panel, sales=sales), horizon=horizon).median
        return float(np.abs(told - whole).sum())

    generator = np.random.default_rng(0)
    chance = [change(np.where(known, generator.random(weight.shape), -1)) for _ in range(DRAWS)]
    return f"{change(weight) / max(float(np.mean(chance)), 1e-12):.2f} ×"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tasks", default="favorita_transactions_1D,walmart")
    parser.add_argument("--fresh", type=Path)
    parser.add_argument("--models", default="auto,pretrained,lightgbm,theta,seasonal-naive")
    parser.add_argument("--items", type=int, default=50)
    parser.add_argument("--effort", default="standard", choices=("quick", "standard", "best"))
    parser.add_argument("--countries", default="")
    arguments = parser.parse_args()
    countries = tuple(filter(None, arguments.countries.split(",")))
    rows = []
    for name, panel, horizon in panels(arguments):
        cleaned, _ = clean(panel, options=FOR_LEARNING)
        for model in arguments.models.split(","):
            config = ModelConfig(model, countries, budget=Budget(arguments.effort))
            forecaster = learner(config).fit(cleaned, horizon=horizon)
            explanation = explain(cleaned, forecaster, horizon=horizon)
            found = f"{gap(explanation):.0e}", deletion(cleaned, forecaster, explanation, horizon)
            rows.append((name, len(cleaned), model, *found, days(cleaned, forecaster, horizon)))
    report(
        "faithfulness",
        title="Explanations of real sales",
        data="tasks of fev-bench and FreshRetailNet-50K",
        columns=(
            "data",
            "items",
            "model",
            "largest gap of the sum",
            "covariates deleted, against any order",
            "a tenth of the days deleted, against random ones",
        ),
        rows=rows,
    )


if __name__ == "__main__":
    main()
