import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from foresale.core.errors import ConfigError, DataError, ModelError
from foresale.core.forecast import LEVELS
from foresale.networks.config import NetworkConfig
from foresale.networks.network import Network
from foresale.training.pretrain import loop
from foresale.training.pretrain.corpus import load_corpus
from foresale.training.pretrain.loop import pretrain
from foresale.training.pretrain.objectives import Pretraining
from foresale.training.pretrain.options import LAGS, PATCH, Objectives, PretrainOptions
from foresale.training.pretrain.series_stream import SeriesStream
from foresale.training.progress import Progress

SMALL = PretrainOptions(unit="month", steps=6, series=8, width=16, layers=1, workers=0, validate_every=3)
EVERYTHING = Objectives(spans=0.3, following=0.3, mean=0.3, contrast=0.3)


def weights(network: Network) -> np.ndarray:
    return np.concatenate([weight.ravel() for weight in network.weights.values()])


def test_the_same_step_has_the_same_windows() -> None:
    one, two, other = SeriesStream(SMALL)[7], SeriesStream(SMALL)[7], SeriesStream(SMALL)[8]
    assert torch.equal(one.actual, two.actual)
    assert one.actual.shape != other.actual.shape or not torch.equal(one.actual, other.actual)


@pytest.mark.parametrize("backbone", ["lstm", "transformer"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_same_seed_gives_the_same_network(backbone: str, precision: str) -> None:
    options = replace(SMALL, backbone=backbone, precision=precision)  # type: ignore[arg-type]
    one, two = pretrain(options), pretrain(options)
    assert np.array_equal(weights(one), weights(two))
    assert not np.array_equal(weights(one), weights(pretrain(replace(options, seed=1))))


def test_a_stopped_run_goes_on_to_the_same_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_SAVE_SECONDS", 0.0)
    options = replace(SMALL, objectives=EVERYTHING, accumulate=2, workers=1)
    whole = pretrain(options)

    def stop(progress: Progress) -> None:
        if progress.step == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretrain(options, checkpoint=tmp_path / "run", watch=stop)
    seen: list[Progress] = []
    resumed = pretrain(options, checkpoint=tmp_path / "run", watch=seen.append)
    assert [progress.step for progress in seen] == [5, 6]
    assert np.allclose(weights(whole), weights(resumed), atol=1e-6)


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    pretrain(SMALL, checkpoint=tmp_path / "run")
    with pytest.raises(ModelError, match="no checkpoint of this network"):
        pretrain(replace(SMALL, width=24), checkpoint=tmp_path / "run")


def test_every_objective_teaches_its_own_head() -> None:
    config = NetworkConfig("lstm", LEVELS, patch=PATCH["month"], width=16, lags=len(LAGS["month"]), dropout=0.0)
    torch.manual_seed(0)
    model = Pretraining(config, EVERYTHING)
    losses = model.loss(SeriesStream(replace(SMALL, objectives=EVERYTHING))[0])
    assert sorted(losses) == ["contrast", "following", "horizon", "mean", "spans"]
    for name, loss in losses.items():
        assert math.isfinite(loss.item()), name
        model.zero_grad()
        loss.backward(retain_graph=True)
        assert model.network.backbone.norm.weight.grad is not None, name
    lean = Pretraining(config, Objectives(spans=0, mean=0))
    assert sorted(lean.loss(SeriesStream(SMALL)[0])) == ["horizon"]


@pytest.mark.slow
@pytest.mark.parametrize("backbone", ["lstm", "transformer"])
def test_loss_falls(backbone: str) -> None:
    options = replace(SMALL, steps=120, series=32, width=32, backbone=backbone, validate_every=20)  # type: ignore[arg-type]
    seen: list[Progress] = []
    pretrain(options, watch=seen.append)
    first, last = seen[20].validation, seen[-1].validation
    assert first is not None
    assert last is not None
    assert last < 0.8 * first


def test_a_corpus_is_read_by_unit(tmp_path: Path) -> None:
    path = tmp_path / "corpus.parquet"
    frame = pl.DataFrame({"unit": ["day", "month", "month"], "values": [[1.0], [1.0, None, 3.0, 4.0], [5.0]]})
    frame.write_parquet(path)
    series = load_corpus(path, "month", length=3).numpy()
    assert np.array_equal(series, [[np.nan, 3, 4], [np.nan, np.nan, 5]], equal_nan=True)
    with pytest.raises(DataError, match="no series of the unit week"):
        load_corpus(path, "week", length=3)
    with pytest.raises(DataError, match="no corpus"):
        load_corpus(tmp_path / "nowhere.parquet", "week", length=3)


def test_a_corpus_takes_its_share() -> None:
    options = replace(SMALL, series=10, real_share=0.4)
    corpus = torch.full((3, options.length), 7.0)
    series, covariates = SeriesStream(options, corpus).series(torch.Generator().manual_seed(0))
    smooth = (series.std(dim=1) / series.mean(dim=1) < 0.3).sum()
    assert series.shape == (10, options.length)
    assert int(smooth) >= 4
    assert covariates.shape == (10, options.length, 3)
    assert not bool(covariates[6:].any())
    assert bool(covariates[:6].any())


def test_settings_that_cannot_be() -> None:
    with pytest.raises(ConfigError, match="either steps or minutes"):
        PretrainOptions()
    with pytest.raises(ConfigError, match="either steps or minutes"):
        PretrainOptions(steps=3, minutes=1.0)
    with pytest.raises(ConfigError, match="is for the lstm"):
        PretrainOptions(steps=3, backbone="transformer", objectives=Objectives(following=1.0))
    with pytest.raises(ConfigError, match="horizon must count"):
        Objectives(horizon=0)
