"""Weekdays and hours at which nothing is sold, by the runs of weeks in which nothing was.

A run of weeks without a sale at one place of the week means a closed shop where chance does not explain it. By Fisher's
exact test: had the S sales of those weeks fallen on any of their n cells alike, none would be among the m of that place
with the probability C(n - m, S) / C(n, S). And by the item itself: a weekday that was often without a sale before may
be so for some weeks again. Only weeks in which anything was sold count, so that neither an empty shelf nor an item that
sells now and then is taken for a closed shop.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from foresale.cleaning.closures.states import NOTHING, SILENT, SOLD, WEEK, States, by_day
from foresale.core.arrays import Flags, Numbers
from foresale.core.frequency import Index

FEWEST_WEEKS: Final = 4
"""A shop that closes on another weekday is seen after so many weeks."""
_FEWEST_DAYS: Final = 14
"""Hours are seen every day: two weeks, so that no weekday of its own kind closes an hour."""
_REGULAR: Final = 0.5
"""Share of its other cells in which an item has to sell for its own hours to be judged: at night little is sold even
where a shop never closes. Hours of slower items are told by their shop."""
_BY_CHANCE: Final = 1e-3
"""Probability of taking any weekday (or hour) of an item for closed; by Bonferroni it is shared out over them."""
_LONG: Final = 3
"""How many times the fewest rounds a run has to have lasted for a single sale to be no end of it."""
_SPECIAL: Final = 20
"""Single sales are special openings while they are so many times rarer than sales elsewhere; else it is slow trade."""
WEEKDAY, HOUR, HOUR_OF_WEEK = 1, 2, 3
"""Why a period is closed."""


def closed_weekly(states: States, *, day: int) -> tuple[States, States]:
    """When items were closed by the week, and which periods of a week are closed from now on: [n, T] and [n, week].

    0 is open; otherwise the number tells why. Weekdays are asked first, then hours, then hours of single weekdays.

    Args:
        states: [n, T] what each period says, whole weeks of whole days; the last column is the last of a day.
        day: how many periods a day has.

    >>> weeks = np.tile(np.array([2, 2, 2, 2, 2, 2, 1], np.uint8), (1, 9))
    >>> past, ahead = closed_weekly(weeks, day=1)
    >>> int(past.sum()), ahead.tolist()
    (9, [[0, 0, 0, 0, 0, 0, 1]])
    """
    whole = by_day(states, states != SILENT, day)
    days = _closed_places(whole, length=WEEK, fewest=FEWEST_WEEKS)
    past, ahead = (np.repeat(part, day, axis=1).astype(np.uint8) * WEEKDAY for part in days)
    for closed_places, why in ((_closed_hours, HOUR), (_closed_hours_of_weekdays, HOUR_OF_WEEK)) if day > 1 else ():
        left = np.where(past > 0, SILENT, states).astype(np.uint8)
        found, coming = closed_places(left, day)
        past = np.where((past == 0) & found, why, past).astype(np.uint8)
        ahead = np.where((ahead == 0) & coming, why, ahead).astype(np.uint8)
    return past, ahead


def _closed_hours(states: States, day: int) -> tuple[Flags, Flags]:
    """[n, T] and [n, week]: hours against the other hours of their days."""
    past, ahead = _closed_places(states, length=day, fewest=_FEWEST_DAYS, regular=_REGULAR)
    return past, np.tile(ahead, WEEK)


def _closed_hours_of_weekdays(states: States, day: int) -> tuple[Flags, Flags]:
    """[n, T] and [n, week]: hours of a weekday against the same hours of the others."""
    count = len(states)
    by_hour = states.reshape(count, -1, day).transpose(0, 2, 1).reshape(count * day, -1)
    past, ahead = _closed_places(by_hour, length=WEEK, fewest=FEWEST_WEEKS, regular=_REGULAR)
    back = (part.reshape(count, day, -1).transpose(0, 2, 1).reshape(count, -1) for part in (past, ahead))
    return next(back), next(back)


def _closed_places(states: States, *, length: int, fewest: int, regular: float = 0.0) -> tuple[Flags, Flags]:
    """[n, T] the closed cells, and [n, length] the places of a round of `length` periods that stay closed."""
    count, columns = states.shape
    week = _Rounds.of(states, length=length)
    runs = _unexplained(_Runs.of(week, fewest=fewest), week, regular)
    past, ahead = np.zeros(states.size, bool), np.zeros(count * length, bool)
    if runs.owners.size:
        past = runs.cells(week)
        ahead[runs.owners[runs.lasting]] = True
    cells = past.reshape(count, length, -1).transpose(0, 2, 1).reshape(count, columns) & (states == NOTHING)
    return np.asarray(cells), ahead.reshape(count, length)


@dataclass(frozen=True)
class _Rounds:
    """States by the place of a round; only rounds in which anything was sold count.

    Attributes:
        states: [n, length, rounds] what each cell says.
        lively: [n, rounds] whether anything was sold.
        sold: [n, rounds] cells with a sale.
        cells: [n, rounds] cells that say something, where they count.
    """

    states: States
    lively: Flags
    sold: Index
    cells: Index

    @classmethod
    def of(cls, states: States, *, length: int) -> "_Rounds":
        cube = np.ascontiguousarray(states.reshape(len(states), -1, length).transpose(0, 2, 1))
        sold = (cube == SOLD).sum(axis=1, dtype=np.int32)
        cells = np.where(sold > 0, (cube != SILENT).sum(axis=1, dtype=np.int32), 0)
        return cls(cube, sold > 0, sold, cells)

    def of_places(self, owners: Index) -> tuple[Index, Index]:
        """[K] how many cells of some places (item × length + place) count, and how many of those are without a sale."""
        places, at = np.unique(owners, return_inverse=True)
        own = self.states.reshape(-1, self.states.shape[2])[places]
        counts = self.lively[places // self.states.shape[1]]
        seen = ((own != SILENT) & counts).sum(axis=1)
        return seen[at], ((own == NOTHING) & counts).sum(axis=1)[at]


@dataclass(frozen=True)
class _Runs:
    """Runs of rounds without a sale at one place; a single sale between two long ones, a special opening, is no end.

    Attributes:
        owners: [K] item × length + place.
        first: [K] first round.
        last: [K] last round.
        empty: [K] how many rounds without a sale there count: those in which anything was sold.
        sold: [K] single sales within.
        lasting: [K] whether the run goes on, but for one sale, until the last round seen.
    """

    owners: Index
    first: Index
    last: Index
    empty: Index
    sold: Index
    lasting: Flags

    @classmethod
    def of(cls, week: _Rounds, *, fewest: int) -> "_Runs":
        """The runs of at least `fewest` rounds."""
        rounds = week.states.shape[2]
        by_place = week.states.reshape(-1)
        seen = np.flatnonzero(by_place)
        owners, none = seen // rounds, by_place[seen] == NOTHING
        change = np.diff(owners, prepend=-1) != 0
        begins = np.flatnonzero(none & (change | ~np.concatenate([[False], none[:-1]])))
        ends = 1 + np.flatnonzero(none & (np.append(change[1:], True) | ~np.append(none[1:], False)))
        over = np.searchsorted(owners, owners[begins], side="right")
        linked = _linked(owners[begins], begins, ends, over, fewest)
        heads = np.flatnonzero(~linked)
        tails = np.append(heads[1:], begins.size)[: heads.size] - 1
        counts = np.zeros(seen.size + 1, np.int64)
        np.cumsum(
            none & week.lively.reshape(-1)[owners // week.states.shape[1] * rounds + seen % rounds], out=counts[1:]
        )
        empty = counts[ends[tails]] - counts[begins[heads]]
        kept = np.flatnonzero(empty >= fewest)
        empty, sold, left = empty[kept], (tails - heads)[kept], (over[heads] - ends[tails])[kept]
        first, last = seen[begins[heads]][kept], seen[ends[tails] - 1][kept]
        lasting = (left == 0) | ((left == 1) & (empty >= _LONG * fewest))
        return cls(first // rounds, first % rounds, last % rounds, empty, sold, lasting)

    def take(self, chosen: Flags) -> "_Runs":
        """Some of them."""
        return _Runs(*(getattr(self, part.name)[chosen] for part in fields(self)))

    def cells(self, week: _Rounds) -> Flags:
        """[n × length × rounds] the cells between their first and last rounds."""
        rounds = week.states.shape[2]
        edges = np.zeros(week.states.size + 1, np.int8)
        np.add.at(edges, self.owners * rounds + self.first, 1)
        np.add.at(edges, self.owners * rounds + self.last + 1, -1)
        return np.asarray(np.cumsum(edges[:-1], dtype=np.int8) > 0)


def _linked(owners: Index, begins: Index, ends: Index, over: Index, fewest: int) -> Flags:
    """[K] whether a run goes on with the one before it, but for a single sale between them."""
    linked = np.zeros(owners.size, bool)
    long = ends - begins >= _LONG * fewest
    enough = (ends - begins >= fewest - 1) | (ends == over)
    linked[1:] = (owners[1:] == owners[:-1]) & (begins[1:] - ends[:-1] == 1) & long[:-1] & enough[1:]
    return linked


def _unexplained(runs: _Runs, week: _Rounds, regular: float) -> _Runs:
    """The runs that chance does not explain if all of them are closed; others are open, and then count as such."""
    while runs.owners.size:
        closed = _log_chance(runs, week, regular) < np.log(_BY_CHANCE)
        if closed.all():
            break
        runs = runs.take(closed)
    return runs


def _log_chance(runs: _Runs, week: _Rounds, regular: float) -> Numbers:
    """[K] log of the chance that a place of an item has such a run, times the places (and rounds) it may be at."""
    _, length, rounds = week.states.shape
    items, item = np.unique(runs.owners // length, return_inverse=True)
    open_cells, sold = _open_cells(runs, week, items, item)
    own = runs.empty + runs.sold
    cells = open_cells[item, runs.last + 1] - open_cells[item, runs.first] + own
    sales = sold[item, runs.last + 1] - sold[item, runs.first]
    exact = _fisher(cells, sales, own, runs.sold)
    exact = np.where(sales - runs.sold < regular * (cells - own), 0.0, exact)
    chance = np.maximum(exact, _by_itself(runs, week))
    return np.asarray(chance + np.log(length) + np.where(runs.lasting, 0.0, np.log(rounds)))


def _open_cells(runs: _Runs, week: _Rounds, items: Index, item: Index) -> tuple[Index, Index]:
    """[m, rounds + 1] running numbers of cells of items [m] that no run explains, and of sales; `item` [K] of runs."""
    sold, cells = week.sold[items], week.cells[items]
    edges = np.zeros((items.size, sold.shape[1] + 1), np.int32)
    np.add.at(edges, (item, runs.first), 1)
    np.add.at(edges, (item, runs.last + 1), -1)
    explained = np.where(sold > 0, np.cumsum(edges[:, :-1], axis=1), 0)
    left, zero = np.maximum(cells - explained, sold), np.zeros((items.size, 1), np.int64)
    return np.hstack([zero, np.cumsum(left, axis=1)]), np.hstack([zero, np.cumsum(sold, axis=1)])


def _fisher(cells: Index, sales: Index, own: Index, own_sales: Index) -> Numbers:
    """[K] log of the chance that no more than so many of the sales fell on the own cells; a close bound from above."""
    others = np.maximum(cells - own, sales - own_sales)
    exactly = _choices(own, own_sales) + _choices(others, sales - own_sales) - _choices(others + own, sales)
    expected = own * (sales - own_sales) / np.maximum(others, 1)
    special = own_sales * _SPECIAL <= expected
    return np.where(special, np.minimum(exactly + np.log1p(own_sales), 0.0), 0.0)


def _choices(among: Index, chosen: Index) -> Numbers:
    """Log of the number of ways to choose so many among so many."""
    from scipy.special import gammaln

    return np.asarray(gammaln(among + 1.0) - gammaln(chosen + 1.0) - gammaln(among - chosen + 1.0))


def _by_itself(runs: _Runs, week: _Rounds) -> Numbers:
    """[K] log of the chance of such a run at the rate at which the place was without a sale at other times."""
    from scipy.special import bdtr

    seen, none = week.of_places(runs.owners)
    _, same = np.unique(runs.owners, return_inverse=True)
    own = runs.empty + runs.sold
    seen = seen - np.bincount(same, own)[same]
    none = none - np.bincount(same, runs.empty)[same]
    chance = bdtr(runs.sold.astype(np.float64), own, 1 - (none + 1) / (seen + 2))
    return np.where(seen >= FEWEST_WEEKS, np.log(np.maximum(chance, 1e-300)), -np.inf)
