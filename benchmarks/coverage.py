"""How often sales lie within the central intervals, on retail tasks of fev-bench.

The forecasts are made here, or were made by `networks.py --keep`.
"""

import argparse
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
from intervals import COLUMNS, rows_of, shares_inside
from measuring import report
from tasks import TaskWindow, tasks, windows

import foresale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="pretrained")
    parser.add_argument("--tasks", default="", help="some of them, with commas between")
    parser.add_argument("--kept", type=Path, help="folder with the forecasts of each task in a folder of its own")
    options = parser.parse_args()
    rows: list[tuple[str, ...]] = []
    for task in tasks(options.folder, options.tasks):
        made = kept(options.kept / task["task_name"]) if options.kept else None
        inside = [shares(window, options.model if made is None else made) for window in windows(options.folder, task)]
        rows += rows_of(f"{task['task_name']} ({len(inside)})", inside)
        print(*rows[-3:], sep="\n", flush=True)
    report(
        f"coverage_{options.model}",
        title=f"Coverage of the central intervals of `{options.model}`",
        data="all windows of the tasks named, their number behind each; the mean, the least and the most of a window",
        columns=COLUMNS,
        rows=rows,
    )


def kept(folder: Path) -> dict[datetime, pl.DataFrame]:
    """The forecasts of a folder by their last timestamp; the newest of those that were made twice."""
    frames = [pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))]
    return {frame["timestamp"].max(): frame for frame in frames}


def shares(window: TaskWindow, model: "str | dict[datetime, pl.DataFrame]") -> list[float]:
    """The share of known sales in each central interval."""
    horizon = window.actual.shape[1]
    if isinstance(model, str):
        forecast = foresale.forecast(window.panel, horizon=horizon, model=model)
        quantile = forecast.quantile
    else:
        last = window.panel.cutoffs.max() + horizon
        stamp = window.panel.frequency.timestamps(np.array([last])).astype("datetime64[us]")[0].item()
        order = window.panel.items.select("item_id").with_row_index("at")
        rows = model[stamp].join(order, on="item_id").sort("at", "timestamp")

        def quantile(level: float) -> np.ndarray:
            return rows[f"{level:g}"].to_numpy().reshape(window.actual.shape)

    return shares_inside(window.actual, quantile)


if __name__ == "__main__":
    main()
