"""Fine-tuning on retail tasks of fev-bench: all weights, the head, or low ranks, against the networks as they came."""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from measuring import report
from tasks import TaskWindow, tasks, windows

from foresale.forecasting.finetuned import FinetuneLearner
from foresale.models.lora import METHODS
from foresale.storage.adapters import save_adapter
from foresale.storage.weights import pretrained
from foresale.training.finetune.options import FinetuneOptions
from foresale.workflows.clean import FOR_LEARNING, clean

WINDOWS = {"walmart": 1, "favorita_transactions_1D": 2, "hospital": 1, "restaurant": 1}
COLUMNS = (
    "task",
    "method",
    "SQL",
    "MASE",
    "skill in SQL, %",
    "skill in MASE, %",
    "kept, %",
    "seconds",
    "CPU seconds",
    "bytes",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with tasks.json and a Parquet file per task")
    parser.add_argument("--tasks", default=",".join(WINDOWS))
    options = parser.parse_args()
    rows: list[tuple[object, ...]] = []
    for task in tasks(options.folder, options.tasks):
        count = WINDOWS.get(task["task_name"], 1)
        cut = [window for _, window in zip(range(count), windows(options.folder, task), strict=False)]
        for row in measured(cut, horizon=task["horizon"]):
            rows.append((task["task_name"], *row))
            print(rows[-1], flush=True)
    report(
        "finetuning",
        title="Fine-tuning of the pre-trained networks",
        data=", ".join(f"{name}, last {count} window(s)" for name, count in WINDOWS.items())
        + "; skill is over the networks as they came; seconds are those of one fit, on a busy machine",
        columns=COLUMNS,
        rows=rows,
    )


def measured(cut: list[TaskWindow], *, horizon: int) -> Iterator[tuple[object, ...]]:
    """The rows of one task: the networks as they came, then each method."""
    start = pretrained()
    panels = [clean(window.panel, options=FOR_LEARNING)[0] for window in cut]
    pairs = list(zip(cut, panels, strict=True))
    zero = np.mean([window.errors(start.forecast(panel, horizon=horizon)) for window, panel in pairs], axis=0)
    yield "as they came", *(f"{error:.4f}" for error in zero), "", "", "", "", "", ""
    for method in METHODS:
        errors, wall, spent, sizes, kept = [], 0.0, 0.0, [], []
        for window, panel in pairs:
            began, used = time.monotonic(), time.process_time()
            tuned = FinetuneLearner(start, FinetuneOptions(method)).fit(panel, horizon=horizon)
            wall, spent = wall + time.monotonic() - began, spent + time.process_time() - used
            errors.append(window.errors(tuned.forecast(panel, horizon=horizon)))
            kept.append(np.mean([member.share for member in tuned.tuned]))
            with tempfile.TemporaryDirectory() as folder:
                sizes.append(save_adapter(tuned, Path(folder) / "adapter.safetensors").size)
        mean = np.mean(errors, axis=0)
        skills = (f"{100 * skill:.1f}" for skill in 1 - mean / zero)
        times = (f"{seconds / len(pairs):.0f}" for seconds in (wall, spent))
        yield (
            method,
            *(f"{error:.4f}" for error in mean),
            *skills,
            f"{100 * np.mean(kept):.0f}",
            *times,
            f"{max(sizes):,}",
        )


if __name__ == "__main__":
    main()
