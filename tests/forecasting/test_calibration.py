"""Calibrated intervals cover as often as they say, and chance is left alone."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import DataError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.evaluation.metrics import coverage
from foresale.forecasting.calibration import Calibration
from foresale.forecasting.quantile_adjustment import small_sample_correction

NORMAL = np.array([-2.326, -1.645, -1.282, -1.036, -0.842, -0.674, -0.524, -0.385, -0.253, -0.126, 0.0])
SHAPE = np.concatenate([NORMAL, -NORMAL[-2::-1]]).astype(np.float32)
HORIZON = 14


def shop_of(count: int, *, mean: float = 100, prefix: str = "item", seed: int = 0) -> Panel:
    sales = np.random.default_rng(seed).normal(mean, 10, count * 60).clip(0).astype(np.float32)
    items = pl.DataFrame({"item_id": [f"{prefix}{number}" for number in range(count)]})
    return Panel(
        Frequency("day"),
        items,
        starts=np.zeros(count, np.int64),
        offsets=np.arange(count + 1) * 60,
        history=np.full(count, 60),
        sales=sales,
    )


def forecast_of(panel: Panel, *, spread: float, middle: float = 100.0) -> Forecast:
    """Normal quantiles around one middle for every item and step."""
    quantiles = np.broadcast_to(middle + spread * SHAPE, (len(panel), HORIZON, len(LEVELS)))
    return Forecast.of(panel, quantiles, model="m")


def sold_of(panel: Panel, *, spread: float, seed: int, middle: float = 100.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(middle, spread, (len(panel), HORIZON)).astype(np.float32)


def covered(forecast: Forecast, sold: np.ndarray, share: float) -> float:
    return coverage(sold, forecast.quantile((1 - share) / 2), forecast.quantile((1 + share) / 2))


def past_of(panel: Panel, *, said: float, true: float, windows: int = 3) -> list[tuple[Forecast, np.ndarray]]:
    return [(forecast_of(panel, spread=said), sold_of(panel, spread=true, seed=seed)) for seed in range(windows)]


@pytest.mark.parametrize("said", [5.0, 20.0])
def test_intervals_too_narrow_or_too_wide_come_to_cover_as_often_as_they_say(said: float) -> None:
    panel = shop_of(100)
    forecast, sold = forecast_of(panel, spread=said), sold_of(panel, spread=10, seed=99)
    calibrated = Calibration.fit(past_of(panel, said=said, true=10, windows=5), panel).apply(forecast)
    for share in (0.5, 0.8, 0.9, 0.98):
        assert abs(covered(calibrated, sold, share) - share) < 0.02
    assert abs(covered(forecast, sold, 0.8) - 0.8) > 0.1
    np.testing.assert_array_equal(calibrated.median, forecast.median)


def test_what_is_right_is_left_nearly_as_it_is() -> None:
    panel = shop_of(100)
    forecast = forecast_of(panel, spread=10)
    calibrated = Calibration.fit(past_of(panel, said=10, true=10), panel).apply(forecast)
    change = np.abs(calibrated.quantiles - forecast.quantiles)
    assert change.mean() < 0.25
    assert change.max() < 2


def test_each_step_group_gets_its_own_correction() -> None:
    panel = shop_of(100)
    past = past_of(panel, said=10, true=10)
    for _, sold in past:
        sold[:, 7:] = 100 + (sold[:, 7:] - 100) * 3
    calibrated = Calibration.fit(past, panel).apply(forecast_of(panel, spread=10))
    width = calibrated.quantile(0.9)[0] - calibrated.quantile(0.1)[0]
    assert 20 < width[3] < 32
    assert 60 < width[10] < 90


def test_items_that_were_never_seen_get_the_pooled_correction() -> None:
    panel, new = shop_of(100), shop_of(1, prefix="new")
    calibration = Calibration.fit(past_of(panel, said=5, true=10), panel)
    calibrated = calibration.apply(forecast_of(new, spread=5))
    width = calibrated.quantile(0.9) - calibrated.quantile(0.1)
    assert (width > 20).all()


def test_one_window_is_believed_less_than_three_that_agree() -> None:
    panel = shop_of(100)
    forecast = forecast_of(panel, spread=9)

    def width(windows: int) -> float:
        past = past_of(panel, said=9, true=10, windows=windows)
        calibrated = Calibration.fit(past, panel).apply(forecast)
        return float((calibrated.quantile(0.9) - calibrated.quantile(0.1)).mean())

    as_is = float((forecast.quantile(0.9) - forecast.quantile(0.1)).mean())
    assert as_is < width(1) < width(3)


def test_few_windows_leave_room_in_the_tails_for_the_next_one_and_the_middle_as_it_is() -> None:
    panel = shop_of(100)
    cells = [
        (np.random.default_rng(seed).normal(0, 10, (1000, 1)) / 25.6).repeat(len(LEVELS), axis=1) for seed in range(6)
    ]
    few, many = (
        small_sample_correction(np.concatenate(cells[:count]), np.arange(count).repeat(1000), levels=LEVELS)
        for count in (1, 6)
    )
    inner = np.abs(np.array(LEVELS) - 0.5) < 0.34
    assert (few[inner] == 0).all()
    assert 0.05 < few[-1] == -few[0] < 0.1
    assert 0 < many[-1] < few[-1] / 6
    swinging = np.concatenate([cell * factor for cell, factor in zip(cells, (1, 2, 1, 2, 1, 2), strict=True)])
    assert small_sample_correction(swinging, np.arange(6).repeat(1000), levels=LEVELS)[-1] > 3 * many[-1]
    forecast, past = forecast_of(panel, spread=10), past_of(panel, said=10, true=10, windows=1)
    assert Calibration.fit(past, panel).apply(forecast).quantile(0.99).mean() > forecast.quantile(0.99).mean()


def test_what_differs_from_window_to_window_does_not_come_back_by_the_kinds_of_items() -> None:
    panel, forecast = shop_of(100), forecast_of(shop_of(100), spread=10)
    past = [(forecast, sold_of(panel, spread=spread, seed=seed)) for seed, spread in enumerate((8, 17, 8, 17))]
    calibration = Calibration.fit(past, panel)
    alone = calibration.adjustments["all"].table[0]
    everything = sum(np.abs(one.table).max(axis=0) for one in calibration.adjustments.values())
    assert alone[-1] > 0.05
    assert everything[-1] < 1.5 * alone[-1]


def test_the_first_sale_of_what_never_sold_widens_nothing() -> None:
    panel = shop_of(20)
    quantiles = forecast_of(panel, spread=10).quantiles.copy()
    quantiles[0] = 0
    dead = Forecast.of(panel, quantiles, model="m")
    past = [(dead, sold_of(panel, spread=10, seed=seed)) for seed in range(3)]
    calibrated = Calibration.fit(past, panel).apply(dead)
    assert calibrated.quantiles[1:].max() < 150
    assert calibrated.quantiles[0].max() < 1


def test_a_quantile_of_no_unit_is_not_raised_above_it_by_a_part_of_one() -> None:
    panel = shop_of(100, mean=3)
    counts, generator = replace(panel, sales=np.round(panel.sales)), np.random.default_rng(1)
    forecast = forecast_of(panel, spread=3, middle=2)
    past = [
        (
            Forecast.of(panel, forecast.quantiles.clip(0), model="m"),
            generator.poisson(2, (100, HORIZON)).astype(np.float32),
        )
        for _ in range(4)
    ]
    calibrated = Calibration.fit(past, counts).apply(past[0][0])
    assert (past[0][0].quantile(0.25)[0, 0], past[0][0].quantile(0.1)[0, 0]) == (0, 0)
    assert (calibrated.quantile(0.1) == 0).all()


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 3), st.integers(0, 5))
def test_quantiles_never_cross_and_are_never_negative(middle: float, seed: int) -> None:
    panel = shop_of(20, mean=middle)
    past = [(forecast_of(panel, spread=0.5, middle=middle), sold_of(panel, spread=3, seed=seed, middle=middle))]
    calibrated = Calibration.fit(past, panel).apply(forecast_of(panel, spread=0.5, middle=middle))
    assert (calibrated.quantiles >= 0).all()
    assert (np.diff(calibrated.quantiles, axis=2) >= 0).all()


def test_counts_are_drawn_near_whole_units_without_any_change_of_coverage() -> None:
    panel = shop_of(50, mean=2)
    counts = replace(panel, sales=np.round(panel.sales))
    generator = np.random.default_rng(5)
    past = [(forecast_of(panel, spread=2, middle=2), generator.poisson(2, (50, HORIZON)).astype(np.float32))] * 2
    sold = generator.poisson(2, (50, HORIZON)).astype(np.float32)
    smooth = Calibration.fit(past, panel).apply(forecast_of(panel, spread=2, middle=2))
    whole = Calibration.fit(past, counts).apply(forecast_of(panel, spread=2, middle=2))
    assert np.abs(whole.quantiles - np.round(whole.quantiles)).max() <= 0.05 + 1e-6
    assert np.abs(smooth.quantiles - np.round(smooth.quantiles)).max() > 0.2
    assert abs(covered(whole, sold, 0.8) - covered(smooth, sold, 0.8)) < 0.03


def test_nothing_after_the_cutoffs_of_the_panel_is_read() -> None:
    panel = replace(shop_of(30), history=np.full(30, 40))
    later = replace(panel, sales=np.where(panel.is_history, panel.sales, 0.5).astype(np.float32))
    past = past_of(panel, said=5, true=10)
    one, other = (Calibration.fit(past, each).apply(forecast_of(panel, spread=5)) for each in (panel, later))
    np.testing.assert_array_equal(one.quantiles, other.quantiles)
    assert one.copula == other.copula


def test_items_are_matched_by_id_and_unknown_sales_count_for_nothing() -> None:
    panel = shop_of(100)
    past = past_of(panel, said=5, true=10)
    holes = [(forecast, np.where(np.arange(HORIZON) < 10, sold, np.nan)) for forecast, sold in past]
    wild = [(forecast, np.where(np.arange(HORIZON) < 10, sold, np.float32(9e9))) for forecast, sold in past]
    width = widths_of(Calibration.fit(holes, panel).apply(forecast_of(panel, spread=5)))
    assert 20 < width < 32
    assert widths_of(Calibration.fit(wild, panel).apply(forecast_of(panel, spread=5))) > 100


def widths_of(forecast: Forecast) -> float:
    return float((forecast.quantile(0.9) - forecast.quantile(0.1)).mean())


def test_faults_are_told_together() -> None:
    panel = shop_of(2)
    forecast = forecast_of(panel, spread=1)
    with pytest.raises(DataError, match="no windows"):
        Calibration.fit([], panel)
    with pytest.raises(DataError, match=r"2 faults(.|\n)*shapes differ(.|\n)*without known"):
        Calibration.fit([(forecast, np.full((2, 3), np.nan, np.float32))], panel)
