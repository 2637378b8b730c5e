"""Dates of the lunar calendars of East Asia and of Diwali, for any year from 1900 on."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from foresale.calendar.moon import lunar_day, new_moons, sun_longitude

MERIDIANS: Final[Mapping[str, int]] = {"KP": 9, "KR": 9, "VN": 7}
"""Hours of the countries whose calendar counts by their own clock; others keep that of Beijing."""
BEIJING: Final = 8  # hours ahead of UTC
_EPOCH: Final = date(1970, 1, 1)
_SUNSET: Final = 12.3 / 24  # UTC, in autumn over the middle of India
_AYANAMSA: Final = 24.2  # degrees from the tropical to the Indian (Lahiri) zodiac in 2020
_LIBRA: Final = 180.0  # degrees of the sun's longitude at the autumn equinox
_MIDWINTER: Final = 270.0  # degrees at the winter solstice


def lunar_date(year: int, month: int, day: int, *, country: str = "CN") -> date:
    """The day of a lunar date (never of a leap month) of the lunar year that begins in `year`.

    The calendar is computed, so no year is out of range: months begin on the day of the new moon, the month of the
    winter solstice is the eleventh, and of thirteen months between two solstices the first one without a major solar
    term is a leap month (the rules of 1645, national standard GB/T 33661-2017). What day it is when the moon is new,
    the clock of the country tells: in 2027 Seoul begins the year a day after Beijing, in 2030 Hanoi a day before it.
    Months 1 to 10 only.

    >>> lunar_date(2024, 1, 1), lunar_date(2100, 1, 1)
    (datetime.date(2024, 2, 10), datetime.date(2100, 2, 9))
    >>> lunar_date(2027, 1, 1), lunar_date(2027, 1, 1, country="KR")
    (datetime.date(2027, 2, 6), datetime.date(2027, 2, 7))
    """
    assert 1 <= month <= 10, "months 11 and 12 belong to the next winter"
    return _EPOCH + timedelta(days=_months(year, MERIDIANS.get(country, BEIJING))[month - 1] + day - 1)


@lru_cache(maxsize=1024)
def _months(year: int, hours: int) -> tuple[int, ...]:
    """First days (after 1970-01-01) of the months 1 to 10 of a lunar year, by a clock so many hours before UTC."""
    clock = hours / 24
    days = np.floor(new_moons(year - 1, year + 1) + clock).astype(np.int64)
    signs = np.floor(sun_longitude(days - clock) / 30)
    solstices = [_solstice(year - 1, clock), _solstice(year, clock)]
    eleventh, following = (int(np.searchsorted(days, day, side="right")) - 1 for day in solstices)
    numbers = list(range(eleventh, following))
    if len(numbers) == 13:
        leap = next(at for at in numbers if signs[at] == signs[at + 1])
        numbers.remove(leap)
    return tuple(int(days[at]) for at in numbers[2:])


def _solstice(year: int, clock: float) -> int:
    """Day (after 1970-01-01, by the clock) of the winter solstice."""
    first = (date(year, 12, 19) - _EPOCH).days
    ends = first + 1 + np.arange(6) - clock
    return first + int(np.argmax(sun_longitude(ends) >= _MIDWINTER))


@lru_cache(maxsize=512)
def diwali(year: int) -> date:
    """The day of Lakshmi Puja: the evening on which the moon of the Indian month Ashvin has waned away.

    The month ends with the new moon that falls while the sun stands in Libra of the Indian zodiac. Of two evenings
    without a moon the first is kept, as the calendars of most Indian states do (in 2024 some kept November 1).

    >>> diwali(2023), diwali(2025)
    (datetime.date(2023, 11, 12), datetime.date(2025, 10, 20))
    """
    moons = new_moons(year, year)
    drift = (year - 2020) * 50.29 / 3600
    within = (sun_longitude(moons) - _AYANAMSA - drift) % 360
    last = int(np.argmax((within >= _LIBRA) & (within < _LIBRA + 30)))
    waned = moons[last] - lunar_day(moons[last : last + 1])[0]
    return _EPOCH + timedelta(days=int(np.ceil(waned - _SUNSET)))
