"""The networks and the ensemble on retail tasks of fev-bench, with its seasonal naive as the measure.

Takes a scorer with the options --command, --tasks, --windows and --out, and the names of its tasks. Beside it lies
published.csv, the scores of other models: columns task, model, SQL, MASE, WQL, WAPE. Each task of each contestant is
kept in a file of lines once it is scored, so that what was stopped goes on.
"""

import argparse
import csv
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from measuring import report

READ = "foresale forecast {history} --horizon {horizon} {future} {items} --output {output}"
CONTESTANTS = {
    "seasonal naive": "snaive",
    "lstm": f"{READ} --model lstm",
    "transformer": f"{READ} --model transformer",
    "lstm, no covariates": f"{READ} --model lstm --no-covariates",
    "lstm, no covariates, no calendar": f"{READ} --model lstm --no-covariates --no-calendar",
    "pretrained": f"{READ} --model pretrained",
    "pretrained, no covariates, no calendar": f"{READ} --model pretrained --no-covariates --no-calendar",
    "auto": f"{READ} --model auto",
}
NAIVE = "Seasonal Naive"
ERRORS = ("SQL", "MASE", "WQL", "WAPE")
METRICS = (*ERRORS, "seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--tasks", default="walmart,favorita_transactions_1D,hospital")
    parser.add_argument("--windows", type=int, default=1, help="the last windows only; 0 for all")
    parser.add_argument("--only", nargs="*", help="some of the contestants")
    parser.add_argument("--name", default="networks", help="of the table in results/")
    parser.add_argument("--jobs", type=int, help="threads of the commands; by itself all cores")
    parser.add_argument("--lines", type=Path, help="file in which each scored task is kept")
    parser.add_argument("--keep", type=Path, help="folder in which the forecasts are kept, by task")
    options = parser.parse_args()
    tasks = options.tasks.split(",")
    names = [name for name in CONTESTANTS if not options.only or name in options.only]
    naive = published(options.scorer.with_name("published.csv"))
    found = kept(options.lines)
    for name in names:
        for task in tasks:
            if (name, task) in found:
                continue
            command = CONTESTANTS[name] + (
                f" --jobs {options.jobs}" if options.jobs and name != "seasonal naive" else ""
            )
            if options.keep and name != "seasonal naive":
                (folder := options.keep.resolve() / task).mkdir(parents=True, exist_ok=True)
                command += f" && cp {{output}} {shlex.quote(str(folder))}/$(date +%s%N).parquet"
            found[name, task] = score(options.scorer, command, task=task, windows=options.windows)
            print(name, found[name, task], flush=True)
            if options.lines:
                with options.lines.open("a") as lines:
                    lines.write(json.dumps([name, task, found[name, task]]) + "\n")
    rows = [(task, name, *found[name, task].values()) for task in tasks for name in names]
    rows += [
        ("skill, %", name, *skill([found[name, task] for task in tasks], [naive[task] for task in tasks]))
        for name in names
    ]
    windows = f"last {options.windows} window(s)" if options.windows else "all windows"
    report(
        options.name,
        title="The networks on retail tasks of fev-bench",
        data=f"{options.tasks}, {windows}; seconds are those of the whole commands",
        columns=("task", "model", *METRICS),
        rows=rows,
    )


def kept(lines: Path | None) -> dict[tuple[str, str], dict[str, float]]:
    """What was scored before, by contestant and task."""
    if lines is None or not lines.exists():
        return {}
    read = (json.loads(line) for line in lines.read_text().splitlines())
    return {(name, task): scores for name, task, scores in read}


def score(scorer: Path, command: str, *, task: str, windows: int) -> dict[str, float]:
    """The metrics of a command on a task, and its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.csv"
        line = [sys.executable, scorer, "--command", command, "--tasks", task, "--windows", windows, "--out", out]
        began = time.monotonic()
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [str(part) for part in line], capture_output=True, text=True, check=False, env=os.environ | {"PATH": path}
        )
        if done.returncode:
            raise SystemExit(f"{command}\nfailed after {time.monotonic() - began:.0f} s\n{done.stdout}\n{done.stderr}")
        (row,) = csv.DictReader(out.read_text().splitlines())
    return {metric: float(row[metric]) for metric in METRICS}


def published(path: Path) -> dict[str, dict[str, float]]:
    """The published errors of seasonal naive by task; its quantiles are those of its past errors."""
    rows = csv.DictReader(path.read_text().splitlines())
    return {row["task"]: {error: float(row[error]) for error in ERRORS} for row in rows if row["model"] == NAIVE}


def skill(scores: Sequence[dict[str, float]], naive: Sequence[dict[str, float]]) -> list[str]:
    """One minus the geometric mean of error over seasonal naive's, for each error in percent; and all seconds."""
    ratios = [[own[error] / other[error] for error in ERRORS] for own, other in zip(scores, naive, strict=True)]
    means = np.exp(np.log(ratios).mean(axis=0))
    return [*(f"{100 * (1 - mean):.1f}" for mean in means), f"{sum(score['seconds'] for score in scores):.0f}"]


if __name__ == "__main__":
    main()
