"""From a table of sales to a forecast that knows when the shop is closed."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

import foresale
from foresale.core.forecast import Forecast


def rows(first: date, days: int, *, items: int = 8, closed_from: int = 0, left_out: bool = False) -> pl.DataFrame:
    """Items that sell about 60 a day, from `closed_from` on nothing on Sundays; those rows may be left out."""
    generator = np.random.default_rng(0)
    stamps = [first + timedelta(days=number) for number in range(days)]
    shut = np.array([stamp.weekday() == 6 and number >= closed_from for number, stamp in enumerate(stamps)])
    parts = [
        pl.DataFrame({"item": f"item {number}", "date": stamps, "sales": generator.poisson(60.0, days) * ~shut})
        for number in range(items)
    ]
    table = pl.concat(parts)
    return table.filter(pl.col("sales") > 0) if left_out else table


def sunday_share(found: Forecast) -> float:
    """What is forecast for a Sunday, of what is forecast for other days."""
    frame = found.to_frame()
    sunday = frame["date" if "date" in frame.columns else "timestamp"].cast(pl.Date).dt.weekday() == 7
    return float(frame.filter(sunday)["0.5"].mean() / frame.filter(~sunday)["0.5"].mean())  # type: ignore[operator,arg-type]


@pytest.mark.parametrize("model", ["pretrained", "ets", "seasonal-naive"])
@pytest.mark.parametrize("closed_from", [0, 400 - 4 * 7, 400 - 21 * 7])
def test_a_closed_weekday_is_forecast_as_zero_and_others_are_not(model: str, closed_from: int) -> None:
    panel = foresale.panel(rows(date(2023, 1, 2), 400, closed_from=closed_from))

    found = foresale.forecast(panel, horizon=28, model=model)

    assert sunday_share(found) == 0
    assert (np.sort(found.median[:, :28], axis=1)[:, 4:] > 40).all()
    assert any("Sundays (8 items)" in note for note in found.notes)


def test_a_weekday_without_rows_is_closed() -> None:
    panel = foresale.panel(rows(date(2023, 1, 2), 400, items=1, left_out=True))

    assert sunday_share(foresale.forecast(panel, horizon=14, model="ets")) == 0


def test_a_weekday_opened_three_weeks_ago_is_open() -> None:
    table = rows(date(2023, 1, 2), 399)
    opened = table["date"] > date(2023, 1, 2) + timedelta(days=399 - 21)
    panel = foresale.panel(table.with_columns(sales=pl.when(opened).then(60).otherwise("sales")))

    assert sunday_share(foresale.forecast(panel, horizon=14, model="ets")) > 0.5


def test_hours_without_rows_are_closed_and_the_peak_at_noon_is_kept() -> None:
    stamps = [datetime(2024, 1, 1) + timedelta(hours=number) for number in range(24 * 70)]
    stamps = [stamp for stamp in stamps if 7 <= stamp.hour < 18 and stamp.weekday() != 6]
    noise = np.random.default_rng(0).integers(-2, 3, len(stamps))
    sales = np.array([37 if stamp.hour == 12 else 21 for stamp in stamps]) + noise
    panel = foresale.panel(pl.DataFrame({"timestamp": stamps, "sales": sales}))

    found = foresale.forecast(panel, horizon=7 * 24, model="ets").to_frame()

    by_hour = found.with_columns(
        pl.col("timestamp").dt.hour().alias("hour"), pl.col("timestamp").dt.weekday().alias("day")
    )
    shut = (pl.col("hour") < 7) | (pl.col("hour") >= 18) | (pl.col("day") == 7)
    assert by_hour.filter(shut)["0.95"].max() == 0
    median = by_hour.filter(~shut).group_by("hour").agg(pl.col("0.5").mean()).sort("hour")["0.5"]
    assert median[5] == pytest.approx(37, abs=4)
    assert median.gather([0, 1, 2, 3, 8, 9, 10]).to_numpy() == pytest.approx(21, abs=4)
