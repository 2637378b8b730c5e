"""The columns of time that sales are told by: a bending trend, the seasons of the grid, festivals and holidays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from foresale.calendar.days import span_of, waves, year_phase
from foresale.core.arrays import Numbers
from foresale.core.frequency import DAYS_A_YEAR, Frequency, Index, weekday_of
from foresale.explanations.events import events_between

Kind = Literal["trend", "season", "event"]

TREND: Final = "trend"
_LONGEST: Final = 1500  # periods: four years of days
_YEARS: Final = 3.0  # of history: what is older tells little of the level
_TIMES_SEEN: Final = 2
"""Times that a season has to be seen: what came once may be a trend, or chance."""
_WEEKS_OF_YEAR: Final = 364 / DAYS_A_YEAR
"""Share of a year that its 52 weeks are: two of them have seen the season twice."""
_DAYS_OF_YEAR: Final = 360
"""Periods in a year above which they are days, or shorter."""
_KNOTS: Final = (0.08, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
"""Where a trend may bend, in years before the newest cutoff: the closer, the more often."""
_CLOSEST: Final = 3  # periods between two knots of the trend
_DRIFT: Final = 0.35  # by how much the logarithm of the level moves in a year: the spread of the prior
_WIDE: Final = 3.0  # the same of its start: it may lie anywhere
_EVENT_SPREADS: Final = ((1.0, 0.7, 0.5), (0.5, 0.4, 0.3), (0.5, 0.5, 0.2))
"""Of an event's main days, what its first day has beyond them, and the days around them: pooled, own and ahead."""
_WEEKS: Final = 40
"""Periods in a year from which on festivals are told apart; longer periods have them in the season of the year."""


@dataclass(frozen=True)
class Part:
    """Columns that make up one component.

    Attributes:
        name: of the component.
        kind: what kind it is.
        columns: their places.
        cycle: [P, k] the columns over a whole season, over which its factor is 1 on average; empty for other kinds.
        pooled: how much coefficients of all items together differ from 0, as a standard deviation.
        own: how much those of an item differ from them.
        ahead: how much those of a forecast differ from the item's.
        has_days: whether the first column marks the main days of an event; else it is only felt around them.
    """

    name: str
    kind: Kind
    columns: slice
    cycle: Numbers = field(repr=False)
    pooled: Numbers = field(repr=False)
    own: Numbers = field(repr=False)
    ahead: Numbers = field(repr=False)
    has_days: bool = False


@dataclass(frozen=True)
class Design:
    """The columns over consecutive grid positions.

    Attributes:
        first: the first position.
        values: [T, K].
        parts: which columns are what; the trend comes first.
        penalty: [k, k] precision of the trend's values at its knots: a random walk of 0.35 in a year.
    """

    first: int
    values: Numbers = field(repr=False)
    parts: tuple[Part, ...]
    penalty: Numbers = field(repr=False)

    @property
    def trend(self) -> slice:
        """The columns of the trend."""
        return self.parts[0].columns

    @property
    def others(self) -> slice:
        """All other columns."""
        return slice(self.trend.stop, self.values.shape[1])

    @property
    def event_parts(self) -> list[int]:
        """Places of the parts that are festivals and holidays."""
        return [place for place, part in enumerate(self.parts) if part.kind == "event"]

    def spread(self, of: Literal["pooled", "own", "ahead"]) -> Numbers:
        """[K − trend] standard deviations of the columns other than the trend's."""
        found = [getattr(part, of) for part in self.parts[1:]]
        return np.concatenate(found) if found else np.zeros(0)


def design_of(frequency: Frequency, *, cutoff: int, longest: int, last: int, countries: Sequence[str] | None) -> Design:
    """The columns that suit a panel.

    Args:
        frequency: the grid.
        cutoff: the newest cutoff.
        longest: periods of the longest history.
        last: the last position that is told.
        countries: whose holidays and festivals count; None where those are told elsewhere.

    >>> daily = Frequency.parse("D")
    >>> design = design_of(daily, cutoff=20_000, longest=1200, last=20_028, countries=())
    >>> [part.name for part in design.parts[:4]]
    ['trend', 'weekly', 'annual', 'Halloween']
    """
    span = min(longest, _LONGEST, max(round(_YEARS * frequency.per_year), 36))
    first = cutoff - span + 1
    grid = np.arange(first, last + 1)
    knots = _knots(cutoff, span, frequency)
    blocks = [_trend(grid, knots), *_seasons(frequency, grid, longest=min(longest, span))]
    if frequency.per_year >= _WEEKS and countries is not None:
        blocks += _events(frequency, first, last, countries)
    parts, place = [], 0
    for block in blocks:
        size = block.values.shape[1]
        pooled, own, ahead = (np.broadcast_to(np.asarray(spread, np.float64), size) for spread in block.spreads)
        cycle = np.zeros((0, size)) if block.cycle is None else block.cycle
        columns = slice(place, place + size)
        parts.append(Part(block.name, block.kind, columns, cycle, pooled, own, ahead, block.has_days))
        place += size
    values = np.concatenate([block.values for block in blocks], axis=1)
    return Design(first, values, tuple(parts), _walk(knots / frequency.per_year))


