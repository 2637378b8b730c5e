"""Public holidays of countries and their subdivisions, for any year, as the holidays package lists them."""

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from inspect import signature
from typing import TYPE_CHECKING, Any, Final

from foresale.calendar.countries import Country, parse_countries
from foresale.calendar.names import plain

if TYPE_CHECKING:
    from holidays import HolidayBase

Titles = tuple[tuple[date, tuple[str, ...]], ...]

_ENGLISH: Final = ("en_US", "en_GB", "en")
_ENOUGH: Final = 5  # years whose holidays tell which ones have a fixed date


def public_holidays(countries: Sequence[str], years: Iterable[int]) -> Mapping[date, tuple[str, ...]]:
    """Days on which a country or one of its subdivisions ("US", "US-CA") has a public holiday, with their names.

    Years to come work: their holidays follow today's rules, without the days that governments decide late. For years
    that the holidays package does not reach, those of fixed date are given. Names are English where it has them so,
    and bare of its marks for estimates and substitutes.

    Raises:
        ConfigError: unknown codes; see `parse_countries`.

    >>> public_holidays(["GB", "FR"], [2024])[date(2024, 5, 1)]
    ('Labor Day',)
    """
    chosen = tuple(sorted(set(years)))
    names: dict[date, tuple[str, ...]] = {}
    for country in parse_countries(countries):
        for day, titles in titles_of(country, chosen):
            names[day] = tuple(dict.fromkeys((*names.get(day, ()), *(plain(title) for title in titles))))
    return dict(sorted(names.items()))


def weekend(country: str) -> frozenset[int]:
    """Weekdays (0 = Monday) on which a country rests today.

    Raises:
        ConfigError: an unknown code.

    >>> sorted(weekend("SA")), sorted(weekend("US-CA"))
    ([4, 5], [5, 6])
    """
    return frozenset(_package(parse_countries([country])[0].code).weekend)


def worked_weekends(country: str, years: Iterable[int]) -> frozenset[date]:
    """Days of the weekend on which a country works, to make up for days off beside a holiday.

    In China (调休) and some other countries governments announce them for the year to come; until then there are none.

    Raises:
        ConfigError: an unknown code.

    >>> sorted(worked_weekends("CN", [2024]))[:2]
    [datetime.date(2024, 2, 4), datetime.date(2024, 2, 18)]
    """
    chosen = frozenset(years)
    wide = tuple(sorted({year + shift for year in chosen for shift in (-1, 0, 1)}))
    return frozenset(day for day in _worked(parse_countries([country])[0], wide) if day.year in chosen)


def works_on_weekends(country: str) -> bool:
    """Whether a country ever makes up for days off on a weekend.

    Raises:
        ConfigError: an unknown code.
    """
    package = _package(parse_countries([country])[0].code)
    return bool(getattr(package, "substituted_label", None))


@lru_cache(maxsize=512)
def titles_of(country: Country, years: tuple[int, ...]) -> Titles:
    """Days and the titles of their holidays with all marks, sorted; out of the package's reach those of fixed date."""
    reach = _package(country.code)
    inside = tuple(year for year in years if reach.start_year <= year <= reach.end_year)
    days = dict(_listed(country, inside)) if inside else {}
    for year in set(years) - set(inside):
        first = min(max(year - 2, reach.start_year), reach.end_year - _ENOUGH + 1)
        days |= _of_fixed_date(_listed(country, tuple(range(first, first + _ENOUGH))), year)
    return tuple(sorted(days.items()))


def _listed(country: Country, years: Iterable[int]) -> Titles:
    """Year by year, so that years asked for again are not listed again."""
    return tuple(row for year in years for row in _year(country, year))


@lru_cache(maxsize=16_384)
def _year(country: Country, year: int) -> Titles:
    days = _package(country.code, country.part, year)
    return tuple((day, tuple(days[day].split("; "))) for day in sorted(days))


@lru_cache(maxsize=64)
def _worked(country: Country, years: tuple[int, ...]) -> frozenset[date]:
    found = (getattr(_package(country.code, country.part, year), "weekend_workdays", ()) for year in years)
    return frozenset(day for days in found for day in days)


def _of_fixed_date(listed: Titles, year: int) -> dict[date, tuple[str, ...]]:
    """The holidays that fell on one date in nearly all of some listed years, in another year."""
    counts = Counter((day.month, day.day, name) for day, names in listed for name in names)
    found: dict[date, tuple[str, ...]] = {}
    for (month, day, name), times in sorted(counts.items()):
        if times >= _ENOUGH - 1:
            found[date(year, month, day)] = (*found.get(date(year, month, day), ()), name)
    return found


def _package(code: str, part: str | None = None, year: int | None = None) -> "HolidayBase":
    """The package's holidays of a year (of none, without one), named in English, with every estimate marked."""
    kind, options = _kind(code)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns of years whose lunar dates it estimates or lacks
        return kind(subdiv=part, years=year, **options)


@lru_cache(maxsize=256)
def _kind(code: str) -> tuple["type[HolidayBase]", Mapping[str, Any]]:
    """The package's class of a country and its options: English names where it has them, and marked estimates."""
    import holidays

    kind = type(holidays.country_holidays(code))
    languages: tuple[str, ...] = getattr(kind, "supported_languages", ())
    options: dict[str, Any] = {"language": next((own for own in _ENGLISH if own in languages), None)}
    if "islamic_show_estimated" in signature(kind).parameters:
        options["islamic_show_estimated"] = True
    return kind, options
