"""What comes back with the calendar: weekdays, the time of the year, festivals and holidays, as columns to fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.calendar.festivals import Festival, festivals
from foresale.calendar.holidays import public_holidays
from foresale.core.frequency import Frequency
from foresale.features.days import Span, day_number, span_of, year_phase, years_of

Numbers = npt.NDArray[np.float64]

WEEKDAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
YEARS: Final = 1.9
"""Years of history from which the time of the year can be told from a trend."""
_HARMONICS: Final = 6
_MOVES: Final = 0.2
_LONG: Final = 366
"""Periods in a year, from which on they are days."""


@dataclass(frozen=True)
class Occurrence:
    """A festival or holiday in one year, in days after 1970-01-01.

    Attributes:
        name: as it is called.
        first: its first main day.
        last: its last.
        begins: the first day on which sales may move.
        ends: the last.
    """

    name: str
    first: int
    last: int
    begins: int
    ends: int


@dataclass(frozen=True)
class Terms:
    """[T, P] columns of what comes back, and how large the effect of each may be.

    Attributes:
        names: [P] weekday:Mondays, yearly:sin1, on:Double 11, before:Double 11 and so on.
        values: [T, P].
        spread: [P] how large a logarithmic effect is expected to be: the standard deviation of its prior.
    """

    names: tuple[str, ...]
    values: Numbers = field(repr=False)
    spread: Numbers = field(repr=False)

    def of(self, kinds: Iterable[str], *, name: str | None = None) -> npt.NDArray[np.bool_]:
        """[P] which columns are of some kinds, and of one name."""
        wanted = set(kinds)
        parts = [label.partition(":") for label in self.names]
        return np.array([kind in wanted and name in {None, own} for kind, _, own in parts], bool)


def occurrences(first: int, last: int, *, countries: Sequence[str] = ()) -> list[Occurrence]:
    """The festivals and, with countries, public holidays that are felt on the days first to last (after 1970-01-01).

    Seasons of many weeks do not count, nor holidays that are main days of a festival.

    Raises:
        ConfigError: an unknown country.

    >>> [found.name for found in occurrences(20_037, 20_041)]  # 2024-11-10 to 14
    ['Double 11']
    """
    years = years_of(np.array([first, last]))
    found = [_of(festival) for festival in festivals(years, regions=countries) if festival.kind != "season"]
    taken = {day for own in found for day in range(own.first, own.last + 1)}
    names = {own.name for own in found}
    if countries:
        for day, titles in public_holidays(countries, years).items():
            at = day_number(day)
            found += [Occurrence(name, at, at, at, at) for name in titles if at not in taken and name not in names]
    return sorted((own for own in found if own.ends >= first and own.begins <= last), key=lambda own: own.first)


def _of(festival: Festival) -> Occurrence:
    return Occurrence(festival.name, *map(day_number, (festival.first, festival.last, festival.begins, festival.ends)))


def terms(frequency: Frequency, first: int, last: int, *, years: float, countries: Sequence[str] = ()) -> Terms:
    """The columns over the grid positions first to last.

    Args:
        frequency: days or longer.
        first: grid position.
        last: grid position.
        years: how much history there is to learn from: the time of the year is left out below `YEARS`.
        countries: whose festivals and holidays count.

    Raises:
        ConfigError: an unknown country.

    >>> found = terms(Frequency("day"), 20_000, 20_700, years=2.0)
    >>> found.names[0], found.names[7], found.values.shape[0]
    ('weekday:Mondays', 'yearly:sin1', 701)
    """
    span = span_of(frequency, first, last)
    table: dict[str, tuple[Numbers, float]] = {}
    if frequency.unit == "day" and frequency.count == 1:
        weekday = (span.days + 3) % 7
        table |= {f"weekday:{name}": ((weekday == at).astype(float), 1.0) for at, name in enumerate(WEEKDAYS)}
    if years >= YEARS and frequency.per_year > 2:
        phase = 2 * np.pi * year_phase(span.days)
        for harmonic in range(1, min(_HARMONICS, int(frequency.per_year / 2 - 0.5)) + 1):
            table[f"yearly:sin{harmonic}"] = (np.sin(harmonic * phase), 0.4 / harmonic)
            table[f"yearly:cos{harmonic}"] = (np.cos(harmonic * phase), 0.4 / harmonic)
    table |= _events(span, occurrences(int(span.days[0]), int(span.days[-1]), countries=countries))
    if not table:
        return Terms((), np.zeros((span.starts.size, 0)), np.zeros(0))
    values = _periods(span, np.stack([column for column, _ in table.values()], axis=1))
    found = Terms(tuple(table), values, np.array([spread for _, spread in table.values()]))
    return found if frequency.per_year > 13 else _moving(found, frequency, first)


def _events(span: Span, found: Sequence[Occurrence]) -> dict[str, tuple[Numbers, float]]:
    """By name: 1 on the main days; rising before them; falling to 0 after them."""
    table: dict[str, tuple[Numbers, float]] = {}
    for own in found:
        days = np.arange(own.begins, own.ends + 1)
        at = days - int(span.days[0])
        inside = (at >= 0) & (at < span.days.size)
        rise = np.where(days < own.first, ((days - own.begins + 1) / (own.first - own.begins + 1)) ** 2, 0)
        fall = np.where(days > own.last, (own.ends + 1 - days) / (own.ends + 1 - own.last), 0)
        main = ((days >= own.first) & (days <= own.last)).astype(float)
        for kind, shape, spread in (("on", main, 1.0), ("before", rise, 0.5), ("after", fall, 0.3)):
            column, _ = table.setdefault(f"{kind}:{own.name}", (np.zeros(span.days.size), spread))
            column[at[inside]] = np.maximum(column[at[inside]], shape[inside])
    return table


def _periods(span: Span, days: Numbers) -> Numbers:
    """[T, P] the mean over each period's days."""
    if not span.whole:
        return days[span.starts]
    return np.asarray(np.add.reduceat(days, span.starts, axis=0) / span.lengths[:, None])


def _moving(found: Terms, frequency: Frequency, first: int) -> Terms:
    """Of months and longer, only the festivals that move between them: the others are the time of the year."""
    phase = (first + np.arange(len(found.values))) % frequency.season
    keep = ~found.of(["on", "before", "after"])
    for column in np.flatnonzero(~keep):
        values = found.values[:, column]
        ranges = [np.ptp(values[phase == at]) for at in range(frequency.season) if (phase == at).any()]
        keep[column] = found.names[column].startswith("on:") and max(ranges) > _MOVES
    chosen = np.flatnonzero(keep)
    return Terms(tuple(found.names[at] for at in chosen), found.values[:, chosen], found.spread[chosen])
