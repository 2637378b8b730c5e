"""Feasts and where they fall."""

from datetime import date, timedelta

import pytest

from foresale.calendar.occurrences import Occurrence, day_number, festivals_felt, occurrences
from foresale.core.errors import ConfigError

EPOCH = date(1970, 1, 1)


def _of(year: int, *countries: str) -> list[Occurrence]:
    return occurrences(day_number(date(year, 1, 1)), day_number(date(year, 12, 31)), countries=countries)


def _days(year: int, feast: str, *countries: str) -> list[tuple[str, str]]:
    found = [own for own in _of(year, *countries) if own.feast == feast and (EPOCH + timedelta(own.first)).year == year]
    return [tuple(str(EPOCH + timedelta(day))[5:] for day in (own.first, own.last)) for own in found]  # type: ignore[misc]


@pytest.mark.parametrize("country", ["AE", "ID", "PK", "QA", "SA", "TR", "MY", "EG", "NG", "BD"])
def test_eid_is_one_feast_in_every_year_whatever_its_mark(country: str) -> None:
    for year in range(2020, 2036):
        eids = {own.feast for own in _of(year, country) if "eid" in own.feast and "ghadir" not in own.feast}
        assert eids == {"eid_al_fitr", "eid_al_adha"}, year


@pytest.mark.parametrize("country", ["AE", "PK", "SA"])
def test_what_is_an_estimate_is_said(country: str) -> None:
    assert not any(own.estimated for own in _of(2024, country) if own.feast == "eid_al_fitr")
    assert all(own.estimated for own in _of(2030, country) if own.feast == "eid_al_fitr")
    assert not any(own.estimated for year in (2024, 2030) for own in _of(year, country) if own.feast == "new_year")


def test_a_holiday_of_a_festival_is_not_listed_beside_it() -> None:
    names = [own.name for own in _of(2024, "DE")]
    assert "Good Friday" not in names
    assert "Easter Monday" not in names
    assert names.count("Easter") == 1
    assert names.count("New Year") == 2  # with the one that follows, whose run-up begins in this year
    assert "Ascension Day" in names


def test_two_feasts_on_one_day_are_two() -> None:
    day = day_number(date(2024, 11, 11))
    feasts = {own.feast for own in occurrences(day, day, countries=["US", "CN"]) if own.first == day}
    assert feasts == {"double_11", "veterans_day_us"}
    day = day_number(date(2024, 5, 9))  # in Germany fathers have Ascension Day
    feasts = {own.feast for own in occurrences(day, day, countries=["DE"]) if own.first == day}
    assert feasts == {"ascension_day", "fathers_day"}


def test_substitute_days_belong_to_their_feast() -> None:
    assert _days(2027, "juneteenth_national_independence_day_us", "US") == [("06-18", "06-19")]
    assert _days(2027, "independence_day", "US") == [("07-04", "07-04")]  # its festival; the Monday is a day off of it
    assert _days(2027, "liberation_day_kr", "KR") == [("08-15", "08-16")]
    assert _days(2026, "constitution_day_jp", "JP") == []  # within the Golden Week
    assert not [own for own in _of(2025, "CN") if "day_off" in own.feast]


def test_one_name_of_two_feasts_is_two() -> None:
    found = {own.feast for own in _of(2025, "US", "US-GA")}
    assert {"state_holiday_us_april", "state_holiday_us_november"} <= found
    assert {"washingtons_birthday_us", "washingtons_birthday_us_december"} <= found
    assert {"independence_day", "independence_day_in"} <= {own.feast for own in _of(2025, "US", "IN")}


@pytest.mark.parametrize(
    ("country", "first", "second", "feast"),
    [
        ("JP", 2019, 2024, "sports_day_jp"),
        ("NZ", 2021, 2024, "kings_birthday_nz"),
        ("RU", 2001, 2024, "russia_day_ru"),
        ("KE", 2008, 2024, "mashujaa_day_ke"),
    ],
)
def test_two_names_of_one_feast_are_one(country: str, first: int, second: int, feast: str) -> None:
    assert _days(first, feast, country)
    assert _days(second, feast, country)


@pytest.mark.parametrize(
    ("country", "feast"),
    [
        ("DE", "labour_day"),
        ("VN", "labour_day"),
        ("FR", "labour_day"),
        ("RU", "labour_day"),
        ("US", "labor_day"),
        ("CA", "labor_day"),
        ("DE", "boxing_day"),
        ("GB", "boxing_day"),
        ("ZA", "boxing_day"),
        ("RU", "orthodox_christmas"),
        ("EG", "orthodox_christmas"),
        ("GR", "orthodox_easter"),
        ("LB", "easter"),
        ("LB", "orthodox_easter"),
        ("RU", "womens_day"),
        ("KR", "spring_festival"),
        ("TH", "mothers_day"),
        ("IL", "passover"),
        ("IL", "yom_kippur"),
        ("IR", "nowruz"),
        ("HK", "boxing_day"),
        ("NP", "diwali"),
    ],
)
def test_a_feast_has_one_key_in_every_country(country: str, feast: str) -> None:
    assert feast in {own.feast for own in _of(2026, country)}


def test_two_feasts_of_one_name_bear_their_country_or_month_whatever_the_days() -> None:
    for first in (date(2024, 8, 15), date(2024, 8, 1)):
        begin, end = day_number(first), day_number(date(2024, 8, 17))
        names = {own.feast: own.name for own in occurrences(begin, end, countries=["FR", "IN", "ID", "US"])}
        assert names["independence_day_in"] == "Independence Day (IN)"
        assert names["independence_day_id"] == "Independence Day (ID)"
        assert names["assumption_day"] == "Assumption Day"
    names = {own.feast: own.name for own in _of(2024, "US-GA")}
    assert names["state_holiday_us_november"] == "State Holiday (November)"
    assert names["veterans_day_us"] == "Veterans Day"


def test_two_countries_share_a_feast_on_one_day() -> None:
    assert len([own for own in _of(2024, "FR", "DE") if own.feast == "ascension_day"]) == 1
    assert len([own for own in _of(2027, "KR", "CN") if own.feast == "spring_festival"]) == 2


def test_they_come_in_order_and_seasons_are_left_out() -> None:
    found = _of(2024, "US", "CN", "SA")
    assert [own.first for own in found] == sorted(own.first for own in found)
    assert "season" not in {own.kind for own in found}
    assert all(own.begins <= own.first <= own.last <= own.ends for own in found)
    begin, end = day_number(date(2024, 8, 20)), day_number(date(2024, 8, 21))
    assert "back_to_school" in {own.feast for own in festivals_felt(begin, end)}


def test_what_is_felt_of_a_day_does_not_depend_on_the_days_beside() -> None:
    whole = _of(2025, "US", "SA", "JP")
    for first in range(day_number(date(2025, 1, 1)), day_number(date(2025, 12, 31)), 13):
        part = occurrences(first, first + 5, countries=["US", "SA", "JP"])
        assert part == [own for own in whole if own.ends >= first and own.begins <= first + 5]


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ConfigError, match="XX"):
        occurrences(0, 1, countries=["XX"])
