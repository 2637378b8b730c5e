"""On which days shops may be closed by custom or by law: the one place that asks the calendar."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

_EPOCH: Final = date(1970, 1, 1)
_KINDS: Final = frozenset({"holiday", "feast"})
"""Festivals that shops may close for; for sales and gifts they open."""
_LONGEST: Final = 10
"""Days of a festival that count one by one; longer ones are seasons."""


def holiday_days(first: int, last: int, *, countries: Sequence[str] = ()) -> Mapping[str, tuple[int, ...]]:
    """By what may close a shop, the days on which it does, of the days first to last after 1970-01-01.

    The first, second, … day of a festival, or of a public holiday that has several in a year, each count for
    themselves. Without countries these are the feasts kept in most places: New Year, Easter, Christmas.

    Raises:
        ConfigError: an unknown country.

    >>> days = holiday_days(19_723, 20_088)  # 1 January to 31 December 2024
    >>> days["New Year"], days["Easter, day 4"]  # 1 January and 1 April
    ((19723,), (19814,))
    """
    from foresale.calendar.festivals import festivals
    from foresale.calendar.holidays import public_holidays

    years = range((_EPOCH + timedelta(days=first)).year, (_EPOCH + timedelta(days=last)).year + 1)
    found: dict[str, set[int]] = defaultdict(set)
    for festival in festivals(years, regions=countries):
        length = (festival.last - festival.first).days + 1
        if festival.kind in _KINDS and length <= _LONGEST:
            for number in range(length):
                found[_numbered(festival.name, number)].add((festival.first - _EPOCH).days + number)
    of_year: dict[tuple[int, str], int] = defaultdict(int)
    for day, names in (public_holidays(countries, years) if countries else {}).items():
        for name in names:
            found[_numbered(name, of_year[day.year, name])].add((day - _EPOCH).days)
            of_year[day.year, name] += 1
    inside = {name: tuple(sorted(day for day in days if first <= day <= last)) for name, days in found.items()}
    return {name: days for name, days in inside.items() if days}


def _numbered(name: str, number: int) -> str:
    return name if number == 0 else f"{name}, day {number + 1}"


def easter_offset(day: int) -> int:
    """How many days a day, counted after 1970-01-01, comes after Easter Sunday of its year.

    >>> easter_offset(19_814)  # 2024-04-01, Easter Monday
    1
    """
    from dateutil.easter import easter

    when = _EPOCH + timedelta(days=day)
    sunday: date = easter(when.year)
    return (when - sunday).days
