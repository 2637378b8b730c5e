"""Forecasts out of files: the same as they went in, or every fault of the file at once."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import DataError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Frequency
from foresale.data.forecasts import read_forecast


def forecast(*, frequency="D", items=("a", "b", "c"), horizon=6, keys=None, seed=0):
    rng = np.random.default_rng(seed)
    quantiles = np.sort(rng.gamma(1, 5, (len(items), horizon, 21)), axis=2).astype(np.float32)
    grid = Frequency.parse(frequency)
    starts = grid.index(np.full(len(items), "2026-11-02", "datetime64[us]"))
    frame = pl.DataFrame({"item_id": list(items), **(keys or {})})
    return Forecast(frame, grid, starts, quantiles, quantiles.mean(axis=2), time_type=pl.Date())


def same(left, right, *, rtol=0.0):
    assert left.items.equals(right.items)
    assert left.frequency == right.frequency
    assert left.levels == right.levels
    np.testing.assert_array_equal(left.starts, right.starts)
    np.testing.assert_allclose(left.quantiles, right.quantiles, rtol=rtol)
    np.testing.assert_allclose(left.mean, right.mean, rtol=rtol)


@pytest.mark.parametrize("frequency", ["D", "W-MON", "W-SUN", "MS", "ME", "Q"])
@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_round_trip(tmp_path, frequency, ending):
    made = forecast(frequency=frequency)
    path = tmp_path / f"forecast.{ending}"
    frame = made.to_frame()
    frame.write_parquet(path) if ending == "parquet" else frame.write_csv(path)
    read = read_forecast(path)
    same(read, made, rtol=1e-5)
    assert read.to_frame().columns == frame.columns


def test_rows_in_any_order_and_keys_of_their_own_types(tmp_path):
    made = forecast(items=("7|x", "8|x"), keys={"sku": [7, 8], "shop": ["x", "x"]})
    read = read_forecast(made.to_frame().sample(fraction=1.0, shuffle=True, seed=1))
    same(read, made)
    made.to_frame().write_csv(tmp_path / "f.csv")
    assert read_forecast(tmp_path / "f.csv").items["sku"].dtype == pl.Int64


def test_a_single_period_needs_its_frequency():
    made = forecast(frequency="W-MON", horizon=1)
    same(read_forecast(made.to_frame(), frequency="W-MON"), made)


def test_quantiles_that_rounding_made_cross_are_put_in_order():
    frame = forecast().to_frame()
    frame = frame.with_columns(pl.col("0.5") + 1e-6, pl.col("0.55").alias("0.55") * 0 + pl.col("0.5"))
    read = read_forecast(frame)
    assert (np.diff(read.quantiles, axis=2) >= 0).all()


def test_every_fault_at_once(tmp_path):
    frame = forecast().to_frame().cast({"timestamp": pl.String, "0.5": pl.String, "0.01": pl.Float64})
    frame = frame.with_columns(
        pl.when(pl.row_index() == 3).then(pl.lit("?")).otherwise("timestamp").alias("timestamp"),
        pl.when(pl.row_index() == 1).then(pl.lit("many")).otherwise("0.5").alias("0.5"),
        pl.when(pl.row_index() == 2).then(-1.0).otherwise("0.01").alias("0.01"),
        pl.when(pl.row_index() == 5).then(pl.lit("")).otherwise("item_id").alias("item_id"),
    )
    frame.write_csv(tmp_path / "f.csv")
    with pytest.raises(DataError) as caught:
        read_forecast(tmp_path / "f.csv")
    told = {fault.what: fault.place for fault in caught.value.faults}
    assert told["timestamp is no date"] == "row 4"
    assert told["0.5 is no number"] == "row 2: 'many'"
    assert told["0.01 is negative"] == "row 3: '-1.0'"
    assert told["item_id is empty"] == "row 6"


def test_gaps_and_doubles_are_named():
    frame = forecast().to_frame()
    with pytest.raises(DataError, match="periods that lack before") as caught:
        read_forecast(frame.filter(pl.row_index() != 8))
    assert "item b" in str(caught.value)
    assert "another number of periods than 6" in str(caught.value)
    with pytest.raises(DataError, match="periods that stand twice"):
        read_forecast(pl.concat([frame, frame.head(1)]))


def test_what_is_no_forecast_is_refused():
    with pytest.raises(DataError, match="quantile levels"):
        read_forecast(pl.DataFrame({"item_id": ["a"], "timestamp": ["2026-11-02"], "sales": [3]}))
    with pytest.raises(DataError, match="no rows"):
        read_forecast(forecast().to_frame().head(0))


def test_levels_of_others():
    made = forecast()
    frame = made.to_frame().select("item_id", "timestamp", "0.1", "0.5", "0.9")
    assert read_forecast(frame).levels == (0.1, 0.5, 0.9)
    assert made.levels == LEVELS
