"""Public holidays of countries and their subdivisions, for any year."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from foresale.core.errors import ConfigError


def public_holidays(countries: Sequence[str], years: Iterable[int]) -> Mapping[date, tuple[str, ...]]:
    """Days on which a country or one of its subdivisions ("US", "US-CA") has a public holiday, with their names.

    Years to come work: their holidays follow today's rules, without the days that governments decide late.

    Raises:
        ConfigError: an unknown code; the message names those that look like it. All wrong ones are named at once.

    >>> public_holidays(["GB", "FR"], [2024])[date(2024, 5, 1)]
    ('Labor Day',)
    """
    faults = [fault for code in countries if (fault := _fault(code))]
    if faults:
        raise ConfigError("; ".join(faults))
    chosen = tuple(sorted(set(years)))
    names: dict[date, tuple[str, ...]] = {}
    for code in dict.fromkeys(code.upper() for code in countries):
        for day, found in _holidays_of(code, chosen):
            names[day] = tuple(dict.fromkeys((*names.get(day, ()), *found)))
    return dict(sorted(names.items()))


@lru_cache(maxsize=256)
def _holidays_of(code: str, years: tuple[int, ...]) -> tuple[tuple[date, tuple[str, ...]], ...]:
    import holidays

    country, _, subdivision = code.partition("-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # holidays warns of years whose lunar dates it estimates
        days = holidays.country_holidays(
            country, subdiv=_spelled(country, subdivision), years=years, language=_language(country)
        )
        return tuple((day, tuple(days[day].split("; "))) for day in sorted(days))


@lru_cache(maxsize=256)
def _language(country: str) -> str | None:
    """English where the names can be had in it."""
    import holidays

    languages: tuple[str, ...] = getattr(holidays.country_holidays(country), "supported_languages", ())
    return next((language for language in ("en_US", "en_GB", "en") if language in languages), None)


def _spelled(country: str, subdivision: str) -> str | None:
    import holidays

    known = holidays.list_supported_countries()[country]
    return next((name for name in known if name.upper() == subdivision), None)


def _fault(code: str) -> str:
    import holidays

    supported = holidays.list_supported_countries()
    country, _, subdivision = code.upper().partition("-")
    if country not in supported:
        close = get_close_matches(country, supported, n=4, cutoff=0.4)
        hint = f"Did you mean {', '.join(close)}?" if close else "Use ISO 3166 codes such as US, CN or DE."
        return f"unknown country {code!r}. {hint}"
    known = [name.upper() for name in supported[country]]
    if subdivision and subdivision not in known:
        near = get_close_matches(subdivision, known, n=4, cutoff=0.4) or known[:8]
        return f"unknown part {subdivision!r} of {country}. It may be one of {', '.join(near) or 'none'}."
    return ""


def weekend(country: str) -> frozenset[int]:
    """Weekdays (0 = Monday) on which a country or a part of one rests.

    Raises:
        ConfigError: an unknown code.

    >>> sorted(weekend("SA")), sorted(weekend("US-CA"))
    ([4, 5], [5, 6])
    """
    fault = _fault(country)
    if fault:
        raise ConfigError(fault)
    import holidays

    return frozenset(holidays.country_holidays(country.upper().partition("-")[0]).weekend)
