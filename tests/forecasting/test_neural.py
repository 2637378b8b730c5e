from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError, ModelError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.neural import NeuralForecaster
from foresale.training.options import TrainOptions
from foresale.training.train import train_networks

HORIZON = 7
OPTIONS = TrainOptions(steps=8, batch=32, width=16, layers=1)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=8, periods=240, seed=6, config=ShopConfig(future=10, launches=0))


@pytest.fixture(scope="module", params=["lstm", "transformer"])
def forecaster(request: pytest.FixtureRequest, panel: Panel) -> NeuralForecaster:
    networks, windows, _ = train_networks(panel, backbone=request.param, horizon=HORIZON, options=OPTIONS)
    return NeuralForecaster(request.param, networks, windows.spec, windows.context, HORIZON)


def with_sales(panel: Panel, item: int, values: float | np.ndarray) -> Panel:
    sales = panel.sales.copy()
    sales[panel.rows(item)] = values
    return replace(panel, sales=sales)


def test_the_future_moves_nothing_but_what_is_known_of_it(forecaster: NeuralForecaster, panel: Panel) -> None:
    past = panel.back(30)
    rows = panel.positions >= np.repeat(past.history, panel.lengths)
    changed = replace(
        panel, sales=np.where(rows & panel.is_history, panel.sales + 1000, panel.sales).astype(np.float32)
    )
    one, two = forecaster.forecast(past, horizon=HORIZON), forecaster.forecast(changed.back(30), horizon=HORIZON)
    assert np.array_equal(one.quantiles, two.quantiles)


def test_what_is_known_of_the_future_is_read(forecaster: NeuralForecaster, panel: Panel) -> None:
    promotion = panel.covariates["promotion"]
    flipped = np.where(panel.is_history, promotion.values, 1 - promotion.values).astype(np.float32)
    other = replace(panel, covariates={**panel.covariates, "promotion": replace(promotion, values=flipped)})
    one, two = (forecaster.forecast(p, horizon=HORIZON).quantiles for p in (panel, other))
    assert not np.allclose(one, two)


def test_bad_items_fall_back_by_name_and_leave_the_others_alone(forecaster: NeuralForecaster, panel: Panel) -> None:
    before = forecaster.forecast(panel, horizon=HORIZON)
    unknown = with_sales(panel, 2, np.nan)
    after = forecaster.forecast(unknown, horizon=HORIZON)
    assert list(after.fallbacks) == [str(panel.items["item_id"][2])]
    assert "seasonal-naive" in next(iter(after.fallbacks.values()))
    others = [item for item in range(len(panel)) if item != 2]
    assert np.allclose(before.quantiles[others], after.quantiles[others], rtol=1e-4, atol=1e-4)
    assert np.array_equal(
        after.quantiles[2], SeasonalNaive().forecast(unknown.select([2]), horizon=HORIZON).quantiles[0]
    )


@pytest.mark.parametrize("values", [0.0, 7.0, 1e30])
def test_constant_items_are_forecast(forecaster: NeuralForecaster, panel: Panel, values: float) -> None:
    forecast = forecaster.forecast(with_sales(panel, 0, values), horizon=HORIZON)
    assert forecast.quantiles.shape == (8, HORIZON, 21)


def test_an_item_with_one_value_is_forecast(forecaster: NeuralForecaster, panel: Panel) -> None:
    short = panel.back(239)
    assert short.history.tolist() == [1] * 8
    assert forecaster.forecast(short, horizon=HORIZON).quantiles.shape == (8, HORIZON, 21)


def test_a_longer_horizon_is_given_and_said(forecaster: NeuralForecaster, panel: Panel) -> None:
    forecast = forecaster.forecast(panel, horizon=HORIZON + 3)
    assert forecast.horizon == HORIZON + 3
    assert any("trained for 7 periods" in note for note in forecast.notes)


def test_known_covariates_must_cover_the_horizon(forecaster: NeuralForecaster, panel: Panel) -> None:
    with pytest.raises(DataError, match=r"(?s)8 \(first at item .*: 10 of 11 periods\)"):
        forecaster.forecast(panel, horizon=11)


def test_another_frequency_is_refused(forecaster: NeuralForecaster, panel: Panel) -> None:
    weekly = replace(panel, frequency=Frequency.parse("W"))
    with pytest.raises(ModelError, match="trained on daily sales, these are weekly"):
        forecaster.forecast(weekly, horizon=HORIZON)
    with pytest.raises(ConfigError, match="at least one step"):
        forecaster.forecast(panel, horizon=0)


def test_members_are_averaged(panel: Panel) -> None:
    networks, windows, _ = train_networks(panel, backbone="lstm", horizon=HORIZON, options=replace(OPTIONS, members=2))
    made = [
        NeuralForecaster("lstm", n, windows.spec, windows.context, HORIZON)
        for n in (networks, networks[:1], networks[1:])
    ]
    windows_of = windows.batch(np.arange(8), panel.history)
    both = sum(network(windows_of) for network in networks) / 2
    assert np.allclose(made[0].forecast(panel, horizon=HORIZON).quantiles, np.maximum(both, 0), rtol=1e-4, atol=1e-4)
    one, two = (forecaster.forecast(panel, horizon=HORIZON).quantiles for forecaster in made[1:])
    assert not np.allclose(one, two)


def test_a_lacking_item_column_is_said() -> None:
    panel = shop(items=8, periods=200, seed=6, config=ShopConfig(future=7))
    kinds = pl.Series("kind", ["a", "b"] * 4)
    trained = train_networks(
        replace(panel, items=panel.items.with_columns(kinds)), backbone="lstm", horizon=7, options=OPTIONS
    )
    forecaster = NeuralForecaster("lstm", trained.networks, trained.windows.spec, trained.windows.context, 7)
    assert "trained with kind of the items" in forecaster.forecast(panel, horizon=7).notes[-1]
