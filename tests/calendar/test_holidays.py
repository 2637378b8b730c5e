"""Public holidays of countries, through the holidays package."""

from datetime import date

import pytest

from foresale.calendar.holidays import public_holidays, weekend, worked_weekends, works_on_weekends
from foresale.core.errors import ConfigError


def test_known_holidays() -> None:
    found = public_holidays(["US", "FR"], [2024])
    assert "Thanksgiving Day" in found[date(2024, 11, 28)]
    assert date(2024, 7, 14) in found  # Bastille Day
    assert list(found) == sorted(found)


def test_subdivisions() -> None:
    assert date(2024, 10, 31) not in public_holidays(["DE"], [2024])
    assert date(2024, 10, 31) in public_holidays(["DE-HH"], [2024])  # Reformation Day


@pytest.mark.parametrize("year", [1990, 2027, 2050, 2100])
def test_years_to_come_work_without_warnings(year: int) -> None:
    for country in ("US", "CN", "IN", "SA", "EC", "JP", "TR", "ID", "TH", "DE", "GB", "BR", "LK", "ES"):
        found = public_holidays([country], [year])
        assert len(found) >= 2, country
        assert {day.year for day in found} == {year}


def test_years_out_of_the_packages_reach_keep_their_fixed_holidays() -> None:
    assert date(1985, 12, 25) in public_holidays(["DE"], [1985])
    assert date(2101, 12, 25) in public_holidays(["US"], [2101])
    assert date(2100, 11, 3) in public_holidays(["JP"], [2100])  # Culture Day


def test_a_name_that_two_countries_share_stands_once() -> None:
    found = public_holidays(["US", "DE"], [2024])
    assert found[date(2024, 12, 25)] == ("Christmas Day",)


def test_holidays_that_share_a_day_are_all_named() -> None:
    found = public_holidays(["SA"], range(2095, 2101))
    assert any(len(names) > 1 for names in found.values())
    assert not any(";" in name for names in found.values() for name in names)


def test_wrong_codes_are_named_all_at_once_with_what_they_look_like() -> None:
    with pytest.raises(ConfigError) as caught:
        public_holidays(["Germany", "US-CAL", "US"], [2024])
    assert "'Germany'" in str(caught.value)
    assert "DE (Germany)" in str(caught.value)
    assert "'CAL'" in str(caught.value)


def test_close_codes_are_offered() -> None:
    with pytest.raises(ConfigError, match="Did you mean"):
        public_holidays(["XX"], [2024])


def test_weekends_differ() -> None:
    assert weekend("DE") == {5, 6}
    assert weekend("SA") == {4, 5}


def test_names_bear_no_marks() -> None:
    for country in ("AE", "ID", "US", "CN", "KR", "TH"):
        for names in public_holidays([country], range(2025, 2031)).values():
            assert not [name for name in names if "estimated" in name or "observed" in name]


# State Council of China, the notices on holidays of 2024 and 2025
def test_weekends_that_are_worked() -> None:
    days = ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"]
    assert sorted(map(str, worked_weekends("CN", [2025]))) == days
    assert date(2024, 9, 14) in worked_weekends("CN", [2024])
    assert worked_weekends("US", [2025]) == frozenset()
    assert worked_weekends("CN", [2050]) == frozenset()
    assert works_on_weekends("CN")
    assert not works_on_weekends("DE")
