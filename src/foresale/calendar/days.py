"""What the calendar says of each day: the table that every grid's calendar features are taken from.

Days are counted from 1970-01-01, and a table has one array per channel over consecutive days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from foresale.calendar.countries import parse_countries
from foresale.calendar.feasts import holidays_of
from foresale.calendar.festivals import feasts_kept
from foresale.calendar.holidays import public_holidays, weekend, worked_weekends, works_on_weekends
from foresale.calendar.occurrences import day_number, festivals_felt
from foresale.calendar.shapes import lay, share_of, traces
from foresale.core.arrays import Values
from foresale.core.frequency import DAY, Frequency, Index, weekday_of

Number = TypeVar("Number", np.float32, np.float64, np.int64)
Table = Mapping[str, Values]

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EPOCH: Final = date(1970, 1, 1)
_FADE: Final = 3.0  # days in which the nearness of an event fades to 1 / e
_MARGIN: Final = 40  # days beyond the grid in which an event can still be felt within
_USUAL: Final = tuple(range(2015, 2025))


@dataclass(frozen=True)
class Span:
    """The days that periods of a grid cover.

    Attributes:
        days: every day from the first period's first to the last period's last.
        starts: [T] position in `days` of each period's first day.
        whole: whether a period lasts at least a day.
    """

    days: Index
    starts: Index
    whole: bool

    @property
    def lengths(self) -> Index:
        """[T] days of each period (1 where it is shorter than a day)."""
        return np.diff(np.append(self.starts, self.days.size)) if self.whole else np.ones_like(self.starts)

    @property
    def is_daily(self) -> bool:
        """Whether no period covers more than one day."""
        return not self.whole or self.starts.size == self.days.size

    def sums(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """[T, …] the sum of values [D, …] over the days of each period; of shorter periods, those of their day."""
        return np.add.reduceat(values, self.starts, axis=0) if self.whole else values[self.starts]

    def means(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """[T, …] the mean over the days of each period."""
        lengths = self.lengths.astype(values.dtype).reshape(-1, *[1] * (values.ndim - 1))
        return np.asarray(self.sums(values) / lengths)

    def strongest(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """[T] the value furthest from 0 on the days of each period."""
        if not self.whole:
            return values[self.starts]
        high, low = (reduce.reduceat(values, self.starts) for reduce in (np.maximum, np.minimum))
        return np.asarray(np.where(high >= -low, high, low), values.dtype)


def span_of(frequency: Frequency, first: int, last: int) -> Span:
    """The days of the grid positions first to last.

    A period begins at its stamp and ends before the next one; a month is the calendar month, wherever in it the
    stamp lies.

    >>> span_of(Frequency.parse("MS"), 0, 2).lengths.tolist()  # January to March 1970
    [31, 28, 31]
    """
    index = np.arange(first, last + 2)
    if frequency.unit == "month":
        months = (index * frequency.count + frequency.anchor).astype("datetime64[M]")
        edges = months.astype("datetime64[D]").astype(np.int64)
    else:
        edges = (index * frequency.step + frequency.anchor) // DAY
    whole = frequency.unit == "month" or frequency.step >= DAY
    end = edges[-1] if whole else edges[-2] + 1
    return Span(np.arange(edges[0], end), edges[:-1] - edges[0], whole)


def years_of(days: Index, *, margin: int = _MARGIN) -> range:
    """The years of some consecutive days and of a margin around them."""
    first, last = (_EPOCH + timedelta(days=int(day)) for day in (days[0] - margin, days[-1] + margin))
    return range(first.year, last.year + 1)


def weekdays(days: Index) -> Table:
    """One channel per weekday, 1 on it."""
    return {name: (weekday_of(days) == at).astype(np.float32) for at, name in enumerate(WEEKDAYS)}


def waves(phase: npt.NDArray[np.float64], name: str, *, harmonics: int) -> Table:
    """Sine and cosine of a phase (0 to 1) and of its multiples: smooth terms of a season."""
    table = {}
    for harmonic in range(1, harmonics + 1):
        angle = 2 * np.pi * harmonic * phase
        table[f"{name}_sin{harmonic}"] = np.sin(angle).astype(np.float32)
        table[f"{name}_cos{harmonic}"] = np.cos(angle).astype(np.float32)
    return table


def year_phase(days: Index) -> npt.NDArray[np.float64]:
    """Share of the year gone by, the same for the same date of leap and other years to within a day."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]")
    first, end = (y.astype("datetime64[D]").astype(np.int64) for y in (years, years + 1))
    return np.asarray((days - first) / (end - first))


