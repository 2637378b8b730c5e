"""Festivals against the dates on which they were held."""

from datetime import date, timedelta

import pytest

from foresale.calendar.festivals import feasts_kept, festivals
from foresale.calendar.holidays import public_holidays
from foresale.calendar.occasions import OCCASIONS
from foresale.core.errors import ConfigError


def _first(name: str, year: int, *regions: str) -> str:
    (found,) = (festival for festival in festivals([year], regions=regions) if festival.name == name)
    return found.first.isoformat()[5:]


# The sources are named beside each group; dates are those of the main day.
@pytest.mark.parametrize(
    ("name", "region", "year", "expected"),
    [
        # National Retail Federation; Adobe Digital Insights
        ("Black Friday", "US", 2011, "11-25"),
        ("Black Friday", "US", 2023, "11-24"),
        ("Black Friday", "GB", 2024, "11-29"),
        ("Cyber Monday", "US", 2024, "12-02"),
        ("Cyber Monday", "US", 2023, "11-27"),
        ("Thanksgiving", "US", 2012, "11-22"),
        # canada.ca: Thanksgiving is the second Monday of October; its weekend begins on Saturday
        ("Thanksgiving", "CA", 2024, "10-12"),
        # nfl.com
        ("Super Bowl Sunday", "US", 2002, "02-03"),
        ("Super Bowl Sunday", "US", 2003, "01-26"),
        ("Super Bowl Sunday", "US", 2012, "02-05"),
        ("Super Bowl Sunday", "US", 2024, "02-11"),
        # aboutamazon.com, aboutamazon.in
        ("Prime Day", "US", 2016, "07-12"),
        ("Prime Day", "US", 2020, "10-13"),
        ("Prime Day", "DE", 2021, "06-21"),
        ("Prime Day", "US", 2023, "07-11"),
        ("Prime Day", "US", 2024, "07-16"),
        ("Prime Day", "US", 2025, "07-08"),
        ("Prime Day", "IN", 2020, "08-06"),
        ("Prime Day", "IN", 2023, "07-15"),
        ("Prime Day", "US", 2026, "06-23"),
        ("Prime Big Deal Days", "US", 2023, "10-10"),
        # timeanddate.com, Mother's Day and Father's Day by country
        ("Mother's Day", "US", 2024, "05-12"),
        ("Mother's Day", "GB", 2023, "03-19"),
        ("Mother's Day", "GB", 2024, "03-10"),
        ("Mother's Day", "GB", 2025, "03-30"),
        ("Mother's Day", "FR", 2020, "06-07"),
        ("Mother's Day", "FR", 2023, "06-04"),
        ("Mother's Day", "FR", 2024, "05-26"),
        ("Mother's Day", "ES", 2024, "05-05"),
        ("Mother's Day", "MX", 2024, "05-10"),
        ("Mother's Day", "TH", 2024, "08-12"),
        ("Mother's Day", "AR", 2024, "10-20"),
        ("Mother's Day", "SE", 2024, "05-26"),
        ("Father's Day", "US", 2024, "06-16"),
        ("Father's Day", "GB", 2025, "06-15"),
        ("Father's Day", "DE", 2024, "05-09"),
        ("Father's Day", "AU", 2024, "09-01"),
        ("Father's Day", "BR", 2024, "08-11"),
        ("Father's Day", "SE", 2024, "11-10"),
        # State Council of China; Hong Kong Observatory (the eve of the Spring Festival is its first day)
        ("Spring Festival", "CN", 2024, "02-09"),
        ("Qixi", "CN", 2024, "08-10"),
        ("Dragon Boat Festival", "CN", 2025, "05-31"),
        ("Mid-Autumn Festival", "CN", 2024, "09-17"),
        ("Lantern Festival", "CN", 2025, "02-12"),
        ("National Day", "CN", 2025, "10-01"),
        # Umm al-Qura calendar
        ("Ramadan", "SA", 2024, "03-11"),
        ("Eid al-Fitr", "SA", 2024, "04-10"),
        ("Eid al-Adha", "SA", 2024, "06-16"),
        # drikpanchang.com (Dhanteras is the first day)
        ("Diwali", "IN", 2023, "11-10"),
        ("Diwali", "IN", 2025, "10-18"),
        # Good Friday: timeanddate.com
        ("Easter", "DE", 2024, "03-29"),
        ("Orthodox Easter", "GR", 2024, "05-03"),
        ("Carnival", "BR", 2024, "02-09"),
        ("Carnival", "BR", 2025, "02-28"),
    ],
)
def test_known_dates(name: str, region: str, year: int, expected: str) -> None:
    assert _first(name, year, region) == expected


