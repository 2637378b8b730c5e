"""What comes back with the calendar: weekdays, the time of the year, festivals and holidays, as columns to fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.calendar.days import Span, span_of, year_phase
from foresale.calendar.occurrences import occurrences
from foresale.calendar.shapes import traces
from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency, weekday_of

WEEKDAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
YEARS: Final = 1.9
"""Years of history from which the time of the year can be told from a trend."""
_HARMONICS: Final = 6  # waves of the year: the sixth lasts two months
_MOVES: Final = 0.2  # of a month by which a festival moves, to be told apart from the time of the year
_LONG: Final = 366
"""Periods in a year, from which on they are days."""


@dataclass(frozen=True)
class Terms:
    """[T, P] columns of what comes back, and how large the effect of each may be.

    Attributes:
        names: [P] weekday:Mondays, annual:sin1, on:double_11, before:double_11 and so on.
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
    ('weekday:Mondays', 'annual:sin1', 701)
    """
    span = span_of(frequency, first, last)
    table: dict[str, tuple[Numbers, float]] = {}
    if frequency.unit == "day" and frequency.count == 1:
        weekday = weekday_of(span.days)
        table |= {f"weekday:{name}": ((weekday == at).astype(float), 1.0) for at, name in enumerate(WEEKDAYS)}
    if years >= YEARS and frequency.per_year > 2:
        phase = 2 * np.pi * year_phase(span.days)
        for harmonic in range(1, min(_HARMONICS, int(frequency.per_year / 2 - 0.5)) + 1):
            table[f"annual:sin{harmonic}"] = (np.sin(harmonic * phase), 0.4 / harmonic)
            table[f"annual:cos{harmonic}"] = (np.cos(harmonic * phase), 0.4 / harmonic)
    table |= _events(span, countries)
    if not table:
        return Terms((), np.zeros((span.starts.size, 0)), np.zeros(0))
    values = span.means(np.stack([column for column, _ in table.values()], axis=1))
    found = Terms(tuple(table), values, np.array([spread for _, spread in table.values()]))
    return found if frequency.per_year > 13 else _moving(found, frequency, first)


def _events(span: Span, countries: Sequence[str]) -> dict[str, tuple[Numbers, float]]:
    """By feast: 1 on the main days; rising before them; falling to 0 after them."""
    first, last = int(span.days[0]), int(span.days[-1])
    table: dict[str, tuple[Numbers, float]] = {}
    for feast, own in traces(first, last, occurrences(first, last, countries=countries)).items():
        for kind, column, spread in (("on", own.on, 1.0), ("before", own.before, 0.5), ("after", own.after, 0.3)):
            table[f"{kind}:{feast}"] = (column, spread)
    return table


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
