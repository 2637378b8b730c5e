"""The statistical models on retail tasks of fev-bench: SQL and MASE, and seconds of processor for all items."""

import argparse
import time
from pathlib import Path

import numpy as np
from measuring import report
from tasks import TaskWindow, tasks, windows

from foresale.core.protocols import Forecaster
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.statistical import STATISTICAL, statistical

MANY, DAYS, HORIZON = 30_490, 400, 28


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tasks", default="", help="some of them, with commas between")
    parser.add_argument("--windows", type=int, default=2, help="the newest windows of a task that are measured")
    options = parser.parse_args()
    rows = []
    for task in tasks(options.folder, options.tasks):
        newest = [window for _, window in zip(range(options.windows), windows(options.folder, task), strict=False)]
        rows.extend((task["task_name"], name, *measured(name, newest)) for name in ("seasonal-naive", *STATISTICAL))
        print(*rows[-len(STATISTICAL) - 1 :], sep="\n", flush=True)
    panel = shop(items=MANY, periods=DAYS, config=ShopConfig(launches=0))
    for name in ("seasonal-naive", *STATISTICAL):
        began = time.process_time()
        forecaster(name).forecast(panel, horizon=HORIZON)
        rows.append((f"{MANY:,} items × {DAYS} days", name, "", "", f"{time.process_time() - began:.1f}"))
    report(
        "statistical",
        title="Statistical models, one thread",
        data=f"the newest {options.windows} windows of the tasks named",
        columns=(
            "task",
            "model",
            "SQL",
            "MASE",
            "seconds of processor a window",
        ),
        rows=rows,
    )


def forecaster(name: str) -> Forecaster:
    return SeasonalNaive() if name == "seasonal-naive" else statistical(name)


def measured(name: str, seen: list[TaskWindow]) -> tuple[str, str, str]:
    """Mean SQL and MASE, and seconds, of the windows."""
    found = []
    for window in seen:
        began = time.process_time()
        forecast = forecaster(name).forecast(window.panel, horizon=window.actual.shape[1])
        found.append((*window.errors(forecast), time.process_time() - began))
    sql, mase, seconds = np.mean(found, axis=0)
    return f"{sql:.3f}", f"{mase:.3f}", f"{seconds:.1f}"


if __name__ == "__main__":
    main()
