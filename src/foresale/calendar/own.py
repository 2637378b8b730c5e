"""Feasts that each country dates for itself: by its own announcements where they are known, else by the common rule."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from foresale.calendar.countries import Country
from foresale.calendar.feasts import holidays_of
from foresale.calendar.lunisolar import diwali
from foresale.calendar.movable import MainDays, islamic_date, islamic_dates

_OFF: Final = 3
"""Days by which the moon that is seen, or a country's almanac, may differ from the computed date."""
_HALF_A_YEAR: Final = timedelta(days=190)
_LIKE: Final[Mapping[str, str]] = {"MY": "SG"}
"""Malaysia keeps Deepavali by its states, on the day of Singapore."""


def islamic_feast(feast: str, month: int, day: int, year: int, country: str) -> list[tuple[date, bool]]:
    """The first days of an Islamic feast in a Gregorian year (none, one or two), and whether they are estimates.

    A country's own day, as the holidays package has it, counts; without one that of the calendar of Umm al-Qura.

    >>> islamic_feast("eid_al_fitr", 10, 1, 2024, "SA"), islamic_feast("eid_al_fitr", 10, 1, 2024, "IN")
    ([(datetime.date(2024, 4, 10), False)], [(datetime.date(2024, 4, 11), False)])
    """
    computed = (at for other in (year - 1, year, year + 1) for at in islamic_dates(other, month, day))
    found = [_own(feast, at, country) for at in computed if abs(at - date(year, 7, 1)) <= _HALF_A_YEAR]
    return [(at, estimated) for at, estimated in found if at.year == year]


def ramadan_of(year: int, country: str) -> Iterable[MainDays]:
    """The month of fasting: it ends on the eve of the country's Eid al-Fitr."""
    about = int((year - 622) * 33 / 32)
    for islamic in range(about - 1, about + 3):
        first = islamic_date(islamic, 9, 1)
        if first.year == year:
            begin, _ = _own("ramadan", first, country)
            end, estimated = _own("eid_al_fitr", islamic_date(islamic, 10, 1), country)
            yield MainDays(begin, end - timedelta(days=1), estimated)


def diwali_of(year: int, country: str) -> tuple[date, bool]:
    """The main day of Diwali, and whether it is an estimate: beyond the almanacs the moon is computed for India.

    >>> diwali_of(2027, "IN"), diwali_of(2027, "SG")
    ((datetime.date(2027, 10, 29), False), (datetime.date(2027, 10, 28), False))
    """
    return _own("diwali", diwali(year), _LIKE.get(country, country))


@lru_cache(maxsize=8192)
def _own(feast: str, computed: date, country: str) -> tuple[date, bool]:
    """A country's own date near a computed one, and whether it is an estimate.

    Of several days of a holiday the nearest one: many countries let it begin before the feast.
    """
    if not country:
        return computed, True
    years = tuple(sorted({(computed + timedelta(days=shift)).year for shift in (-_OFF, 0, _OFF)}))
    beside = [
        own
        for own in holidays_of(Country(country), years)
        if own.feast == feast and abs((own.day - computed).days) <= _OFF
    ]
    estimated = not beside or any(own.estimated for own in beside)
    proper = (own.day for own in beside if own.proper)
    return min(proper, key=lambda day: (abs((day - computed).days), day), default=computed), estimated
