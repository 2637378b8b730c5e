"""A festival that lies ahead, but in none of the newest weeks, is judged by the years before."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import torch

from foresale.core.forecast import LEVELS
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.training.pretrain.options import LAGS

HORIZON = 14
CUTOFF = date(2023, 11, 3)
FESTIVAL = 7
"""Step of Double 11 after the cutoff."""


class LastSeason(torch.nn.Module):
    """In the place of a network: every quantile is the sales one week ago."""

    def forward(self, batch: object) -> torch.Tensor:
        last = batch.values[:, -7:]  # type: ignore[attr-defined]
        steps = torch.arange(batch.horizon) % 7  # type: ignore[attr-defined]
        return last[:, steps, None].expand(-1, -1, len(LEVELS))


@pytest.fixture(scope="module")
def forecaster() -> PretrainedForecaster:
    return PretrainedForecaster({"day": Specialist((LastSeason(),), context=56, lags=LAGS["day"])})  # type: ignore[arg-type]


def festive(start: date, *, lift: float) -> Panel:
    """Level sales that Double 11 multiplies, up to eight days before one."""
    periods = (CUTOFF - start).days + 1
    made = shop(items=40, periods=periods, config=ShopConfig(start=start, launches=0, stockouts=0.0))
    stamps = np.arange(np.datetime64(start), np.datetime64(CUTOFF) + 1)
    on = np.array([(day.month, day.day) == (11, 11) for day in stamps.tolist()])
    sales = 50 * np.where(on, lift, 1) * np.random.default_rng(0).lognormal(0, 0.3, (40, periods))
    return replace(made, sales=sales.astype(np.float32).ravel(), covariates={})


def test_a_festival_that_lies_ahead_is_learnt_from_the_years_before(forecaster: PretrainedForecaster) -> None:
    forecast = forecaster.forecast(festive(date(2021, 6, 1), lift=3.0), horizon=HORIZON)
    assert any("festivals to come" in note for note in forecast.notes)
    assert forecast.median[:, FESTIVAL].mean() == pytest.approx(150, rel=0.2)
    others = np.delete(forecast.median, FESTIVAL, axis=1)
    assert others.mean() == pytest.approx(50, rel=0.1)


def test_a_festival_that_did_nothing_is_left_alone(forecaster: PretrainedForecaster) -> None:
    forecast = forecaster.forecast(festive(date(2021, 6, 1), lift=1.0), horizon=HORIZON)
    assert not any("festivals to come" in note for note in forecast.notes)


def test_a_festival_seen_only_once_has_no_year_to_be_judged_by(forecaster: PretrainedForecaster) -> None:
    forecast = forecaster.forecast(festive(date(2022, 6, 1), lift=3.0), horizon=HORIZON)
    assert not any("festivals to come" in note for note in forecast.notes)


def test_the_future_moves_no_belief(forecaster: PretrainedForecaster) -> None:
    panel = festive(date(2021, 6, 1), lift=3.0)
    past = panel.back(30)
    hidden = ~past.is_history
    moved = replace(past, sales=np.where(hidden, np.float32(1e6), past.sales))
    one, other = (forecaster.forecast(each, horizon=HORIZON) for each in (past, moved))
    np.testing.assert_array_equal(one.quantiles, other.quantiles)
    assert one.notes == other.notes
