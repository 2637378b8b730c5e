"""The seasonal naive forecaster: the right season, honest intervals, and an answer for every item."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.forecasting.naive import SeasonalNaive, fall_back

NAN = float("nan")
cells = st.one_of(st.just(NAN), st.integers(0, 50).map(float))


def panel_of(*histories: list[float], future: int = 0, frequency: Frequency | None = None) -> Panel:
    lengths = np.array([len(history) + future for history in histories])
    return Panel(
        frequency or Frequency("day"),
        pl.DataFrame({"item_id": [f"i{number}" for number in range(len(histories))]}),
        starts=np.zeros(len(histories), np.int64),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=lengths - future,
        sales=np.concatenate([[*history, *[NAN] * future] for history in histories]).astype(np.float32),
    )


def naive_by_hand(history: list[float], *, season: int, horizon: int) -> list[float]:
    """The definition, one step after the other."""
    known = [value for value in history if not np.isnan(value)]
    if not known:
        return [0.0] * horizon
    length = season if len(history) >= season else 1
    steps = []
    for step in range(horizon):
        place = len(history) - length + step % length
        while place >= 0 and np.isnan(history[place]):
            place -= length
        steps.append(history[place] if place >= 0 else known[-1])
    return steps


@given(st.lists(st.lists(cells, min_size=1, max_size=25), min_size=1, max_size=6), st.integers(1, 20))
@settings(deadline=None)
def test_median_and_mean_are_the_newest_known_value_of_the_season(histories, horizon) -> None:
    forecast = SeasonalNaive().forecast(panel_of(*histories, future=2), horizon=horizon)
    expected = [naive_by_hand(history, season=7, horizon=horizon) for history in histories]
    assert forecast.median.tolist() == forecast.mean.tolist() == expected
    assert forecast.starts.tolist() == [len(history) for history in histories]


@given(st.lists(cells, min_size=1, max_size=40), st.lists(cells, min_size=1, max_size=40))
@settings(deadline=None)
def test_future_rows_change_nothing(one, other) -> None:
    plain, longer = (SeasonalNaive().forecast(panel_of(one, other, future=n), horizon=9) for n in (0, 9))
    np.testing.assert_array_equal(plain.quantiles, longer.quantiles)


def test_items_that_fell_back_are_named_with_the_reason() -> None:
    forecast = SeasonalNaive().forecast(panel_of([1.0] * 7, [1, 2], [NAN] * 9), horizon=3)
    assert forecast.fallbacks == {
        "i1": "less than a season of history: last value repeated",
        "i2": "no known sales: zeros",
    }
    assert not forecast.quantiles[2].any()


def test_season_follows_the_frequency_and_can_be_set() -> None:
    year = [float(month) for month in range(1, 25)]
    monthly = panel_of(year, frequency=Frequency("month"))
    assert SeasonalNaive().forecast(monthly, horizon=2).median[0].tolist() == [13, 14]
    assert SeasonalNaive(season=3).forecast(monthly, horizon=4).median[0].tolist() == [22, 23, 24, 22]
    with pytest.raises(ConfigError, match="season"):
        SeasonalNaive(season=0)
    with pytest.raises(ConfigError, match="at least one step"):
        SeasonalNaive().forecast(monthly, horizon=0)


@pytest.mark.parametrize("periods", [30, 200])
def test_intervals_cover_what_they_say(periods: int) -> None:
    generator = np.random.default_rng(3)
    season = 100 + 20 * np.sin(np.arange(periods + 21) * 2 * np.pi / 7)
    sales = season + 10 * generator.standard_normal((400, periods + 21))
    forecast = SeasonalNaive().forecast(panel_of(*sales[:, :periods].tolist()), horizon=21)
    actual = sales[:, periods:]
    for low, high in ((0.25, 0.75), (0.1, 0.9), (0.05, 0.95), (0.01, 0.99)):
        within = (forecast.quantile(low) <= actual) & (actual <= forecast.quantile(high))
        for week in np.split(within, 3, axis=1):
            assert week.mean() == pytest.approx(high - low, abs=0.05)


def test_spread_of_wandering_sales_grows_by_the_root_of_the_seasons_ahead() -> None:
    steps = np.random.default_rng(4).standard_normal((300, 400))
    walk = 1000 + np.cumsum(steps, axis=1)
    forecast = SeasonalNaive(season=1).forecast(panel_of(*walk.tolist()), horizon=16)
    width = (forecast.quantile(0.9) - forecast.quantile(0.1)).mean(axis=0)
    np.testing.assert_allclose(width / width[0], np.sqrt(np.arange(1, 17)), rtol=0.06)


def test_a_short_item_borrows_the_relative_spread_of_the_shop() -> None:
    generator = np.random.default_rng(5)
    long = [(100 + 10 * generator.standard_normal(100)).tolist() for _ in range(50)]
    short = [1000.0, 1000.0, 1000.0]
    forecast = SeasonalNaive().forecast(panel_of(*long, short), horizon=1)
    width = (forecast.quantile(0.9) - forecast.quantile(0.1))[:, 0]
    assert width[-1] == pytest.approx(10 * width[:-1].mean(), rel=0.15)


def test_a_shop_with_one_day_of_history_gets_the_spread_of_counts() -> None:
    forecast = SeasonalNaive().forecast(panel_of([100.0], [0.0]), horizon=4)
    assert forecast.quantile(0.9)[0, 0] == pytest.approx(100 + 1.2816 * np.sqrt(200), rel=1e-3)
    assert not forecast.quantiles[1].any()
    widths = forecast.quantile(0.9)[0] - forecast.quantile(0.1)[0]
    np.testing.assert_allclose(widths / widths[0], np.sqrt([1, 2, 3, 4]), rtol=1e-5)


def test_constant_sales_are_certain() -> None:
    forecast = SeasonalNaive().forecast(panel_of([5.0] * 60), horizon=10)
    assert (forecast.quantiles == 5).all()


def test_stepping_in_for_some_items_gives_what_a_forecast_of_them_alone_gives() -> None:
    panel = panel_of([1.0, 2, 3], [4.0] * 20, [5.0])
    quantiles, named = fall_back(panel, {2: "no sales", 0: "too short for the network"}, horizon=5)
    assert quantiles[:, 0, 10].tolist() == [5, 3]
    assert named == {
        "i2": "no sales; forecast by seasonal-naive",
        "i0": "too short for the network; forecast by seasonal-naive",
    }
    nothing, nobody = fall_back(panel, {}, horizon=5)
    assert nothing.shape == (0, 5, 21)
    assert nobody == {}


def test_ten_thousand_items_take_seconds() -> None:
    sales = np.random.default_rng(6).poisson(2, 10_000 * 100).astype(np.float32)
    panel = Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": range(10_000)}),
        starts=np.zeros(10_000, np.int64),
        offsets=np.arange(10_001) * 100,
        history=np.full(10_000, 100),
        sales=sales,
    )
    assert SeasonalNaive().forecast(panel, horizon=28).quantiles.shape == (10_000, 28, 21)
