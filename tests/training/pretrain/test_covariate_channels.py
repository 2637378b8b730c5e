from dataclasses import replace

import numpy as np
import pytest
import torch

from foresale.core.errors import ConfigError
from foresale.networks.batch import batch_of_series
from foresale.networks.covariate_encoding import CovariateEncoding, Regression
from foresale.training.pretrain.covariate_channels import fitted, standardised, tell
from foresale.training.pretrain.loop import pretrain
from foresale.training.pretrain.options import PretrainOptions
from foresale.training.pretrain.series_stream import SeriesStream
from foresale.training.pretrain.windowing import cut, windows

OPTIONS = PretrainOptions(unit="month", steps=2, series=24, width=16, layers=1, workers=0, validate_every=1)
WEEKS, HORIZON = 120, 8


def promoted(lift: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    """Ten series [10, T + H] and a flag that moves them all by a factor, [10, T + H, 1]."""
    generator = torch.Generator().manual_seed(0)
    flag = (torch.rand(10, WEEKS + HORIZON, 1, generator=generator) < 0.25).float()
    noise = 0.02 * torch.randn(10, WEEKS + HORIZON, generator=generator)
    return 50 * torch.exp(noise + lift * flag[..., 0]), flag


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def test_the_regression_finds_what_a_covariate_adds_and_frees_sales_of_it() -> None:
    sales, flag = promoted()
    told = tell(
        CovariateEncoding(regression="removed"),
        sales[:, :WEEKS],
        torch.ones(10, WEEKS, dtype=torch.bool),
        flag,
        season=1,
    )
    ahead = told.channels[:, WEEKS:, 0]
    gain = torch.stack(
        [
            row[on].mean() - row[~on].mean()
            for row, on in zip(ahead, flag[:, WEEKS:, 0] > 0, strict=True)
            if 0 < on.sum() < HORIZON
        ]
    )
    assert float(gain.mean()) == pytest.approx(1.0, abs=0.1)
    freed = told.adjusted(sales)
    assert float(freed.log().std()) < 0.3 * float(sales.log().std())


def test_only_what_is_observed_counts_and_nothing_to_come() -> None:
    sales, flag = promoted()
    observed = torch.rand(10, WEEKS, generator=generator()) < 0.8
    encoding = CovariateEncoding(slots=1, regression="removed")
    one = tell(encoding, sales[:, :WEEKS] * observed, observed, flag, season=1)
    two = tell(encoding, torch.where(observed, sales[:, :WEEKS], 9e3) * observed, observed, flag, season=1)
    assert torch.equal(one.channels, two.channels)
    flat = tell(encoding, torch.ones(10, WEEKS), observed, flag, season=1)
    assert float(one.channels[..., 1].std()) > 20 * float(flat.channels[..., 1].std())


def test_without_regression_sales_stay_as_they_are() -> None:
    sales, flag = promoted()
    told = tell(CovariateEncoding(slots=2), sales[:, :WEEKS], torch.ones(10, WEEKS, dtype=torch.bool), flag, season=1)
    assert told.channels.shape == (10, WEEKS + HORIZON, 2)
    assert not bool(told.channels[..., 1].any())
    assert torch.equal(told.adjusted(sales), sales)


def test_slots_are_of_one_size_whatever_the_covariate_is_measured_in() -> None:
    wave = torch.randn(4, 60, 2, generator=generator())
    observed = torch.arange(50) >= torch.tensor([0, 0, 20, 49])[:, None]
    scaled = standardised(wave, observed)
    assert torch.allclose(scaled, standardised(1000 * wave + 70, observed), atol=1e-3)
    assert torch.allclose(scaled[:2, :50].mean(dim=1), torch.zeros(2, 2), atol=1e-5)
    assert not bool(scaled[2, :20].any())
    assert not bool(scaled[3].any())
    assert fitted(scaled, 1).shape[-1] == 1


def test_turned_sales_turn_what_the_regression_says_and_no_covariate() -> None:
    values = np.ones((2, 30), np.float32)
    batch = batch_of_series(values, values > 0, horizon=3, lags=(12,))
    shown = replace(batch, known=np.ones((2, 21, 3), np.float32))
    turned = CovariateEncoding(2, "shown").turned(shown)
    assert turned.known[0, 0].tolist() == [1, 1, -1]
    assert np.array_equal(turned.values, -shown.values)


@pytest.mark.parametrize("regression", ["none", "shown", "removed"])
def test_every_reading_sees_the_same_windows(regression: Regression) -> None:
    told = replace(OPTIONS, encoding=CovariateEncoding(3, regression))
    plain, other = SeriesStream(OPTIONS)[0], SeriesStream(told)[0]
    assert other.batch.known.shape[2] == told.encoding.channels
    assert torch.equal(plain.known, other.known)
    assert torch.equal(plain.hidden, other.hidden)
    assert torch.equal(plain.actual, other.actual) == (regression != "removed")
    assert bool(other.batch.known[..., :3].any())
    network = pretrain(told)
    assert network.config.known == told.encoding.channels


def test_covariates_lie_beside_their_own_periods() -> None:
    series = torch.arange(1.0, OPTIONS.length + 21).repeat(9, 1)
    made = windows(series, OPTIONS, generator=generator(), covariates=series[..., None])
    assert torch.equal(made.covariates[..., 0][made.known], made.values[made.known])
    task = cut(
        series, replace(OPTIONS, encoding=CovariateEncoding(1)), generator=generator(), covariates=series[..., None]
    )
    assert task.batch.known.shape == (18, task.batch.context + task.batch.horizon, 1)


def test_slots_need_covariates() -> None:
    with pytest.raises(ConfigError, match="0 or more slots"):
        CovariateEncoding(-1)
    with pytest.raises(ConfigError, match="only 2 are simulated"):
        replace(OPTIONS, covariates=2, encoding=CovariateEncoding(3))
    with pytest.raises(ConfigError, match="only 0 are simulated"):
        replace(OPTIONS, covariates=0, encoding=CovariateEncoding(regression="shown"))
