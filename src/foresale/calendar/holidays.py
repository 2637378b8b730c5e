"""Public holidays of countries and their subdivisions, for any year."""

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from foresale.calendar.countries import Country, parse_countries

_ENOUGH: Final = 5  # years whose holidays tell which ones have a fixed date


def public_holidays(countries: Sequence[str], years: Iterable[int]) -> Mapping[date, tuple[str, ...]]:
    """Days on which a country or one of its subdivisions ("US", "US-CA") has a public holiday, with their names.

    Years to come work: their holidays follow today's rules, without the days that governments decide late. For years
    that the holidays package does not reach, those of fixed date are given. Names are English where it has them so.

    Raises:
        ConfigError: unknown codes; see `parse_countries`.

    >>> public_holidays(["GB", "FR"], [2024])[date(2024, 5, 1)]
    ('Labor Day',)
    """
    chosen = tuple(sorted(set(years)))
    names: dict[date, tuple[str, ...]] = {}
    for country in parse_countries(countries):
        for day, found in _holidays_of(country, chosen):
            names[day] = tuple(dict.fromkeys((*names.get(day, ()), *found)))
    return dict(sorted(names.items()))


def weekend(country: str) -> frozenset[int]:
    """Weekdays (0 = Monday) on which a country rests today.

    Raises:
        ConfigError: an unknown code.

    >>> sorted(weekend("SA")), sorted(weekend("US-CA"))
    ([4, 5], [5, 6])
    """
    import holidays

    return frozenset(holidays.country_holidays(parse_countries([country])[0].code).weekend)


@lru_cache(maxsize=256)
def _holidays_of(country: Country, years: tuple[int, ...]) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """Days and names, sorted; years that the package does not reach have the holidays of fixed date."""
    import holidays

    reach = holidays.country_holidays(country.code)
    inside = tuple(year for year in years if reach.start_year <= year <= reach.end_year)
    days = dict(_listed(country, inside)) if inside else {}
    for year in set(years) - set(inside):
        first = min(max(year - 2, reach.start_year), reach.end_year - _ENOUGH + 1)
        days |= _of_fixed_date(_listed(country, tuple(range(first, first + _ENOUGH))), year)
    return tuple(sorted(days.items()))


@lru_cache(maxsize=256)
def _listed(country: Country, years: tuple[int, ...]) -> tuple[tuple[date, tuple[str, ...]], ...]:
    import holidays

    language = _language(country.code)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the package warns of years whose lunar dates it estimates
        days = holidays.country_holidays(country.code, subdiv=country.part, years=years, language=language)
        return tuple((day, tuple(days[day].split("; "))) for day in days)


def _of_fixed_date(listed: Iterable[tuple[date, tuple[str, ...]]], year: int) -> dict[date, tuple[str, ...]]:
    """The holidays that fell on one date in nearly all of some listed years, in another year."""
    counts = Counter((day.month, day.day, name) for day, names in listed for name in names)
    found: dict[date, tuple[str, ...]] = {}
    for (month, day, name), times in sorted(counts.items()):
        if times >= _ENOUGH - 1:
            found[date(year, month, day)] = (*found.get(date(year, month, day), ()), name)
    return found


@lru_cache(maxsize=256)
def _language(code: str) -> str | None:
    """English where the names can be had in it."""
    import holidays

    languages: tuple[str, ...] = getattr(holidays.country_holidays(code), "supported_languages", ())
    return next((language for language in ("en_US", "en_GB", "en") if language in languages), None)
