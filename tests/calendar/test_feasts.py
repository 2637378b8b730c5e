"""Feasts beside the holidays package: what differs has a known reason."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from foresale.calendar.countries import Country
from foresale.calendar.feasts import holidays_of

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "feasts.py"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


@pytest.mark.parametrize(
    "country",
    ["AE", "BR", "CN", "DE", "EG", "GB", "GR", "IL", "IN", "JP", "KR", "PK", "RU", "SA", "SG", "TH", "TT", "US", "VN"],
)
def test_what_differs_has_a_reason_and_no_holiday_is_lost(script: dict[str, Any], country: str) -> None:
    rows = list(script["compared"](country))
    unlike = [row for row in rows if row.outcome in {"longer", "another date"} and not row.reason]
    assert unlike == []
    assert list(script["uncovered"](country)) == []
    assert sum(row.outcome in {"the same", "longer"} for row in rows) >= 16  # Christmas, New Year or Eid of each year


@pytest.mark.slow
def test_what_differs_has_a_reason_in_all_countries(script: dict[str, Any]) -> None:
    for country in script["COUNTRIES"]:
        rows = script["compared"](country)
        assert [row for row in rows if row.outcome in {"longer", "another date"} and not row.reason] == []
        assert list(script["uncovered"](country)) == []


@pytest.mark.parametrize("country", ["US", "KR", "AE", "IN", "CN"])
def test_keys_are_the_same_whichever_years_are_asked_for(country: str) -> None:
    whole = holidays_of(Country(country), tuple(range(2001, 2046)))
    for year in range(2001, 2046, 4):
        assert holidays_of(Country(country), (year,)) == tuple(own for own in whole if own.day.year == year)


def test_a_day_off_without_a_name_is_one_of_the_feast_beside_it() -> None:
    found = {own.day.isoformat()[5:]: own for own in holidays_of(Country("CN"), (2025,))}
    assert found["02-04"].feast == "spring_festival"
    assert found["05-05"].feast == "labour_day"
    assert found["10-08"].feast in {"mid_autumn_festival", "national_day"}
    assert not found["10-08"].proper
    assert found["10-06"].proper
