"""Rules that give a feast its date: weekdays of a month, the Islamic and the Hebrew calendar."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from hijridate import Hijri

_HEBREW_EPOCH: Final = -1_373_427  # ordinal of the day before the first Tishri
_SPRING: Final = (29, 30, 29, 30, 29, 30, 29)  # days of Adar, Nisan, Iyar, Sivan, Tammuz, Av and Elul
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
_UMM_AL_QURA: Final = range(1344, 1500)
_ISLAMIC_EPOCH: Final = date(622, 7, 19)  # of the tabular calendar, in the Gregorian one


class MainDays(NamedTuple):
    """The main days of a feast in a year, and whether they are an estimate."""

    first: date
    last: date
    estimated: bool = False


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


@lru_cache(maxsize=4096)
def islamic_date(year: int, month: int, day: int) -> date:
    """The Gregorian day of an Islamic date; see `islamic_dates`."""
    if year in _UMM_AL_QURA:
        return date.fromordinal(Hijri(year, month, 1).to_gregorian().toordinal() + day - 1)
    months = (59 * (month - 1) + 1) // 2
    return _ISLAMIC_EPOCH + timedelta(days=354 * (year - 1) + (3 + 11 * year) // 30 + months + day - 1)


def hebrew_date(year: int, month: int, day: int) -> date:
    """The Gregorian day of a Hebrew date, by its daylight: the day begins on the evening before.

    The year is the one that begins in the autumn before (5784 for Passover of 2024), the month counts from Tishri (1);
    months after the leap month count on from the end of the year: -6 is Nisan, -7 the Adar of Purim.
    Source: N. Dershowitz and E. M. Reingold, Calendrical Calculations, chapter on the Hebrew calendar.

    >>> hebrew_date(5785, 1, 1), hebrew_date(5784, -6, 15)  # Rosh Hashanah and Passover
    (datetime.date(2024, 10, 3), datetime.date(2024, 4, 23))
    """
    start, end = _tishri(year), _tishri(year + 1)
    if month > 0:
        return date.fromordinal(start + sum(_autumn(end - start)[: month - 1]) + day - 1)
    return date.fromordinal(end - sum(_SPRING[month:]) + day - 1)


@lru_cache(maxsize=1024)
def _tishri(year: int) -> int:
    """The ordinal of the first day of a Hebrew year: the mean new moon, put off so that feasts do not collide."""
    return _HEBREW_EPOCH + _elapsed(year) + _delay(year)


def _elapsed(year: int) -> int:
    """Days before the mean new moon of Tishri; never a Sunday, Wednesday or Friday."""
    months = (235 * year - 234) // 19
    day = 29 * months + (12_084 + 13_753 * months) // 25_920
    return day + 1 if 3 * (day + 1) % 7 < 3 else day


def _delay(year: int) -> int:
    """Days added so that no year has 356 or 382 days."""
    before, own, after = (_elapsed(year + shift) for shift in (-1, 0, 1))
    if after - own == 356:
        return 2
    return 1 if own - before == 382 else 0


def _autumn(days: int) -> tuple[int, int, int]:
    """Lengths of Tishri, Heshvan and Kislev in a year of so many days."""
    return 30, 30 if days % 10 == 5 else 29, 29 if days % 10 == 3 else 30
