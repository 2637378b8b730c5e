"""The period that is not over yet: told, left out, and not mistaken for days on which nobody sells."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import foresale
from foresale.data.options import ReadOptions
from foresale.data.read import panel, read_with_report

MONDAY = datetime(2024, 1, 1)


def orders(days, *, at=(9, 13, 20), skip=(), until=None, **columns):
    """Three orders a day over so many days from a Monday on, on some weekdays none."""
    stamps = [MONDAY + timedelta(days=day, hours=hour) for day in range(days) for hour in at]
    stamps = [stamp for stamp in stamps if stamp.weekday() not in skip and (until is None or stamp <= until)]
    return pl.DataFrame(
        {"order_id": range(len(stamps)), "sku": "a", "at": stamps, "qty": 1, "price": 2.0}
    ).with_columns(pl.Series(name, values) for name, values in columns.items())


COLUMNS = {"timestamp": "at"}


def known(shop):
    return int((~np.isnan(shop.sales)).sum())


ENDS = [("W", 66, [21] * 9), ("MS", 40, [93]), ("2W", 63, [42] * 4), ("W", 63, [21] * 9), ("MS", 60, [93, 87])]


@pytest.mark.parametrize(("frequency", "days", "whole"), ENDS)
def test_sales_of_a_last_period_that_is_not_over_are_unknown(frequency, days, whole):
    shop, report = read_with_report(orders(days), ReadOptions(columns=COLUMNS, frequency=frequency))
    sold = shop.sales[~np.isnan(shop.sales)]
    assert sold.tolist()[-len(whole) :] == whole
    assert np.isnan(shop.sales[-1]) == (sold.sum() < 3 * days)
    assert (report.rows_used, report.lines["units"].sum(), report.lines["money"].sum()) == (
        3 * days,
        3 * days,
        6.0 * days,
    )
    assert float(np.nansum(shop.revenue)) == 6.0 * days


@pytest.mark.parametrize(
    ("skip", "days", "weeks"), [((6,), 7 * 9 - 1, 9), ((5, 6), 7 * 9 - 2, 9), ((5, 6), 7 * 9 - 3, 8)]
)
def test_a_week_is_over_with_its_last_open_day(skip, days, weeks):
    shop = panel(orders(days, skip=skip), columns=COLUMNS, frequency="W")
    assert known(shop) == weeks


def test_a_month_is_over_on_its_last_open_day():
    """March 2024 ends on a Sunday."""
    shop = panel(orders(31 + 29 + 30, skip=(6,)), columns=COLUMNS, frequency="MS")
    assert known(shop) == 3


def test_where_days_without_an_order_are_common_the_last_of_a_week_tell_nothing():
    stamps = [MONDAY + timedelta(days=day) for day in range(0, 70, 4)]
    lines = pl.DataFrame({"order_id": range(len(stamps)), "sku": "a", "at": stamps, "qty": 1})
    shop = panel(lines, columns=COLUMNS, frequency="W")
    assert shop.sales.sum() == len(stamps)


def test_a_day_is_not_over_before_any_day_of_its_weekday_was():
    noon = MONDAY + timedelta(days=69, hours=13)
    shop, report = read_with_report(orders(70, until=noon), ReadOptions(columns=COLUMNS))
    assert (known(shop), int(shop.history.sum()), report.faults) == (69, 70, ())
    assert "is not over where the data end, on 2024-03-10 13:00: its sales so far (2 units of 2 rows)" in str(
        shop.notes
    )
    assert known(panel(orders(70), columns=COLUMNS)) == 70


def test_weekdays_that_close_early_are_over_early():
    early = orders(70).filter((pl.col("at").dt.weekday() != 7) | (pl.col("at").dt.hour() < 14))
    assert known(panel(early, columns=COLUMNS)) == 70


def test_dates_without_a_clock_say_nothing_of_the_day():
    lines = orders(70, at=(0,))
    assert known(panel(lines, columns=COLUMNS)) == 70


def test_the_only_period_stays():
    assert panel(orders(3), columns=COLUMNS, frequency="W").sales.tolist() == [9]


def test_the_future_begins_after_it():
    lines = orders(7 * 9 + 3).with_columns(promo=pl.lit(0))
    future = pl.DataFrame({"sku": "a", "at": [datetime(2024, 3, 11), datetime(2024, 3, 18)], "promo": [1, 0]})
    shop = panel(lines, columns=COLUMNS, frequency="W", future=future)
    assert (int(shop.history.sum()), len(shop.sales), known(shop)) == (10, 12, 9)
    kept = panel(lines, columns=COLUMNS, frequency="W", future=future, unfinished="keep")
    assert known(kept) == 10
    assert [note for note in kept.notes if "as if it were whole" in note]


def test_items_that_did_not_sell_in_it_did_not_sell_nothing():
    other = orders(50).with_columns(sku=pl.lit("b"), order_id=pl.col("order_id") + 9999)
    shop = panel(pl.concat([orders(7 * 9 + 3), other]), columns=COLUMNS, frequency="W")
    assert np.isnan(shop.sales[shop.offsets[1:] - 1]).all()


@pytest.mark.parametrize("model", ["seasonal-naive", "ets", "theta"])
def test_models_go_on_from_an_unknown_last_period(model):
    shop = panel(orders(7 * 20 + 3), columns=COLUMNS, frequency="W")
    ahead = foresale.forecast(shop, horizon=2, model=model).to_frame()
    np.testing.assert_allclose(ahead["0.5"].to_numpy(), [21, 21], rtol=0.05)


def test_months_of_several_items_end_together():
    two = pl.concat([orders(50), orders(45).with_columns(sku=pl.lit("b"), order_id=pl.col("order_id") + 9999)])
    shop = panel(two, columns=COLUMNS, frequency="MS")
    np.testing.assert_array_equal(shop.sales, [93, np.nan, 93, np.nan])
