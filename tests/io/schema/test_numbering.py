"""Numbered periods become dates once their first is told; the future goes on counting."""

import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.data.read import panel


def days_of(shop, item=0):
    stamps = shop.frequency.timestamps(shop.starts[item] + pl.Series(range(int(shop.history[item]))).to_numpy())
    return [str(stamp)[:10] for stamp in stamps]


def sales(numbers, **columns):
    return pl.DataFrame({"sku": "a", "week": numbers, "qty": 2, **columns})


WRITTEN = [
    [40, 41, 42],
    ["40", "41", "42"],
    ["W40", "W41", "W42"],
    ["week 40", "Week 41", "week 42"],
    [40.0, 41.0, 42.0],
]


@pytest.mark.parametrize("numbers", WRITTEN)
@pytest.mark.parametrize("start", ["2024-01-01", "2024-W01", "1 Jan 2024"])
def test_the_first_number_begins_at_the_start(numbers, start):
    shop = panel(sales(numbers), start=start)
    assert (shop.frequency.name, days_of(shop)) == ("weekly (Mondays)", ["2024-01-01", "2024-01-08", "2024-01-15"])


@pytest.mark.parametrize(
    ("frequency", "last"), [("D", "2024-01-05"), ("MS", "2024-03-03"), ("W", "2024-01-17"), ("Q", "2024-07-03")]
)
def test_periods_are_weeks_or_what_is_told(frequency, last):
    numbers = [1, 2, 3]
    shop = panel(sales(numbers), start="2024-01-03", frequency=frequency)
    assert shop.history.sum() == 3
    assert days_of(shop)[0] <= "2024-01-03"
    assert days_of(shop)[-1] <= last


def test_gaps_stay_gaps_and_items_begin_when_they_begin():
    shop = panel(pl.concat([sales([1, 2, 4]), sales([3, 4]).with_columns(sku=pl.lit("b"))]), start="2024-W01")
    assert (days_of(shop)[-1], days_of(shop, 1)[0]) == ("2024-01-22", "2024-01-15")


def test_the_future_counts_on_from_the_sales():
    future = sales([43, 44], promo=[1, 0]).drop("qty")
    shop = panel(sales([40, 41, 42], promo=[0, 1, 0]), future=future, start="2024-01-01")
    assert [covariate.name for covariate in shop.known] == ["promo"]
    assert len(shop.sales) == 5


@pytest.mark.parametrize(
    ("start", "frame", "message"),
    [
        ("soon", sales([1, 2]), "start is a date"),
        ("2024-01-01", sales(["2024-01-01", "2024-01-08"]), "periods that are numbered"),
        ("2024-01-01", sales([20240101, 20250108]), "periods that are numbered"),
    ],
)
def test_other_starts_and_stamps_are_refused(start, frame, message):
    with pytest.raises(ConfigError, match=message):
        panel(frame, start=start)


def test_numbers_without_a_start_say_how_to_tell_it():
    with pytest.raises(Exception, match="say when the first begins"):
        panel(sales([1, 2, 3]))
