"""The ensemble on retail tasks of fev-bench: as a whole, each member alone, without the networks, not calibrated.

Each window is measured once and kept in a file of lines, so that a run that was stopped goes on, and several processes
may each take some of the tasks.
"""

import argparse
import csv
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from measuring import kept, report
from tasks import TaskWindow, tasks, windows

from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.core.threads import threads
from foresale.forecasting.cold_start import ColdStartForecaster
from foresale.forecasting.opening import OpeningTimes, open_only
from foresale.forecasting.postprocessing import postprocessed
from foresale.training.options import TrainOptions
from foresale.workflows.auto import auto_learner
from foresale.workflows.budget import Budget
from foresale.workflows.clean import FOR_LEARNING, clean

NETWORKS = ("pretrained", "finetuned", "lstm", "transformer")


@dataclass(frozen=True)
class Kept:
    """A forecaster that makes each forecast once."""

    forecaster: Forecaster
    made: dict[tuple[int, ...], Forecast] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The forecaster's."""
        return self.forecaster.name

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """What the forecaster said when it was first asked."""
        return self.made.setdefault(key(panel), self.forecaster.forecast(panel, horizon=horizon))


@dataclass(frozen=True)
class KeptLearner:
    """A learner that learns once from each panel, and adds up the seconds."""

    learner: Learner
    learnt: dict[tuple[int, ...], Kept] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The learner's."""
        return self.learner.name

    def fit(self, panel: Panel, *, horizon: int) -> Kept:
        """What it learnt when it was first asked."""
        if key(panel) not in self.learnt:
            began = time.perf_counter()
            self.learnt[key(panel)] = Kept(self.learner.fit(panel, horizon=horizon))
            self.seconds.append(time.perf_counter() - began)
        return self.learnt[key(panel)]


def key(panel: Panel) -> tuple[int, ...]:
    return len(panel), int(panel.cutoffs.sum()), int(panel.history.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tasks", default="", help="some of them, with commas between")
    parser.add_argument("--windows", type=int, help="the last windows only")
    parser.add_argument("--effort", default="standard")
    parser.add_argument("--lines", type=Path, required=True, help="where windows are kept, a line of JSON each")
    parser.add_argument("--baseline", type=Path, help="CSV of task, model, SQL, MASE with the rows of Seasonal Naive")
    parser.add_argument("--name", default="ensemble", help="of the tables in results/")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    for task in tasks(options.folder, options.tasks):
        for number, window in enumerate(windows(options.folder, task)):
            if options.windows is not None and number >= options.windows:
                break
            if (task["task_name"], number) not in {(line["task"], line["window"]) for line in kept(options.lines)}:
                with threads(options.threads):
                    numbers = measured(window, options.effort, options.threads)
                line = {"task": task["task_name"], "window": number, **numbers}
                with options.lines.open("a") as lines:
                    lines.write(json.dumps(line) + "\n")
                print(line["task"], number, f"{line['seconds']:.0f} s", line["errors"], flush=True)
    tables(list(kept(options.lines)), options.name, options.effort, baseline=options.baseline)


def measured(window: TaskWindow, effort: str, threads: int) -> dict[str, Any]:
    """SQL and MASE of every contestant, and seconds of the ensemble."""
    whole, _ = clean(window.panel, options=FOR_LEARNING)
    horizon = window.actual.shape[1]
    opening = OpeningTimes.of(whole, horizon=horizon)
    panel = open_only(whole, opening)
    began = time.perf_counter()
    learner = auto_learner(budget=Budget(effort, jobs=threads), countries=(), options=TrainOptions())  # type: ignore[arg-type]
    candidates = tuple(replace(one, learner=KeptLearner(one.learner)) for one in learner.candidates)
    ensemble = replace(learner, candidates=candidates).fit(panel, horizon=horizon)
    made = completed(ensemble, panel, opening, horizon)
    seconds = time.perf_counter() - began
    errors = {"auto": window.errors(made)}
    plain = replace(ensemble, calibration=None)
    errors["auto, not calibrated"] = window.errors(completed(plain, panel, opening, horizon))
    others = tuple(one for one in candidates if one.learner.name not in NETWORKS)
    without = replace(learner, candidates=others).fit(panel, horizon=horizon)
    errors["auto, without networks"] = window.errors(completed(without, panel, opening, horizon))
    for one in candidates:
        errors[one.learner.name] = window.errors(
            completed(one.learner.fit(panel, horizon=horizon), panel, opening, horizon)
        )
    return {
        "errors": errors,
        "seconds": seconds,
        "notes": ensemble.notes,
    }


def completed(forecaster: Forecaster, panel: Panel, opening: OpeningTimes, horizon: int) -> Forecast:
    """What a forecaster says with newcomers, closed days and whole units, as users get it."""
    return postprocessed(ColdStartForecaster(forecaster).forecast(panel, horizon=horizon), panel, opening)


def baselines(path: Path | None) -> dict[str, tuple[float, float]]:
    """By task, SQL and MASE of the seasonal naive of fev-bench."""
    if path is None:
        return {}
    with path.open() as rows:
        own = [row for row in csv.DictReader(rows) if row["model"] == "Seasonal Naive"]
    return {row["task"]: (float(row["SQL"]), float(row["MASE"])) for row in own}


def tables(lines: list[dict[str, Any]], name: str, effort: str, *, baseline: Path | None) -> None:
    by_task: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        by_task[line["task"]].append(line)
    models = list(dict.fromkeys(model for line in lines for model in line["errors"]))
    means = {
        (task, model): np.mean([line["errors"][model] for line in own if model in line["errors"]], axis=0)
        for task, own in by_task.items()
        for model in models
    }
    rows: list[tuple[object, ...]] = []
    for place, metric in enumerate(("SQL", "MASE")):
        for task, own in by_task.items():
            spent = f"{sum(line['seconds'] for line in own):.0f}"
            rows.append(
                (f"{task} ({len(own)})", metric, *(f"{means[task, model][place]:.4f}" for model in models), spent)
            )
        naive = baselines(baseline)
        if naive.keys() >= by_task.keys():
            ratios = {model: [means[task, model][place] / naive[task][place] for task in by_task] for model in models}
            skill = (f"{100 * (1 - np.exp(np.mean(np.log(ratios[model])))):.1f} %" for model in models)
            rows.append(("skill over seasonal naive", metric, *skill, ""))
    report(
        name,
        title=f"The ensemble at effort {effort} on retail tasks of fev-bench",
        data="the number of windows behind each task; seconds of `auto` over all of them",
        columns=("task", "metric", *models, "seconds"),
        rows=rows,
    )


if __name__ == "__main__":
    main()
