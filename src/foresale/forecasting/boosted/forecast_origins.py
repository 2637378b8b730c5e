"""Where forecasts are made and what for: item, cutoff and step, as rows of a panel's flat arrays."""

from dataclasses import dataclass

import numpy as np

from foresale.core.frequency import DAY, Frequency, Index
from foresale.core.panel import Panel


@dataclass(frozen=True)
class Places:
    """Items, how many of their rows are seen, and how far ahead one looks: one of each per row of a table.

    Attributes:
        items: [n] position of the item in the panel.
        first: [n] first row of the item in the panel's flat arrays.
        end: [n] first row that is not seen.
        steps: [n] how far ahead the target lies, from 1.
    """

    items: Index
    first: Index
    end: Index
    steps: Index

    @classmethod
    def of(cls, panel: Panel, items: Index, seen: Index, steps: Index) -> "Places":
        """The places of items [n] at which `seen` [n] rows lie behind."""
        first = panel.offsets[items]
        return cls(items, first, first + seen, steps)

    @property
    def target(self) -> Index:
        """[n] the row that is forecast; it may lie behind the item's last row."""
        return self.end + self.steps - 1

    def back(self, periods: int) -> Index:
        """[n] the first row of the last `periods` seen ones, or of the item."""
        return np.maximum(self.end - periods, self.first)

    def cycle_ago(self, cycle: int, times: int = 1) -> Index:
        """[n] the newest seen row at the target's place in a cycle, or that of some cycles earlier."""
        ahead = -(-self.steps // cycle)
        return self.target - cycle * (ahead + times - 1)


def cycles(frequency: Frequency) -> tuple[int, ...]:
    """Periods after which the same season comes again, rising: a day, a week, a year, as far as the grid knows them.

    >>> cycles(Frequency("day")), cycles(Frequency("month")), cycles(Frequency("hour"))
    ((7, 364), (12,), (24, 168, 8736))
    """
    found = {frequency.season, frequency.year_lag}
    if frequency.step:
        found.add(round(7 * DAY / frequency.step))
    return tuple(sorted(cycle for cycle in found if cycle > 1))


def spans(frequency: Frequency) -> tuple[int, ...]:
    """Numbers of newest periods whose means tell the level, from the newest few to a year.

    >>> spans(Frequency("day")), spans(Frequency("week")), spans(Frequency("month"))
    ((7, 28, 91, 364), (4, 13, 26, 52), (3, 6, 12, 24))
    """
    if frequency.unit == "day" and frequency.count == 1:
        return 7, 28, 91, 364
    if frequency.unit in {"week", "month"} or frequency.unit == "day":
        year = frequency.year_lag
        return (max(year // 13, 3), max(year // 4, 6), year // 2, year) if year > 12 else (3, 6, 12, 24)
    season = frequency.season
    return season, 3 * season, 7 * season, 28 * season
