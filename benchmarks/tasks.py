"""Retail tasks of fev-bench as panels: a folder with tasks.json and a Parquet file per task, a row per item."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

import foresale
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.evaluation.metrics import mase, scaled_quantile_loss

DECILES = tuple(round(0.1 * tenth, 1) for tenth in range(1, 10))


@dataclass(frozen=True)
class TaskWindow:
    """One cutoff of a task: the panel before it, what followed [N, H], and the season that scales errors."""

    panel: Panel
    actual: npt.NDArray[np.float32]
    season: int

    def errors(self, forecast: Forecast) -> tuple[float, float]:
        """SQL and MASE, averaged over items and steps."""
        scale = self.panel.seasonal_scale(season=self.season)
        deciles = np.stack([forecast.quantile(level) for level in DECILES], axis=2)
        sql = scaled_quantile_loss(self.actual, deciles, levels=DECILES, scale=scale)
        return sql, mase(self.actual, forecast.median, scale=scale)


def tasks(folder: Path, names: str = "") -> list[dict[str, Any]]:
    """The tasks of a folder, or those named with commas between."""
    wanted = set(filter(None, names.split(",")))
    listed = json.loads((folder / "tasks.json").read_text())
    return [task for task in listed if not wanted or task["task_name"] in wanted]


def windows(folder: Path, task: dict[str, Any]) -> Iterator[TaskWindow]:
    """The windows of a task, the newest first, one horizon apart."""
    wide = pl.read_parquet(folder / task["file"])
    horizon, known = task["horizon"], task["known_dynamic_columns"]
    for number in range(task["num_windows"]):
        long = long_form(wide, task, drop=number * horizon)
        left = pl.len().over("item_id") - pl.int_range(pl.len()).over("item_id")
        future = long.filter(left <= horizon)
        ahead = future.select("item_id", "timestamp", *known) if known else None
        panel = foresale.panel(long.filter(left > horizon), future=ahead, items=item_columns(wide, task), kind="totals")
        order = panel.items.select("item_id").with_row_index("at")
        sales = future.join(order, on="item_id").sort("at", "timestamp", maintain_order=True)["sales"]
        actual = sales.to_numpy().astype(np.float32).reshape(len(panel), horizon)
        yield TaskWindow(panel, actual, task["seasonality"])


def item_columns(wide: pl.DataFrame, task: dict[str, Any]) -> pl.DataFrame | None:
    """The static columns of the items, where the task has some."""
    if not task["static_columns"]:
        return None
    return wide.select(pl.col("id").alias("item_id"), *task["static_columns"])


def long_form(wide: pl.DataFrame, task: dict[str, Any], *, drop: int) -> pl.DataFrame:
    """The task in long form without its last `drop` periods; items that end before the horizon are left out."""
    series = [task["target"], *task["known_dynamic_columns"], *task["past_dynamic_columns"]]
    cut = [pl.col(name).list.head(pl.col(name).list.len().cast(pl.Int64) - drop) for name in ("timestamp", *series)]
    long_enough = wide.filter(pl.col("timestamp").list.len().cast(pl.Int64) > drop + task["horizon"] + 1)
    long = long_enough.select(pl.col("id").alias("item_id"), *cut).explode("timestamp", *series)
    return long.rename({task["target"]: "sales"}).with_columns(pl.col("sales").fill_nan(None))
