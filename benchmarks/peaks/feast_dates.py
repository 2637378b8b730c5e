"""The days of moving feasts from 2014 to 2026, written down: no code of Foresale tells a shop its truth.

Spring Festival and Mid-Autumn: Hong Kong Observatory, Gregorian-Lunar conversion tables. Eid al-Fitr: as announced in
the United Arab Emirates. Diwali: the day of Lakshmi Puja in North India. Easter: Western and Orthodox Sunday. Passover:
its first day, 15 Nisan. Thanksgiving needs no table.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

FIRST_YEAR: Final = 2014


def _days(text: str) -> Mapping[int, date]:
    """One month-day for each year from the first."""
    pairs = (word.split("-") for word in text.split())
    return {year: date(year, int(month), int(day)) for year, (month, day) in enumerate(pairs, start=FIRST_YEAR)}


SPRING_FESTIVAL: Final = _days("1-31 2-19 2-8 1-28 2-16 2-5 1-25 2-12 2-1 1-22 2-10 1-29 2-17")
MID_AUTUMN: Final = _days("9-8 9-27 9-15 10-4 9-24 9-13 10-1 9-21 9-10 9-29 9-17 10-6 9-25")
EID_AL_FITR: Final = _days("7-28 7-17 7-6 6-25 6-15 6-4 5-24 5-13 5-2 4-21 4-10 3-30 3-20")
DIWALI: Final = _days("10-23 11-11 10-30 10-19 11-7 10-27 11-14 11-4 10-24 11-12 10-31 10-20 11-8")
EASTER: Final = _days("4-20 4-5 3-27 4-16 4-1 4-21 4-12 4-4 4-17 4-9 3-31 4-20 4-5")
ORTHODOX_EASTER: Final = _days("4-20 4-12 5-1 4-16 4-8 4-28 4-19 5-2 4-24 4-16 5-5 4-20 4-12")
PASSOVER: Final = _days("4-15 4-4 4-23 4-11 3-31 4-20 4-9 3-28 4-16 4-6 4-23 4-13 4-2")
