"""Timestamps as the caller had them."""

from datetime import datetime, time, timedelta

import numpy as np
import polars as pl

from foresale.core.arrays import Stamps
from foresale.core.columns import TIMESTAMP
from foresale.core.frequency import Frequency


def caller_time(stamps: Stamps, time_type: pl.DataType) -> pl.Series:
    """Timestamps as a column of the caller's type: never text, a time zone put back on the wall-clock time.

    >>> caller_time(np.array(["2024-03-01", "2024-03-02"], "datetime64[D]"), pl.String()).dtype
    Date
    """
    series = pl.Series(TIMESTAMP, stamps.astype("datetime64[us]"))
    if time_type == pl.String:
        midnight = bool((series == series.dt.truncate("1d")).all())
        return series.cast(pl.Date) if midnight else series
    if isinstance(time_type, pl.Datetime):
        return _in_zone(series, time_type.time_zone).cast(time_type)
    return series.cast(time_type)


def type_of_stamps(frequency: Frequency) -> pl.DataType:
    """Dates where every period begins at midnight, else times: the same for all tables of a panel."""
    stamps = frequency.timestamps(np.arange(2))
    return pl.Date() if (stamps == stamps.astype("datetime64[D]")).all() else pl.Datetime("us")


def _in_zone(series: pl.Series, zone: str | None) -> pl.Series:
    """Wall-clock stamps in a zone; an hour that the clocks skip is told as the one they skip to."""
    placed = series.dt.replace_time_zone(zone, non_existent="null", ambiguous="earliest")
    later = (series + timedelta(hours=1)).dt.replace_time_zone(zone, non_existent="null", ambiguous="earliest")
    return placed.fill_null(later)


def told_day(text: str) -> np.datetime64:
    """A day, or a time of the wall clock, that somebody wrote as ISO 8601 has it.

    NumPy would take more: "today", which is another day tomorrow, "NaT", which is none, and "2024-05" for the first.

    Raises:
        ValueError: anything else, or a time zone.

    >>> told_day("2024-05-01"), told_day("2024-05-01T09:00").item().hour
    (np.datetime64('2024-05-01'), 9)
    >>> told_day("today")
    Traceback (most recent call last):
    ValueError: Invalid isoformat string: 'today'
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(f"a time zone in {text!r}")
    stamp = np.datetime64(moment, "us")
    return stamp.astype("datetime64[D]") if moment.time() == time() else stamp