def month_table(days: Index) -> Table:
    """Where in its month a day lies: a smooth wave, the nearness of both ends, and the days after three pay-days.

    Wages are paid on the 15th, the 25th or the last working day (Monday to Friday) of the month; the days after show
    exp(-days / 3).
    """
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    first, end = (m.astype("datetime64[D]").astype(np.int64) for m in (months, months + 1))
    day, length = days - first, end - first
    return {
        **waves(day / length, "month", harmonics=1),
        "month_start": _near(day),
        "month_end": _near(end - 1 - days),
        "payday_15": _near((day - 14) % length),
        "payday_25": _near((day - 24) % length),
        "payday_last": _near(_since(days, _last_working_days(days))),
    }


def _near(distance: Index) -> Values:
    return np.exp(-distance / _FADE).astype(np.float32)


def _last_working_days(days: Index) -> Index:
    months = np.arange(days[0] - 31, days[-1] + 32).astype("datetime64[D]").astype("datetime64[M]")
    last = (np.unique(months) + 1).astype("datetime64[D]").astype(np.int64) - 1
    return np.asarray(last - np.maximum(weekday_of(last) - 4, 0))


def _since(days: Index, events: Index) -> Index:
    """Days since the last of some sorted events, a large number before the first."""
    far = np.int64(10_000)
    at = np.searchsorted(events, days, side="right") - 1
    return np.where(at >= 0, days - events[np.maximum(at, 0)], far) if events.size else np.full(days.shape, far)


def _until(days: Index, events: Index) -> Index:
    return _since(-days[::-1], -events[::-1])[::-1]


def festival_table(days: Index, *, countries: Sequence[str]) -> Table:
    """One channel per festival, by the key of its feast: rising to 0.7 before it, 1 on it, below 0 after it."""
    felt = festivals_felt(int(days[0]), int(days[-1]), countries=countries)
    found = traces(int(days[0]), int(days[-1]), felt)
    none = np.zeros(days.size, np.float32)
    kept = feasts_kept(regions=countries)
    return {feast: found[feast].signed.astype(np.float32) if feast in found else none for feast in kept}


def festival_shares(days: Index, *, countries: Sequence[str]) -> Table:
    """One channel per festival, of how its run-up and main days are spread: summing to 1 over each of its years."""
    table = {feast: np.zeros(days.size, np.float32) for feast in feasts_kept(regions=countries)}
    for own in festivals_felt(int(days[0]), int(days[-1]), countries=countries):
        lay(table[own.feast], own.begins - int(days[0]), share_of(own))
    return table


def holiday_table(days: Index, *, countries: Sequence[str]) -> Table:
    """Public holidays of some countries: the mean over them.

    `holiday` is 1 on one, `holiday_ahead` and `holiday_since` are exp(-days / 3), `bridge` is a working day with a
    day off on both sides, `working` a day that is neither weekend nor holiday. Where days of a weekend are worked to
    make up for days off, `worked_weekend` is 1 on them, as far as they are announced.
    """
    tables = [_holidays_of_one(days, country) for country in dict.fromkeys(countries)]
    table: dict[str, Values] = {
        name: np.mean([own[name] for own in tables], axis=0, dtype=np.float32) for name in tables[0]
    }
    if not any(works_on_weekends(country) for country in countries):
        del table["worked_weekend"]
    return table


def _holidays_of_one(days: Index, country: str) -> Table:
    wide = np.arange(days[0] - 1, days[-1] + 2)
    found = np.array([day_number(day) for day in public_holidays([country], years_of(days))], np.int64)
    worked = [day_number(day) for day in worked_weekends(country, years_of(days))]
    holiday = np.isin(wide, found)
    worked_weekend = np.isin(wide, worked) & ~holiday
    off = (holiday | np.isin(weekday_of(wide), list(weekend(country)))) & ~worked_weekend
    bridge = ~off[1:-1] & off[:-2] & off[2:]
    return {
        "holiday": holiday[1:-1].astype(np.float32),
        "holiday_ahead": _near(_until(days, found)),
        "holiday_since": _near(_since(days, found)),
        "bridge": bridge.astype(np.float32),
        "working": (~off[1:-1]).astype(np.float32),
        "worked_weekend": worked_weekend[1:-1].astype(np.float32),
    }


def named_holidays(days: Index, *, countries: Sequence[str]) -> Table:
    """One channel per feast that is a public holiday in most years, 1 on its days; the same whatever the days.

    Which ones they are is read from the years 2015 to 2024.
    """
    chosen = parse_countries(countries)
    usual: dict[str, set[int]] = {}
    for own in (own for country in chosen for own in holidays_of(country, _USUAL)):
        usual.setdefault(f"holiday_{own.feast}", set()).add(own.day.year)
    table = {name: np.zeros(days.size, np.float32) for name, years in sorted(usual.items()) if len(years) > 5}
    for own in (own for country in chosen for own in holidays_of(country, tuple(years_of(days)))):
        row = day_number(own.day) - int(days[0])
        if f"holiday_{own.feast}" in table and 0 <= row < days.size:
            table[f"holiday_{own.feast}"][row] = 1
    return table
