"""Forecasts that add up: errors of items and groups, each for itself and reconciled; and what 30,490 items take.

Favorita's stores by state, type and cluster; the daily sales of four brands by the brand in their ids. Base forecasts
and past errors are made once for a window, and every method is given the same.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from measuring import python, report, run
from tasks import DECILES, TaskWindow, tasks, windows

from foresale.core.forecast import Forecast
from foresale.core.hierarchy import Hierarchy
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.evaluation.metrics import mase, rmsse, scaled_quantile_loss
from foresale.forecasting.reconcile.aggregate import grouped
from foresale.forecasting.reconcile.reconcile import METHODS, reconciled
from foresale.storage.weights import pretrained

LEVELS = {
    "favorita_transactions_1D": ["state", "type", "cluster"],
    "hierarchical_sales_1D": ["brand"],
}
COLUMNS = ("task", "method", "items: SQL", "MASE", "RMSSE", "groups: SQL", "MASE", "RMSSE", "80 % holds")
BASE = "each for itself"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--windows", type=int, default=3, help="of each task, the newest first")
    parser.add_argument("--items", type=int, default=30_490)
    options = parser.parse_args()
    rows = []
    for name, by in LEVELS.items():
        (task,) = tasks(options.folder, name)
        scored: dict[str, list[list[float]]] = {}
        for window, _ in zip(windows(options.folder, task), range(options.windows), strict=False):
            for method, errors in compared(with_columns(window, options.folder / task["file"]), by).items():
                scored.setdefault(method, []).append(errors)
        rows += [
            (name, method, *(f"{error:.4f}" for error in np.mean(each, axis=0))) for method, each in scored.items()
        ]
        print(*rows[-len(scored) :], sep="\n", file=sys.stderr, flush=True)
    report(
        "hierarchy",
        title="Items and groups that add up, on the pre-trained networks",
        data=f"the newest {options.windows} windows of the tasks named, 28 days each",
        columns=COLUMNS,
        rows=rows,
    )
    report(
        "hierarchy_size",
        title=f"Reconciling {options.items:,} simulated items over 28 days",
        data="base forecasts by seasonal naive, four windows of errors, Walmart's levels: state, store, category, "
        "department and four combinations, 154 groups",
        columns=("what", "seconds"),
        rows=size(options.items),
    )


def with_columns(window: TaskWindow, file: Path) -> TaskWindow:
    """The window with what the task's file says of the items, or with the brand in their ids."""
    frame = pl.read_parquet(file)
    plain = [name for name, kind in frame.schema.items() if not isinstance(kind, pl.List) and name != "id"]
    own = frame.select(pl.col("id").alias("item_id"), *plain)
    if not plain:
        own = own.with_columns(brand=pl.col("item_id").str.extract(r"_(B\d)_"))
    items = window.panel.items.join(own, on="item_id", how="left", maintain_order="left")
    return replace(window, panel=replace(window.panel, items=items))


class Remembering:
    """A forecaster that keeps its forecasts, so that every method is given the same ones."""

    def __init__(self, forecaster: Forecaster) -> None:
        self.name = forecaster.name
        self._forecaster = forecaster
        self._kept: dict[tuple[int, int, int], Forecast] = {}

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """The forecast of a panel of so many items with such a cutoff, made once."""
        key = (len(panel), int(panel.cutoffs.max()), horizon)
        if key not in self._kept:
            self._kept[key] = self._forecaster.forecast(panel, horizon=horizon)
        return self._kept[key]


