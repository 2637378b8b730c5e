"""What the runners of other libraries share: shops read from folders, and quantiles written back.

Runs in the environment of a peer: it may use pandas and nothing of Foresale.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

LEVELS = [round(0.05 * step, 2) for step in range(1, 20)]
NOT_REGRESSORS = {"item_id", "timestamp", "sales", "place"}


def each_shop(forecast: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]) -> None:
    """Forecast the shops in the folders that the command line names, after the name of the output.

    `forecast` takes the history (item_id, timestamp, sales, place, and regressors) and the days ahead, and gives the
    columns item_id, timestamp, mean, and a quantile for every level.
    """
    name, *folders = sys.argv[1:]
    for folder in map(Path, folders):
        history = pd.read_parquet(folder / "history.parquet")
        future = pd.read_parquet(folder / "future.parquet")
        found = forecast(history, future)
        columns = ["item_id", "timestamp", "mean", *map(str, LEVELS)]
        found[columns].to_parquet(folder / f"{name}.parquet")


def regressors(frame: pd.DataFrame) -> list[str]:
    """Names of the columns that tell of promotions and prices."""
    return [name for name in frame.columns if name not in NOT_REGRESSORS]


def with_dummies(history: pd.DataFrame, future: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Both with a column of 0 and 1 for every place of a day in an event that the history has, and all regressors."""
    places = sorted(set(history["place"]) - {""})
    names = []
    for number, place in enumerate(places):
        names.append(f"event{number}")
        history, future = (
            frame.assign(**{names[-1]: (frame["place"] == place).astype(float)}) for frame in (history, future)
        )
    return history, future, [*names, *regressors(history.drop(columns=names))]


def quantiles_of(samples: np.ndarray) -> dict[str, np.ndarray]:
    """Quantiles of samples [days, draws]."""
    return {str(level): np.quantile(samples, level, axis=1) for level in LEVELS}
