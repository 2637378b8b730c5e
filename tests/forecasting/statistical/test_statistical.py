"""Every statistical forecaster: an answer for every item, honest intervals, no look ahead, one item at a time."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.evaluation.metrics import mase
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.statistical import STATISTICAL, statistical

NAN = float("nan")
cells = st.one_of(st.just(NAN), st.just(0.0), st.integers(0, 1000).map(float))


def panel_of(*histories: object, future: int = 0, frequency: Frequency | None = None) -> Panel:
    lengths = np.array([len(history) + future for history in histories])
    return Panel(
        frequency or Frequency("day"),
        pl.DataFrame({"item_id": [f"i{number}" for number in range(len(histories))]}),
        starts=np.zeros(len(histories), np.int64),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=lengths - future,
        sales=np.concatenate([[*history, *[NAN] * future] for history in histories]).astype(np.float32),
    )


@pytest.mark.parametrize("name", STATISTICAL)
@pytest.mark.parametrize("frequency", [Frequency("day"), Frequency("month"), Frequency("week"), Frequency("hour")])
def test_the_strangest_items_have_a_forecast(name, frequency) -> None:
    histories = [
        [5.0],
        [NAN],
        [NAN] * 30,
        [0.0] * 90,
        [7.0] * 90,
        [0.0] * 80 + [3.0] * 10,
        [3.0] + [NAN] * 60,
        [1e7, 0.0] * 40,
        [0.0] * 60 + [1.0],
        [-3.0] * 20,
    ]
    forecast = statistical(name).forecast(panel_of(*histories, frequency=frequency), horizon=30)
    assert forecast.quantiles.shape == (10, 30, 21)
    assert forecast.model == name
    assert {"i1", "i2"} == set(forecast.fallbacks)
    assert f"{name} could not forecast it; forecast by seasonal-naive" == forecast.fallbacks["i1"]
    assert not forecast.median[3].any()


@pytest.mark.parametrize("name", STATISTICAL)
def test_constant_sales_stay_what_they_are(name) -> None:
    forecast = statistical(name).forecast(panel_of([7.0] * 150, [0.0] * 150), horizon=10)
    np.testing.assert_allclose(forecast.median[0], 7, rtol=0.02)
    assert not forecast.median[1].any()


@pytest.mark.parametrize("name", STATISTICAL)
@given(st.lists(st.lists(cells, min_size=1, max_size=40), min_size=1, max_size=4), st.integers(1, 9))
@settings(deadline=None, max_examples=15)
def test_any_history_gives_a_valid_forecast_and_future_rows_change_nothing(name, histories, horizon) -> None:
    plain, longer = (statistical(name).forecast(panel_of(*histories, future=n), horizon=horizon) for n in (0, 9))
    np.testing.assert_array_equal(plain.quantiles, longer.quantiles)


@pytest.mark.parametrize("name", STATISTICAL)
def test_an_item_long_enough_is_forecast_the_same_whatever_stands_beside_it(name) -> None:
    generator = np.random.default_rng(4)
    sales = generator.poisson(3, (20, 200)).astype(np.float32)
    alone = statistical(name).forecast(panel_of(*sales[:2]), horizon=10)
    beside = statistical(name).forecast(panel_of(*sales), horizon=10)
    spoilt = statistical(name).forecast(panel_of(sales[0], *[[1e9] * 200] * 9), horizon=10)
    np.testing.assert_array_equal(alone.quantiles[0], beside.quantiles[0])
    np.testing.assert_array_equal(alone.quantiles[0], spoilt.quantiles[0])


@pytest.mark.parametrize("name", STATISTICAL)
def test_nothing_after_the_cutoff_is_seen(name) -> None:
    sales = np.random.default_rng(5).poisson(3, (6, 140)).astype(np.float32)
    early = panel_of(*sales).back(20)
    peeking = replace(early, sales=np.where(early.is_history, early.sales, np.float32(500)))
    one, other = (statistical(name).forecast(each, horizon=20) for each in (early, peeking))
    np.testing.assert_array_equal(one.quantiles, other.quantiles)


@pytest.mark.parametrize("name", ["ets", "theta", "mstl"])
def test_seasonal_sales_are_followed_better_than_by_seasonal_naive(name) -> None:
    generator = np.random.default_rng(6)
    week = 60 + 25 * np.sin(np.arange(420) * 2 * np.pi / 7)
    sales = generator.poisson(week, (100, 420)).astype(np.float32)
    panel, actual = panel_of(*sales[:, :392]), sales[:, 392:]
    scale = panel.seasonal_scale()
    found, naive = (
        mase(actual, each.forecast(panel, horizon=28).median, scale=scale)
        for each in (statistical(name), SeasonalNaive())
    )
    assert found < 0.78 * naive


@pytest.mark.parametrize("name", ["ets", "theta", "mstl"])
def test_a_trend_goes_on(name) -> None:
    generator = np.random.default_rng(7)
    sales = 50 + np.arange(112) + generator.normal(0, 3, (30, 112))
    forecast = statistical(name).forecast(panel_of(*sales[:, :105]), horizon=7)
    assert forecast.median[:, -1].mean() > 50 + 104


@pytest.mark.parametrize("name", ["ets", "theta", "mstl"])
@pytest.mark.parametrize("periods", [40, 300])
def test_intervals_cover_what_they_say(name, periods) -> None:
    generator = np.random.default_rng(8)
    season = 100 + 20 * np.sin(np.arange(periods + 14) * 2 * np.pi / 7)
    sales = season + 10 * generator.standard_normal((300, periods + 14))
    forecast = statistical(name).forecast(panel_of(*sales[:, :periods]), horizon=14)
    for low, high in ((0.25, 0.75), (0.1, 0.9), (0.05, 0.95)):
        within = (forecast.quantile(low) <= sales[:, periods:]) & (sales[:, periods:] <= forecast.quantile(high))
        assert within.mean() == pytest.approx(high - low, abs=0.08)


@pytest.mark.parametrize("name", ["tsb", "croston", "adida"])
def test_intermittent_demand_has_its_zeros_and_its_sizes(name) -> None:
    generator = np.random.default_rng(9)
    sales = (generator.random((200, 400)) < 0.3) * generator.integers(1, 9, (200, 400))
    forecast = statistical(name).forecast(panel_of(*sales.astype(float)), horizon=4)
    assert (forecast.quantile(0.5)[:, 0] == 0).mean() > 0.95
    assert (forecast.quantile(0.9)[:, 0] > 0).mean() > 0.95
    assert forecast.quantile(0.99).mean() == pytest.approx(8, abs=0.8)
    assert forecast.mean.mean() == pytest.approx(0.3 * 4.5, rel=0.12)


@pytest.mark.parametrize("name", ["tsb", "croston", "adida"])
def test_intermittent_demand_has_a_season_too(name) -> None:
    generator = np.random.default_rng(11)
    often = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.5])
    sales = (generator.random((100, 399)) < np.resize(often, 399)) * 2.0
    ahead = statistical(name).forecast(panel_of(*sales), horizon=14).mean.mean(axis=0)
    np.testing.assert_allclose(ahead, 2 * np.resize(often, 14), rtol=0.3)


def test_what_stops_selling_fades_with_tsb_and_not_with_croston() -> None:
    ended = panel_of([0.0, 4.0] * 100 + [0.0] * 100)
    fading, staying = (statistical(name).forecast(ended, horizon=1).mean[0, 0] for name in ("tsb", "croston"))
    assert fading < 0.25 * staying


def test_leading_zeros_are_no_demand_that_was_seen() -> None:
    launched = [0.0] * 300 + [20.0] * 60
    forecast = statistical("ets").forecast(panel_of(launched), horizon=7)
    np.testing.assert_allclose(forecast.median[0], 20, rtol=0.02)


def test_a_short_item_borrows_the_season_of_the_shop() -> None:
    week = np.array([10, 10, 10, 10, 10, 20, 30], np.float32)
    long = [np.tile(week * level, 30) for level in range(1, 11)]
    forecast = statistical("ets").forecast(panel_of(*long, np.tile(week, 2)[:11]), horizon=7)
    ahead = forecast.median[-1]
    assert ahead[2] > 1.3 * ahead[0]


def test_a_horizon_and_a_name_have_to_be_possible() -> None:
    with pytest.raises(ConfigError, match="at least one step"):
        statistical("ets").forecast(panel_of([1.0]), horizon=0)
    with pytest.raises(ConfigError, match="unknown statistical model 'arima'"):
        statistical("arima")
