"""Who is measured: a name, its environment, and the command that forecasts a task."""

import time
from dataclasses import dataclass
from pathlib import Path

from environments import HERE, Environment
from inputs import Laid


@dataclass(frozen=True)
class Limits:
    """Seconds that a run may take, and threads it may compute on."""

    seconds: float
    threads: int

    def settings(self) -> dict[str, str]:
        """Environment variables that hold every library to the threads."""
        names = ("OMP", "MKL", "OPENBLAS", "NUMBA", "POLARS_MAX", "AG_CPU")
        endings = {"POLARS_MAX": "THREADS", "AG_CPU": "COUNT"}
        return {f"{name}_{endings.get(name, 'NUM_THREADS')}": str(self.threads) for name in names}


@dataclass(frozen=True)
class Peer:
    """One row of the table for each task.

    Attributes:
        name: how the table calls it.
        environment: the name of its requirements.
        package: whose version is told.
        runner: its script here, or "" for Foresale, which has a command of its own.
        model: what is asked of it.
    """

    name: str
    environment: str
    package: str
    runner: str
    model: str

    def command(self, installed: Environment, laid: Laid, output: Path, limits: Limits) -> list[str]:
        """What forecasts a task to an output file."""
        if self.runner:
            script = [installed.python, str(HERE / self.runner), str(laid.folder), str(output)]
            return [*script, "--model", self.model, "--deadline", str(time.time() + limits.seconds)]
        command = [installed.python, "-m", "foresale", "forecast", str(laid.folder / "history.parquet"), "--quiet"]
        command += ["--kind", "totals", "--horizon", str(laid.horizon), "--model", self.model]
        command += ["--jobs", str(limits.threads), "--output", str(output)]
        command += ["--future", str(laid.folder / "future.parquet")] if laid.known else []
        return [*command, "--items", str(laid.folder / "items.parquet")] if laid.static else command


PEERS = (
    Peer("foresale auto", "foresale-trees", "foresale", "", "auto"),
    Peer("foresale pretrained", "foresale", "foresale", "", "pretrained"),
    Peer("statsforecast AutoETS", "statsforecast", "statsforecast", "with_statsforecast.py", "AutoETS"),
    Peer("statsforecast AutoTheta", "statsforecast", "statsforecast", "with_statsforecast.py", "AutoTheta"),
    Peer("statsforecast, mean of both", "statsforecast", "statsforecast", "with_statsforecast.py", "ensemble"),
    Peer("neuralforecast LSTM", "neuralforecast", "neuralforecast", "with_neuralforecast.py", "LSTM"),
    Peer("neuralforecast TFT", "neuralforecast", "neuralforecast", "with_neuralforecast.py", "TFT"),
    Peer("neuralforecast PatchTST", "neuralforecast", "neuralforecast", "with_neuralforecast.py", "PatchTST"),
    Peer("AutoGluon medium_quality", "autogluon", "autogluon.timeseries", "with_autogluon.py", "medium_quality"),
    Peer("demandplan", "demandplan", "demandplan", "with_demandplan.py", ""),
)
