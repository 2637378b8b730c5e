"""Dates in several columns, and clocks that show an hour twice."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.data.read import panel, read, read_with_report

DAYS = [date(2023, 12, 1) + timedelta(days=at) for at in range(90)]
YMD = pl.DataFrame(
    {
        "year": [day.year for day in DAYS],
        "month": [day.month for day in DAYS],
        "day": [day.day for day in DAYS],
        "sku": "a",
        "qty": range(90),
    }
)


def _stamps(panel):
    first = panel.frequency.timestamps(panel.starts)[0]
    return str(first.astype("datetime64[D]")), panel.frequency.name


@pytest.mark.parametrize(
    "names",
    [
        ("year", "month", "day"),
        ("Jahr", "Monat", "Tag"),
        ("Année", "Mois", "Jour"),
        ("año", "mes", "día"),
        ("年份", "月份", "日"),
        ("YYYY", "MM", "DD"),
    ],
)
@pytest.mark.parametrize("kind", [pl.Int64, pl.Float64, pl.String])
def test_year_month_and_day_are_one_date(names, kind):
    frame = YMD.cast({"year": kind, "month": kind, "day": kind}).rename(dict(zip(YMD.columns, names, strict=False)))
    shop = panel(frame)
    assert _stamps(shop) == ("2023-12-01", "daily")
    assert shop.sales.tolist() == list(range(90))
    assert shop.covariates == {}
    assert f"Dates are joined out of '{names[0]}', '{names[1]}', '{names[2]}'." in shop.notes


@pytest.mark.parametrize(
    ("part", "values", "first", "name"),
    [
        ("week", [50, 51, 52, 1, 2, 3], "2023-12-11", "weekly (Mondays)"),
        ("KW", ["KW 50", "KW 51", "KW 52", "KW 1", "KW 2", "KW 3"], "2023-12-11", "weekly (Mondays)"),
        ("quarter", ["Q1", "Q2", "Q3", "Q1", "Q2", "Q3"], "2023-01-01", "quarterly"),
        ("季度", [2, 3, 4, 1, 2, 3], "2023-04-01", "quarterly"),
        ("month", [10, 11, 12, 1, 2, 3], "2023-10-01", "monthly"),
        ("Month", ["October", "Nov", "Dec", "January", "feb", "Mar"], "2023-10-01", "monthly"),
    ],
)
def test_a_year_goes_with_weeks_quarters_and_months(part, values, first, name):
    frame = pl.DataFrame({"year": [2023] * 3 + [2024] * 3, part: values, "qty": range(6)}, strict=False)
    assert _stamps(panel(frame)) == (first, name)
    assert panel(frame).history.sum() >= 6


def test_files_are_read_alike_and_parts_of_months_told_by_name_win(tmp_path):
    path = tmp_path / "sales.csv"
    YMD.write_csv(path)
    assert read(path).sales.tolist() == list(range(90))
    assert read(path, columns={"timestamp": "year,month,day"}).sales.tolist() == list(range(90))
    assert panel(YMD, columns={"timestamp": ["year", "month"]}, kind="orders").frequency.name == "monthly"
    with pytest.raises(ConfigError, match=r"timestamp is one column, or a year .*'sku'"):
        read(path, columns={"timestamp": ["year", "sku"]})


def test_whole_dates_are_taken_before_parts():
    frame = YMD.with_columns(date=pl.Series(DAYS).cast(pl.String))
    assert panel(frame).sales.tolist() == list(range(90))
    assert "timestamp" not in "".join(note for note in panel(frame).notes if "joined" in note)
    months = YMD.group_by("year", "month", maintain_order=True).agg(pl.col("qty").sum())
    whole = months.with_columns(month=pl.format("{}-{}", "year", pl.col("month").cast(pl.String).str.zfill(2)))
    assert panel(whole).frequency.name == "monthly"


def test_a_part_that_is_no_part_of_a_date_is_named_with_its_row():
    wrong = pl.int_range(90) == 59
    frame = YMD.with_columns(
        month=pl.when(wrong).then(2).otherwise("month"), day=pl.when(wrong).then(31).otherwise("day")
    )
    with pytest.raises(DataError, match=r"year-month-day is no date: 1 \(at row 60: '2024-2-31'\)"):
        panel(frame)


def test_a_future_in_parts_continues_a_history_in_parts_or_in_dates():
    ahead = [DAYS[-1] + timedelta(days=at) for at in (1, 2)]
    future = pl.DataFrame(
        {
            "year": [d.year for d in ahead],
            "month": [d.month for d in ahead],
            "day": [d.day for d in ahead],
            "promo": [1, 0],
        }
    )
    dated = YMD.drop("year", "month", "day").with_columns(date=pl.Series(DAYS))
    for sales in (YMD, dated):
        shop = panel(sales.with_columns(promo=pl.lit(0)), future=future)
        assert shop.covariates["promo"].values[-2:].tolist() == [1, 0]


def _autumn(offsets):
    first = datetime(2024, 11, 1)
    hours = [(first + timedelta(hours=at), offsets[0]) for at in range(50)]
    hours += [(first + timedelta(hours=at), offsets[1]) for at in range(49, 90)]
    return pl.DataFrame({"sku": "a", "time": [f"{hour.isoformat()}{zone}" for hour, zone in hours], "qty": 2})


@pytest.mark.parametrize("offsets", [("-04:00", "-05:00"), ("+0200", "+0100"), (" EDT", " EST")])
def test_the_hour_that_comes_twice_is_two_hours_even_where_they_sell_alike(offsets):
    shop, report = read_with_report(_autumn(offsets))
    assert shop.sales.sum() == 182
    assert shop.sales[49] == 4
    assert report.faults == ()
    assert "The time that comes twice when clocks go back is added up." in shop.notes


def test_the_hour_that_comes_twice_in_a_zone_is_two_hours_even_where_they_sell_alike():
    hours = pl.datetime_range(datetime(2024, 11, 2), datetime(2024, 11, 5), "1h", time_zone="UTC", eager=True)
    frame = pl.DataFrame({"sku": "a", "time": hours.dt.convert_time_zone("America/New_York"), "qty": 2})
    shop, report = read_with_report(frame)
    assert shop.sales.sum() == 2 * 73
    assert report.faults == ()
    doubled, report = read_with_report(pl.concat([frame, frame[3:4]]))
    assert np.array_equal(doubled.sales, shop.sales)
    assert report.faults[0].what == "rows that repeat another exactly"


def test_a_future_may_say_two_things_of_the_hour_that_comes_twice():
    rows = _autumn(("-04:00", "-05:00"))
    future = rows[49:60].drop("qty").with_columns(promo=pl.Series([1, 0] + [0] * 9))
    shop = panel(rows[:49].with_columns(promo=pl.lit(0)), future=future)
    assert shop.covariates["promo"].values[49:51].tolist() == [0.5, 0]