def test_spans_of_several_days() -> None:
    spans = {f.name: (f.first, f.last) for f in festivals([2024], regions=["CN", "SA", "TH", "JP", "US"])}
    assert spans["Ramadan"] == (date(2024, 3, 11), date(2024, 4, 9))
    assert spans["National Day"] == (date(2024, 10, 1), date(2024, 10, 7))
    assert spans["Songkran"] == (date(2024, 4, 13), date(2024, 4, 15))
    assert spans["Golden Week"] == (date(2024, 4, 29), date(2024, 5, 5))
    assert spans["Prime Day"] == (date(2024, 7, 16), date(2024, 7, 17))


def test_thanksgiving_is_the_public_holiday_in_every_year() -> None:
    listed = {day for day, names in public_holidays(["US"], range(1990, 2101)).items() if "Thanksgiving Day" in names}
    ours = {f.first for f in festivals(range(1990, 2101), regions=["US"]) if f.name == "Thanksgiving"}
    assert ours == listed


def test_black_friday_is_there_though_it_is_no_bank_holiday() -> None:
    assert date(2024, 11, 29) not in public_holidays(["GB"], [2024])
    assert _first("Black Friday", 2024, "GB") == "11-29"


@pytest.mark.parametrize("year", [1990, 2027, 2050, 2100, 2140])
def test_years_to_come_and_gone_work_everywhere(year: int) -> None:
    everywhere = sorted({code for occasion in OCCASIONS for code in occasion.countries} - {"*"})
    found = festivals([year], regions=everywhere)
    assert all(festival.first.year == year and festival.first <= festival.last for festival in found)
    assert {"Spring Festival", "Diwali", "Ramadan", "Easter", "Black Friday"} <= {festival.name for festival in found}


def test_sales_to_be_announced_are_estimated_by_the_newest_one_and_what_was_announced_stays() -> None:
    assert not [f for f in festivals([2014], regions=["US"]) if f.name.startswith("Prime")]
    assert "Prime Day" not in {f.name for f in festivals([2021], regions=["CA"])}
    for year in range(2015, 2061):
        own = next(f for f in festivals([year], regions=["US"]) if f.feast == "prime_day")
        assert own.estimated == (year > 2026)
        if own.estimated:
            assert own.first.weekday() == 1  # Tuesday
            assert abs((own.first - date(year, 6, 23)).days) <= 3
            assert (own.last - own.first).days == 3
    assert next(f for f in festivals([2027], regions=["IN"]) if f.feast == "prime_day").first.weekday() == 5


def test_sales_begin_in_their_first_year() -> None:
    assert "Double 11" not in {festival.name for festival in festivals([2008])}
    assert "Double 11" in {festival.name for festival in festivals([2009])}


def test_without_a_country_there_is_a_worldwide_set() -> None:
    kept = feasts_kept()
    assert {
        "new_year",
        "valentines_day",
        "easter",
        "mothers_day",
        "halloween",
        "double_11",
        "black_friday",
        "cyber_monday",
        "christmas",
    } <= set(kept)
    assert len(kept) <= 16


