"""How often sales lie within the central intervals, before any calibration, on retail tasks of fev-bench."""

import argparse
from pathlib import Path

import numpy as np
from measuring import report
from tasks import TaskWindow, tasks, windows

import foresale

LEVELS = (0.5, 0.8, 0.9, 0.98)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="pretrained")
    parser.add_argument("--tasks", default="", help="some of them, with commas between")
    options = parser.parse_args()
    rows = []
    for task in tasks(options.folder, options.tasks):
        inside = [shares(window, options.model) for window in windows(options.folder, task)]
        rows.append((task["task_name"], *(f"{share:.1%}" for share in np.mean(inside, axis=0))))
        print(rows[-1], flush=True)
    report(
        f"coverage_{options.model}",
        title=f"Coverage of the central intervals of `{options.model}`",
        data="all windows of the tasks named",
        columns=("task", *(f"{level:.0%}" for level in LEVELS)),
        rows=rows,
    )


def shares(window: TaskWindow, model: str) -> list[float]:
    """The share of known sales in each central interval."""
    forecast = foresale.forecast(window.panel, horizon=window.actual.shape[1], model=model)
    seen = np.isfinite(window.actual)
    found = []
    for level in LEVELS:
        low, high = (forecast.quantile(share) for share in ((1 - level) / 2, (1 + level) / 2))
        found.append(float(((window.actual >= low) & (window.actual <= high))[seen].mean()))
    return found


if __name__ == "__main__":
    main()
