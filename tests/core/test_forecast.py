"""A forecast that exists is sane, and gives back what went in."""

from dataclasses import replace
from datetime import date

import hypothesis.extra.numpy as arrays
import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from foresale.core.errors import ConfigError, DataError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.core.quantiles import mean_of

grids = arrays.arrays(np.float32, (2, 3, 21), elements=st.floats(-100, 1000, width=32))


def panel_of(*, time_type: pl.DataType | None = None, ids: tuple[object, ...] = ("a", "b")) -> Panel:
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": [str(each) for each in ids], "sku": ids, "colour": ["red", "blue"]}),
        starts=np.array([19723, 19725]),
        offsets=np.array([0, 4, 7]),
        history=np.array([4, 3]),
        sales=np.ones(7, np.float32),
        keys=("sku",),
        time_type=time_type or pl.Datetime("us"),
        notes=("a note",),
    )


@given(grids)
def test_any_numbers_become_ordered_quantiles_that_are_never_negative(quantiles) -> None:
    forecast = Forecast.of(panel_of(), quantiles, model="m")
    assert (np.diff(forecast.quantiles, axis=2) >= 0).all()
    assert (forecast.quantiles >= 0).all()
    assert (forecast.mean >= forecast.quantiles[..., 0] - 1e-3).all()
    assert (forecast.mean <= forecast.quantiles[..., -1] + 1e-3).all()


def test_of_does_not_change_its_argument() -> None:
    quantiles = -np.ones((2, 3, 21), np.float32)
    Forecast.of(panel_of(), quantiles, model="m")
    assert (quantiles == -1).all()


def test_items_that_fell_back_are_told_by_reason() -> None:
    named = {"a": "too short", "b": "no sales", "c": "too short"}
    forecast = Forecast.of(panel_of(), np.ones((2, 3, 21)), model="m", fallbacks=named)
    assert forecast.fallbacks_by_reason() == {"too short": ("a", "c"), "no sales": ("b",)}


def test_it_begins_after_each_items_own_cutoff_and_keeps_the_callers_words() -> None:
    forecast = Forecast.of(panel_of(ids=(7, 9)), np.ones((2, 3, 21)), model="m", fallbacks={"7": "why"})
    assert forecast.timestamps[:, 0].astype("datetime64[D]").astype(str).tolist() == ["2024-01-05", "2024-01-06"]
    frame = forecast.to_frame()
    assert frame.columns == ["sku", "timestamp", "mean", *map(str, LEVELS)]
    assert frame["sku"].dtype == pl.Int64
    assert frame.height == 6
    assert forecast.notes == ("a note",)
    assert forecast.fallbacks == {"7": "why"}


def test_rows_of_the_frame_are_the_quantiles_of_their_item_and_step() -> None:
    quantiles = np.arange(2 * 3 * 21, dtype=np.float32).reshape(2, 3, 21)
    frame = Forecast.of(panel_of(), quantiles, model="m").to_frame()
    row = frame.filter((pl.col("sku") == "b") & (pl.col("timestamp") == pl.datetime(2024, 1, 8))).row(0, named=True)
    assert [row[str(level)] for level in LEVELS] == quantiles[1, 2].tolist()


def test_timestamps_come_back_in_the_callers_type() -> None:
    of_dates = Forecast.of(panel_of(time_type=pl.Date()), np.ones((2, 1, 21)), model="m").to_frame()
    assert of_dates["timestamp"].to_list() == [date(2024, 1, 5), date(2024, 1, 6)]
    of_text = Forecast.of(panel_of(time_type=pl.String()), np.ones((2, 1, 21)), model="m").to_frame()
    assert of_text.equals(of_dates)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"quantiles": np.full((2, 3, 21), np.nan, np.float32)}, "not finite"),
        ({"quantiles": np.full((2, 3, 21), -1, np.float32)}, "negative"),
        ({"quantiles": np.ones((2, 3, 21), np.float32) * np.arange(21, 0, -1, np.float32)}, "cross"),
        ({"mean": np.full((2, 3), np.inf, np.float32)}, "not finite"),
        ({"mean": np.ones((2, 2), np.float32)}, "shapes"),
        ({"starts": np.array([1])}, "shapes"),
        ({"levels": tuple(reversed(LEVELS))}, "out of order"),
    ],
)
def test_a_forecast_that_cannot_be_is_refused_and_says_why(change, fault) -> None:
    good = Forecast.of(panel_of(), np.ones((2, 3, 21)), model="m")
    with pytest.raises(DataError, match=fault):
        replace(good, **change)


def test_every_fault_is_named_at_once() -> None:
    good = Forecast.of(panel_of(), np.ones((2, 3, 21)), model="m")
    wrong = good.quantiles.copy()
    wrong[0, 0, 0] = np.nan
    wrong[1, 0, 0] = -1
    with pytest.raises(DataError) as caught:
        replace(good, quantiles=wrong)
    assert [fault.what for fault in caught.value.faults] == [
        "items with values that are not finite",
        "items with negative values",
    ]
    assert [fault.place for fault in caught.value.faults] == ["item a", "item b"]


@given(st.floats(0.01, 0.99))
def test_quantile_lies_between_its_neighbours_and_meets_them(level) -> None:
    quantiles = np.broadcast_to(np.array(LEVELS) * 100, (2, 1, 21))
    forecast = Forecast.of(panel_of(), quantiles, model="m")
    np.testing.assert_allclose(forecast.quantile(level), 100 * level, rtol=1e-4)


@pytest.mark.parametrize("level", [0.0, 0.001, 0.995, 1.0])
def test_quantile_beyond_the_outermost_levels_is_refused(level) -> None:
    forecast = Forecast.of(panel_of(), np.ones((2, 1, 21)), model="m")
    with pytest.raises(ConfigError, match="outside"):
        forecast.quantile(level)


def test_mean_of_a_uniform_and_of_an_exponential_distribution() -> None:
    levels = np.array(LEVELS)
    assert mean_of(levels[None].astype(np.float32))[0] == pytest.approx(0.5, abs=1e-6)
    exponential = -np.log(1 - levels)
    assert mean_of(exponential[None].astype(np.float32))[0] == pytest.approx(1, abs=0.05)
