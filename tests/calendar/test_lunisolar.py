"""Chinese and Indian lunar dates against published calendars."""

import warnings
from datetime import date

import holidays
import pytest
from lunardate import LunarDate

from foresale.calendar.lunisolar import diwali, lunar_date

# Hong Kong Observatory, Gregorian-Lunar Calendar Conversion Table
NEW_YEARS = [
    "1990-01-27",
    "2000-02-05",
    "2008-02-07",
    "2015-02-19",
    "2020-01-25",
    "2023-01-22",
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
    "2033-01-31",
    "2050-01-23",
    "2100-02-09",
]


@pytest.mark.parametrize("day", [date.fromisoformat(text) for text in NEW_YEARS])
def test_spring_festival(day: date) -> None:
    assert lunar_date(day.year, 1, 1) == day


# Hong Kong Observatory; years with a leap month (2023 second, 2025 sixth) among them
@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [
        (1, 15, "2024-02-24"),
        (1, 15, "2025-02-12"),
        (5, 5, "2023-06-22"),
        (5, 5, "2024-06-10"),
        (5, 5, "2025-05-31"),
        (7, 7, "2023-08-22"),
        (7, 7, "2024-08-10"),
        (7, 7, "2025-08-29"),
        (8, 15, "2020-10-01"),
        (8, 15, "2023-09-29"),
        (8, 15, "2024-09-17"),
        (8, 15, "2025-10-06"),
    ],
)
def test_lunar_festivals(month: int, day: int, expected: str) -> None:
    assert lunar_date(int(expected[:4]), month, day).isoformat() == expected


# new moons within ten minutes of midnight in Beijing: the Hong Kong Observatory warns of 2057, 2089 and 2097, and in
# 1978 its almanac kept Mid-Autumn a day before Beijing's
CLOSE = {(1978, 8), (2057, 9), (2089, 8), (2097, 7)}


def test_the_calendar_agrees_with_a_published_table_for_150_years() -> None:
    differing = {
        (year, month)
        for year in range(1950, 2100)
        for month in range(1, 11)
        if lunar_date(year, month, 1) != LunarDate(year, month, 1).to_solar_date()
    }
    assert differing <= CLOSE


def _listed(country: str, name: str) -> set[date]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        days = holidays.country_holidays(country, years=range(2000, 2051), language="en_US")
    return {day for day, names in days.items() if name in names.replace(" (estimated)", "").split("; ")}


# each country by its own clock: 2027 and 2028 a day later in Seoul, 2007 and 2030 a day earlier in Hanoi
@pytest.mark.parametrize(
    ("country", "name", "month", "day"),
    [
        ("KR", "Korean New Year", 1, 1),
        ("KR", "Chuseok", 8, 15),
        ("VN", "Lunar New Year", 1, 1),
        ("TW", "Chinese New Year", 1, 1),
        ("HK", "Dragon Boat Festival", 5, 5),
        ("TW", "Mid-Autumn Festival", 8, 15),
    ],
)
def test_each_country_counts_by_its_own_clock(country: str, name: str, month: int, day: int) -> None:
    ours = {lunar_date(year, month, day, country=country) for year in range(2000, 2051)}
    assert sorted(ours - _listed(country, name)) == []


# drikpanchang.com, Lakshmi Puja for New Delhi
@pytest.mark.parametrize(
    "day",
    [
        "2000-10-26",
        "2001-11-14",
        "2009-10-17",
        "2016-10-30",
        "2020-11-14",
        "2022-10-24",
        "2023-11-12",
        "2024-10-31",
        "2025-10-20",
        "2026-11-08",
        "2028-10-17",
        "2030-10-26",
        "2035-10-30",
    ],
)
def test_diwali(day: str) -> None:
    assert diwali(int(day[:4])).isoformat() == day


def test_diwali_agrees_with_the_holidays_package() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        india = holidays.country_holidays("IN", years=range(2019, 2036), language="en_IN")
    listed = {day for day, name in india.items() if "Diwali" in name or "Deepavali" in name}
    assert listed == {diwali(year) for year in range(2019, 2036)}


def test_no_year_is_out_of_range() -> None:
    for year in range(1990, 2151):
        assert date(year, 1, 20) <= lunar_date(year, 1, 1) <= date(year, 2, 22)
        assert date(year, 10, 12) <= diwali(year) <= date(year, 11, 18)
