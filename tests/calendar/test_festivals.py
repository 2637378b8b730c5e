"""Festivals against the dates on which they were held."""

from datetime import date, timedelta

import pytest

from foresale.calendar.festivals import festival_names, festivals
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
        ("Black Friday", "US", 2011, "11-25"), ("Black Friday", "US", 2023, "11-24"),
        ("Black Friday", "GB", 2024, "11-29"), ("Cyber Monday", "US", 2024, "12-02"),
        ("Cyber Monday", "US", 2023, "11-27"), ("Thanksgiving", "US", 2012, "11-22"),
        # canada.ca: Thanksgiving is the second Monday of October; its weekend begins on Saturday
        ("Thanksgiving", "CA", 2024, "10-12"),
        # nfl.com
        ("Super Bowl Sunday", "US", 2002, "02-03"), ("Super Bowl Sunday", "US", 2003, "01-26"),
        ("Super Bowl Sunday", "US", 2012, "02-05"), ("Super Bowl Sunday", "US", 2024, "02-11"),
        # aboutamazon.com, aboutamazon.in
        ("Prime Day", "US", 2016, "07-12"), ("Prime Day", "US", 2020, "10-13"), ("Prime Day", "DE", 2021, "06-21"),
        ("Prime Day", "US", 2023, "07-11"), ("Prime Day", "US", 2024, "07-16"), ("Prime Day", "US", 2025, "07-08"),
        ("Prime Day", "IN", 2020, "08-06"), ("Prime Day", "IN", 2023, "07-15"),
        ("Prime Big Deal Days", "US", 2023, "10-10"),
        # timeanddate.com, Mother's Day and Father's Day by country
        ("Mother's Day", "US", 2024, "05-12"), ("Mother's Day", "GB", 2023, "03-19"),
        ("Mother's Day", "GB", 2024, "03-10"), ("Mother's Day", "GB", 2025, "03-30"),
        ("Mother's Day", "FR", 2020, "06-07"), ("Mother's Day", "FR", 2023, "06-04"),
        ("Mother's Day", "FR", 2024, "05-26"), ("Mother's Day", "ES", 2024, "05-05"),
        ("Mother's Day", "MX", 2024, "05-10"), ("Mother's Day", "TH", 2024, "08-12"),
        ("Mother's Day", "AR", 2024, "10-20"), ("Mother's Day", "SE", 2024, "05-26"),
        ("Father's Day", "US", 2024, "06-16"), ("Father's Day", "GB", 2025, "06-15"),
        ("Father's Day", "DE", 2024, "05-09"), ("Father's Day", "AU", 2024, "09-01"),
        ("Father's Day", "BR", 2024, "08-11"), ("Father's Day", "SE", 2024, "11-10"),
        # State Council of China; Hong Kong Observatory (the eve of the Spring Festival is its first day)
        ("Spring Festival", "CN", 2024, "02-09"), ("Qixi", "CN", 2024, "08-10"),
        ("Dragon Boat Festival", "CN", 2025, "05-31"), ("Mid-Autumn Festival", "CN", 2024, "09-17"),
        ("Lantern Festival", "CN", 2025, "02-12"), ("National Day", "CN", 2025, "10-01"),
        # Umm al-Qura calendar
        ("Ramadan", "SA", 2024, "03-11"), ("Eid al-Fitr", "SA", 2024, "04-10"), ("Eid al-Adha", "SA", 2024, "06-16"),
        # drikpanchang.com (Dhanteras is the first day)
        ("Diwali", "IN", 2023, "11-10"), ("Diwali", "IN", 2025, "10-18"),
        # Good Friday: timeanddate.com
        ("Easter", "DE", 2024, "03-29"), ("Easter", "GR", 2024, "05-03"),
        ("Carnival", "BR", 2024, "02-09"), ("Carnival", "BR", 2025, "02-28"),
    ],
)  # fmt: skip
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


def test_no_date_is_invented_for_a_sale_that_is_announced() -> None:
    assert not [f for f in festivals([2014, 2050], regions=["US"]) if f.name.startswith("Prime")]
    assert "Prime Day" not in {f.name for f in festivals([2021], regions=["CA"])}


def test_sales_begin_in_their_first_year() -> None:
    assert "Double 11" not in {festival.name for festival in festivals([2008])}
    assert "Double 11" in {festival.name for festival in festivals([2009])}


def test_without_a_country_there_is_a_worldwide_set() -> None:
    names = festival_names()
    assert {"New Year", "Valentine's Day", "Easter", "Mother's Day", "Halloween", "Double 11", "Black Friday",
            "Cyber Monday", "Christmas"} <= set(names)  # fmt: skip
    assert len(names) <= 16


def test_countries_choose_their_festivals() -> None:
    assert "Thanksgiving" not in festival_names(regions=["CN"])
    assert {"618", "Qixi", "Double 12"} <= set(festival_names(regions=["CN"]))
    assert "618" not in festival_names(regions=["US"])
    assert festival_names(regions=["us-ca"]) == festival_names(regions=["US"])
    assert festival_names(regions=["UK"]) == festival_names(regions=["GB"])


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
