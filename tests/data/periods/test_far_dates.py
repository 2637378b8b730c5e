"""Rows far after or before all others: slips are left out and named, honest pauses are not."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import DataError
from foresale.data.options import ReadOptions
from foresale.data.read import read_with_report

START = date(2023, 1, 2)


def _days(first: int, last: int, step: int = 1) -> list[date]:
    return [START + timedelta(days=at) for at in range(first, last, step)]


def _lines(days: list[date], items: int = 3) -> list[tuple[str, str, object, float]]:
    return [(f"O{day}-{item}", f"s{item}", day, 5.0 + item) for day in days for item in range(items)]


def _orders(rows: list[tuple[str, str, object, float]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(*row[:2], str(row[2]), row[3]) for row in rows], ["order_id", "sku", "day", "qty"], orient="row"
    )


def _totals(days: list[object], items: int = 1) -> pl.DataFrame:
    rows = [(f"s{item}", str(day), 5.0) for item in range(items) for day in days]
    return pl.DataFrame(rows, ["sku", "day", "qty"], orient="row")


def _slip(day: object, item: int = 0) -> tuple[str, str, object, float]:
    return ("O999", f"s{item}", day, 1.0)


def _last(panel):
    return panel.frequency.timestamps(panel.cutoffs).max().astype("datetime64[D]").item()


def _ahead(panel):
    return int((np.diff(panel.offsets) - panel.history).max())


def _far(report):
    return [fault for fault in report.faults if "far" in fault.what]


@pytest.mark.parametrize("length", [60, 200, 365, 730, 1500])
@pytest.mark.parametrize("years", [1, 2, 18, 170])
def test_a_line_years_late_is_named_and_moves_no_cutoff(length, years):
    lines = _lines(_days(0, length))
    slip = START + timedelta(days=length - 1 + 365 * years)
    panel, report = read_with_report(_orders([*lines[:100], _slip(slip), *lines[100:]]))
    assert _last(panel) == START + timedelta(days=length - 1)
    assert panel.sales.sum() == sum(line[3] for line in lines)
    assert [(fault.count, fault.place) for fault in _far(report)] == [(1, f"row 101: {slip}")]
    assert (report.rows_read, report.rows_used) == (len(lines) + 1, len(lines))
    assert any("far after all others" in note and "far_dates='keep'" in note for note in panel.notes)


@pytest.mark.parametrize("years", [2, 54, 100])
def test_a_line_years_early_is_named_and_begins_no_history(years):
    lines = _lines(_days(0, 300))
    slip = START - timedelta(days=365 * years)
    panel, report = read_with_report(_orders([*lines, _slip(slip)]))
    assert panel.frequency.timestamps(panel.starts).min().astype("datetime64[D]").item() == START
    assert _far(report)[0].what == f"rows far before all others, which begin on {START}"


def test_several_lines_on_both_sides_are_named_by_side_with_the_first_of_them():
    lines = _lines(_days(0, 100))
    slips = [START + timedelta(days=days) for days in (400, 417, 450, 9000, -400, -9000)]
    panel, report = read_with_report(_orders([*lines, *map(_slip, slips)]))
    assert _last(panel) == START + timedelta(days=99)
    assert [fault.count for fault in _far(report)] == [4, 2]
    assert _far(report)[0].place == "row 301: 2024-02-06; row 302: 2024-02-23; row 303: 2024-03-27; and 1 more"
    assert report.rows_used == 300


@pytest.mark.parametrize("frequency", ["daily", "weekly (Mondays)", "monthly", "hourly"])
def test_totals_of_any_period_keep_their_end_and_frequency(frequency):
    months = [date(2020 + at // 12, at % 12 + 1, 1) for at in range(36)]
    hours = [datetime(2023, 1, 2) + timedelta(hours=at) for at in range(24 * 21)]
    days = {"daily": _days(0, 90), "weekly (Mondays)": _days(0, 700, 7), "monthly": months, "hourly": hours}[frequency]
    slip = days[-1].replace(year=days[-1].year + 1, day=1)
    panel, report = read_with_report(_totals([*days, slip]))
    assert panel.frequency.name == frequency
    assert panel.sales.size == len(days)
    assert _far(report)[0].count == 1


def test_a_trickle_after_a_third_of_a_year_is_none_of_a_shop_of_many_lines_a_day():
    lines = _lines(_days(0, 500), items=8)
    panel, _ = read_with_report(_orders([*lines, _slip(START + timedelta(days=640))]))
    assert _last(panel) == START + timedelta(days=499)


@pytest.mark.parametrize(
    "days",
    [
        pytest.param([*_days(0, 200), *_days(350, 352)], id="closed for a winter, open for two days"),
        pytest.param([*_days(0, 60), *_days(365, 425), *_days(730, 790), *_days(1095, 1096)], id="Christmas only"),
        pytest.param([*_days(0, 700), *_days(1000, 1012)], id="closed for 300 days, then business as before"),
        pytest.param([*_days(0, 300, 60), *_days(330, 900)], id="a slow start"),
        pytest.param(_days(0, 1500, 97), id="sells once in three months"),
        pytest.param([*_days(0, 3), START + timedelta(days=700)], id="too few rows to tell"),
    ],
)
@pytest.mark.parametrize("items", [1, 3, 10])
def test_pauses_of_honest_shops_are_kept(days, items):
    panel, report = read_with_report(_orders(_lines(days, items)))
    assert report.faults == ()
    assert _last(panel) == days[-1]
    assert panel.sales.sum() == sum(line[3] for line in _lines(days, items))


def test_items_that_end_early_and_items_launched_late_are_kept():
    discontinued = _lines(_days(0, 60), items=40)
    launched = [(f"N{at}", "new", day, 2.0) for at, day in enumerate(_days(58, 900, 3))]
    panel, report = read_with_report(_orders([*discontinued, *launched]))
    assert report.faults == ()
    assert len(panel) == 41


def test_rows_of_the_future_without_sales_may_lie_far_ahead():
    days = [*_days(0, 100), *_days(100, 114), START + timedelta(days=450)]
    frame = _totals(days).with_columns(promo=pl.Series([0.0] * 100 + [1.0] * 15))
    frame = frame.with_columns(pl.when(pl.int_range(pl.len()) < 100).then("qty"))
    panel, report = read_with_report(frame)
    assert report.faults == ()
    assert _ahead(panel) == 351
    assert [covariate.name for covariate in panel.known] == ["promo"]


def test_a_year_of_another_age_makes_no_future():
    frame = _totals([*_days(0, 114), date(2203 - 4, 1, 1)])
    frame = frame.with_columns(pl.when(pl.int_range(pl.len()) < 100).then("qty"), promo=pl.lit(1.0))
    panel, report = read_with_report(frame)
    assert _ahead(panel) == 14
    assert _far(report)[0].place == "row 115: 2199-01-01"


def test_a_future_file_with_a_slip_of_the_year_is_as_long_as_without():
    future = pl.DataFrame({"day": [str(day) for day in [*_days(100, 114), date(2199, 1, 1)]], "promo": 1.0})
    sales = _totals(_days(0, 100)).with_columns(promo=pl.lit(0.0))
    panel, _ = read_with_report(sales, ReadOptions(future=future, missing_future="carry"))
    assert _ahead(panel) == 14
    assert any("Of the future, rows far after" in note and "row 15: 2199-01-01" in note for note in panel.notes)
    with pytest.raises(DataError, match="far after all others"):
        read_with_report(sales, ReadOptions(future=future, far_dates="error"))


def test_far_rows_are_kept_or_refused_on_request():
    table = _orders([*_lines(_days(0, 100)), _slip(START + timedelta(days=600))])
    panel, report = read_with_report(table, ReadOptions(far_dates="keep"))
    assert report.faults == ()
    assert _last(panel) == START + timedelta(days=600)
    with pytest.raises(DataError, match=r"rows far after all others.*: 1 \(at row 301: 2024-08-24\)"):
        read_with_report(table, ReadOptions(far_dates="error"))
    panel, report = read_with_report(table, ReadOptions(far_dates="error", bad_rows="drop"))
    assert (report.rows_used, _last(panel)) == (300, START + timedelta(days=99))


def test_many_rows_of_another_age_are_refused():
    rows = [*_lines(_days(0, 100)), *(_slip(date(1970, 1, 1), item % 3) for item in range(60))]
    with pytest.raises(DataError, match=r"rows far before all others.*: 60 \(first at row 301: 1970-01-01;"):
        read_with_report(_orders(rows))
    panel, report = read_with_report(_orders(rows), ReadOptions(bad_rows="drop"))
    assert panel.sales.size == 300
    assert report.rows_used == 300


def test_memory_is_bounded_by_the_rows_even_where_far_ones_are_kept():
    rows = _lines([START], items=400)
    with pytest.raises(DataError, match="periods from first to last row: 25,"):
        read_with_report(_orders([*rows, _slip(date(2199, 1, 1))]), ReadOptions(far_dates="keep"))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 400), min_size=20, max_size=120),
    st.lists(st.integers(3000, 60_000), min_size=0, max_size=4),
    st.randoms(use_true_random=False),
)
def test_no_row_is_lost_unsaid_and_what_is_kept_does_not_depend_on_slips(near, far, random):
    rows = [(f"O{at}", f"s{at % 3}", START + timedelta(days=day), 1.0) for at, day in enumerate([*near, *far])]
    random.shuffle(rows)
    panel, report = read_with_report(_orders(rows), ReadOptions(kind="orders", bad_rows="drop"))
    assert report.rows_read == report.rows_used + sum(fault.rows for fault in report.faults)
    assert panel.sales.sum() == report.rows_used
    assert _last(panel) <= START + timedelta(days=400)
