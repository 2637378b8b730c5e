"""What the runners share: a task read for a library of pandas frames, and a forecast written back.

Runs in the environment of a peer: it may use pandas and nothing of Foresale.
"""

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

DECILES = [round(0.1 * tenth, 1) for tenth in range(1, 10)]
SEASONS = {"D": 7, "W": 52, "M": 12}
"""Periods in the season that a user would name first, by the first letter of the frequency."""

SHARE = 0.85
"""Of the time that is left, for learning."""


@dataclass(frozen=True)
class Task:
    """A task in a folder: sales and covariates up to the cutoff, what is known of the horizon, and the items.

    Attributes:
        history: item_id, timestamp, sales, and covariates known ahead or in the past only.
        future: item_id, timestamp, and the covariates known ahead.
        items: item_id and static columns, or None.
        horizon: periods to forecast.
        deadline: when the run will be ended, in seconds since 1970.
    """

    history: pd.DataFrame
    future: pd.DataFrame
    items: pd.DataFrame | None
    horizon: int
    deadline: float

    @property
    def known(self) -> list[str]:
        """Covariates known ahead."""
        return [name for name in self.future.columns if name not in {"item_id", "timestamp"}]

    @property
    def past(self) -> list[str]:
        """Covariates known up to the cutoff only."""
        return [name for name in self.history.columns if name not in {"item_id", "timestamp", "sales", *self.known}]

    @property
    def frequency(self) -> str:
        """The pandas alias of the grid, such as MS or W-FRI."""
        longest = self.history["item_id"].value_counts().index[0]
        found = pd.infer_freq(self.history.loc[self.history["item_id"] == longest, "timestamp"])
        assert found is not None
        return found

    @property
    def season(self) -> int:
        """The season of the frequency: 7 days, 52 weeks, 12 months."""
        return SEASONS[self.frequency[0]]

    @property
    def seconds_to_learn(self) -> float:
        """Most of what is left; the rest is for the step under way, the forecast and its file."""
        return max(SHARE * (self.deadline - time.time()), 1.0)

    def filled(self) -> "Task":
        """For libraries that refuse gaps: sales as last known, else 0; covariates as last known, else 0."""
        history = self.history.copy()
        numbers = ["sales", *self.known, *self.past]
        history[numbers] = history.groupby("item_id")[numbers].ffill().fillna(0)
        future = self.future.copy()
        future[self.known] = future[self.known].fillna(0)
        return replace(self, history=history, future=future)

    def in_nixtla_words(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """History and future with the columns unique_id, ds and y."""
        words = {"item_id": "unique_id", "timestamp": "ds", "sales": "y"}
        return self.history.rename(columns=words), self.future.rename(columns=words)


def told() -> tuple[Task, str, Path]:
    """The task, the model and the output file that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--model", default="")
    parser.add_argument("--deadline", type=float, required=True)
    options = parser.parse_args()
    folder = options.folder
    future = pd.read_parquet(folder / "future.parquet")
    items = pd.read_parquet(folder / "items.parquet") if (folder / "items.parquet").exists() else None
    horizon = int(future["item_id"].value_counts().max())
    history = pd.read_parquet(folder / "history.parquet")
    return Task(history, future, items, horizon, options.deadline), options.model, options.output


def write(forecast: pd.DataFrame, output: Path) -> None:
    """Write item_id, timestamp and 0.1 to 0.9."""
    forecast[["item_id", "timestamp", *map(str, DECILES)]].to_parquet(output)
