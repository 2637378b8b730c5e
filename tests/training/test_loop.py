import math
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from foresale.core.errors import ModelError
from foresale.data.synthetic import shop
from foresale.evaluation.metrics import mase
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.neural import NeuralForecaster
from foresale.models.network import NetworkModule
from foresale.networks.network import Network
from foresale.training import loop, train
from foresale.training.checkpoint import load_checkpoint, save_checkpoint
from foresale.training.loop import fit, start
from foresale.training.options import TrainOptions
from foresale.training.progress import Progress
from foresale.training.sampling import Sampling
from foresale.training.train import train_networks
from foresale.training.trainer import rate_at

SMALL = TrainOptions(steps=12, batch=16, width=16, layers=1, validate_every=4)


def weights(network: Network) -> np.ndarray:
    return np.concatenate([weight.ravel() for weight in network.weights.values()])


@pytest.mark.parametrize("backbone", ["lstm", "transformer"])
def test_the_same_seed_gives_the_same_weights(backbone: str) -> None:
    panel = shop(items=6, periods=150)
    one, two = (train_networks(panel, backbone=backbone, horizon=7, options=SMALL)[0][0] for _ in range(2))  # type: ignore[arg-type]
    assert np.array_equal(weights(one), weights(two))
    other = train_networks(panel, backbone=backbone, horizon=7, options=TrainOptions(**{**vars(SMALL), "seed": 1}))[0][
        0
    ]  # type: ignore[arg-type]
    assert not np.array_equal(weights(one), weights(other))


def test_training_leaves_the_global_randomness_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train_networks(shop(items=4, periods=120), backbone="lstm", horizon=7, options=SMALL)
    assert torch.equal(torch.rand(3), expected)


def test_the_rate_warms_up_and_falls() -> None:
    rates = [rate_at(step, steps=200, peak=1.0) for step in range(200)]
    top = int(np.argmax(rates))
    assert rates[top] == pytest.approx(1.0)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)


def test_a_checkpoint_gives_back_the_state(tmp_path: Path) -> None:
    panel = shop(items=6, periods=150)
    networks, windows, _ = train_networks(panel, backbone="lstm", horizon=7, options=SMALL)
    sampling = Sampling.plan(panel, context=windows.context, horizon=7, holdout=0.1, seed=0)
    state = fit(NetworkModule.of(networks[0]), windows, sampling, SMALL, steps=5)
    save_checkpoint(tmp_path / "a.safetensors", state)
    again = start(NetworkModule(networks[0].config))
    load_checkpoint(tmp_path / "a.safetensors", again)
    assert again.step == 5
    assert math.isclose(again.best, state.best)
    assert math.isclose(again.smooth, state.smooth)
    assert np.array_equal(weights(again.averaged.learnt()), weights(state.averaged.learnt()))
    moments = again.optimizer.state_dict()["state"]
    for number, expected in state.optimizer.state_dict()["state"].items():
        assert torch.equal(moments[number]["exp_avg_sq"], expected["exp_avg_sq"])


def test_a_resumed_training_without_held_out_items_picks_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = shop(items=6, periods=150)
    options = replace(SMALL, holdout=0.0)
    networks, windows, _ = train_networks(panel, backbone="lstm", horizon=7, options=options)
    sampling = Sampling.plan(panel, context=windows.context, horizon=7, holdout=0.0, seed=0)

    def fresh() -> NetworkModule:
        torch.manual_seed(3)
        return NetworkModule(networks[0].config)

    whole = fit(fresh(), windows, sampling, options, steps=12)
    path = tmp_path / "a.safetensors"

    def save_and_stop(progress: Progress) -> None:
        if progress.step == 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(loop, "_CHECKPOINT_SECONDS", -1.0)
    with pytest.raises(KeyboardInterrupt):
        fit(fresh(), windows, sampling, options, steps=12, watch=save_and_stop, checkpoint=path)
    resumed = fit(fresh(), windows, sampling, options, steps=12, checkpoint=path)
    assert resumed.losses == whole.losses


