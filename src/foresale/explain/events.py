"""Festivals and public holidays as columns: on the days themselves, and around them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from foresale.calendar.festivals import festivals
from foresale.calendar.holidays import public_holidays
from foresale.core.frequency import Frequency
from foresale.explain.shapley import Numbers
from foresale.features.days import Span, day_number, shape_of, span_of, years_of


@dataclass(frozen=True)
class Events:
    """What the calendar knows of some consecutive periods.

    Attributes:
        names: the E events, in the order of their first coming.
        on: [T, E] whether a main day of an event falls into each period.
        opening: [T, E] whether the first of several main days does.
        around: [T, E] how near it is otherwise: above 0 before, below 0 after; all zeros for holidays.
    """

    names: tuple[str, ...]
    on: Numbers = field(repr=False)
    opening: Numbers = field(repr=False)
    around: Numbers = field(repr=False)


def events_between(frequency: Frequency, first: int, last: int, *, countries: Sequence[str]) -> Events:
    """The festivals and, with countries, the public holidays felt in the grid positions first to last.

    Seasons of many weeks do not count, nor holidays that are days of a festival.

    Raises:
        ConfigError: an unknown country.

    >>> daily = Frequency.parse("D")
    >>> found = events_between(daily, 20_055, 20_060, countries=())  # 2024-11-28 to 12-03
    >>> found.names
    ('Black Friday', 'Christmas', 'Cyber Monday')
    >>> found.on[:, 0].tolist()
    [0.0, 1.0, 1.0, 1.0, 0.0, 0.0]
    """
    span = span_of(frequency, first, last)
    table = _festivals(span, countries)
    taken = np.sum([days[0] for days in table.values()], axis=0) if table else np.zeros(span.days.size)
    for name, on in _holidays(span, countries).items():
        if (on * (taken == 0)).any() and name not in table:
            table[name] = np.stack([on, np.zeros_like(on), np.zeros_like(on)])
    begins = {name: int(np.argmax(np.abs(days).max(axis=0) > 0)) for name, days in table.items() if days.any()}
    names = sorted(begins, key=lambda name: begins[name])
    if not names:
        none = np.zeros((last - first + 1, 0))
        return Events((), none, none, none)
    on, opening, around = (np.stack([_periods(span, table[name][row]) for name in names], axis=1) for row in range(3))
    return Events(tuple(names), on, opening, around)


def _festivals(span: Span, countries: Sequence[str]) -> dict[str, Numbers]:
    """By name [3, days]: 1 on the main days, 1 on the first of several, and the rise before and the fall after them."""
    table: dict[str, Numbers] = {}
    for festival in festivals(years_of(span.days), regions=countries):
        if festival.kind == "season":
            continue
        on, opening, around = table.setdefault(festival.name, np.zeros((3, span.days.size)))
        days = np.arange(day_number(festival.begins), day_number(festival.ends) + 1)
        inside = (days >= span.days[0]) & (days <= span.days[-1])
        at = (days - span.days[0])[inside]
        first, last = day_number(festival.first), day_number(festival.last)
        main = (days >= first) & (days <= last)
        on[at] = np.maximum(on[at], main[inside])
        opening[at] = np.maximum(opening[at], ((days == first) & (last > first))[inside])
        shape = np.where(main, 0, shape_of(festival))[inside]
        around[at] = np.where(np.abs(shape) > np.abs(around[at]), shape, around[at])
    return table


def _holidays(span: Span, countries: Sequence[str]) -> dict[str, Numbers]:
    table: dict[str, Numbers] = {}
    if not countries:
        return table
    for day, names in public_holidays(countries, years_of(span.days)).items():
        at = day_number(day) - int(span.days[0])
        if 0 <= at < span.days.size:
            table.setdefault(names[0], np.zeros(span.days.size))[at] = 1
    return table


def _periods(span: Span, values: Numbers) -> Numbers:
    """The strongest day of each period."""
    if not span.whole:
        return np.asarray(values[span.starts])
    high, low = (reduce.reduceat(values, span.starts) for reduce in (np.maximum, np.minimum))
    return np.asarray(np.where(high >= -low, high, low))
