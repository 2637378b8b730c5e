"""The table of festivals as a whole."""

from collections import Counter

import pytest

from foresale.calendar.countries import parse_countries
from foresale.calendar.festivals import festivals
from foresale.calendar.occasions import EVERYWHERE, OCCASIONS


def test_no_country_keeps_one_festival_by_two_rules() -> None:
    counts = Counter((occasion.name, country) for occasion in OCCASIONS for country in occasion.countries)
    assert [pair for pair, times in counts.items() if times > 1] == []


def test_every_country_of_the_table_exists() -> None:
    codes = sorted({code for occasion in OCCASIONS for code in occasion.countries} - EVERYWHERE)
    assert [country.code for country in parse_countries(codes)] == codes


def test_each_name_is_in_the_default_set_once_at_most() -> None:
    assert max(Counter(occasion.name for occasion in OCCASIONS if occasion.default).values()) == 1


@pytest.mark.parametrize("occasion", OCCASIONS, ids=lambda occasion: f"{occasion.name}-{min(occasion.countries)}")
def test_spans_run_forward_within_their_year_and_stay_short(occasion) -> None:  # type: ignore[no-untyped-def]
    longest = {"season": 50, "feast": 31}.get(occasion.kind, 8)
    for year in range(1990, 2101):
        for first, last in occasion.spans(year):
            assert first.year == year
            assert 0 <= (last - first).days < longest


def test_nothing_is_kept_before_it_began() -> None:
    for occasion in OCCASIONS:
        assert occasion.spans(occasion.since - 1) == ()
    assert not [f for f in festivals(range(1990, 2000), regions=["CN", "US"]) if f.name in {"618", "Prime Day"}]