@dataclass(frozen=True)
class _Block:
    """A part before it has its place; `spreads` are pooled, own and ahead."""

    name: str
    kind: Kind
    values: Numbers
    spreads: tuple[float | Sequence[float], float | Sequence[float], float | Sequence[float]]
    cycle: Numbers | None = None
    has_days: bool = False


def _knots(cutoff: int, span: int, frequency: Frequency) -> Numbers:
    """[k] grid positions, the newest last."""
    ages = [0.0]
    for years in _KNOTS:
        age = years * frequency.per_year
        if age - ages[-1] >= _CLOSEST and age < span:
            ages.append(age)
    return np.asarray(cutoff - np.array(ages)[::-1])


def _trend(grid: Index, knots: Numbers) -> _Block:
    """[T, k] hat functions: 1 at a knot, falling to 0 at those beside it."""
    values = np.stack([np.interp(grid, knots, row) for row in np.eye(knots.size)], axis=1)
    return _Block(TREND, "trend", values, (1.0, 1.0, 1.0))


def _walk(years: Numbers) -> Numbers:
    """[k, k] precision of values at some times, in years: the newest near 0, the others by a random walk from it."""
    steps = np.diff(np.eye(years.size), axis=0)
    return np.asarray(np.eye(years.size) / _WIDE**2 + steps.T @ (steps / (_DRIFT**2 * np.diff(years))[:, None]))


def tells_weekdays(frequency: Frequency) -> bool:
    """Whether periods are a day or shorter, so that days of the week can be told apart.

    >>> tells_weekdays(Frequency("hour")), tells_weekdays(Frequency("week"))
    (True, False)
    """
    return frequency.per_year > _DAYS_OF_YEAR


def _seasons(frequency: Frequency, grid: Index, *, longest: int) -> Iterator[_Block]:
    stamps = frequency.timestamps(grid)
    years, days_seen = longest / frequency.per_year / _WEEKS_OF_YEAR, longest / frequency.per_year * DAYS_A_YEAR
    if frequency.unit == "month":
        count = frequency.season
        if count > 1 and longest >= _TIMES_SEEN * count:
            yield _of_phases("annual", grid % count, count, (1.0, 0.3, 0.15))
        return
    days = stamps.astype("datetime64[D]").astype(np.int64)
    if frequency.season > 7 and frequency.unit in {"minute", "hour"} and days_seen >= _TIMES_SEEN:
        hours = (stamps - stamps.astype("datetime64[D]")) // np.timedelta64(1, "h")
        yield _of_phases("daily", hours.astype(np.int64), 24, (2.0, 0.5, 0.3))
    if tells_weekdays(frequency) and round(days_seen) >= 7 * _TIMES_SEEN:
        yield _of_phases("weekly", weekday_of(days), 7, (1.0, 0.3, 0.2))
    if years >= _TIMES_SEEN:
        span = span_of(frequency, int(grid[0]), int(grid[-1]))
        middle = span.days[0] + span.starts + (span.lengths - 1) // 2
        waved = waves(year_phase(middle), "year", harmonics=3)
        cycle = waves(np.arange(365) / 365, "year", harmonics=3)
        columns = [np.stack(list(table.values()), axis=1).astype(np.float64) for table in (waved, cycle)]
        yield _Block("annual", "season", columns[0], (0.5, 0.25, 0.05), columns[1])


def _of_phases(name: str, phase: Index, count: int, spreads: tuple[float, float, float]) -> _Block:
    """One column per phase, less what they have in common."""
    cycle = np.eye(count) - 1 / count
    return _Block(name, "season", cycle[phase], spreads, cycle)


def _events(frequency: Frequency, first: int, last: int, countries: Sequence[str]) -> Iterator[_Block]:
    events = events_between(frequency, first, last, countries=countries)
    for place, name in enumerate(events.names):
        values = np.stack([part[:, place] for part in (events.on, events.opening, events.around)], axis=1)
        kept = np.abs(values).max(axis=0) > 0
        spreads = [[sd for sd, stays in zip(whole, kept, strict=True) if stays] for whole in _EVENT_SPREADS]
        yield _Block(name, "event", values[:, kept], (spreads[0], spreads[1], spreads[2]), has_days=bool(kept[0]))
