"""What recommendations add to demand, and to a forecast of it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from foresale.core.errors import ConfigError, DataError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.core.quantiles import mean_of
from foresale.recommending.lift import Lift, expected_lift, lifted, measured_lift, with_lift

ITEMS = pl.DataFrame({"item_id": ["a|1", "b|2", "c|3"], "sku": ["a", "b", "c"], "shop": [1, 2, 3]})


def forecast_of(seed: int, *, horizon: int = 6) -> Forecast:
    generator = np.random.default_rng(seed)
    scale = generator.choice([0.0, 0.05, 3.0, 400.0], (3, 1, 1))
    quantiles = np.sort(generator.exponential(1, (3, horizon, len(LEVELS))) * scale, axis=2).astype(np.float32)
    return Forecast(ITEMS, Frequency("day"), np.zeros(3, np.int64), quantiles, mean_of(quantiles))


def sent(**columns: object) -> pl.DataFrame:
    return pl.DataFrame({"sku": ["a", "c"], "shop": [1, 3], "chance": [0.5, 0.25], **columns})


@given(st.integers(0, 1_000), st.floats(0, 500), st.integers(1, 9))
def test_a_lifted_forecast_holds_what_was_added_and_is_a_forecast(seed: int, units: float, days: int):
    forecast = forecast_of(seed)
    found = lifted(forecast, np.array([units, 0, units]), days=days)  # a forecast refuses quantiles that cross
    added = units * min(forecast.horizon / days, 1)
    more = (found.mean - forecast.mean).sum(axis=1)
    assert more == pytest.approx([added, 0, added], rel=1e-3, abs=2e-2)
    assert np.allclose(mean_of(found.quantiles), found.mean, rtol=1e-3, atol=2e-2)
    assert (found.quantiles >= forecast.quantiles).all()
    assert np.array_equal(found.quantiles[1], forecast.quantiles[1])
    assert np.array_equal(found.quantiles[:, days:], forecast.quantiles[:, days:])


def test_no_lift_changes_nothing():
    forecast = forecast_of(1)
    found = lifted(forecast, np.zeros(3), days=3)
    assert np.array_equal(found.quantiles, forecast.quantiles)
    assert np.array_equal(found.mean, forecast.mean)


def test_weeks_take_the_lift_of_their_days():
    forecast = forecast_of(2)
    weekly = Forecast(ITEMS, Frequency.parse("W"), forecast.starts, forecast.quantiles, forecast.mean)
    more = lifted(weekly, np.full(3, 8.0), days=28).mean - weekly.mean
    assert np.allclose(more, [[2, 2, 2, 2, 0, 0]] * 3, atol=1e-3)


def test_units_are_the_sum_of_chances_times_share_times_units():
    units, notes = Lift(sent(units=[4, 1]), share=0.2).units(ITEMS)
    assert units == pytest.approx([0.4, 0, 0.05])
    assert len(notes) == 1
    assert expected_lift(np.array([0, 0]), np.array([1.0, 2.0]), items=1, share=0.5).tolist() == [1.5]


def test_what_is_assumed_or_left_aside_is_said():
    units, notes = Lift(sent(sku=["a", "z"])).units(ITEMS)
    assert units == pytest.approx([0.05, 0, 0])
    assert "taken to take one" in notes[1]
    assert notes[2].endswith("left aside: z.")
    assert with_lift(forecast_of(0), Lift(sent())).notes[-1] == notes[1]


def test_a_file_is_read_as_the_frame_is(tmp_path):
    for ending in ("csv", "parquet"):
        path = tmp_path / f"sent.{ending}"
        sent().write_csv(path) if ending == "csv" else sent().write_parquet(path)
        assert np.array_equal(Lift(path).units(ITEMS)[0], Lift(sent()).units(ITEMS)[0])
    by_id = pl.DataFrame({"item_id": ["a|1", "c|3"], "chance": [0.5, 0.25]})
    assert np.array_equal(Lift(by_id).units(ITEMS)[0], Lift(sent()).units(ITEMS)[0])


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (sent().drop("chance"), "no column chance"),
        (sent().drop("shop"), "no column shop"),
        (sent(chance=[0.5, 1.5]), "chances outside of 0 to 1: 1 (at row 2)"),
        (sent(chance=["0.5", "often"]), "chances outside of 0 to 1"),
        (sent(units=[-1, 2]), "units below 0"),
    ],
)
def test_recommendations_that_cannot_be_used_are_refused(frame: pl.DataFrame, said: str):
    with pytest.raises(DataError) as error:
        Lift(frame).units(ITEMS)
    assert said in str(error.value)


def test_settings_that_cannot_be_are_refused():
    for wrong in ({"share": -1.0}, {"days": 0}, {"share": "0.1"}):
        with pytest.raises(ConfigError):
            Lift(sent(), **wrong)
    with pytest.raises(ConfigError, match="3 numbers of 0 or more"):
        lifted(forecast_of(0), np.ones(2), days=1)


def test_a_test_by_lot_finds_the_lift_that_there_is():
    generator = np.random.default_rng(3)
    chance, told = generator.uniform(0.05, 0.4, 40_000), generator.random(40_000) < 0.5
    came = generator.random(40_000) < chance * np.where(told, 1.3, 1.0)
    found = measured_lift(came, chance, told)
    assert found.low < 0.3 < found.high
    assert found.high - found.low < 0.15
    with pytest.raises(ConfigError, match="some who bought of either kind"):
        measured_lift(came & told, chance, told)