def test_a_checkpoint_belongs_to_its_data_covariates_and_item_columns_included() -> None:
    panel = shop(items=6, periods=150)
    promotion = panel.covariates["promotion"]
    moved = replace(promotion, values=np.roll(promotion.values, 1))
    other = replace(panel, covariates={**panel.covariates, "promotion": moved})
    names = set()
    for each in (panel, panel, other):
        networks, windows, _ = train_networks(each, backbone="lstm", horizon=7, options=replace(SMALL, steps=1))
        names.add(train._fingerprint(windows, NetworkModule.of(networks[0]), SMALL))
    assert len(names) == 2


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    panel = shop(items=6, periods=150)
    network = train_networks(panel, backbone="lstm", horizon=7, options=SMALL)[0][0]
    (tmp_path / "a.safetensors").write_bytes(b"not a checkpoint")
    with pytest.raises(ModelError, match="no checkpoint"):
        load_checkpoint(tmp_path / "a.safetensors", start(NetworkModule.of(network)))


_RUN = """
import sys, time
from pathlib import Path
from foresale.data.synthetic import shop
from foresale.training import loop
from foresale.training.options import TrainOptions
from foresale.workflows.train import train
loop._CHECKPOINT_SECONDS = 0.0
def watch(progress):
    print(progress.step, flush=True)
    if progress.step == 20 and sys.argv[3] == "wait":
        time.sleep(300)
options = TrainOptions(steps=40, batch=32, width=32, validate_every=10)
train(shop(items=10, periods=200), model=sys.argv[2], horizon=7, options=options, output=sys.argv[1], on_progress=watch)
"""


@pytest.mark.slow
@pytest.mark.parametrize("backbone", ["lstm", "transformer"])
def test_a_killed_training_goes_on_to_the_same_weights(backbone: str, tmp_path: Path) -> None:
    def command(output: Path, then: str = "go on") -> list[str]:
        return [sys.executable, "-c", _RUN, str(output), backbone, then]

    subprocess.run(command(tmp_path / "whole"), check=True, capture_output=True, timeout=300)
    with subprocess.Popen(command(tmp_path / "killed", "wait"), stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        saved = tmp_path / "killed.training"
        for line in victim.stdout:
            if int(line) == 20:
                os.kill(victim.pid, signal.SIGKILL)
    assert victim.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed").exists()
    rest = subprocess.run(command(tmp_path / "killed"), check=True, capture_output=True, text=True, timeout=300)
    assert int(rest.stdout.split()[0]) == 21, "the second run should have gone on, not started anew"
    one, two = (load_file(next((tmp_path / name).glob("network-*.safetensors"))) for name in ("whole", "killed"))
    assert one.keys() == two.keys()
    for name, weight in one.items():
        assert torch.allclose(weight, two[name], atol=1e-5), name
    assert not saved.exists()
    assert '"horizon": 7' in (tmp_path / "killed" / "model.json").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("backbone", ["lstm", "transformer"])
def test_a_small_network_beats_seasonal_naive(backbone: str) -> None:
    panel = shop(items=30, periods=500, seed=4)
    before = panel.back(14)
    actual = np.stack([panel.sales[panel.rows(item)][-14:] for item in range(len(panel))])
    options = TrainOptions(steps=150, batch=128, width=48)
    networks, windows, _ = train_networks(before, backbone=backbone, horizon=14, options=options)  # type: ignore[arg-type]
    forecaster = NeuralForecaster(backbone, networks, windows.spec, windows.context, 14)
    errors = {}
    for model in (forecaster, SeasonalNaive()):
        median = model.forecast(before, horizon=14).median
        errors[model.name] = mase(actual, median, scale=before.seasonal_scale())
    assert errors[backbone] < 0.85 * errors["seasonal-naive"], errors
