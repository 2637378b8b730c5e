"""A frame in, a frame out: of the caller's kind, with the caller's names and types."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import foresale
from foresale.core.errors import ConfigError
from foresale.data.read import panel

DAYS = pd.date_range("2024-01-01", periods=60, freq="D")
NAIVE = "seasonal-naive"


def sales(**other: object) -> pd.DataFrame:
    """Two items of sixty days under the names of other forecasting libraries."""
    rng = np.random.default_rng(0)
    columns = {"unique_id": ["b"] * 60 + ["a"] * 60, "ds": [*DAYS, *DAYS], "y": rng.poisson(5, 120).astype(float)}
    return pd.DataFrame(columns | other)


def test_pandas_comes_back_as_pandas():
    given = sales()
    found = foresale.forecast(given, horizon=7, model=NAIVE)
    assert isinstance(found, pd.DataFrame)
    assert list(found.columns[:3]) == ["unique_id", "ds", "mean"]
    assert found["ds"].dtype == given["ds"].dtype
    assert found["unique_id"].dtype == given["unique_id"].dtype
    assert found["ds"].min() == pd.Timestamp("2024-03-01")
    assert len(found) == 14
    assert "item_id" not in found.columns


@pytest.mark.parametrize("dtype", ["category", "string", "object"])
def test_kinds_of_ids_come_back(dtype: str):
    given = sales().astype({"unique_id": dtype})
    found = foresale.forecast(given, horizon=3, model=NAIVE)
    assert found["unique_id"].dtype == given["unique_id"].dtype
    assert set(found["unique_id"]) == {"a", "b"}


@pytest.mark.parametrize(
    "made",
    [
        lambda days: days.tz_localize("Europe/Berlin"),
        lambda days: days.as_unit("s"),
        lambda days: days.to_period("D"),
        lambda days: days.astype("datetime64[ns]"),
    ],
)
def test_kinds_of_stamps_come_back(made):
    days = made(DAYS)
    given = pd.DataFrame({"sku": 7, "day": days, "qty": range(60)})
    found = foresale.forecast(given, horizon=3, model=NAIVE)
    assert found["day"].dtype == given["day"].dtype
    following = [days[-1] + k * (1 if days.dtype == "period[D]" else pd.offsets.Day()) for k in (1, 2, 3)]
    assert list(found["day"]) == following
    assert found["sku"].dtype == given["sku"].dtype


def test_text_is_given_back_as_dates():
    given = sales(ds=[*DAYS.strftime("%d.%m.%Y")] * 2)
    found = foresale.forecast(given, horizon=2, model=NAIVE)
    assert found["ds"].dtype.kind == "M"
    assert foresale.forecast(pl.DataFrame(given), horizon=2, model=NAIVE)["ds"].dtype == pl.Date


def test_dates_as_objects_come_back_as_such():
    found = foresale.forecast(sales(ds=[*DAYS.date] * 2), horizon=2, model=NAIVE)
    assert found["ds"].iloc[0] == date(2024, 3, 1)


def test_polars_and_arrow_come_back_as_themselves():
    given = pl.DataFrame(sales())
    found = foresale.forecast(given, horizon=7, model=NAIVE)
    assert isinstance(found, pl.DataFrame)
    assert {name: found.schema[name] for name in ("unique_id", "ds")} == {
        name: given.schema[name] for name in ("unique_id", "ds")
    }
    assert found.equals(foresale.forecast(given.lazy(), horizon=7, model=NAIVE))
    arrow = foresale.forecast(given.to_arrow(), horizon=7, model=NAIVE)
    assert isinstance(arrow, pa.Table)
    assert pl.DataFrame(arrow).equals(found)


def test_numbers_are_those_of_the_panel():
    given = sales()
    found = foresale.forecast(given, horizon=7, model=NAIVE)
    again = foresale.forecast(panel(given), horizon=7, model=NAIVE)
    assert np.array_equal(found["0.9"].to_numpy(), again.quantile(0.9).ravel())
    assert again.to_frame().columns == list(found.columns)


def test_several_keys_stand_for_themselves():
    given = sales(unique_id="mug", store=["north"] * 60 + ["south"] * 60).rename(columns={"unique_id": "sku"})
    found = foresale.forecast(given, horizon=7, model=NAIVE)
    assert set(found.columns[:3]) == {"sku", "store", "ds"}


def test_a_single_series_needs_no_id():
    given = sales().query("unique_id == 'a'").drop(columns="unique_id")
    found = foresale.forecast(given, horizon=7, model=NAIVE)
    assert found["ds"].is_monotonic_increasing
    indexed = given.set_index("ds")
    assert foresale.forecast(indexed, horizon=7, model=NAIVE).equals(found)


def test_dates_may_be_the_index():
    """Of a series or a frame, named or not."""
    days = pd.Series(np.arange(60) % 7 + 1.0, index=DAYS, name="y")
    found = foresale.forecast(days, horizon=3, model=NAIVE)
    assert list(found["timestamp"]) == list(pd.date_range("2024-03-01", periods=3))
    assert found["0.5"].tolist() == pytest.approx([5, 6, 7])
    months = pd.DataFrame({"y": days.to_numpy()}, index=pd.period_range("2019-01", periods=60, freq="M"))
    assert str(foresale.forecast(months, horizon=2, model=NAIVE)["timestamp"].iloc[0]) == "2024-01"


def test_files_come_back_as_forecasts(tmp_path: Path):
    sales().to_csv(tmp_path / "sales.csv", index=False)
    found = foresale.forecast(tmp_path / "sales.csv", horizon=7, model=NAIVE)
    assert isinstance(found, foresale.Forecast)
    assert found.to_frame()["ds"].dtype == pl.Date


def test_other_verbs_take_frames():
    given = sales()
    assert foresale.evaluate(given, horizon=7, windows=1, models=[NAIVE]).to_frame().height == 1
    stock = pd.DataFrame({"unique_id": ["a", "b"], "on_hand": [3, 200], "lead_time": 4})
    assert len(foresale.plan(given, stock=stock, model=NAIVE).to_frame()) == 2
    cleaned, report = foresale.clean(given)
    assert isinstance(cleaned, pd.DataFrame)
    assert list(cleaned.columns) == list(given.columns)
    assert (
        cleaned.sort_values(["unique_id", "ds"])["y"].tolist() == given.sort_values(["unique_id", "ds"])["y"].tolist()
    )
    assert report.periods == 120
    assert foresale.sentences(foresale.inspect(given))


@pytest.mark.parametrize("wrong", [[1, 2], 7, None, {"a": 1}])
def test_what_are_no_sales_is_refused(wrong: object):
    with pytest.raises(ConfigError, match="a panel, a path"):
        foresale.forecast(wrong, horizon=7)
