"""The regular grid that a panel's periods lie on, and the way between timestamps and grid positions."""

import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from foresale.core.arrays import Index as Index, Stamps as Stamps
from foresale.core.errors import ConfigError
from foresale.core.text import counted

Unit = Literal["minute", "hour", "day", "week", "month"]

DAY: Final = 86_400_000_000
"""Microseconds."""
DAYS_A_YEAR: Final = 365.2425
"""In the mean of the Gregorian calendar."""
MONTH_END: Final = 31
"""Day of the month that stands for the last one, whichever it is."""
_MICROSECONDS: Final = {"minute": 60_000_000, "hour": 3_600_000_000, "day": 86_400_000_000, "week": 604_800_000_000}
_ALIASES: Final[dict[str, tuple[Unit, int]]] = {
    "min": ("minute", 1),
    "t": ("minute", 1),
    "minute": ("minute", 1),
    "minutes": ("minute", 1),
    "h": ("hour", 1),
    "hour": ("hour", 1),
    "hours": ("hour", 1),
    "hourly": ("hour", 1),
    "d": ("day", 1),
    "day": ("day", 1),
    "days": ("day", 1),
    "daily": ("day", 1),
    "b": ("day", 1),
    "w": ("week", 1),
    "week": ("week", 1),
    "weeks": ("week", 1),
    "weekly": ("week", 1),
    "m": ("month", 1),
    "ms": ("month", 1),
    "me": ("month", 1),
    "mo": ("month", 1),
    "month": ("month", 1),
    "months": ("month", 1),
    "monthly": ("month", 1),
    "q": ("month", 3),
    "qs": ("month", 3),
    "qe": ("month", 3),
    "quarter": ("month", 3),
    "quarterly": ("month", 3),
    "y": ("month", 12),
    "ys": ("month", 12),
    "ye": ("month", 12),
    "a": ("month", 12),
    "year": ("month", 12),
    "yearly": ("month", 12),
}
_WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_NAMES: Final = {"minute": "minute", "hour": "hourly", "day": "daily", "week": "weekly", "month": "monthly"}


