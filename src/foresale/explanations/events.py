"""Festivals and public holidays as columns: on the days themselves, and around them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from foresale.calendar.days import span_of
from foresale.calendar.occurrences import occurrences
from foresale.calendar.shapes import traces
from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency


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

    Which they are, and what they are called, `occurrences` says.

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
    begin, end = int(span.days[0]), int(span.days[-1])
    found = traces(begin, end, occurrences(begin, end, countries=countries)).values()
    rows = {own.name: np.stack([own.on, own.opening, own.around]) for own in found}
    begins = {name: int(np.argmax(np.abs(days).max(axis=0) > 0)) for name, days in rows.items() if days.any()}
    names = sorted(begins, key=lambda name: begins[name])
    if not names:
        none = np.zeros((last - first + 1, 0))
        return Events((), none, none, none)
    on, opening, around = (np.stack([span.strongest(rows[name][row]) for name in names], axis=1) for row in range(3))
    return Events(tuple(names), on, opening, around)
