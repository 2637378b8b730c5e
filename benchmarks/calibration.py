"""Coverage and loss before and after calibration, on retail tasks of fev-bench, and of the sums of the first periods.

Each test window is calibrated on the windows just before it, which the forecaster had not seen either.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from measuring import report
from tasks import TaskWindow, tasks, windows

from foresale.core.errors import DataError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.paths import Copula, TemporalCorrelation
from foresale.core.total import Total
from foresale.evaluation.metrics import coverage
from foresale.forecasting.calibration import Calibration
from foresale.storage.weights import pretrained
from foresale.workflows.clean import FOR_LEARNING, clean

LEVELS = (0.5, 0.8, 0.9, 0.98)
SUMMED = 10
APART = Copula((TemporalCorrelation(0, 0, 0),))
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Origin:
    """One cutoff: its panel, what followed [N, H], and the forecast of it."""

    panel: Panel
    actual: npt.NDArray[np.float32]
    forecast: Forecast


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tasks", default="", help="some of them, with commas between")
    parser.add_argument("--windows", type=int, default=10, help="test windows of a task at most, the newest")
    parser.add_argument("--past", type=int, default=3, help="windows to calibrate on at most")
    options = parser.parse_args()
    margins, sums = [], []
    for task in tasks(options.folder, options.tasks):
        measured = np.array(list(measures(options, task)))
        before, after, summed = np.split(np.nanmean(measured, axis=0), [2 + len(LEVELS), 2 * (2 + len(LEVELS))])
        name = f"{task['task_name']} ({len(measured)})"
        margins.append((name, "before", f"{before[0]:.4f}", f"{before[1]:.4f}", *percent(before[2:])))
        margins.append(("", "after", f"{after[0]:.4f}", f"{after[1]:.4f}", *percent(after[2:])))
        apart, together = np.split(summed, 2)
        sums += [(name, "steps drawn apart", *percent(apart)), ("", "by sample paths", *percent(together))]
        print(*margins[-2:], *sums[-2:], sep="\n", flush=True)
    levels = [f"{level:.0%}" for level in LEVELS]
    data = (
        f"newest {options.windows} windows of each task at most (how many), calibrated on up to {options.past} before"
    )
    report(
        "calibration",
        title="Calibration of `pretrained`: coverage of the central intervals",
        data=data,
        columns=("task", "calibration", "SQL", "MASE", *levels),
        rows=margins,
    )
    report(
        "calibration_sums",
        title=f"Coverage of the sum of the first {SUMMED} periods, after calibration",
        data=data,
        columns=("task", "paths", *levels),
        rows=sums,
    )


def measures(options: argparse.Namespace, task: dict[str, Any]) -> Iterator[list[float]]:
    """For each test window: SQL, MASE and coverage before and after; coverage of sums without and with dependence."""
    tested = list(windows(options.folder, task))[: options.windows]
    oldest, horizon = tested[-1], task["horizon"]

    @cache
    def origin(back: int) -> Origin | None:
        if back < len(tested):
            panel, actual = tested[back].panel, tested[back].actual
        else:
            steps = (back - len(tested) + 1) * horizon
            try:
                panel = oldest.panel.back(steps)
            except DataError:
                return None
            actual = followed(oldest.panel, panel, horizon=horizon)
        cleaned, _ = clean(panel, options=FOR_LEARNING)
        return Origin(panel, actual, pretrained().forecast(cleaned, horizon=horizon))

    for number, window in enumerate(tested):
        now = origin(number)
        past = [then for back in range(options.past, 0, -1) if (then := origin(number + back))]
        if now is None or not past:
            continue
        calibration = Calibration.fit([(then.forecast, then.actual) for then in past], window.panel)
        calibrated = calibration.apply(now.forecast)
        yield [
            *scored(window, now.forecast),
            *scored(window, calibrated),
            *summed(replace(calibrated, copula=APART), now.actual),
            *summed(calibrated, now.actual),
        ]


def followed(later: Panel, panel: Panel, *, horizon: int) -> npt.NDArray[np.float32]:
    """[N, H] what a later panel says of the periods after the cutoffs of an earlier one."""
    place = {item: at for at, item in enumerate(later.items["item_id"])}
    at = np.array([place[item] for item in panel.items["item_id"]])
    rows = later.offsets[at] + panel.cutoffs + 1 - later.starts[at]
    return later.sales[rows[:, None] + np.arange(horizon)]


def scored(window: TaskWindow, forecast: Forecast) -> list[float]:
    ends = (((1 - share) / 2, (1 + share) / 2) for share in LEVELS)
    covered = (coverage(window.actual, *(forecast.quantile(level) for level in pair)) for pair in ends)
    return [*window.errors(forecast), *covered]


def summed(forecast: Forecast, actual: npt.NDArray[np.float32]) -> list[float]:
    """How often sums lie in their intervals; items with an unknown sale are left out."""
    count = min(SUMMED, forecast.horizon)
    total, sold = forecast.sum(count), actual[:, :count].sum(axis=1)
    return [inside(total, sold[known := np.isfinite(sold)], known, level) for level in LEVELS]


def inside(total: Total, sold: npt.NDArray[np.float32], known: npt.NDArray[np.bool_], level: float) -> float:
    low, high = (total.quantile(share)[known] for share in ((1 - level) / 2, (1 + level) / 2))
    return float(((sold >= low) & (sold <= high)).mean()) if sold.size else float("nan")


def percent(shares: Numbers) -> list[str]:
    return [f"{share:.1%}" for share in shares]


if __name__ == "__main__":
    main()
