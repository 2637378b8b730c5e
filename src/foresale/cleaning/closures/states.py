"""Histories side by side, their last days one below the other: what each period says of whether a shop was open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Flags, Values
from foresale.core.frequency import DAY, Frequency, Index
from foresale.core.histories import CELLS, of_like_length
from foresale.core.panel import Panel

States = npt.NDArray[np.uint8]
SILENT: Final = 0
"""Nothing is known of the period, or an empty shelf explains that nothing was sold."""
NOTHING: Final = 1
"""Nothing was sold, or nothing was written down."""
SOLD: Final = 2  # the states of a cell rise with what they tell
WEEK: Final = 7  # days
_OF_STATE: Final = np.array([np.nan, 0, 1], np.float32)
_MONDAY: Final = 3
"""Days from the weekday of 1970-01-01, a Thursday, back to Monday."""


def periods_of_day(frequency: Frequency) -> int:
    """How many periods a day has; 0 where periods are longer than a day, or do not fit into one.

    >>> periods_of_day(Frequency("day")), periods_of_day(Frequency("hour", 6)), periods_of_day(Frequency("week"))
    (1, 4, 0)
    """
    return DAY // frequency.step if frequency.step and DAY % frequency.step == 0 else 0


def weekday(days: Index) -> Index:
    """The weekday (0 = Monday) of days after 1970-01-01.

    >>> weekday(np.array([0, 3, 4])).tolist()
    [3, 6, 0]
    """
    return np.asarray((days + _MONDAY) % WEEK)


def by_day(states: States, seen: Flags, day: int) -> States:
    """[n, D] of [n, D × day]: a day not `seen` as a whole tells nothing, unless something was sold on it."""
    if day == 1:
        return states
    best, whole = states.reshape(len(states), -1, day).max(axis=2), seen.reshape(len(states), -1, day).all(axis=2)
    return np.where((best == NOTHING) & ~whole, SILENT, best).astype(np.uint8)


def state_sales(states: States) -> Values:
    """[n, T] states as sales of one unit, of none, or unknown."""
    return _OF_STATE[states]


@dataclass(frozen=True)
class Aligned:
    """Items whose last days stand in the last column, so that seven columns of days are a week before the cutoff.

    Attributes:
        items: [n] their positions in the panel.
        rows: [n, T] the panel's row of each cell; those outside of the history repeat one within it.
        inside: [n, T] whether the cell is within the item's history.
        grid: [n, T] grid position of each cell.
    """

    items: Index
    rows: Index
    inside: Flags
    grid: Index

    def states(self, panel: Panel, told: Flags) -> States:
        """[n, T] what each cell says; `told` [R] are rows whose closing is explained already: they say nothing."""
        sales = panel.sales[self.rows]
        sold = np.isfinite(sales) & (sales != 0)
        silent = ~self.inside | told[self.rows]
        if panel.available is not None:
            silent |= ~sold & (panel.available[self.rows] < 1)
        return np.where(silent, SILENT, np.where(sold, SOLD, NOTHING)).astype(np.uint8)


def aligned(panel: Panel, *, day: int, cells: int = CELLS) -> Iterator[Aligned]:
    """All items, short ones first, about `cells` cells at a time; a day has `day` periods."""
    for items in of_like_length(panel.history, cells=cells):
        chosen = np.sort(items)
        week = WEEK * day
        columns = -(-(int(panel.history[chosen].max()) + day - 1) // week) * week
        cutoffs = panel.cutoffs[chosen][:, None]
        steps = np.arange(columns) - (columns - day + cutoffs % day)
        positions = panel.history[chosen][:, None] - 1 + steps
        inside = (positions >= 0) & (steps <= 0)
        rows = panel.offsets[chosen][:, None] + np.clip(positions, 0, panel.history[chosen][:, None] - 1)
        yield Aligned(chosen, rows, inside, cutoffs + steps)
