"""Where on a grid the calendar expects something: for cleaning, pictures and explanations."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.calendar.days import Span, span_of, years_of
from foresale.calendar.holidays import public_holidays
from foresale.calendar.occurrences import Occurrence, day_number, occurrences
from foresale.core.frequency import Frequency

_RUN_UP: Final = 7  # days before a feast in which a peak is expected, at the most
_SHARE: Final = 0.25  # of a period's days, from which on the whole period counts


def expected_peaks(
    frequency: Frequency, first: int, last: int, *, countries: Sequence[str] = ()
) -> npt.NDArray[np.bool_]:
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
    return np.asarray(span.sums(expected.astype(np.int64)) >= _SHARE * span.lengths)


def _windows(span: Span, countries: Sequence[str]) -> list[tuple[int, int]]:
    """First and last days of what is expected."""
    felt = occurrences(int(span.days[0]), int(span.days[-1]), countries=countries)
    found = [_window(own) for own in felt if own.kind != "public"]
    holidays = map(day_number, public_holidays(countries, years_of(span.days))) if countries else ()
    return found + [(day - 1, day + 1) for day in holidays]


def _window(own: Occurrence) -> tuple[int, int]:
    return max(own.begins, own.first - _RUN_UP), min(own.ends, own.last + 1)


def events_in(frequency: Frequency, first: int, last: int, *, countries: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Grid position and name of every festival and public holiday (its first main day) in the periods, in order.

    Raises:
        ConfigError: an unknown country.

    >>> daily = Frequency.parse("D")
    >>> events_in(daily, 20_057, 20_060)  # 2024-11-30 to 12-03
    [(20059, 'Cyber Monday')]
    """
    span = span_of(frequency, first, last)
    felt = occurrences(int(span.days[0]), int(span.days[-1]), countries=countries)
    found = [own for own in felt if span.days[0] <= own.first <= span.days[-1]]
    stamps = np.array([own.first for own in found], np.int64).astype("datetime64[D]")
    index = np.clip(frequency.index(stamps), first, last)
    return sorted({(int(at), own.name) for at, own in zip(index, found, strict=True)})