@dataclass(frozen=True)
class Frequency:
    """A regular grid of periods: `count` units long, in phase with `anchor`.

    Attributes:
        unit: the unit of a period.
        count: how many units one period lasts.
        anchor: where the grid lies. For minutes to weeks, microseconds after 1970-01-01; for months, the
            remainder of the month number by `count` (0 = January for quarters and years).
        day: for months, the day of the month that stamps a period; 31 is the month's last day.

    >>> weekly = Frequency.parse("W-FRI")
    >>> weekly.index(np.array(["2024-01-05", "2024-01-12"], "datetime64[us]")).tolist()
    [2818, 2819]
    >>> weekly.timestamps(np.array([2818, 2819])).astype("datetime64[D]").astype(str).tolist()
    ['2024-01-05', '2024-01-12']
    """

    unit: Unit
    count: int = 1
    anchor: int = 0
    day: int = 1

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ConfigError(f"a period lasts at least one {self.unit}, not {self.count}")
        if self.unit != "month" and not 0 <= self.anchor < self.step:
            raise ConfigError(f"the anchor of a grid lies within its first period, not at {self.anchor} µs")

    def span(self, first: int, last: int) -> str:
        """The stamps of two grid positions, for a person.

        >>> Frequency("day").span(19_723, 19_729)
        '2024-01-01 to 2024-01-07'
        """
        stamps = self.timestamps(np.array([first, last])).astype("datetime64[m]").astype(str)
        return " to ".join(stamp.removesuffix("T00:00").replace("T", " ") for stamp in stamps)

    def lasting(self, periods: int) -> str:
        """How long so many periods last, for a person.

        >>> Frequency("day").lasting(28), Frequency("month", 3).lasting(1), Frequency("minute", 15).lasting(4)
        ('28 days', '1 quarter', '4 periods of 15 minutes')
        """
        names = {("month", 3): "quarter", ("month", 12): "year"}
        name = self.unit if self.count == 1 else names.get((self.unit, self.count))
        if name is None:
            return f"{counted(periods, 'period')} of {counted(self.count, self.unit)}"
        return counted(periods, name)

    @classmethod
    def parse(cls, text: str) -> "Frequency":
        """The frequency that `text` names: D, daily, W, W-FRI, MS, ME, h, 15min, Q and so on.

        A week without a weekday is stamped by its Monday.

        Raises:
            ConfigError: the text names no frequency.
        """
        match = re.fullmatch(r"\s*(\d*)\s*([A-Za-z]+)(?:-([A-Za-z]{3}))?\s*", text)
        alias = _ALIASES.get(match[2].lower()) if match else None
        if match is None or alias is None or (match[3] and match[3].upper() not in (*_WEEKDAYS, *_MONTHS)):
            raise ConfigError(f"unknown frequency {text!r}. Use h, D, W, W-SUN, MS, Q or a multiple such as 15min.")
        unit, multiple = alias
        count = multiple * int(match[1] or 1)
        if unit == "week":
            weekday = _WEEKDAYS.index(match[3].upper()) if match[3] and match[3].upper() in _WEEKDAYS else 0
            return cls(unit, count, anchor=((weekday - 3) % 7) * _MICROSECONDS["day"])
        return cls(unit, count, day=MONTH_END if match[2].lower() in {"me", "qe", "ye", "m"} else 1)

    @property
    def step(self) -> int:
        """Length of a period in microseconds (months have none: 0)."""
        return 0 if self.unit == "month" else _MICROSECONDS[self.unit] * self.count

    @property
    def season(self) -> int:
        """Periods in the main season: a day of hours, a week of days, a year of weeks, months or quarters."""
        if self.unit == "month":
            return max(12 // self.count, 1)
        if self.unit == "week":
            return max(52 // self.count, 1)
        if self.unit == "day":
            return 7 if self.count == 1 else 1
        return max(DAY // self.step, 1)

    @property
    def per_year(self) -> float:
        """Periods in a year, on average."""
        return 12 / self.count if self.unit == "month" else DAYS_A_YEAR * DAY / self.step

    @property
    def year_lag(self) -> int:
        """Periods after which the same season comes again, on the same weekday: 364 days, 52 weeks, 12 months."""
        if self.unit == "month":
            return max(12 // self.count, 1)
        return round(364 * DAY / self.step)

    @property
    def name(self) -> str:
        """The frequency in words: daily, weekly (Fridays), every 15 minutes."""
        if self.unit == "month" and self.count in {3, 12}:
            return {3: "quarterly", 12: "yearly"}[self.count]
        if self.count > 1:
            return f"every {self.count} {self.unit}s"
        if self.unit == "week":
            days = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
            return f"weekly ({days[(self.anchor // _MICROSECONDS['day'] + 3) % 7]})"
        return _NAMES[self.unit]

    def index(self, stamps: Stamps) -> Index:
        """Grid position of the period that each stamp falls into; stamps of any datetime64 unit."""
        if self.unit == "month":
            months = stamps.astype("datetime64[M]").astype(np.int64)
            return np.asarray((months - self.anchor) // self.count, np.int64)
        moments = stamps.astype("datetime64[us]", copy=False).astype(np.int64)
        moments -= self.anchor
        moments //= self.step
        return np.asarray(moments)

    def timestamps(self, index: Index) -> Stamps:
        """The stamp (datetime64[us]) of each grid position."""
        if self.unit == "month":
            months = (np.asarray(index, np.int64) * self.count + self.anchor).astype("datetime64[M]")
            first = months.astype("datetime64[D]")
            last = (months + 1).astype("datetime64[D]") - 1
            return np.asarray(np.minimum(first + (self.day - 1), last), "datetime64[us]")
        microseconds = np.asarray(index, np.int64) * self.step + self.anchor
        return np.asarray(microseconds, "datetime64[us]")

    def first_days(self, index: Index) -> Index:
        """The day after 1970-01-01 on which each period begins, of months their first, whatever day they are stamped.

        >>> Frequency("month", day=31).first_days(np.array([0, 1])).tolist()
        [0, 31]
        """
        stamps = self.timestamps(index)
        first = stamps.astype("datetime64[M]") if self.unit == "month" else stamps
        return np.asarray(first.astype("datetime64[D]").astype(np.int64))


def weekday_of(days: Index | Stamps) -> Index:
    """The weekday of days after 1970-01-01, or of stamps, from 0 for Monday.

    >>> weekday_of(np.array([0, 4])).tolist()  # a Thursday and a Monday
    [3, 0]
    """
    return np.asarray((days.astype("datetime64[D]").astype(np.int64) + 3) % 7)


_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
