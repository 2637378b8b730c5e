"""Where the periods of a series lie in the day, the week, the month and the year."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import torch
from torch import Tensor

from foresale.core.frequency import weekday_of
from foresale.training.simulate.config import SimulatedUnit

PER_YEAR: Final[dict[SimulatedUnit, float]] = {"hour": 8765.82, "day": 365.2425, "week": 52.1775, "month": 12.0}
PER_WEEK: Final[dict[SimulatedUnit, int]] = {"hour": 168, "day": 7, "week": 1, "month": 1}
YEAR_BINS: Final[dict[SimulatedUnit, int]] = {"hour": 366, "day": 366, "week": 53, "month": 12}
YEARS: Final = 12  # over which simulated series may begin
_ORIGIN: Final = "2018-01-01"


@dataclass(frozen=True)
class Table:
    """The calendar of consecutive periods, the first of which begins on a Monday, 1 January.

    Attributes:
        hour: [S] hour of the day, 0 to 23.
        weekday: [S] 0 is Monday.
        monthday: [S] day of the month of the period's first day, 0 to 30.
        year: [S] years since the first.
        bin: [S] position in the year: its day, its week or its month.
        days: [S] days in a month, or 1.
    """

    hour: Tensor
    weekday: Tensor
    monthday: Tensor
    year: Tensor
    bin: Tensor
    days: Tensor


@lru_cache(maxsize=16)
def calendar_table(unit: SimulatedUnit, periods: int, device: torch.device) -> Table:
    """The calendar of a unit over `periods` periods.

    >>> calendar_table("day", 10, torch.device("cpu")).weekday.tolist()
    [0, 1, 2, 3, 4, 5, 6, 0, 1, 2]
    """
    step = np.arange(periods) * (7 if unit == "week" else 1)
    code = {"hour": "h", "day": "D", "week": "D", "month": "M"}[unit]
    days = (np.array(_ORIGIN, f"datetime64[{code}]") + step).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]")
    day_of_year = (days - years.astype("datetime64[D]")).astype(np.int64)
    position = {"week": day_of_year // 7, "month": months.astype(np.int64) % 12}.get(unit, day_of_year)
    lengths = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    columns = (
        step % 24 if unit == "hour" else np.zeros_like(step),
        weekday_of(days),
        (days - months.astype("datetime64[D]")).astype(np.int64),
        years.astype(np.int64) - years.astype(np.int64)[0],
        position,
        lengths if unit == "month" else np.ones_like(step),
    )
    return Table(*(torch.tensor(column, dtype=torch.int64, device=device) for column in columns))


@dataclass(frozen=True)
class SimulatedCalendar:
    """The calendar of N series of T periods that begin at different times.

    Attributes:
        unit: length of a period.
        start: [N] first period of each, counted from the table's first.
        length: T.
        table: the calendar.
    """

    unit: SimulatedUnit
    start: Tensor
    length: int
    table: Table

    @classmethod
    def of(cls, unit: SimulatedUnit, start: Tensor, length: int) -> "SimulatedCalendar":
        """The clock of series that begin at `start` [N], within the first 12 years."""
        periods = int(YEARS * PER_YEAR[unit]) + length + 2
        return cls(unit, start, length, calendar_table(unit, periods, start.device))

    def read(self, column: Tensor, rows: Tensor) -> Tensor:
        """[n, T] one column of the table, at the periods of the chosen series."""
        steps = torch.arange(self.length, device=self.start.device)
        return column[self.start[rows, None] + steps]
