"""What groups of items sold by day, week or month: the series in which a trend is looked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.frequency import Frequency, Index
from foresale.core.hierarchy import Hierarchy
from foresale.core.histories import Rhythm
from foresale.core.panel import Panel
from foresale.forecasting.reconcile.aggregate import aligned, grouped


@dataclass(frozen=True)
class Groups:
    """The sales of M groups on one grid of days or longer periods, all up to the same cutoff.

    Attributes:
        hierarchy: the total, and a level for each column asked for.
        frequency: the grid; days where the panel's own periods are shorter.
        first: grid position of the first column.
        sales: [M, T] units per period; NaN before a group's first row, and where too little is known.
        estimated: [M] share of the periods in which a part of the sales had to be estimated.
    """

    hierarchy: Hierarchy
    frequency: Frequency
    first: int
    sales: Numbers = field(repr=False)
    estimated: Numbers = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """[M] the groups: total, category=tea and so on."""
        return self.hierarchy.ids

    @property
    def positions(self) -> Index:
        """[T] grid positions."""
        return self.first + np.arange(self.sales.shape[1])

    @property
    def last(self) -> int:
        """Grid position of the last column."""
        return self.first + int(self.sales.shape[1]) - 1

    @property
    def years(self) -> float:
        """How many years the series cover."""
        return int(self.sales.shape[1]) / self.frequency.per_year


def groups_of(panel: Panel, by: Sequence[str]) -> Groups:
    """The sales of all items together and of the groups that some columns make.

    An item that ended more than a month before the others sells nothing since; of one that ended later, the newest
    sales are only not known yet.

    Raises:
        ConfigError: no such column.

    >>> from foresale.data.synthetic import shop
    >>> found = groups_of(shop(items=8, periods=60), ["category"])
    >>> found.names[0], found.sales.shape[1], bool(np.isclose(found.sales[0].sum(), found.sales[1:].sum(), rtol=0.02))
    ('total', 60, True)
    """
    hierarchy = Hierarchy.of(panel, by)
    bare = replace(panel, covariates={}, available=None)
    whole = aligned(bare)
    if whole is not bare:
        whole = _ended(bare, whole)
    told = grouped(whole, hierarchy)
    first, last = int(panel.starts.min()), int(panel.cutoffs.max())
    sales = np.full((hierarchy.size, last - first + 1), np.nan)
    for group in range(hierarchy.size):
        own = told.panel.sales[told.panel.rows(group)]
        sales[group, sales.shape[1] - own.size :] = own
    return _by_day(Groups(hierarchy, panel.frequency, first, sales, told.estimated))


def _ended(panel: Panel, whole: Panel) -> Panel:
    """With sales of 0 after the cutoff of items that ended long ago."""
    late = panel.cutoffs.max() - panel.cutoffs > Rhythm.of(panel.frequency).block
    over = whole.is_history & np.repeat(late, whole.lengths)
    over &= whole.since(panel.history)
    sales = whole.sales.copy()
    sales[over] = 0
    return replace(whole, sales=sales)


def _by_day(groups: Groups) -> Groups:
    """Hours and minutes added up to whole days; a day that is not whole at either end is left out."""
    frequency = groups.frequency
    if frequency.unit not in {"minute", "hour"} or frequency.per_year < 366:
        return groups
    day = Frequency("day")
    days = day.index(frequency.timestamps(groups.positions))
    number, count = np.unique(days, return_counts=True)
    whole = count >= round(frequency.per_year / day.per_year)
    begin, kept = np.searchsorted(days, number), number[whole]
    sums = np.add.reduceat(groups.sales, begin, axis=1)[:, whole]
    if not kept.size:
        kept, sums = number, np.add.reduceat(groups.sales, begin, axis=1)
    return replace(groups, frequency=day, first=int(kept[0]), sales=sums)
