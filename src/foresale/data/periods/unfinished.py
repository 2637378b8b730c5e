"""The last period of the data, where it is not over yet: half a week is no week with half the demand."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Stamps
from foresale.core.frequency import Frequency, weekday_of
from foresale.core.text import counted
from foresale.data.options import Unfinished

_DAY: Final = np.timedelta64(1, "D")
_CHANCE: Final = 0.05
"""Chance of so many days without a row below which they are days to come, not days without a sale."""
_WEEKS: Final = 4
"""Weeks without a row on a weekday after which a shop is taken to be closed on it."""
_SAME_DAYS: Final = 8
"""Days of one weekday that tell until when it goes on."""


def not_over(stamps: pl.Series, frequency: Frequency) -> bool | None:
    """Whether the last period of stamps is not over yet; None where they do not tell.

    A week or month is over with its last day on which the shop opens: one that was never open on a Sunday has no Sunday
    to come. Where it sells on few days only, days without a row may as well have been days without a sale. A day is not
    over where its last sale is earlier than those of all the days of its weekday before.

    Args:
        stamps: [n] Datetime, of rows that are added up.
        frequency: the periods that they are added up to.

    >>> days = pl.Series(np.arange("2024-01-01", "2024-03-14", dtype="datetime64[D]")).cast(pl.Datetime("us"))
    >>> not_over(days, Frequency.parse("W")), not_over(days, Frequency("day"))
    (True, None)
    """
    moments = stamps.drop_nulls().unique().sort().to_numpy().astype("datetime64[us]")
    if moments.size < 2 or frequency.unit in {"hour", "minute"}:
        return None
    days = np.unique(moments.astype("datetime64[D]"))
    position = frequency.index(moments[-1:])
    begin, after = frequency.first_days(np.concatenate([position, position + 1])).astype("datetime64[D]")
    if after - begin > _DAY:
        return _period_not_over(days, begin, after, frequency)
    return _day_not_over(moments)


def _period_not_over(days: Stamps, begin: np.datetime64, after: np.datetime64, frequency: Frequency) -> bool | None:
    index = frequency.index(days.astype("datetime64[us]"))
    if np.unique(index).size == days.size or days[0] >= begin:  # one stamp a period, or no period before
        return None
    coming = np.arange(days[-1] + _DAY, after)
    history = np.arange(days[0], days[-1] + _DAY)
    is_open = np.isin(history, days)
    sold = np.bincount(weekday_of(history)[is_open], minlength=7)
    seen = np.bincount(weekday_of(history), minlength=7)
    closed = (sold == 0) & (seen >= _WEEKS)
    coming = coming[~closed[weekday_of(coming)]]
    if not coming.size:
        return False
    share = is_open[~closed[weekday_of(history)]].mean()
    return True if (1 - share) ** coming.size < _CHANCE else None


def _day_not_over(moments: npt.NDArray[np.datetime64]) -> bool | None:
    days = moments.astype("datetime64[D]")
    clock = moments - days
    last_of_day = np.append(days[1:] != days[:-1], [True])
    ends, of_days = clock[last_of_day], days[last_of_day]
    before = ends[:-1][weekday_of(of_days[:-1]) == weekday_of(of_days[-1:])]
    if before.size < _SAME_DAYS or not (clock != clock[0]).any():
        return None
    return bool((before > ends[-1]).all())


@dataclass(frozen=True)
class Ending:
    """The last period of rows that are added up.

    Attributes:
        index: its grid position where it is not over and its sales are not to be learnt from, else None.
        notes: what is said of it.
    """

    index: int | None = None
    notes: tuple[str, ...] = ()


def ending(stamps: pl.Series, units: pl.Series, frequency: Frequency, choice: Unfinished) -> Ending:
    """What becomes of the last period: the sales of one that is not over become unknown, or are kept, and it is said.

    Args:
        stamps: [n] Datetime, of rows that are added up.
        units: [n] that they count for.
        frequency: the periods that they are added up to.
        choice: whether sales of a period that is not over are unknown or kept.
    """
    if not not_over(stamps, frequency):
        return Ending()
    index = frequency.index(stamps.to_numpy())
    last = index == index.max()
    if last.all():
        return Ending()
    begin = frequency.first_days(index.max()[None]).astype("datetime64[D]")[0]
    end = str(stamps.max())[:16].removesuffix(" 00:00")
    told = f"The {_noun(frequency)} of {begin} is not over where the data end, on {end}"
    if choice == "keep":
        return Ending(notes=(f"{told}: kept as if it were whole.",))
    sold = f"{float(units.filter(pl.Series(last)).sum()):,.0f} units of {counted(int(last.sum()), 'row')}"
    note = f"{told}: its sales so far ({sold}) are not learnt from (unfinished='keep' takes them as whole)."
    return Ending(int(index.max()), (note,))


def _noun(frequency: Frequency) -> str:
    return frequency.unit if frequency.count == 1 else f"{frequency.count} {frequency.unit}s"
