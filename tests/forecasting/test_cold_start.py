"""Items without sales are forecast like items like them: never refused, named, as wide as those items differ."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.columns import ITEM
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.core.paths import Copula, TemporalCorrelation
from foresale.forecasting.cold_start import ColdStartForecaster
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.statistical import statistical

WEEK = np.array([1, 1, 1, 1, 1, 2, 3], np.float32)


def panel_of(histories: list[np.ndarray], **columns: list[object]) -> Panel:
    """Items that all end at the same period."""
    lengths = np.array([len(history) for history in histories])
    return Panel(
        Frequency("day"),
        pl.DataFrame({ITEM: [f"i{number}" for number in range(len(histories))], **columns}),
        starts=700 - lengths,
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        history=lengths,
        sales=np.concatenate(histories).astype(np.float32),
    )


def weeks(level: float, count: int = 20) -> np.ndarray:
    return np.tile(level * WEEK, count)


NEW = np.array([np.nan])


def test_a_newcomer_follows_the_items_with_its_static_columns() -> None:
    histories = [
        *[weeks(10 + number) for number in range(10)],
        *[weeks(100 + number) for number in range(10)],
        NEW,
        NEW,
    ]
    brands = [*["small"] * 10, *["large"] * 10, "small", "large"]
    forecast = ColdStartForecaster(SeasonalNaive()).forecast(panel_of(histories, brand=brands), horizon=7)
    small, large = forecast.median[-2], forecast.median[-1]
    assert (small >= 10 * WEEK).all()
    assert (small <= 19 * WEEK).all()
    assert (large >= 100 * WEEK).all()
    assert (large <= 109 * WEEK).all()
    assert forecast.fallbacks["i20"] == "no known sales; forecast like 10 items with the same brand: i0, …"
    assert "2 items without any known sales were forecast like items like them (first: i20)." in forecast.notes


def test_an_item_that_waits_for_its_first_sale_may_begin_as_others_did() -> None:
    late = [np.concatenate([np.zeros(70), weeks(10, count=10)]) for _ in range(5)]
    histories = [*late, *[weeks(10) for _ in range(5)], np.zeros(140, np.float32)]
    forecast = ColdStartForecaster(SeasonalNaive()).forecast(panel_of(histories), horizon=28)
    chance = 1 - (1 - 5 / (5 * 70 + 140)) ** np.arange(1, 29)
    waiting = forecast.quantiles[-1]
    assert (forecast.median[-1] == 0).all()
    assert not waiting[np.array(forecast.levels) <= 1 - chance[:, None]].any()
    assert (waiting[np.array(forecast.levels) > 1.02 - chance[:, None]] > 0).all()
    assert 20 < waiting[-1, -1] < 45
    assert forecast.mean[-1, -1] == pytest.approx(chance[-1] * 30, rel=0.3)
    assert forecast.fallbacks["i10"].startswith("no sale yet; forecast like 10 items")
    assert (
        "1 item without a sale yet was forecast to begin by the last period with a chance of 25%" in forecast.notes[-1]
    )


def test_where_nobody_ever_waited_and_began_what_never_sold_is_the_forecasters_own() -> None:
    histories = [weeks(10), np.zeros(140, np.float32)]
    forecast = ColdStartForecaster(SeasonalNaive()).forecast(panel_of(histories), horizon=7)
    assert not forecast.quantiles[1].any()
    assert not forecast.fallbacks


def test_its_interval_spans_the_items_it_may_turn_out_like() -> None:
    levels = np.arange(1.0, 51.0)
    forecast = ColdStartForecaster(SeasonalNaive()).forecast(panel_of([*map(weeks, levels), NEW]), horizon=1)
    assert forecast.quantile(0.05)[-1, 0] == pytest.approx(np.quantile(levels, 0.05), abs=2)
    assert forecast.quantile(0.95)[-1, 0] == pytest.approx(np.quantile(levels, 0.95), abs=2)


def test_the_others_are_forecast_as_if_it_was_not_there() -> None:
    generator = np.random.default_rng(2)
    histories = [generator.poisson(4, 90).astype(np.float32) for _ in range(12)]
    base = statistical("ets")
    alone = base.forecast(panel_of(histories), horizon=9)
    both = ColdStartForecaster(base).forecast(panel_of([*histories[:5], NEW, *histories[5:]]), horizon=9)
    rest = np.r_[0:5, 6:13]
    np.testing.assert_array_equal(both.quantiles[rest], alone.quantiles)
    np.testing.assert_array_equal(both.mean[rest], alone.mean)
    assert set(both.fallbacks) == {"i5"}


def test_paths_of_the_others_hang_together_as_without_it() -> None:
    learnt = Copula((TemporalCorrelation(0.5, 0.1, 0.5),), common=0.3, freedom=2.0)

    class Calibrated:
        name = "calibrated"

        def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
            return replace(SeasonalNaive().forecast(panel, horizon=horizon), copula=learnt)

    forecast = ColdStartForecaster(Calibrated()).forecast(panel_of([weeks(10), weeks(20), NEW]), horizon=7)
    assert "i2" in forecast.fallbacks
    assert forecast.copula == learnt


def test_items_to_be_like_can_be_named() -> None:
    histories = [*[weeks(5)] * 10, weeks(70), NEW]
    forecaster = ColdStartForecaster(SeasonalNaive(), analogues={"i11": ["i10", "no such item"]})
    assert forecaster.forecast(panel_of(histories), horizon=7).median[-1].tolist() == (70 * WEEK).tolist()


def test_named_items_that_do_not_exist_leave_the_choice_open() -> None:
    forecaster = ColdStartForecaster(SeasonalNaive(), analogues={"i1": ["nobody"]})
    assert forecaster.forecast(panel_of([weeks(5), NEW]), horizon=7).median[-1].tolist() == (5 * WEEK).tolist()


def test_a_launch_begins_as_earlier_launches_did() -> None:
    launched = np.concatenate([np.full(60, 2.0), np.full(60, 10.0)])
    steady = np.full(240, 10.0)
    forecast = ColdStartForecaster(SeasonalNaive()).forecast(
        panel_of([*[steady] * 6, *[launched] * 6, NEW]), horizon=14
    )
    np.testing.assert_allclose(forecast.median[-1], 2, atol=0.1)


def test_a_shop_of_newcomers_alone_is_left_to_the_other_forecaster() -> None:
    forecast = ColdStartForecaster(SeasonalNaive()).forecast(panel_of([NEW, NEW]), horizon=3)
    assert not forecast.quantiles.any()
    assert forecast.fallbacks["i0"] == "no known sales: zeros"


def test_without_newcomers_nothing_changes() -> None:
    panel = panel_of([weeks(3), weeks(4)])
    one, other = (each.forecast(panel, horizon=5) for each in (SeasonalNaive(), ColdStartForecaster(SeasonalNaive())))
    np.testing.assert_array_equal(one.quantiles, other.quantiles)
    assert one.notes == other.notes


def test_rarer_values_tell_more_and_numbers_are_near_or_far() -> None:
    count = 100
    histories = [weeks(1 + number) for number in range(count)] + [NEW]
    panel = panel_of(histories, size=[*range(count), 90], country=["all"] * (count + 1))
    forecast = ColdStartForecaster(SeasonalNaive()).forecast(panel, horizon=1)
    assert forecast.median[-1, 0] == pytest.approx(91, abs=6)


def test_the_future_does_not_matter() -> None:
    panel = panel_of([*[weeks(3 + number) for number in range(9)], np.array([np.nan, np.nan])])
    early = replace(panel, history=np.maximum(panel.history - 7, 1))
    later = replace(early, sales=np.where(early.is_history, panel.sales, np.float32(999)))
    hidden = replace(early, sales=np.where(early.is_history, panel.sales, np.float32(np.nan)))
    forecaster = ColdStartForecaster(SeasonalNaive())
    one, other = (forecaster.forecast(each, horizon=7) for each in (later, hidden))
    np.testing.assert_array_equal(one.quantiles, other.quantiles)


def test_an_item_of_two_points_is_forecast_like_a_new_one() -> None:
    histories = [*[weeks(5)] * 10, np.array([1.0, 900.0], np.float32), np.array([4.0, 5.0, 6.0], np.float32)]
    forecast = ColdStartForecaster(SeasonalNaive()).forecast(panel_of(histories), horizon=7)
    assert forecast.median[10].tolist() == forecast.median[0].tolist()
    assert forecast.fallbacks["i10"] == "2 known periods only; forecast like 11 items: i0, …"
    assert "1 item with 2 known periods or fewer was forecast like items like them" in " ".join(forecast.notes)
    assert "analogues" not in forecast.fallbacks["i11"]


def test_a_shop_of_items_of_two_points_is_left_to_the_other_forecaster() -> None:
    histories = [np.array([1.0, 2.0], np.float32)] * 3
    forecast = ColdStartForecaster(SeasonalNaive()).forecast(panel_of(histories), horizon=3)
    assert (forecast.mean > 0).all()
