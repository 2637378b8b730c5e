"""Where on a grid the calendar expects something: for cleaning, pictures and explanations."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.calendar.festivals import Festival, festivals
from foresale.calendar.holidays import public_holidays
from foresale.core.frequency import Frequency
from foresale.features.days import Span, day_number, span_of, years_of

_RUN_UP: Final = 7
_SHARE: Final = 0.25  # of a period's days, from which on the whole period counts


def expected_peaks(frequency: Frequency, first: int, last: int, *,
                   countries: Sequence[str] = ()) -> npt.NDArray[np.bool_]:  # fmt: skip
    """[T] whether unusual sales are to be expected in each of the periods first to last.

    They are at festivals, in the week before them and on the day after, and from the day before a public holiday to
    the day after it. A period of several days counts if a quarter of its days do. Seasons of many weeks do not count.

    Raises:
        ConfigError: an unknown country.

    >>> double_11 = Frequency.parse("D").index(np.array(["2024-11-11"], "datetime64[D]"))[0]
    >>> expected_peaks(Frequency.parse("D"), double_11, double_11).tolist()
    [True]
    """
    span = span_of(frequency, first, last)
    expected = np.zeros(span.days.size, bool)
    for begin, end in _windows(span, countries):
        expected[max(begin - span.days[0], 0) : max(end + 1 - span.days[0], 0)] = True
    if not span.whole:
        return expected[span.starts]
    return np.asarray(np.add.reduceat(expected.astype(np.int64), span.starts) >= _SHARE * span.lengths)


def _windows(span: Span, countries: Sequence[str]) -> list[tuple[int, int]]:
    """First and last days of what is expected."""
    years = years_of(span.days)
    found = [_window(festival) for festival in festivals(years, regions=countries) if festival.kind != "season"]
    holidays = [day_number(day) for day in public_holidays(countries, years)] if countries else []
    return found + [(day - 1, day + 1) for day in holidays]


def _window(festival: Festival) -> tuple[int, int]:
    begin = day_number(festival.first) - min(festival.run_up, _RUN_UP)
    return begin, day_number(festival.last) + min(festival.after, 1)


def events_in(frequency: Frequency, first: int, last: int, *, countries: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Grid position and name of every festival (its first main day) and public holiday in the periods, in order.

    Raises:
        ConfigError: an unknown country.

    >>> daily = Frequency.parse("D")
    >>> events_in(daily, 20_057, 20_060)  # 2024-11-30 to 12-03
    [(20059, 'Cyber Monday')]
    """
    span = span_of(frequency, first, last)
    years = years_of(span.days)
    found = [(festival.first, festival.name) for festival in festivals(years, regions=countries)]
    if countries:
        found += [(day, name) for day, names in public_holidays(countries, years).items() for name in names]
    stamps = np.array([day for day, _ in found], "datetime64[D]")
    inside = (stamps.astype(np.int64) >= span.days[0]) & (stamps.astype(np.int64) <= span.days[-1])
    index = np.clip(frequency.index(stamps), first, last)
    return sorted({(int(index[at]), found[at][1]) for at in np.flatnonzero(inside)})
