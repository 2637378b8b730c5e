"""Clocks: which periods belong to the same time of an event, such as the third day before Spring Festival."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from foresale.calendar.occurrences import Occurrence, occurrences
from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency, Index, weekday_of

Slots = npt.NDArray[np.int32]
DOUBLE_DAY: Final = "double day"
Kind = Literal["feast", "date", "month", "covariate"]

MAIN: Final = 0.4
"""Probability that sales move on a main day of a feast, before anything was seen."""
AROUND: Final = 0.15
"""The same of a day before or after it."""
_OWN: Final = 0.002
"""The same of one date that no calendar names: about one day in a year."""
_MONTHLY: Final = 0.03  # chance that a day of the month has an effect, before sales are seen
_DOUBLE: Final = 0.1  # the same of a double day (11 November): many shops make a sale of it
_WIDE, _NARROW = 0.8, 0.2
"""Standard deviations of the effects that there are: of events, and of days of the month."""
_MOST_MAIN: Final = 10  # days of a feast that have slots of their own
_BEFORE_HOLIDAY, _AFTER_HOLIDAY = 3, 2
"""Days around a public holiday on which sales may move."""
_MONTH: Final = 31  # days at the most
_LAST: Final = 6  # days before the end of a month that may have an effect
_FEWEST_YEARS: Final = 3
"""Years in which a week without a name must have been seen: it is one of fifty, and two may be alike by chance."""
_FEWEST_MONTHS: Final = 6
"""Months from which on their days are told apart."""
_WEEKS: Final = 40
"""Periods in a year from which on single weeks are told apart."""


@dataclass(frozen=True)
class Clock:
    """The slots of one event over consecutive columns.

    Attributes:
        name: of the event.
        kind: a "feast" of the calendar, a "date" that returns every year though no calendar names it, a day of the
            "month", or the values of a "covariate".
        slots: [C], or [n, C] by item: the slot of each column, −1 where the event is not felt.
        times: [C] which time of the event each column belongs to, from 0 on.
        prior: [S] probability that sales move in a slot, before anything was seen.
        titles: [S] the slots in words.
        estimated: whether dates to come are estimates.
        fewest: how many times a slot must have been seen, where no calendar names the event.
    """

    name: str
    kind: Kind
    slots: Slots = field(repr=False)
    times: Slots = field(repr=False)
    prior: Numbers = field(repr=False)
    titles: tuple[str, ...] = field(repr=False)
    estimated: bool = False
    fewest: int = 2

    @property
    def count(self) -> int:
        """Number of slots S."""
        return self.prior.size

    @property
    def named(self) -> bool:
        """Whether somebody says that this is an event: the calendar, or a covariate."""
        return self.kind in {"feast", "covariate"}

    @property
    def slab(self) -> float:
        """Variance of the effects that there are."""
        return (_NARROW if self.kind == "month" else _WIDE) ** 2


def feast_clocks(frequency: Frequency, positions: Index, *, countries: Sequence[str] = ()) -> list[Clock]:
    """A clock for every feast and public holiday that is felt in consecutive periods.

    Of slots that always fall on the same periods the likeliest is kept: the eve of one feast may be the day after
    another.

    Args:
        frequency: the grid.
        positions: consecutive.
        countries: whose feasts count.

    Raises:
        ConfigError: an unknown country.

    >>> daily = Frequency("day")
    >>> [clock.name for clock in feast_clocks(daily, np.arange(20_037, 20_041))]
    ['Double 11']
    """
    edges = frequency.timestamps(np.array([positions[0], positions[-1] + 1])).astype("datetime64[D]").astype(np.int64)
    by_feast: dict[str, list[Occurrence]] = {}
    for own in occurrences(int(edges[0]), int(edges[1]) - 1, countries=countries):
        by_feast.setdefault(own.feast, []).append(own)
    found = [_feast(frequency, positions, times) for times in by_feast.values()]
    return [clock for clock in _apart(found) if (clock.slots >= 0).any()]


def _feast(frequency: Frequency, positions: Index, times: Sequence[Occurrence]) -> Clock:
    spans = [_span(frequency, own) for own in times]
    before = max(first - begins for begins, first, _, _ in spans)
    main = min(max(last - first + 1 for _, first, last, _ in spans), _MOST_MAIN)
    after = max(ends - last for _, _, last, ends in spans)
    slots, when = np.full(positions.size, -1, np.int32), np.zeros(positions.size, np.int32)
    for number, (begins, first, last, ends) in enumerate(spans):
        place = np.arange(begins, ends + 1)
        behind = before + main + place - last - 1
        slot = np.where(place < first, before + place - first, before + np.minimum(place - first, main - 1))
        inside = (place >= positions[0]) & (place <= positions[-1])
        at = place[inside] - positions[0]
        slots[at], when[at] = np.where(place > last, behind, slot)[inside], number
    prior = np.concatenate([np.full(before, AROUND), np.full(main, MAIN), np.full(after, AROUND)])
    titles = (
        *(f"{before - number} before" for number in range(before)),
        *_main_titles(main),
        *(f"{number + 1} after" for number in range(after)),
    )
    name, estimated = times[-1].name, any(own.estimated for own in times)
    return Clock(name, "feast", slots, when, prior, titles, estimated)


def _main_titles(count: int) -> tuple[str, ...]:
    return ("the day",) if count == 1 else tuple(f"day {number + 1}" for number in range(count))


def _span(frequency: Frequency, own: Occurrence) -> tuple[int, int, int, int]:
    """Positions of the periods in which it begins to be felt, of its first and last main day, and of its end."""
    around = (_BEFORE_HOLIDAY, _AFTER_HOLIDAY) if own.kind == "public" else (0, 0)
    days = np.array([own.begins - around[0], own.first, own.last, own.ends + around[1]])
    begins, first, last, ends = frequency.index(days.astype("datetime64[D]")).tolist()
    return begins, first, last, ends


def _apart(found: Sequence[Clock]) -> list[Clock]:
    """Clocks without the slots that are always those of another clock, which is likelier to be felt then."""
    best: dict[bytes, tuple[float, int, int]] = {}
    for number, clock in enumerate(found):
        for slot in np.unique(clock.slots[clock.slots >= 0]).tolist():
            key = np.flatnonzero(clock.slots == slot).tobytes()
            if key not in best or best[key][0] < clock.prior[slot]:
                best[key] = (float(clock.prior[slot]), number, slot)
    kept = [[slot for _, owner, slot in best.values() if owner == number] for number in range(len(found))]
    return [
        replace(clock, slots=np.where(np.isin(clock.slots, own), clock.slots, np.int32(-1)))
        for clock, own in zip(found, kept, strict=True)
    ]


def month_clocks(frequency: Frequency, positions: Index) -> list[Clock]:
    """Clocks of the month: its days and its end; and days such as 9.9 and 10.10.

    In a few months the same day may have gone well by chance: for each of them, and for some items nearly surely.
    """
    if frequency.unit == "day" and frequency.count == 1 and positions.size >= _FEWEST_MONTHS * _MONTH:
        months, month, day, left, _ = _dates(positions)
        end = np.where(left < _LAST, left, -1)
        double = np.where(month == day, 0, -1)
        return [
            _clock(DOUBLE_DAY, "date", double, months, 1, _DOUBLE),
            _clock("day of the month", "month", day, months, _MONTH, _MONTHLY),
            _clock("end of the month", "month", end, months, _LAST, _MONTHLY),
        ]
    return []


def year_clocks(frequency: Frequency, positions: Index) -> list[Clock]:
    """Clocks of the year that no calendar names: dates, weekdays of a month, weeks."""
    if frequency.unit == "day" and frequency.count == 1:
        months, month, day, _, weekday = _dates(positions)
        nth = (month * 5 + day // 7) * 7 + weekday
        thursdays = positions - weekday + 3
        year = thursdays.astype("datetime64[D]").astype("datetime64[Y]")
        week = (thursdays - year.astype("datetime64[D]").astype(np.int64)) // 7
        return [
            _clock("date", "date", month * _MONTH + day, months // 12, 12 * _MONTH, _OWN),
            _clock("weekday of the month", "date", nth, months // 12, 12 * 35, _OWN),
            _clock("day of the week of the year", "date", week * 7 + weekday, year.astype(np.int64), 53 * 7, _OWN),
        ]
    if frequency.unit == "week" and frequency.per_year >= _WEEKS:
        months, month, day, _, _ = _dates(_middles(frequency, positions))
        weeks = _clock("week of the year", "date", month * 4 + np.minimum(day // 7, 3), months // 12, 48, _OWN)
        return [replace(weeks, fewest=_FEWEST_YEARS)]
    return []


def _middles(frequency: Frequency, positions: Index) -> Index:
    return frequency.timestamps(positions).astype("datetime64[D]").astype(np.int64) + 3


def _dates(days: Index) -> tuple[Index, Index, Index, Index, Index]:
    """Of days after 1970-01-01: the month from then on, of the year, day of it, days left of it, and the weekday."""
    stamps = days.astype("datetime64[D]")
    months = stamps.astype("datetime64[M]")
    number = months.astype(np.int64)
    day = (stamps - months.astype("datetime64[D]")).astype(np.int64)
    left = ((months + 1).astype("datetime64[D]") - stamps).astype(np.int64) - 1
    return number, number % 12, day, left, weekday_of(days)


def _clock(name: str, kind: Kind, slots: Index, times: Index, count: int, prior: float) -> Clock:
    numbers = (times - times.min()).astype(np.int32)
    titles: Iterable[int] = range(count)
    return Clock(name, kind, slots.astype(np.int32), numbers, np.full(count, prior), tuple(map(str, titles)))
