"""Months of four and five weeks, as retailers keep their books: each is the calendar month that it lies in."""

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import TIMESTAMP
from foresale.core.frequency import Frequency, Stamps, weekday_of
from foresale.data.options import ReadOptions
from foresale.data.periods.days import rows_by_day
from foresale.io.schema.recognise import normalised
from foresale.io.table import Table

_LEAST: Final = 6
"""Stamps from which on their steps tell months of four and five weeks."""
_MOST: Final = 0.9
"""Share of the steps that have to be four or five weeks; the others are months without a row."""
_STEPS: Final = (28, 35)
_HALF: Final = 14
"""Days from either end of such a month to a day that lies in its calendar month, in years of 53 weeks too."""
_LAST_BEGIN: Final = 1
"""Weekday (Tuesday, from 0 for Monday) up to which, from Sunday on, a stamp begins a week; later ones end it."""
_SUNDAY: Final = 6  # Mondays are 0
_DAY: Final = np.timedelta64(1, "D")


def as_calendar_months(
    table: Table, future: Table | None, options: ReadOptions
) -> tuple[Table, Table | None, tuple[str, ...]]:
    """Sales and future with calendar months in the place of months of four and five weeks, and a sentence.

    Retailers count 4-4-5, 4-5-4 or 5-4-4 weeks to a quarter, and a week more in every fifth or sixth year. Whether
    stamps begin or end these months is told by the name of their column, or by their weekday.

    >>> from foresale.io.table import load
    >>> days = ["2024-02-04", "2024-03-03", "2024-04-07", "2024-05-05", "2024-06-02", "2024-07-07", "2024-08-04"]
    >>> table, _, notes = as_calendar_months(load(pl.DataFrame({"day": days, "qty": 1})), None, ReadOptions())
    >>> table.frame["timestamp"].dt.date().cast(str).to_list()[:3]
    ['2024-02-01', '2024-03-01', '2024-04-01']
    """
    if options.frequency is not None and Frequency.parse(options.frequency).unit != "month":
        return table, future, ()
    stamps = table.frame[TIMESTAMP].to_numpy()
    shift = _shift(stamps, table.names[TIMESTAMP])
    if shift is None:
        return table, future, ()
    first = stamps.min().astype("datetime64[D]")
    verb = "begins" if shift > 0 else "ends"
    month = _months(first[None], shift)[0]
    note = f"Months of four and five weeks, read as those of the calendar: {month} {verb} on {first}."
    if future is not None and (weekday_of(future.frame[TIMESTAMP].to_numpy()) == weekday_of(stamps[:1])).all():
        future = _moved(future, shift)
    return _moved(table, shift), future, (note,)


def _shift(stamps: Stamps, name: str) -> int | None:
    """Days from a stamp to the middle of its month; None where stamps are no months of weeks."""
    days = rows_by_day(stamps)[0].astype("datetime64[D]")
    if days.size < _LEAST:
        return None
    steps = np.diff(days).astype(np.int64)
    known = np.isin(steps, _STEPS)
    if known.mean() < _MOST or not all((steps == step).any() for step in _STEPS) or (steps % 7).any():
        return None
    if (stamps != stamps.astype("datetime64[D]")).any():
        return None
    weekday = int(weekday_of(days[:1])[0])
    plain = normalised(name)
    is_begin = weekday <= _LAST_BEGIN or weekday == _SUNDAY
    is_begin = (is_begin or "start" in plain or "begin" in plain) and "end" not in plain
    shift = _HALF if is_begin else -_HALF
    months = _months(days, shift).astype(np.int64)
    return shift if (np.diff(months)[known] == 1).all() else None


def _months(days: Stamps, shift: int) -> Stamps:
    return (days.astype("datetime64[D]") + shift * _DAY).astype("datetime64[M]")


def _moved(table: Table, shift: int) -> Table:
    months = pl.Series(TIMESTAMP, _months(table.frame[TIMESTAMP].to_numpy(), shift).astype("datetime64[us]"))
    return replace(table, frame=table.frame.with_columns(months))
