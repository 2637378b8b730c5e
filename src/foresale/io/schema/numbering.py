"""Periods that are numbered instead of dated: week 1, 2, 3 …, once somebody says when the first of them began."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.io.schema.recognise import Roles
from foresale.io.schema.times import parse_times

_WORDS: Final = "week|weeks|wk|w|day|d|month|m|period|p|kw|woche|semaine|semana|周|第"
_NUMBER: Final = rf"^\s*(?i:{_WORDS})?[ ._-]*([0-9]{{1,5}})(?:\.0+)?\s*(?:周)?\s*$"


@dataclass(frozen=True)
class Numbering:
    """What the numbers of periods mean.

    Attributes:
        start: when the period with the number `first` begins.
        frequency: the periods.
        first: the smallest number of the sales; None until they have been read.
    """

    start: datetime
    frequency: Frequency
    first: int | None = None

    @classmethod
    def of(cls, start: str, frequency: str | None) -> "Numbering":
        """The numbering that begins on a day or in a week.

        Raises:
            ConfigError: `start` is no date.

        >>> Numbering.of("2024-W02", None).start.isoformat(), Numbering.of("2024-01-31", "MS").frequency.name
        ('2024-01-08T00:00:00', 'monthly')
        """
        moment = parse_times(pl.Series([start])).values[0]
        if moment is None:
            raise ConfigError(f"start is a date such as 2024-01-01 or a week such as 2024-W01, not {start!r}")
        return cls(moment, Frequency.parse(frequency or "W"))

    def date(self, numbers: pl.Series) -> pl.Series:
        """Datetime, when each period begins; null where there is no number."""
        counts = numbers.fill_null(self.first or 0).to_numpy() - (self.first or 0)
        begin = np.datetime64(self.start, "us")
        if self.frequency.unit == "month":
            months = begin.astype("datetime64[M]") + counts * self.frequency.count
            stamps = months.astype("datetime64[us]") + (begin - begin.astype("datetime64[M]").astype("datetime64[us]"))
        else:
            lengths = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60}
            seconds = lengths[self.frequency.unit] * self.frequency.count
            stamps = begin + counts * np.timedelta64(seconds * 1_000_000, "us")
        dates = pl.Series(numbers.name, stamps)
        return dates.set(numbers.is_null(), None)


def numbered(
    frame: pl.DataFrame, roles: Roles, numbering: Numbering | None
) -> tuple[pl.DataFrame, Numbering | None, tuple[str, ...]]:
    """The rows with dates in the place of the numbers of periods, the numbering with its first number, and a sentence.

    Raises:
        ConfigError: the stamps are no numbers of periods, so that no start can be theirs.

    >>> from foresale.io.schema.recognise import recognise
    >>> rows = pl.DataFrame({"sku": "a", "week": [40, 41, 43], "qty": 1})
    >>> dated, _, notes = numbered(rows, recognise(rows.columns), Numbering.of("2024-01-01", None))
    >>> dated["week"].dt.date().cast(str).to_list(), notes
    (['2024-01-01', '2024-01-08', '2024-01-22'], ("'week' numbers weeks, of which 40 begins on 2024-01-01.",))
    """
    if numbering is None:
        return frame, None, ()
    name = roles.names["timestamp"]
    numbers = numbers_of(frame[name])
    if numbers is None:
        raise ConfigError(f"start is of periods that are numbered, but {name!r} holds other values: {frame[name][0]!r}")
    first = numbers.min()
    assert isinstance(first, int)
    told = numbering if numbering.first is not None else replace(numbering, first=first)
    noun = (
        f"{told.frequency.unit}s"
        if told.frequency.count == 1
        else f"periods of {told.frequency.count} {told.frequency.unit}s"
    )
    note = f"{name!r} numbers {noun}, of which {told.first} begins on {told.start:%Y-%m-%d}."
    return frame.with_columns(told.date(numbers).alias(name)), told, (note,) if numbering.first is None else ()


def numbers_of(column: pl.Series) -> pl.Series | None:
    """Int64, the numbers of periods in a column, null where nothing is written; None where it holds anything else.

    >>> numbers_of(pl.Series(["W1", "w 12"])).to_list(), numbers_of(pl.Series(["2024-01-01"])) is None
    ([1, 12], True)
    """
    if column.dtype.is_numeric():
        numbers = column.cast(pl.Int64, strict=False)
        whole = (numbers.cast(pl.Float64) == column.cast(pl.Float64)).fill_null(value=True).all()
    elif column.dtype == pl.String:
        numbers = column.str.extract(_NUMBER).cast(pl.Int64)
        whole = (numbers.is_null() == (column.is_null() | (column.str.strip_chars() == ""))).all()
    else:
        return None
    return numbers if whole and numbers.null_count() < len(numbers) and _small(numbers) else None


def _small(numbers: pl.Series) -> bool:
    low, high = numbers.min(), numbers.max()
    return isinstance(low, int) and isinstance(high, int) and low >= 0 and high < _MOST


_MOST: Final = 100_000
"""Numbers of periods are smaller: 202401 is a month and 20240131 a day."""
