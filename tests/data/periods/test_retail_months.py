"""Months of four and five weeks are months, whatever their pattern, and years of 53 weeks change nothing."""

from datetime import date, timedelta

import polars as pl
import pytest

from foresale.data.read import panel

PATTERNS = {"4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4)}


def months(pattern, first, *, end, years=3, long_year=None):
    """The first or the last days of the months of some years, whose last month may be a week longer."""
    begin, days = first, []
    for year in range(years):
        weeks = [*PATTERNS[pattern] * 4]
        weeks[-1] += year == long_year
        for count in weeks:
            after = begin + timedelta(weeks=count)
            days.append(after - timedelta(days=1) if end else begin)
            begin = after
    return days


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize("long_year", [None, 0, 1])
@pytest.mark.parametrize("first", [date(2021, 1, 31), date(2022, 1, 30), date(2023, 1, 29), date(2021, 2, 1)])
def test_each_is_the_calendar_month_that_it_lies_in(pattern, end, long_year, first):
    days = months(pattern, first, end=end, long_year=long_year)
    name = "period_end" if end else "period_start"
    shop = panel(pl.DataFrame({"sku": "a", name: days, "qty": range(36)}))
    assert shop.frequency.name == "monthly"
    assert shop.sales.tolist() == list(range(36))
    assert str(shop.frequency.timestamps(shop.starts)[0])[:7] == f"{first.year}-02"
    assert [note for note in shop.notes if note.startswith("Months of four and five weeks")]


def test_the_weekday_tells_ends_from_begins():
    for end in (False, True):
        days = months("4-5-4", date(2021, 1, 31), end=end)
        shop = panel(pl.DataFrame({"sku": "a", "date": days, "qty": 1}))
        assert str(shop.frequency.timestamps(shop.starts)[0])[:7] == "2021-02"


def test_months_without_a_row_stay_unknown_and_the_future_goes_on():
    days = months("4-5-4", date(2021, 1, 31), end=False)
    sales = pl.DataFrame({"sku": "a", "date": days[:24], "qty": 1.0, "promo": 0}).filter(pl.col("date") != days[7])
    future = pl.DataFrame({"sku": "a", "date": days[24:27], "promo": [1, 0, 1]})
    shop = panel(sales, future=future)
    assert (int(shop.history.sum()), len(shop.sales)) == (24, 27)
    assert shop.covariates["promo"].values[-3:].tolist() == [1, 0, 1]


@pytest.mark.parametrize("frequency", ["W", "D"])
def test_another_period_that_is_told_wins(frequency):
    days = months("4-5-4", date(2021, 1, 31), end=False)
    assert panel(pl.DataFrame({"sku": "a", "date": days, "qty": 1}), frequency=frequency).frequency.name != "monthly"


def test_periods_of_four_weeks_are_no_months():
    days = [date(2021, 1, 31) + timedelta(weeks=4 * at) for at in range(26)]
    assert panel(pl.DataFrame({"sku": "a", "date": days, "qty": 1})).frequency.count == 4
