"""How often the sales of ten days together lie within the central intervals of `Forecast.sum`, on daily tasks.

The tasks are those of fev-bench with a season of seven. Each window is kept in a file of lines once it is measured, so
that a run that was stopped goes on, and several processes may each take some of the tasks.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from intervals import COLUMNS, rows_of, shares_inside
from measuring import kept, report
from tasks import TaskWindow, tasks, windows

import foresale
from foresale.core.forecast import Forecast
from foresale.workflows.budget import Budget

DAYS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="auto")
    parser.add_argument("--tasks", default="", help="some of them, with commas between")
    parser.add_argument("--lines", type=Path, required=True, help="where windows are kept, a line of JSON each")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    for task in tasks(options.folder, options.tasks):
        if task["seasonality"] != 7:
            continue
        for number, window in enumerate(windows(options.folder, task)):
            if (task["task_name"], number) in {(line["task"], line["window"]) for line in kept(options.lines)}:
                continue
            line = {"task": task["task_name"], "window": number, **measured(window, options)}
            with options.lines.open("a") as lines:
                lines.write(json.dumps(line) + "\n")
            print(line, flush=True)
    table(list(kept(options.lines)), options.model)


def measured(window: TaskWindow, options: argparse.Namespace) -> dict[str, Any]:
    """Of how many items the sum is known, in each interval how large a share of them, and the freedom of the copula."""
    forecast = foresale.forecast(
        window.panel, horizon=window.actual.shape[1], model=options.model, budget=Budget(jobs=options.threads)
    )
    known = int(np.isfinite(window.actual[:, :DAYS].sum(axis=1)).sum())
    return {
        "known": known,
        "inside": shares(forecast, window.actual) if known else None,
        "freedom": forecast.copula.freedom,
    }


def shares(forecast: Forecast, actual: np.ndarray) -> list[float]:
    """The share of the known sums [N, H] in each central interval of `Forecast.sum`."""
    return shares_inside(actual[:, :DAYS].sum(axis=1), forecast.sum(DAYS).quantile)


def table(lines: list[dict[str, Any]], model: str) -> None:
    rows: list[tuple[str, ...]] = []
    for task in dict.fromkeys(line["task"] for line in lines):
        own = [line for line in lines if line["task"] == task and line["known"]]
        name = f"{task} ({len(own)} windows, {sum(line['known'] for line in own):,} sums)"
        rows += rows_of(name, [line["inside"] for line in own])
    report(
        f"sums_{model}",
        title=f"Coverage of the central intervals of sums of {DAYS} days by `{model}`",
        data="windows of daily tasks in which such sums are known; the mean, the least and the most of a window",
        columns=COLUMNS,
        rows=rows,
    )


if __name__ == "__main__":
    main()
