"""Sales whose dates are announced each year: what was announced, and an estimate for the years after it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from foresale.calendar.movable import MainDays

Announced = Mapping[int, tuple[date, date]]


def announced(table: Announced, year: int) -> MainDays | None:
    """When a sale is in a year: as announced; in years to come the same days of the week, nearest to the newest dates.

    That estimate would have been right for half of the Prime sales from 2023 to 2025 and a week off for the others; it
    was two weeks off for the summer sale of 2026. None for a year in which the sale did not take place.

    >>> announced(PRIME_BIG_DEAL_DAYS, 2025).first, announced(PRIME_BIG_DEAL_DAYS, 2027).first
    (datetime.date(2025, 10, 7), datetime.date(2027, 10, 5))
    """
    if year in table:
        return MainDays(*table[year])
    newest = max(table)
    if year < newest:
        return None
    first, last = table[newest]
    same = date(year, first.month, first.day)
    moved = first + timedelta(days=7 * round((same - first).days / 7))
    return MainDays(moved, moved + (last - first), estimated=True)


PRIME_DAYS: Final[Announced] = {
    2015: (date(2015, 7, 15), date(2015, 7, 15)),
    2016: (date(2016, 7, 12), date(2016, 7, 12)),
    2017: (date(2017, 7, 11), date(2017, 7, 11)),
    2018: (date(2018, 7, 16), date(2018, 7, 17)),
    2019: (date(2019, 7, 15), date(2019, 7, 16)),
    2020: (date(2020, 10, 13), date(2020, 10, 14)),
    2021: (date(2021, 6, 21), date(2021, 6, 22)),
    2022: (date(2022, 7, 12), date(2022, 7, 13)),
    2023: (date(2023, 7, 11), date(2023, 7, 12)),
    2024: (date(2024, 7, 16), date(2024, 7, 17)),
    2025: (date(2025, 7, 8), date(2025, 7, 11)),
    2026: (date(2026, 6, 23), date(2026, 6, 26)),
}
"""Amazon Prime Day in the United States and most other countries (aboutamazon.com, the announcement of each year)."""

PRIME_DAYS_CANADA: Final[Announced] = {year: span for year, span in PRIME_DAYS.items() if year != 2021}
"""In Canada, where that of 2021 was called off."""

PRIME_DAYS_INDIA: Final[Announced] = {
    2017: (date(2017, 7, 10), date(2017, 7, 11)),
    2018: (date(2018, 7, 16), date(2018, 7, 17)),
    2019: (date(2019, 7, 15), date(2019, 7, 16)),
    2020: (date(2020, 8, 6), date(2020, 8, 7)),
    2021: (date(2021, 7, 26), date(2021, 7, 27)),
    2022: (date(2022, 7, 23), date(2022, 7, 24)),
    2023: (date(2023, 7, 15), date(2023, 7, 16)),
    2024: (date(2024, 7, 20), date(2024, 7, 21)),
    2025: (date(2025, 7, 12), date(2025, 7, 14)),
}
"""Amazon Prime Day in India (aboutamazon.in)."""

PRIME_BIG_DEAL_DAYS: Final[Announced] = {
    2022: (date(2022, 10, 11), date(2022, 10, 12)),
    2023: (date(2023, 10, 10), date(2023, 10, 11)),
    2024: (date(2024, 10, 8), date(2024, 10, 9)),
    2025: (date(2025, 10, 7), date(2025, 10, 8)),
}
"""Amazon's autumn sale (in 2022 "Prime Early Access Sale")."""
