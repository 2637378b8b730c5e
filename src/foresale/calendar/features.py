"""Calendar covariates of any grid: seasons, pay-days, festivals and public holidays, known for ever ahead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from foresale.calendar import days as day
from foresale.calendar.days import Span, Table
from foresale.core.arrays import Values
from foresale.core.errors import ConfigError
from foresale.core.frequency import DAY, Frequency, Index

Detail = Literal["compact", "full"]
_MONTH: Final = 28  # days of the shortest month: four weeks and longer are described like months


@dataclass(frozen=True)
class CalendarFeatures:
    """Channels of the calendar over consecutive grid positions.

    Attributes:
        names: the C channels.
        first: grid position of the first row.
        values: [T, C] float32, all between -1 and 1.
    """

    names: tuple[str, ...]
    first: int
    values: Values = field(repr=False)

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    def at(self, index: Index) -> Values:
        """The rows [..., C] of some grid positions.

        Raises:
            ConfigError: a position lies outside of the table.
        """
        rows = np.asarray(index) - self.first
        if rows.size and (rows.min() < 0 or rows.max() >= len(self.values)):
            last = self.first + len(self.values) - 1
            raise ConfigError(
                f"the calendar covers the positions {self.first} to {last}, not {np.asarray(index).min()}"
                f" to {np.asarray(index).max()}"
            )
        return self.values[rows]


def calendar_features(
    frequency: Frequency,
    first: int,
    last: int,
    *,
    countries: Sequence[str] = (),
    festivals: bool = True,
    detail: Detail = "compact",
) -> CalendarFeatures:
    """What the calendar says of the grid positions first to last (inclusive).

    Which channels there are depends on the frequency, the countries and the detail alone, never on the positions, so
    that a model finds the same ones at any time; values depend on nothing but the grid.

    A period begins at its stamp and lasts up to the next one; a month is the calendar month. Weeks stamped by their
    last day are therefore described seven days late, the same way every year; `…_previous` and `…_next` give the
    strongest festival and the share of holidays of the periods beside.

    - Less than a day: the hour as waves, and the channels of the day.
    - Days: the weekday, the year and the month as waves, pay-days, one signed channel per festival (rising to 0.7
      before it, 1 on it, below 0 after it), and, with countries, public holidays, their nearness and bridge days.
    - Weeks: the strongest day of each festival, the mean over the days of the rest, and finer waves of the year.
    - Four weeks and longer: the share of a festival that falls into the period (Easter moves from March to April),
      and for months by how many each weekday comes more often than in an average period.

    Args:
        frequency: the grid.
        first: position of the first period.
        last: position of the last period.
        countries: codes as in `public_holidays`; they also choose the festivals.
        festivals: whether to include festivals.
        detail: "full" adds the month, more waves of the year, the neighbours' festivals one by one and every holiday
            by name, for trees rather than networks.

    Raises:
        ConfigError: first comes after last, or an unknown country.

    >>> daily = calendar_features(Frequency.parse("D"), 19_000, 19_010)
    >>> daily.values.shape, daily.names[:3]
    ((11, 34), ('monday', 'tuesday', 'wednesday'))
    """
    if first > last:
        raise ConfigError(f"the calendar cannot run from position {first} back to {last}")
    wide = span_with_neighbours(frequency, first, last)
    table: dict[str, Values] = {}
    if not wide.whole:
        table |= _hours(frequency, first - 1, last + 1)
    table |= _seasons(wide, detail=detail)
    if festivals:
        table |= _festivals(wide, countries=countries, detail=detail)
    if countries:
        table |= _holidays(wide, countries=countries, detail=detail)
    values = np.stack(list(table.values()), axis=1)[1:-1]
    return CalendarFeatures(tuple(table), first, np.ascontiguousarray(values, np.float32))


def span_with_neighbours(frequency: Frequency, first: int, last: int) -> Span:
    """The days of the positions first - 1 to last + 1."""
    return day.span_of(frequency, first - 1, last + 1)


def _hours(frequency: Frequency, first: int, last: int) -> Table:
    moments = np.arange(first, last + 1) * frequency.step + frequency.anchor
    return day.waves((moments % DAY + frequency.step / 2) / DAY, "hour", harmonics=3)


def _seasons(span: Span, *, detail: Detail) -> Table:
    middle = span.days[0] + span.starts + (span.lengths - 1) // 2
    table = _weekdays(span) | _mean(span, day.month_table(span.days))
    weeks = not span.is_daily and span.lengths.max() < _MONTH
    table |= day.waves(day.year_phase(middle), "year", harmonics=6 if weeks or detail == "full" else 3)
    if detail == "full":
        months = middle.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        table |= {f"month_{number + 1}": (months == number).astype(np.float32) for number in range(12)}
    return table


def _weekdays(span: Span) -> dict[str, Values]:
    """One-hot for days; for longer periods how much more often each weekday comes than in an average one."""
    table = day.weekdays(span.days)
    if span.is_daily:
        return _mean(span, table)
    if not (span.lengths % 7).any():
        return {}
    share = (span.lengths / 7).astype(np.float32)
    return {name: span.sums(values) - share for name, values in table.items()}


def _festivals(span: Span, *, countries: Sequence[str], detail: Detail) -> Table:
    table = day.festival_table(span.days, countries=countries)
    if span.is_daily:
        return _mean(span, table)
    peaks = {name: span.strongest(values) for name, values in table.items()}
    main = peaks
    if span.lengths.max() >= _MONTH:
        shares = day.festival_shares(span.days, countries=countries)
        main = {name: np.minimum(span.sums(values), 1) for name, values in shares.items()}
    strongest = {"festival": np.max(list(peaks.values()), axis=0)}
    return main | strongest | dict(_neighbours(strongest if detail == "compact" else strongest | main))


def _holidays(span: Span, *, countries: Sequence[str], detail: Detail) -> Table:
    table = dict(day.holiday_table(span.days, countries=countries))
    if span.lengths.max() < _MONTH:
        del table["working"]  # within a week it follows from the weekday and the holiday
    if detail == "full":
        table |= day.named_holidays(span.days, countries=countries)
    if span.is_daily:
        return _mean(span, table)
    unfit = {"holiday_ahead", "holiday_since", "bridge"}  # they tell days apart, not longer periods
    means = _mean(span, {name: values for name, values in table.items() if name not in unfit})
    return means | dict(_neighbours({"holiday": means["holiday"]}))


def _neighbours(table: Table) -> Iterator[tuple[str, Values]]:
    """Each channel as it is one period before and one after; the outermost rows are cut off later."""
    for name, values in table.items():
        yield f"{name}_previous", np.roll(values, 1)
        yield f"{name}_next", np.roll(values, -1)


def _mean(span: Span, table: Table) -> dict[str, Values]:
    return {name: span.means(values) for name, values in table.items()}
