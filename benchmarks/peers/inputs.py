"""The newest window of a task, laid out in a folder as every peer reads it, and the errors of what it then wrote."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from tasks import DECILES, TaskWindow, item_columns, long_form, windows

from foresale.evaluation.metrics import mase, scaled_quantile_loss


@dataclass(frozen=True)
class Laid:
    """A task in a folder: history.parquet, future.parquet (at least item and timestamp), items.parquet if it has some.

    Attributes:
        folder: where.
        window: the same as a panel, with what followed.
        horizon: periods.
        known: covariates known ahead.
        static: whether there are columns of the items.
    """

    folder: Path
    window: TaskWindow
    horizon: int
    known: tuple[str, ...]
    static: bool

    def errors(self, output: Path) -> tuple[float, float]:
        """SQL and MASE of a forecast file.

        Raises:
            ValueError: a forecast is missing or not finite.
        """
        future = pl.read_parquet(self.folder / "future.parquet", columns=["item_id", "timestamp"])
        order = self.window.panel.items.select("item_id").with_row_index("at")
        wanted = future.join(order, on="item_id").sort("at", "timestamp")
        levels = [str(level) for level in DECILES]
        found = pl.read_parquet(output).select(
            pl.col("item_id").cast(pl.String), pl.col("timestamp").cast(pl.Datetime("ms")), *levels
        )
        joined = wanted.join(found, on=["item_id", "timestamp"], how="left", maintain_order="left")
        values = joined.select(pl.col(levels).cast(pl.Float64)).to_numpy().reshape(-1, self.horizon, len(levels))
        lacking = ~np.isfinite(values).all(axis=(1, 2))
        if lacking.any():
            raise ValueError(f"no forecast of {lacking.sum()} of {len(values)} items")
        scale = self.window.panel.seasonal_scale(season=self.window.season)
        sql = scaled_quantile_loss(self.window.actual, values, levels=DECILES, scale=scale)
        return sql, mase(self.window.actual, values[:, :, DECILES.index(0.5)], scale=scale)


def lay(source: Path, task: dict[str, Any], folder: Path) -> Laid:
    """Write the newest window of a task to a folder."""
    wide = pl.read_parquet(source / task["file"])
    horizon, known = task["horizon"], tuple(task["known_dynamic_columns"])
    left = pl.len().over("item_id") - pl.int_range(pl.len()).over("item_id")
    long = long_form(wide, task, drop=0)
    folder.mkdir(parents=True, exist_ok=True)
    long.filter(left > horizon).write_parquet(folder / "history.parquet")
    long.filter(left <= horizon).select("item_id", "timestamp", *known).write_parquet(folder / "future.parquet")
    items = item_columns(wide, task)
    if items is not None:
        items.filter(pl.col("item_id").is_in(long["item_id"].unique().implode())).write_parquet(
            folder / "items.parquet"
        )
    return Laid(folder, next(windows(source, task)), horizon, known, items is not None)
