"""Other libraries on the same shops, each in an environment of its own, many shops in one start."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import regression
from environments import environment
from measures import LEVELS, Predicted
from simulate import HORIZON, Case, Shop, simulate

HERE = Path(__file__).resolve().parent
MOST_ITEMS = 3
"""Items of a shop that are forecast, the first ones: each is learnt by itself, so that more would say the same."""
LARGEST = 10
"""Items of a shop that is forecast at all, for the same reason."""
AT_ONCE = 12
"""Shops in one start."""
REGRESSION = "regression"


@dataclass(frozen=True)
class Peer:
    """A library.

    Attributes:
        environment: name of its requirements.
        package: whose version is told.
        runner: its script here.
    """

    environment: str
    package: str
    runner: str


PEERS = {
    "Prophet": Peer("prophet", "prophet", "with_prophet.py"),
    "MFLES": Peer("mfles", "statsforecast", "with_regressors.py"),
    "AutoARIMA": Peer("mfles", "statsforecast", "with_regressors.py"),
}


def forecasts(name: str, cases: Sequence[Case], *, cache: Path) -> Iterator[tuple[Shop, Predicted, float]]:
    """The shops of some cases, their forecasts by a peer, and seconds for each."""
    for first in range(0, len(cases), AT_ONCE):
        shops = [simulate(case) for case in cases[first : first + AT_ONCE]]
        began = time.perf_counter()
        found = list(_forecasts(name, shops, cache))
        seconds = (time.perf_counter() - began) / len(shops)
        yield from ((shop, predicted, seconds) for shop, predicted in zip(shops, found, strict=True))


def _forecasts(name: str, shops: Sequence[Shop], cache: Path) -> Iterator[Predicted]:
    if name == REGRESSION:
        yield from (regression.predicted(shop, items=min(shop.case.items, MOST_ITEMS)) for shop in shops)
        return
    peer = PEERS[name]
    python = environment(peer.environment, package=peer.package, cache=cache).python
    with TemporaryDirectory() as place:
        folders = [Path(place) / str(number) for number in range(len(shops))]
        for shop, folder in zip(shops, folders, strict=True):
            _lay(shop, folder)
        command = [python, str(HERE / peer.runner), name, *map(str, folders)]
        told = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
        if told.returncode:
            raise SystemExit(f"{name} failed:\n{told.stderr[-3000:]}")
        yield from (_read(folder / f"{name}.parquet") for folder in folders)


def _environment() -> dict[str, str]:
    """Of this process without the path to Foresale, on one thread."""
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return kept | dict.fromkeys(names, "1")


def _lay(shop: Shop, folder: Path) -> None:
    """Write the first items of a shop, with the places of days in events; of a price its logarithm."""
    folder.mkdir()
    frame = shop.frame().with_columns(place=pl.Series(list(shop.places) * shop.case.items))
    frame = frame.filter(pl.col("item_id") < f"item{MOST_ITEMS:03d}")
    if "price" in frame.columns:
        frame = frame.with_columns(price=pl.col("price").log())
    frame.filter(~pl.col("ahead")).drop("ahead").write_parquet(folder / "history.parquet")
    frame.filter("ahead").drop("ahead", "sales").write_parquet(folder / "future.parquet")


def _read(file: Path) -> Predicted:
    frame = pl.read_parquet(file).sort("item_id", "timestamp")
    quantiles = frame.select(str(level) for level in LEVELS).to_numpy().reshape(-1, HORIZON, len(LEVELS))
    quantiles = np.sort(np.nan_to_num(quantiles), axis=2)
    return Predicted(quantiles, np.nan_to_num(frame["mean"].to_numpy()).reshape(-1, HORIZON))
