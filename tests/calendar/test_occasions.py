"""The table of festivals as a whole."""

from collections import Counter

import pytest

from foresale.calendar.countries import parse_countries
from foresale.calendar.festivals import festivals
from foresale.calendar.occasions import EVERYWHERE, OCCASIONS


def test_no_country_keeps_one_festival_by_two_rules() -> None:
    counts = Counter((occasion.feast, country) for occasion in OCCASIONS for country in occasion.countries)
    assert [pair for pair, times in counts.items() if times > 1] == []


def test_every_country_of_the_table_exists() -> None:
    codes = sorted({code for occasion in OCCASIONS for code in occasion.countries} - EVERYWHERE)
    assert [country.code for country in parse_countries(codes)] == codes


def test_each_feast_is_in_the_default_set_once_at_most() -> None:
    assert max(Counter(occasion.feast for occasion in OCCASIONS if occasion.default).values()) == 1


@pytest.mark.parametrize("occasion", OCCASIONS, ids=lambda occasion: f"{occasion.name}-{min(occasion.countries)}")
def test_spans_run_forward_within_their_year_and_stay_short(occasion) -> None:  # type: ignore[no-untyped-def]
    longest = {"season": 50, "feast": 31}.get(occasion.kind, 8)
    for year in range(1990, 2101):
        for first, last, _ in occasion.spans(year, min(occasion.countries).strip("*")):
            assert first.year == year
            assert 0 <= (last - first).days < longest


def test_nothing_is_kept_before_it_began() -> None:
    for occasion in OCCASIONS:
        assert occasion.spans(occasion.since - 1, min(occasion.countries).strip("*")) == ()
    assert not [f for f in festivals(range(1990, 2000), regions=["CN", "US"]) if f.name in {"618", "Prime Day"}]


OWN_DATES = {"eid_al_fitr", "eid_al_adha", "ramadan", "diwali"}
SAMPLED = {"AE", "EG", "ID", "IN", "MY", "PK", "SA", "SG", "TR"}  # the others have some years only: listing takes time


@pytest.mark.parametrize(
    "feast",
    [
        "easter",
        "orthodox_easter",
        "passover",
        "rosh_hashanah",
        "eid_al_fitr",
        "eid_al_adha",
        "ramadan",
        "diwali",
        "spring_festival",
        "mid_autumn_festival",
        "chuseok",
        "dragon_boat_festival",
        "black_friday",
        "cyber_monday",
        "thanksgiving",
        "christmas",
        "mothers_day",
        "fathers_day",
        "carnival",
        "hanukkah",
    ],
)
def test_a_feast_has_a_date_every_year_in_every_country_that_keeps_it(feast: str) -> None:
    first = 2005 if feast == "cyber_monday" else 2000
    for country in sorted({code for occasion in OCCASIONS if occasion.feast == feast for code in occasion.countries}):
        all_years = country in SAMPLED or feast not in OWN_DATES
        years = range(first, 2061) if all_years else range(first, 2061, 15)
        found = Counter(own.first.year for own in festivals(years, regions=[country]) if own.feast == feast)
        assert set(found) == set(years), country
        assert max(found.values()) == 1 or feast in {"eid_al_fitr", "eid_al_adha", "ramadan"}
