"""Rules of movable feasts against church and Islamic calendars."""

from datetime import date, timedelta
from itertools import pairwise

import holidays
import pytest

from foresale.calendar.movable import (
    FRIDAY,
    MONDAY,
    SUNDAY,
    hebrew_date,
    islamic_date,
    islamic_dates,
    weekday_of_month,
)

YEARS = range(1990, 2101)


# Umm al-Qura calendar of Saudi Arabia, as announced
@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [
        (9, 1, "2020-04-24"),
        (9, 1, "2023-03-23"),
        (9, 1, "2024-03-11"),
        (9, 1, "2025-03-01"),
        (10, 1, "2023-04-21"),
        (10, 1, "2024-04-10"),
        (10, 1, "2025-03-30"),
        (12, 10, "2023-06-28"),
        (12, 10, "2024-06-16"),
        (12, 10, "2025-06-06"),
    ],
)
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


# hebcal.com
@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [
        (5761, 1, 1, "2000-09-30"),
        (5784, 1, 1, "2023-09-16"),
        (5785, 1, 1, "2024-10-03"),
        (5787, 1, 1, "2026-09-12"),
        (5784, -6, 15, "2024-04-23"),
        (5785, -6, 15, "2025-04-13"),
        (5784, -7, 14, "2024-03-24"),
        (5785, -7, 14, "2025-03-14"),
        (5785, 3, 25, "2024-12-26"),
        (5786, 3, 25, "2025-12-15"),
        (5785, 1, 10, "2024-10-12"),
        (5785, 1, 15, "2024-10-17"),
    ],
)
def test_hebrew_dates(year: int, month: int, day: int, expected: str) -> None:
    assert hebrew_date(year, month, day).isoformat() == expected


def test_hebrew_feasts_agree_with_the_holidays_package_for_a_century() -> None:
    listed = holidays.country_holidays("IL", years=range(1990, 2101), language="en_US")
    by_name = {name: {day for day, names in listed.items() if names == name} for name in ("Pesach", "Rosh Hashanah")}
    assert by_name["Pesach"] == {hebrew_date(year + 3760, -6, 15) for year in range(1990, 2101)}
    assert by_name["Rosh Hashanah"] == {
        hebrew_date(year + 3761, 1, day) for year in range(1990, 2101) for day in (1, 2)
    }