def compared(window: TaskWindow, by: list[str]) -> dict[str, list[float]]:
    """By method, the errors of the items and of the groups."""
    horizon, base = window.actual.shape[1], Remembering(pretrained())
    tree = Hierarchy.of(window.panel, by)
    whole = grouped(window.panel, tree).panel
    unknown = tree.sums(np.isnan(window.actual).astype(np.float64)) > 0
    actual = np.where(unknown, np.nan, tree.sums(np.nan_to_num(window.actual)))
    sums = TaskWindow(whole, actual.astype(np.float32), window.season)
    first = [errors(part, base.forecast(part.panel, horizon=horizon)) for part in (window, sums)]
    found = {BASE: [*first[0][:3], *first[1]]}
    for method in METHODS:
        made = reconciled(window.panel, base, horizon=horizon, hierarchy=by, method=method)
        together = replace(
            base.forecast(whole, horizon=horizon),
            quantiles=np.concatenate([forecast.quantiles for forecast in made.groups.values()]),
            mean=np.concatenate([forecast.mean for forecast in made.groups.values()]),
        )
        found[method] = [*errors(window, made.items)[:3], *errors(sums, together)]
    return found


def errors(window: TaskWindow, forecast: Forecast) -> list[float]:
    """SQL, MASE, RMSSE and the share of sales within the central 80 %."""
    scale, squared = (window.panel.seasonal_scale(season=window.season, squared=square) for square in (False, True))
    deciles: npt.NDArray[np.float32] = np.stack([forecast.quantile(level) for level in DECILES], axis=2)
    known = np.isfinite(window.actual)
    inside = (window.actual >= deciles[..., 0]) & (window.actual <= deciles[..., -1])
    return [
        scaled_quantile_loss(window.actual, deciles, levels=DECILES, scale=scale),
        mase(window.actual, forecast.median, scale=scale),
        rmsse(window.actual, forecast.mean, scale=squared),
        float(inside[known].mean()),
    ]


def size(items: int) -> list[tuple[str, str]]:
    """Seconds of the parts of a reconciliation, and the peak of memory of all of it."""
    done = run(python(LARGE, items))
    seconds = json.loads(done.output.splitlines()[-1])
    return [*((part, f"{spent:.1f}") for part, spent in seconds.items()), ("peak memory", f"{done.gigabytes:.2f} GB")]


LARGE = """
import json, sys, time
from dataclasses import replace
import numpy as np, polars as pl
from foresale.core.hierarchy import Hierarchy
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.reconcile.aggregate import grouped
from foresale.forecasting.reconcile.covariance import ErrorCovariance
from foresale.forecasting.reconcile.errors import past_errors, variances
from foresale.forecasting.reconcile.hierarchical import HierarchicalForecast
from foresale.forecasting.reconcile.solve import minimum_trace
count = int(sys.argv[1])
panel = shop(items=count, periods=365, config=ShopConfig(future=28))
at = np.arange(count)
columns = {"store": at % 10, "state": at % 10 // 4, "department": at // 10 % 7, "category": at // 10 % 7 // 3}
panel = replace(panel, items=pl.DataFrame({"item_id": panel.items["item_id"], **columns}))
by = [*columns, "state/category", "state/department", "store/category", "store/department"]
seconds, base, began = {}, SeasonalNaive(), time.perf_counter()
def took(part):
    global began
    seconds[part] = time.perf_counter() - began
    began = time.perf_counter()
tree = Hierarchy.of(panel, by)
whole = grouped(panel, tree).panel
took(f"adding up {panel.sales.size:,} rows to {tree.size} groups")
forecasts = [base.forecast(part, horizon=28) for part in (panel, whole)]
errors = [past_errors(part, base, now, windows=4) for part, now in zip((panel, whole), forecasts)]
took("base forecasts, once and at four windows")
sizes = [variances(part, forecast) for part, forecast in zip(errors, forecasts)]
covariance = ErrorCovariance.shrunk(np.concatenate(errors), np.concatenate(sizes), items=count)
means = minimum_trace(forecasts[0].mean, forecasts[1].mean, hierarchy=tree, covariance=covariance)
took("minimum trace: variances, shrinkage and solution")
made = HierarchicalForecast.of(*forecasts, means, hierarchy=tree, method="mint")
took("quantiles of items and groups, and the check that they add up")
paths = made.paths(100)
took("100 paths")
print(json.dumps(seconds))
"""


if __name__ == "__main__":
    main()
