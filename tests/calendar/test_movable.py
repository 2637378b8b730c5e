"""Rules of movable feasts against church and Islamic calendars."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN
from dateutil.easter import easter as published_easter

from foresale.calendar.movable import (
    FRIDAY,
    MONDAY,
    SUNDAY,
    easter,
    islamic_date,
    islamic_dates,
    orthodox_easter,
    weekday_of_month,
)

YEARS = range(1990, 2101)


def test_easter_of_both_churches_for_111_years() -> None:
    assert [easter(year) for year in YEARS] == [published_easter(year, EASTER_WESTERN) for year in YEARS]
    assert [orthodox_easter(year) for year in YEARS] == [published_easter(year, EASTER_ORTHODOX) for year in YEARS]


# US Naval Observatory (Western), goarch.org (Orthodox)
@pytest.mark.parametrize(
    ("year", "western", "orthodox"),
    [(2008, "03-23", "04-27"), (2021, "04-04", "05-02"), (2024, "03-31", "05-05"), (2025, "04-20", "04-20")],
)
def test_known_easters(year: int, western: str, orthodox: str) -> None:
    assert easter(year).isoformat()[5:] == western
    assert orthodox_easter(year).isoformat()[5:] == orthodox


# Umm al-Qura calendar of Saudi Arabia, as announced
@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [
        (9, 1, "2020-04-24"), (9, 1, "2023-03-23"), (9, 1, "2024-03-11"), (9, 1, "2025-03-01"),
        (10, 1, "2023-04-21"), (10, 1, "2024-04-10"), (10, 1, "2025-03-30"),
        (12, 10, "2023-06-28"), (12, 10, "2024-06-16"), (12, 10, "2025-06-06"),
    ],
)  # fmt: skip
def test_islamic_feasts(month: int, day: int, expected: str) -> None:
    assert islamic_dates(int(expected[:4]), month, day) == (date.fromisoformat(expected),)


def test_islamic_years_go_on_beyond_the_published_calendar_without_a_break() -> None:
    first_days = [islamic_date(year, 9, 1) for year in range(1410, 1560)]
    gaps = {(later - earlier).days for earlier, later in pairwise(first_days)}
    assert gaps <= {353, 354, 355, 356}
    assert islamic_date(1499, 9, 1) < islamic_date(1500, 9, 1) < islamic_date(1501, 9, 1)


def test_ramadan_comes_twice_in_some_years_and_never_fails_to_come() -> None:
    counts = {year: len(islamic_dates(year, 9, 1)) for year in YEARS}
    assert set(counts.values()) == {1, 2}
    assert counts[2030] == 2
    assert counts[1997] == 2


@pytest.mark.parametrize("year", [1990, 2023, 2024, 2100])
@pytest.mark.parametrize("month", [1, 2, 12])
@pytest.mark.parametrize("weekday", [MONDAY, FRIDAY, SUNDAY])
def test_weekdays_of_a_month_count_from_both_ends(year: int, month: int, weekday: int) -> None:
    days = [date(year, month, 1) + timedelta(days=at) for at in range(31)]
    days = [day for day in days if day.month == month and day.weekday() == weekday]
    assert [weekday_of_month(year, month, weekday, nth) for nth in range(1, len(days) + 1)] == days
    assert [weekday_of_month(year, month, weekday, -nth) for nth in range(1, len(days) + 1)] == days[::-1]
