from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

import foresale
from foresale.core.errors import ConfigError, ModelError
from foresale.core.forecast import LEVELS
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.features import windows as windows_module
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.networks.arrays import Arrays
from foresale.networks.batch import Batch, batch_of_series
from foresale.networks.config import NetworkConfig
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.network import Network
from foresale.training.pretrain.options import LAGS, PATCH

HORIZON = 14
Making = Callable[..., Specialist]


class LastSeason:
    """In the place of a network: every quantile is the sales one week ago."""

    def __call__(self, batch: Batch[Arrays]) -> np.ndarray:
        return np.repeat(batch.values[:, -7:][:, np.arange(batch.horizon) % 7, None], len(LEVELS), axis=2)


@pytest.fixture(scope="module")
def specialist(drawn: Callable[..., Network]) -> Making:
    made = drawn(NetworkConfig("lstm", LEVELS, patch=PATCH["day"], width=16, lags=2))

    def of(network: Any = made) -> Specialist:
        return Specialist((network,), context=56, lags=LAGS["day"])

    return of


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=12, periods=500, seed=8, config=ShopConfig(future=20, launches=0, stockouts=0.0))


class Listener(LastSeason):
    """Keeps the batches it was shown."""

    def __init__(self) -> None:
        self.heard: list[Batch[Arrays]] = []

    def __call__(self, batch: Batch[Arrays]) -> np.ndarray:
        self.heard.append(batch)
        return super().__call__(batch)


def test_networks_are_shown_sales_as_they_are_and_nothing_of_covariates(panel: Panel, specialist: Making) -> None:
    listener = Listener()
    told = replace(specialist(listener), encoding=CovariateEncoding(2, "removed"))
    PretrainedForecaster({"day": told}).forecast(panel, horizon=HORIZON)
    straight = listener.heard[0][:12]
    sales = panel.sales.reshape(12, -1)[:, 500 - 56 : 500]
    assert np.allclose(straight.values, sales, rtol=1e-5)
    assert straight.known.shape[-1] == 3
    assert not any(bool(batch.known.any()) for batch in listener.heard)


def test_covariates_and_static_columns_move_nothing(panel: Panel, specialist: Making) -> None:
    plain = replace(panel, covariates={}, items=panel.items.select("item_id"))
    one, two = (PretrainedForecaster({"day": specialist()}).forecast(each, horizon=HORIZON) for each in (panel, plain))
    assert np.array_equal(one.quantiles, two.quantiles)


def test_the_order_of_items_of_unlike_history_does_not_matter(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, specialist: Making
) -> None:
    monkeypatch.setattr(windows_module, "_CELLS_AT_ONCE", 3000)
    sales = panel.sales.copy()
    for item in range(0, 12, 2):
        sales[panel.rows(item)][: 40 * item] = np.nan
    uneven = replace(panel, sales=sales)
    forecaster = PretrainedForecaster({"day": specialist()})
    forward = forecaster.forecast(uneven, horizon=HORIZON).quantiles
    backward = forecaster.forecast(uneven.select(np.arange(11, -1, -1)), horizon=HORIZON).quantiles
    assert np.allclose(forward, backward[::-1], rtol=1e-4, atol=1e-4)
    alone = forecaster.forecast(uneven.select([4]), horizon=HORIZON).quantiles
    assert np.allclose(forward[4], alone[0], rtol=1e-4, atol=1e-4)


def test_the_future_moves_nothing(panel: Panel, specialist: Making) -> None:
    past = panel.back(30)
    rows = panel.positions >= np.repeat(past.history, panel.lengths)
    sales = np.where(rows & panel.is_history, panel.sales * 9 + 7, panel.sales).astype(np.float32)
    changed = replace(panel, sales=sales).back(30)
    forecaster = PretrainedForecaster({"day": specialist()})
    one, two = (forecaster.forecast(p, horizon=HORIZON).quantiles for p in (past, changed))
    assert np.array_equal(one, two)


def test_flipping_makes_the_forecast_symmetric(panel: Panel, specialist: Making) -> None:
    """A network that is averaged over both signs forecasts the turned sales as the turned forecast."""
    network = specialist().networks[0]
    forecaster = PretrainedForecaster({"day": specialist()})
    sales = np.random.default_rng(0).normal(5, 1, (3, 56 + 728)).astype(np.float32)
    batch = batch_of_series(sales, sales < np.inf, horizon=7, lags=LAGS["day"])
    straight, turned = (
        forecaster._one(specialist(), network, shown) for shown in (batch, CovariateEncoding().turned(batch))
    )
    assert np.allclose(straight, -turned[..., ::-1], atol=1e-4)


