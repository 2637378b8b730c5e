"""The weekdays and hours at which the items of a panel are closed: by their own sales, or by those of their shop."""

from dataclasses import dataclass

import numpy as np

from foresale.cleaning.closures.shops import ShopCount, ShopPeriods, stores
from foresale.cleaning.closures.states import (
    NOTHING,
    SILENT,
    SOLD,
    WEEK,
    Aligned,
    States,
    aligned,
    periods_of_day,
    state_sales,
)
from foresale.cleaning.closures.weekly import FEWEST_WEEKS, closed_weekly
from foresale.core.arrays import Flags, Numbers
from foresale.core.cores import in_threads
from foresale.core.frequency import Index
from foresale.core.panel import Panel


@dataclass(frozen=True)
class WeeklyClosures:
    """By the week, when items are closed; 0 is open, otherwise the number tells why (see `weekly`).

    Attributes:
        day: how many periods a day has; 0 where a period is longer than a day.
        past: [R] whether a row of the history is closed.
        ahead: [N, week] whether items are closed from now on, by the place of a grid position in its week.
        groups: [N] the shop of each item.
        shops: how many items of each shop sold nothing in each period.
    """

    day: int
    past: States
    ahead: States
    groups: Index
    shops: ShopPeriods

    @classmethod
    def of(cls, panel: Panel, *, told: Flags) -> "WeeklyClosures":
        """As the histories tell it; `told` [R] are rows whose closing is explained already.

        Where an item's own history is too short to tell, its store decides, or all stores together: a place of the week
        at which hardly anything of the usual is sold is closed for an item that sold nothing there in the last weeks.

        >>> from foresale.data.synthetic import shop
        >>> tea = shop(items=3, periods=70)
        >>> bool(WeeklyClosures.of(tea, told=np.zeros(tea.sales.size, bool)).ahead.any())
        False
        """
        day = periods_of_day(panel.frequency)
        week = WEEK * day
        past, ahead = np.zeros(panel.sales.size, np.uint8), np.zeros((len(panel), max(week, 1)), np.uint8)
        lately, (groups, shops) = np.zeros(ahead.shape, bool), stores(panel)
        count = ShopCount(groups, shops, first=int(panel.starts.min()), span=_span(panel))

        def told_of(chunk: Aligned) -> tuple[Index, Numbers]:
            states = chunk.states(panel, told)
            if day:
                found, coming = closed_weekly(states, day=day)
                past[chunk.rows[chunk.inside]] = found[chunk.inside]
                places = (chunk.items[:, None], chunk.grid[:, -week:] % week)
                ahead[places] = coming
                newest = states[:, -FEWEST_WEEKS * week :] == SOLD
                lately[places] = newest.reshape(len(states), -1, week).any(axis=1)
            return count.of(chunk.items, state_sales(states), grid=chunk.grid, valid=chunk.inside)

        for counts in in_threads(told_of, aligned(panel, day=max(day, 1))):
            count.add(counts)
        counted = count.periods()
        of_shops = _Shops.of(counted.with_all(), day=day) if day else None
        if of_shops is not None and of_shops.past.any():
            ahead = np.where((ahead == 0) & ~lately, of_shops.coming(groups), ahead)
            for chunk in aligned(panel, day=day):
                found = of_shops.before(groups[chunk.items], chunk.grid)
                cells = (found > 0) & (chunk.states(panel, told) == NOTHING) & (past[chunk.rows] == 0)
                past[chunk.rows[cells]] = found[cells]
        return cls(day, past, ahead, groups, counted)


def _span(panel: Panel) -> int:
    """How many grid positions there are from the first start to the last cutoff."""
    return int(panel.cutoffs.max()) - int(panel.starts.min()) + 1


@dataclass(frozen=True)
class _Shops:
    """When shops, and all of them together, are closed by the week.

    Attributes:
        first: grid position of the first column of `past`.
        past: [shops, span] why they were closed, all of them last; 0 is open.
        ahead: [shops, week] why they are from now on.
    """

    first: int
    past: States
    ahead: States

    @classmethod
    def of(cls, shut: ShopPeriods, *, day: int) -> "_Shops":
        week, states = WEEK * day, shut.states
        last = shut.first + states.shape[1] - 1
        after = day - 1 - last % day
        before = -(states.shape[1] + after) % week
        whole = np.pad(states, ((0, 0), (before, after)), constant_values=SILENT)
        past, coming = closed_weekly(whole, day=day)
        ahead = np.zeros((len(states), week), np.uint8)
        ahead[:, np.arange(last + after - week + 1, last + after + 1) % week] = coming
        return cls(shut.first, past[:, before : before + states.shape[1]], ahead)

    def coming(self, groups: Index) -> States:
        """[N, week] why the shop [N] of an item, or all of them, are closed from now on."""
        return np.asarray(np.maximum(self.ahead[groups], self.ahead[-1]))

    def before(self, groups: Index, grid: Index) -> States:
        """[n, T] why the shop [n] of an item, or all of them, were closed at grid positions [n, T]."""
        place = np.clip(grid - self.first, 0, self.past.shape[1] - 1)
        return np.asarray(np.maximum(self.past[groups[:, None], place], self.past[-1][place]))
