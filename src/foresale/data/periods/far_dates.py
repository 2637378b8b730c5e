"""Rows far after or before all others: slips of the year, which would move the cutoff of every item."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Index
from foresale.core.columns import SALES, TIMESTAMP
from foresale.core.errors import Fault
from foresale.core.text import day
from foresale.data.options import FarDates
from foresale.data.periods.days import rows_by_day
from foresale.io.table import ROW, Table

_LEAST: Final = 10
"""Rows from which on one of them can be told to stand apart."""
_FEW: Final = 0.02
"""Share of the rows that may be slips; what more rows say is no slip."""
_LONGEST_PAUSE: Final = 300
"""Days without a row that no season's pause lasts: a shop that sells at Christmas alone has had such pauses before."""
_SURE_PAUSE: Final = 120
"""The same after which a trickle is no reopening: a shop that has closed for a winter opens with a usual day."""
_SHORTEST_PAUSE: Final = 60
"""Days that a history of a few days may pause."""
_SLOW_START: Final = 180
"""The same before the first rows: shops begin slowly, and an early row moves no cutoff."""
_PAUSES: Final = 2
"""How many times the longest pause of the others a gap is."""
_TRICKLE: Final = 4
"""A day with less than one in so many of the usual rows is no day of business."""
_RUN: Final = 3
"""Days that slips may have in a row; more than that, as close to each other as the others, are business again."""
_ERA: Final = 5 * 365
"""Days without a row after which dates are of another kind: placeholders such as 1970-01-01, or 2042 for 2024."""


@dataclass(frozen=True)
class _Dates:
    """The distinct days of a table, in order.

    Attributes:
        days: [d] days since 1970-01-01.
        rows: [d] rows of each day.
        known: [d] rows of each day whose sales are known.
    """

    days: Index
    rows: Index
    known: Index

    @classmethod
    def of(cls, table: Table) -> "_Dates":
        stamps, sales = table.frame[TIMESTAMP], table.frame[SALES]
        days, rows = rows_by_day(stamps.to_numpy())
        if not sales.has_nulls():
            return cls(days, rows, rows)
        sold, count = rows_by_day(stamps.filter(sales.is_not_null()).to_numpy())
        known = np.zeros_like(rows)
        known[np.searchsorted(days, sold)] = count
        return cls(days, rows, known)

    def part(self, low: int, high: int) -> "_Dates":
        return _Dates(self.days[low:high], self.rows[low:high], self.known[low:high])


def leave_out_far_dates(table: Table, choice: FarDates) -> tuple[Table, tuple[Fault, ...]]:
    """The table without the few rows that stand far after or before all others, and these rows.

    Where nobody sold anything for a long time, measured by the other pauses and by the length of the history, the few
    rows beyond are slips: they would end the history of every item there, with nothing sold in between. Pauses that
    have come before, business that goes on after one and rows of a future without sales are none. Many rows that lie
    years from the others are a fault of the table, as are the few where `choice` is "error".

    >>> import polars as pl
    >>> from foresale.io.table import load
    >>> days = [f"2024-01-{day:02d}" for day in range(1, 31)]
    >>> table = load(pl.DataFrame({"day": [*days, "2025-01-30"], "qty": 1}))
    >>> kept, left_out = leave_out_far_dates(table, "drop")
    >>> kept.frame.height, left_out[0].what, left_out[0].place
    (30, 'rows far after all others, which end on 2024-01-30', 'row 31: 2025-01-30')
    """
    if choice == "keep" or table.frame.height < _LEAST:
        return table, ()
    dates = _Dates.of(table)
    low, high = _era(dates)
    most = max(int(_FEW * table.frame.height), 1)
    many = int(dates.rows.sum() - dates.rows[low:high].sum()) > most
    first, last = _bounds(dates.part(low, high), most)
    if not many and last - first == dates.days.size:
        return table, ()
    inside = dates.days[low + first : low + last]
    early, late = _days(table) < inside[0], _days(table) > inside[-1]
    refused = many or choice == "error"
    faults = _faults(table, early, late, inside, refused=refused)
    kept = replace(table, frame=table.frame.filter(~(early | late)))
    return (replace(kept, faults=(*table.faults, *faults)), ()) if refused else (kept, faults)