@pytest.mark.parametrize("history", [1, 2, 7, 30])
def test_short_histories_are_forecast(panel: Panel, history: int, specialist: Making) -> None:
    short = panel.back(500 - history)
    forecast = PretrainedForecaster({"day": specialist()}).forecast(short, horizon=HORIZON)
    assert forecast.quantiles.shape == (12, HORIZON, 21)
    assert dict(forecast.fallbacks) == {}


def test_odd_items_are_forecast_and_unknown_ones_fall_back(panel: Panel, specialist: Making) -> None:
    sales = panel.sales.copy()
    for item, value in enumerate((0.0, 5.0, np.nan)):
        sales[panel.rows(item)] = value
    odd = replace(panel, sales=sales)
    forecast = PretrainedForecaster({"day": specialist()}).forecast(odd, horizon=HORIZON)
    assert list(forecast.fallbacks) == [str(panel.items["item_id"][2])]
    naive = SeasonalNaive().forecast(odd.select([2]), horizon=HORIZON)
    assert np.array_equal(forecast.quantiles[2], naive.quantiles[0])


@pytest.mark.parametrize(("frequency", "lags"), [("D", (364, 728)), ("2D", (182, 364)), ("7D", (52, 104))])
def test_longer_periods_have_the_lags_of_a_year_too(frequency: str, lags: tuple[int, ...], specialist: Making) -> None:
    assert PretrainedForecaster({"day": specialist()}).specialist(Frequency.parse(frequency)).lags == lags


def test_what_cannot_be_is_said(panel: Panel, specialist: Making) -> None:
    forecaster = PretrainedForecaster({"day": specialist()})
    with pytest.raises(ConfigError, match="at least one step"):
        forecaster.forecast(panel, horizon=0)
    with pytest.raises(ModelError, match="no pre-trained network for periods of a week: there are day"):
        forecaster.forecast(replace(panel, frequency=Frequency.parse("W")), horizon=HORIZON)


class MeanOfContext:
    """In the place of a network: every quantile is the mean of what is seen."""

    def __call__(self, batch: Batch[Arrays]) -> np.ndarray:
        mean = batch.values.sum(axis=1) / batch.observed.sum(axis=1).clip(min=1)
        return np.broadcast_to(mean[:, None, None], (len(mean), batch.horizon, len(LEVELS))).astype(np.float32)


def weekly(before: float, items: int = 3) -> Panel:
    """Items that sell around one level for 120 weeks, and then for 40 weeks around 40."""
    sales = np.random.default_rng(0).normal(np.repeat([before, 40.0], [120, 40]), 1.0, (items, 160))
    weeks = pl.Series([date(2020, 1, 6) + timedelta(weeks=week) for week in range(160)])
    return foresale.panel(
        pl.concat(pl.DataFrame({"sku": f"i{item}", "week": weeks, "qty": sales[item]}) for item in range(items))
    )


def of_weeks(*shorter: int) -> PretrainedForecaster:
    return PretrainedForecaster(
        {"week": Specialist((MeanOfContext(),), 96, (52,), shorter=shorter, validation_horizon=13)}
    )  # type: ignore[arg-type]


def test_a_trade_that_has_changed_is_forecast_from_its_newest_weeks() -> None:
    short, long = (of_weeks(*lengths).forecast(weekly(100.0), horizon=4).median.mean() for lengths in ((16,), ()))
    assert short == pytest.approx(40, abs=2)
    assert long > 70
    steady = [of_weeks(*lengths).forecast(weekly(40.0), horizon=4).median.mean() for lengths in ((16,), ())]
    assert steady == pytest.approx([40, 40], abs=0.5)


def test_what_context_is_seen_does_not_depend_on_the_order_of_items() -> None:
    panel = weekly(100.0, items=5)
    turned = foresale.panel(panel.to_frame().reverse())
    one, two = (of_weeks(32, 16).forecast(each, horizon=4) for each in (panel, turned))
    assert dict(zip(one.items["item_id"], one.median.tolist(), strict=True)) == dict(
        zip(two.items["item_id"], two.median.tolist(), strict=True)
    )


def test_a_week_is_forecast_alike_however_far_ahead_one_asks() -> None:
    forecaster, panel = of_weeks(32, 16), weekly(100.0)
    near, far = (forecaster.forecast(panel, horizon=horizon).quantiles[:, :4] for horizon in (4, 20))
    np.testing.assert_array_equal(near, far)
