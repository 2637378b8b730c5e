"""Like for like: which period of the year before a period is to be compared with."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from foresale.calendar.days import span_of
from foresale.calendar.occurrences import Occurrence, occurrences
from foresale.core.frequency import DAY, Frequency, Index

_MONTH = 27  # days: periods from there on move with the calendar month


@dataclass(frozen=True)
class Pairs:
    """Periods and their counterparts a year earlier.

    Attributes:
        current: [n] grid positions.
        before: [n] grid positions of the counterparts.
        moved: names of the festivals that lay elsewhere a year before, and were put beside each other.
        apart: how many periods have no counterpart, since one of the two has a festival that the other has not.
    """

    current: Index = field(repr=False)
    before: Index = field(repr=False)
    moved: tuple[str, ...] = ()
    apart: int = 0


def pairs(frequency: Frequency, first: int, last: int, *, countries: Sequence[str] = ()) -> Pairs:
    """The counterparts of the grid positions first to last.

    A period is compared with the one 52 weeks (or twelve months) before: the same weekday at the same time of the
    year. The days of a festival, and those around it in which sales move, are compared with the same days of the
    festival a year before, wherever it lay. A period has none whose counterpart lies within another festival, or
    within one while it does not.

    Raises:
        ConfigError: an unknown country.

    >>> daily = Frequency("day")  # Easter was on 31 March in 2024, and on 20 April in 2025
    >>> at = daily.index(np.array(["2025-04-01", "2025-04-20"], "datetime64[D]"))
    >>> found = pairs(daily, int(at[0]), int(at[1]))
    >>> str(daily.timestamps(found.before)[-1])[:10], "Easter" in found.moved
    ('2024-03-31', True)
    """
    current = np.arange(first, last + 1)
    before = current - frequency.year_lag
    if frequency.unit == "month" or frequency.step >= _MONTH * DAY:
        return Pairs(current, before)
    span = span_of(frequency, first - 2 * frequency.year_lag, last)
    table = _by_period(frequency, occurrences(int(span.days[0]), int(span.days[-1]), countries=countries))
    shift, names = _within(table, current)
    before = np.where(shift > 0, current - shift, before)
    _, there = _within(table, before)
    keep = np.array(names) == np.array(there)
    unlike = sorted({name for name, by in zip(names, shift, strict=True) if name and by and _is_moved(frequency, by)})
    return Pairs(current[keep], before[keep], tuple(unlike), int((~keep).sum()))


def _is_moved(frequency: Frequency, by: int) -> bool:
    """Whether a festival lay more than two days (or not in the same week) away from the date a year before."""
    return abs(by - frequency.per_year) > (2.5 if frequency.per_year > 300 else 1.5)


def _by_period(frequency: Frequency, found: Sequence[Occurrence]) -> list[Occurrence]:
    """The same in grid positions."""
    stamps = [np.array([o.first, o.last, o.begins, o.ends], "datetime64[D]") for o in found]
    edges = [[int(place) for place in frequency.index(at)] for at in stamps]
    return [
        replace(own, first=first, last=last, begins=begins, ends=ends)
        for own, (first, last, begins, ends) in zip(found, edges, strict=True)
    ]


def _within(table: Sequence[Occurrence], positions: Index) -> tuple[Index, list[str]]:
    """[n] how many periods before the festival of a period was a year ago (0: never), and its name ("": none).

    Where two overlap, the one whose main days are nearer counts.
    """
    near = np.full(positions.size, np.iinfo(np.int64).max)
    shift = np.zeros(positions.size, np.int64)
    names = [""] * positions.size
    past: dict[str, int] = {}
    for own in table:
        ago = own.first - past[own.feast] if own.feast in past else 0
        past[own.feast] = own.first
        away = np.maximum(np.maximum(own.first - positions, positions - own.last), 0)
        inside = (positions >= own.begins) & (positions <= own.ends) & (away < near)
        near[inside], shift[inside] = away[inside], ago
        for at in np.flatnonzero(inside):
            names[at] = own.name
    return shift, names