def leave_out_far_future(future: Table, history: Table, choice: FarDates) -> tuple[Table, tuple[str, ...]]:
    """The rows of a future without those years away from all others and from the history, and what is left out."""
    if choice == "keep" or not future.frame.height:
        return future, ()
    own = _days(future)
    days = np.unique(np.concatenate([own, _days(history)]))
    of_history = np.isin(days, _days(history)).astype(np.int64)
    low, high = _era(_Dates(days, of_history, of_history))
    early, late = own < days[low], own > days[high - 1]
    if not (early | late).any():
        return future, ()
    faults = _faults(future, early, late, days[low:high], refused=choice == "error")
    if choice == "error":
        return replace(future, faults=(*future.faults, *faults)), ()
    kept = replace(future, frame=future.frame.filter(~(early | late)))
    return kept, tuple(f"Of the future, {fault}" for fault in faults)


def _days(table: Table) -> Index:
    return table.frame[TIMESTAMP].cast(pl.Date).to_physical().cast(pl.Int64).to_numpy()


def _era(dates: _Dates) -> tuple[int, int]:
    """First and last (excluded) of the days between gaps of years, with the most rows: all, where they last as long."""
    breaks = np.flatnonzero(np.diff(dates.days) >= _ERA) + 1
    edges = np.concatenate([[0], breaks, [dates.days.size]])
    rows = np.add.reduceat(dates.rows, edges[:-1])
    low, high = (int(edge) for edge in edges[rows.argmax() :][:2])
    days = dates.days[low:high]
    pause = max(_length(days), _PAUSES * _longest(days))
    while low > 0 and dates.days[low] - dates.days[low - 1] < pause:
        low -= 1
    while high < dates.days.size and dates.days[high] - dates.days[high - 1] < pause:
        high += 1
    return low, high


def _bounds(dates: _Dates, most: int) -> tuple[int, int]:
    """First and last (excluded) of the days that belong together: grown from the middle to both sides, up to a gap."""
    first = int(np.searchsorted(np.cumsum(dates.rows), most, side="right"))
    last = dates.days.size - 1 - int(np.searchsorted(np.cumsum(dates.rows[::-1]), most, side="right"))
    if first > last:
        return 0, dates.days.size
    core = dates.part(first, last + 1)
    usual = float(np.median(core.rows))
    while last + 1 < dates.days.size:
        beyond = dates.part(last + 1, dates.days.size)
        pause = _SURE_PAUSE if usual >= _TRICKLE else _LONGEST_PAUSE
        least = _least_gap(dates.days[first : last + 1], _SHORTEST_PAUSE, pause)
        if dates.days[last + 1] - dates.days[last] >= least and _stray(beyond, core, usual):
            break
        last += 1
    while first > 0:
        least = _least_gap(dates.days[first : last + 1], _SLOW_START, _LONGEST_PAUSE)
        if dates.days[first] - dates.days[first - 1] >= least and _stray(dates.part(0, first), core, usual):
            break
        first -= 1
    return first, last + 1


def _least_gap(days: Index, shortest: int, longest: int) -> int:
    """Days without a row from which on those beyond are far: as long as the history, within what shops pause."""
    return max(int(np.clip(_length(days), shortest, longest)), _PAUSES * _longest(days))


def _stray(beyond: _Dates, core: _Dates, usual: float) -> bool:
    """Whether days are strewn lines, not business that goes on; rows without known sales move no cutoff."""
    if not beyond.known.any() or beyond.rows.max() > max(usual / _TRICKLE, 1):
        return False
    pace = core.days.size / _length(core.days)
    return beyond.days.size <= _RUN or beyond.days.size / _length(beyond.days) <= pace / _TRICKLE


def _length(days: Index) -> int:
    return int(days[-1] - days[0]) + 1


def _longest(days: Index) -> int:
    return int(np.diff(days).max(initial=1))


def _faults(table: Table, early: Flags, late: Flags, inside: Index, *, refused: bool) -> tuple[Fault, ...]:
    begin, end = np.array([inside[0], inside[-1]]).astype("datetime64[D]")
    cure = "Correct the dates, or pass far_dates='keep' to keep them"
    cure += ", or bad_rows='drop' to leave them out." if refused else "; they are left out."
    sides = ((late, f"after all others, which end on {end}"), (early, f"before all others, which begin on {begin}"))
    return tuple(
        Fault(f"rows far {where}", int(far.sum()), _place(table, far), cure, rows=int(far.sum()))
        for far, where in sides
        if far.any()
    )


def _place(table: Table, far: Flags) -> str:
    """Where the first rows stand, each with its date."""
    rows = table.frame.select(ROW, TIMESTAMP).filter(far).sort(ROW)
    shown = [f"{table.place(row)}: {day(stamp)}" for row, stamp in rows.head(3).iter_rows()]
    more = rows.height - len(shown)
    return "; ".join(shown) + (f"; and {more:,} more" if more else "")
