"""Boosted trees on retail tasks of fev-bench: errors and CPU seconds, with seasonal naive as the measure."""

import argparse
import time
from itertools import islice
from pathlib import Path

from measuring import report
from tasks import TaskWindow, tasks, windows

from foresale.core.forecast import Forecast
from foresale.core.protocols import Learner
from foresale.forecasting.boosted import BoostedLearner, BoostedOptions
from foresale.forecasting.naive import SeasonalNaive

TWICE = ("favorita_transactions_1D", "favorita_transactions_1W", "favorita_transactions_1M")
COLUMNS = ("task", "windows", "SQL", "MASE", "SQL of seasonal naive", "fit, CPU s", "forecast, CPU s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with tasks.json and the Parquet files")
    parser.add_argument("--tasks", default="", help="some of them, with commas between")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--name", default="boosted", help="of the table in results/")
    options = parser.parse_args()
    learner = BoostedLearner(options=BoostedOptions(threads=options.threads))
    rows = []
    for task in tasks(options.folder, options.tasks):
        newest = 2 if task["task_name"] in TWICE else 1
        measured = [measure(learner, window) for window in islice(windows(options.folder, task), newest)]
        means = [sum(column) / len(measured) for column in zip(*measured, strict=True)]
        rows.append((task["task_name"], len(measured), *(f"{mean:.4g}" for mean in means)))
        print(rows[-1], flush=True)
    data = f"the newest windows; {options.threads} thread(s)"
    report(options.name, title="Boosted trees on retail tasks of fev-bench", data=data, columns=COLUMNS, rows=rows)


def measure(learner: Learner, window: TaskWindow) -> tuple[float, ...]:
    """SQL, MASE, the SQL of seasonal naive, and the CPU seconds of fitting and of forecasting."""
    horizon = window.actual.shape[1]
    start = time.process_time()
    forecaster = learner.fit(window.panel, horizon=horizon)
    fitted = time.process_time()
    forecast: Forecast = forecaster.forecast(window.panel, horizon=horizon)
    done = time.process_time()
    naive = SeasonalNaive(window.season).forecast(window.panel, horizon=horizon)
    return *window.errors(forecast), window.errors(naive)[0], fitted - start, done - fitted


if __name__ == "__main__":
    main()
