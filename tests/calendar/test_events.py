"""Where the calendar expects unusual sales, and what it calls them."""

import numpy as np
import pytest

from foresale.calendar.events import events_in, expected_peaks
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency

DAILY = Frequency.parse("D")


def _position(frequency: Frequency, day: str) -> int:
    return int(frequency.index(np.array([day], "datetime64[s]"))[0])


def _expected(day: str, *countries: str, grid: str = "D") -> bool:
    frequency = Frequency.parse(grid)
    at = _position(frequency, day)
    return bool(expected_peaks(frequency, at, at, countries=countries)[0])


@pytest.mark.parametrize(
    ("day", "countries"),
    [
        ("2024-11-11", ()),
        ("2024-11-08", ()),
        ("2024-11-29", ()),
        ("2024-12-24", ()),
        ("2025-02-14", ()),
        ("2024-11-28", ("US",)),
        ("2024-06-18", ("CN",)),
        ("2024-08-10", ("CN",)),
        ("2023-11-12", ("IN",)),
        ("2024-04-10", ("SA",)),
        ("2024-08-10", ("EC",)),
        ("2024-08-09", ("EC",)),
        ("2024-08-11", ("EC",)),
    ],
)
def test_peaks_are_expected_at_festivals_and_beside_holidays(day: str, countries: tuple[str, ...]) -> None:
    assert _expected(day, *countries)


@pytest.mark.parametrize(("day", "countries"), [("2024-09-18", ()), ("2024-03-12", ("US",)), ("2024-08-25", ("CN",))])
def test_none_on_ordinary_days(day: str, countries: tuple[str, ...]) -> None:
    assert not _expected(day, *countries)


@pytest.mark.parametrize("country", ["", "US", "CN", "DE", "EC"])
def test_most_days_are_ordinary(country: str) -> None:
    first = _position(DAILY, "2000-01-01")
    share = expected_peaks(DAILY, first, first + 3652, countries=[country] if country else []).mean()
    assert 0.1 < share < 0.5


def test_weeks_and_hours() -> None:
    assert _expected("2024-11-11T15", grid="h")
    assert not _expected("2024-09-18T15", grid="h")
    assert _expected("2024-11-25", "US", grid="W-MON")
    assert not _expected("2024-09-16", "US", grid="W-MON")
    assert _expected("2024-12-01", grid="MS")
    assert not _expected("2024-09-01", grid="MS")


@pytest.mark.parametrize("grid", ["h", "D", "W-FRI", "MS", "Q"])
@pytest.mark.parametrize("start", ["1990-01-01", "2050-01-01", "2100-06-01"])
def test_one_flag_per_period_in_any_year(grid: str, start: str) -> None:
    frequency = Frequency.parse(grid)
    first = _position(frequency, start)
    peaks = expected_peaks(frequency, first, first + 40, countries=["CN", "US"])
    assert peaks.shape == (41,)
    assert peaks.dtype == bool


def test_events_are_named_where_they_begin() -> None:
    first, last = _position(DAILY, "2024-11-01"), _position(DAILY, "2024-12-31")
    found = events_in(DAILY, first, last, countries=["US"])
    assert (_position(DAILY, "2024-11-29"), "Black Friday") in found
    assert (_position(DAILY, "2024-11-11"), "Veterans Day") in found
    assert (_position(DAILY, "2024-12-24"), "Christmas") in found
    assert found == sorted(set(found))
    assert all(first <= at <= last for at, _ in found)


def test_an_event_belongs_to_the_period_it_falls_into() -> None:
    weekly = Frequency.parse("W-FRI")
    first = _position(weekly, "2024-11-15")
    named = {name: at for at, name in events_in(weekly, first, first + 4, countries=["US"])}
    assert named["Thanksgiving"] == _position(weekly, "2024-11-22")
    assert named["Black Friday"] == _position(weekly, "2024-11-29")
    monthly = Frequency.parse("MS")
    may = _position(monthly, "2024-05-01")
    assert (may, "Mother's Day") in events_in(monthly, may, may)


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ConfigError):
        expected_peaks(DAILY, 0, 1, countries=["ZZ"])
    with pytest.raises(ConfigError):
        events_in(DAILY, 0, 1, countries=["ZZ"])


def test_the_window_of_a_festival_is_a_week_before_and_a_day_after() -> None:
    first = _position(DAILY, "2024-11-01")
    flags = expected_peaks(DAILY, first, first + 29)
    # Halloween's day after, Double 11 with its week and day after, Black Friday with its week
    assert [day + 1 for day in np.flatnonzero(flags)] == [1, *range(4, 13), *range(22, 31)]
    assert [expected_peaks(DAILY, first + at, first + at)[0] for at in range(30)] == flags.tolist()