def test_countries_choose_their_festivals() -> None:
    assert "thanksgiving" not in feasts_kept(regions=["CN"])
    assert {"618", "qixi", "double_12"} <= set(feasts_kept(regions=["CN"]))
    assert "618" not in feasts_kept(regions=["US"])
    assert feasts_kept(regions=["us-ca"]) == feasts_kept(regions=["US"])
    assert feasts_kept(regions=["UK"]) == feasts_kept(regions=["GB"])


# Each country's own almanac or government: seollal and chuseok by the Korea Astronomy and Space Science Institute, Tet
# by Vietnam's calendar (Ho Ngoc Duc), Deepavali by mom.gov.sg, Eid as announced in Riyadh, Jakarta and Islamabad
@pytest.mark.parametrize(
    ("feast", "country", "year", "expected"),
    [
        ("spring_festival", "CN", 2027, "02-05"),
        ("spring_festival", "KR", 2027, "02-06"),
        ("spring_festival", "CN", 2028, "01-25"),
        ("spring_festival", "KR", 2028, "01-26"),
        ("spring_festival", "CN", 2030, "02-02"),
        ("spring_festival", "VN", 2030, "02-01"),
        ("spring_festival", "CN", 2007, "02-17"),
        ("spring_festival", "VN", 2007, "02-16"),
        ("diwali", "SG", 2025, "10-18"),
        ("diwali", "TT", 2024, "10-29"),
        ("diwali", "MU", 2023, "11-10"),
        ("eid_al_fitr", "SA", 2025, "03-30"),
        ("eid_al_fitr", "ID", 2025, "03-31"),
        ("eid_al_fitr", "PK", 2025, "03-31"),
        ("eid_al_adha", "SA", 2024, "06-16"),
        ("eid_al_adha", "PK", 2024, "06-17"),
        ("eid_al_adha", "ID", 2024, "06-17"),
    ],
)
def test_each_country_keeps_its_own_date(feast: str, country: str, year: int, expected: str) -> None:
    (found,) = (own for own in festivals([year], regions=[country]) if own.feast == feast)
    assert found.first.isoformat()[5:] == expected


def test_two_countries_of_two_dates_bring_both_and_of_one_date_bring_one() -> None:
    assert len([f for f in festivals([2027], regions=["CN", "KR"]) if f.feast == "spring_festival"]) == 2
    (found,) = (f for f in festivals([2024], regions=["CN", "KR"]) if f.feast == "spring_festival")
    assert found.name == "Spring Festival"
    assert next(f for f in festivals([2024], regions=["KR"]) if f.feast == "spring_festival").name == "Seollal"


def test_an_estimate_is_said() -> None:
    by_year = {
        (country, year): own.estimated
        for country in ("AE", "PK", "SA", "TR")
        for year in (2024, 2029)
        for own in festivals([year], regions=[country])
        if own.feast == "eid_al_adha"
    }
    assert not any(by_year[country, 2024] for country in ("AE", "PK", "SA", "TR"))
    assert all(by_year[country, 2029] for country in ("AE", "PK", "SA"))
    assert not by_year["TR", 2029]  # Turkey computes its calendar, and has published it to 2032


def test_two_countries_bring_both_mothers_days() -> None:
    days = [f.first for f in festivals([2024], regions=["US", "GB"]) if f.name == "Mother's Day"]
    assert days == [date(2024, 3, 10), date(2024, 5, 12)]


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(ConfigError, match="XX"):
        festivals([2024], regions=["XX"])


def test_run_ups_lie_before_and_aftermaths_behind() -> None:
    (double_11,) = (f for f in festivals([2024]) if f.name == "Double 11")
    assert double_11.begins == date(2024, 10, 20)
    assert double_11.ends == double_11.last + timedelta(days=double_11.after)


def test_festivals_come_by_date_and_the_same_each_time() -> None:
    found = festivals([2025, 2024], regions=["CN", "US"])
    assert found == sorted(found) == festivals([2024, 2025, 2024], regions=["CN", "US"])
