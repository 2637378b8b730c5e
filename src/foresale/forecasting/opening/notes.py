"""What is closed ahead, in words."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.cleaning.closures.states import weekday
from foresale.cleaning.closures.weekly import HOUR, HOUR_OF_WEEK, WEEKDAY
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.forecasting.opening.dates import DATE, HOLIDAY
from foresale.forecasting.opening.flags import ClosingValues

FLAG: Final = 6
"""Why a period is closed: a covariate says so; beside the reasons of `closures.weekly` and `dates`."""
_WEEKDAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MOST: Final = 6
"""So many dates are named; the others are counted."""
Why = npt.NDArray[np.uint8]


def closing_notes(panel: Panel, why: Why, flags: ClosingValues, *, day: int) -> tuple[str, ...]:
    """What is closed [N, H], in one sentence, or none; `day` is how many periods a day has."""
    parts = list(_parts(panel, why, flags, day))
    return (f"Closed, so nothing is forecast: {'; '.join(parts)}.",) if parts else ()


def _parts(panel: Panel, why: Why, flags: ClosingValues, day: int) -> Iterator[str]:
    if (why == FLAG).any():
        named = " or ".join(
            f"{name} is {value:g}" if isinstance(value, float) else f"{name} is {value}" for name, value in flags.values
        )
        yield f"where {named} ({_count((why == FLAG).any(axis=1))})"
    if not day:
        return
    items, steps = np.nonzero((why > 0) & (why != FLAG))
    grid, kind = panel.cutoffs[items] + 1 + steps, why[items, steps]
    of_week = weekday(grid // day)
    for number, name in enumerate(_WEEKDAYS):
        chosen = items[(kind == WEEKDAY) & (of_week == number)]
        if chosen.size:
            yield f"{name} ({_items(chosen)})"
    yield from _hours(panel.frequency, items[kind == HOUR], grid[kind == HOUR] % day, day)
    for number, name in enumerate(_WEEKDAYS):
        chosen = (kind == HOUR_OF_WEEK) & (of_week == number)
        yield from (f"{name} {part}" for part in _hours(panel.frequency, items[chosen], grid[chosen] % day, day))
    dated = (kind == HOLIDAY) | (kind == DATE)
    yield from _dates(items[dated], grid[dated] // day)


def _hours(frequency: Frequency, items: npt.NDArray[np.intp], hours: npt.NDArray[np.int64], day: int) -> Iterator[str]:
    """Hours that are closed for like many items, as runs from one time of the day to another."""
    counts = [np.unique(items[hours == hour]).size for hour in range(day)]
    begin = next((hour for hour in range(day) if counts[hour] != counts[hour - 1]), 0)
    run = [begin]
    for hour in range(begin + 1, begin + day + 1):
        if hour < begin + day and counts[hour % day] == counts[run[0] % day]:
            continue
        if counts[run[0] % day]:
            first, last = _clock(frequency, run[0] % day), _clock(frequency, hour % day)
            yield f"from {first} to {last} ({_number(counts[run[0] % day])})"
        run = [hour]


def _clock(frequency: Frequency, period: int) -> str:
    return str(frequency.timestamps(np.array([period]))[0].astype("datetime64[m]"))[11:]


def _dates(items: npt.NDArray[np.intp], days: npt.NDArray[np.int64]) -> Iterator[str]:
    numbers = np.unique(days)
    for number in numbers[:_MOST].tolist():
        month, of_month = str(np.datetime64(number, "D"))[5:].split("-")
        yield f"{int(of_month)} {_MONTHS[int(month) - 1]} ({_items(items[days == number])})"
    if numbers.size > _MOST:
        yield f"{numbers.size - _MOST} more days"


def _items(items: npt.NDArray[np.intp]) -> str:
    return _number(np.unique(items).size)


def _count(cells: npt.NDArray[np.bool_]) -> str:
    return _number(int(cells.sum()))


def _number(count: int) -> str:
    return f"{count:,} {'item' if count == 1 else 'items'}"
