"""Rules that give a feast its date: weekdays of a month, Easter and the Islamic calendar."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from hijridate import Hijri

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
_UMM_AL_QURA: Final = range(1344, 1500)
_ISLAMIC_EPOCH: Final = date(622, 7, 19)  # of the tabular calendar, in the Gregorian one


def weekday_of_month(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth (1, 2, …; -1 = last) weekday (0 = Monday) of a month.

    >>> weekday_of_month(2024, 11, THURSDAY, 4), weekday_of_month(2024, 5, MONDAY, -1)
    (datetime.date(2024, 11, 28), datetime.date(2024, 5, 27))
    """
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-nth - 1))


def easter(year: int) -> date:
    """Easter Sunday of the Western churches (Meeus, Astronomical Algorithms, chapter 8).

    >>> easter(2024), easter(2025)
    (datetime.date(2024, 3, 31), datetime.date(2025, 4, 20))
    """
    century, rest = divmod(year, 100)
    skipped = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - century // 4 - skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Easter Sunday of the Orthodox churches, as a Gregorian date (Meeus, Astronomical Algorithms, chapter 8).

    >>> orthodox_easter(2024), orthodox_easter(2025)
    (datetime.date(2024, 5, 5), datetime.date(2025, 4, 20))
    """
    full = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - full + 34) % 7
    month, day = divmod(full + weekday + 114, 31)
    behind = year // 100 - year // 400 - 2  # days that the Julian calendar is behind
    return date(year, month, day + 1) + timedelta(days=behind)


def islamic_dates(year: int, month: int, day: int) -> tuple[date, ...]:
    """The days of a Gregorian year that bear an Islamic date: none, one or two.

    By the calendar of Umm al-Qura as far as it is published (Islamic years 1344 to 1499), beyond by the tabular
    calendar, which is right to a day or two; where the new moon must be seen, feasts may start a day later.

    >>> islamic_dates(2024, 9, 1), islamic_dates(2030, 9, 1)
    ((datetime.date(2024, 3, 11),), (datetime.date(2030, 1, 5), datetime.date(2030, 12, 26)))
    """
    about = int((year - 622) * 33 / 32)
    days = (islamic_date(islamic, month, day) for islamic in range(about - 1, about + 3))
    return tuple(day for day in days if day.year == year)


@lru_cache(maxsize=1024)
def islamic_date(year: int, month: int, day: int) -> date:
    """The Gregorian day of an Islamic date; see `islamic_dates`."""
    if year in _UMM_AL_QURA:
        return date.fromordinal(Hijri(year, month, 1).to_gregorian().toordinal() + day - 1)
    months = (59 * (month - 1) + 1) // 2
    return _ISLAMIC_EPOCH + timedelta(days=354 * (year - 1) + (3 + 11 * year) // 30 + months + day - 1)
