"""Weekdays and hours at which nothing is sold, by the runs of weeks in which nothing was.

A run of weeks without a sale at one place of the week means a closed shop where chance does not explain it. By Fisher's
exact test: had the S sales of those weeks fallen on any of their n cells alike, none would be among the m of that place
with the probability C(n - m, S) / C(n, S). And by the item itself: a weekday that was often without a sale before may
be so for some weeks again. Only weeks in which anything was sold count, so that neither an empty shelf nor an item that
sells now and then is taken for a closed shop.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, gammaln

from foresale.core.frequency import Index
from foresale.data.closures.states import NOTHING, SILENT, SOLD, WEEK, States, by_day
from foresale.data.histories import Flags

Numbers = npt.NDArray[np.float64]

FEWEST_WEEKS: Final = 4
"""A shop that closes on another weekday is seen after so many weeks."""
_FEWEST_DAYS: Final = 7
"""Hours are seen every day; a week of days, so that no single weekday closes an hour."""
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
    rhythms = ((day, _FEWEST_DAYS, HOUR), (WEEK * day, FEWEST_WEEKS, HOUR_OF_WEEK)) if day > 1 else ()
    for length, fewest, why in rhythms:
        left = np.where(past > 0, SILENT, states).astype(np.uint8)
        found, coming = _closed_places(left, length=length, fewest=fewest)
        past = np.where((past == 0) & found, why, past).astype(np.uint8)
        ahead = np.where((ahead == 0) & np.tile(coming, WEEK * day // length), why, ahead).astype(np.uint8)
    return past, ahead


def _closed_places(states: States, *, length: int, fewest: int) -> tuple[Flags, Flags]:
    """[n, T] the closed cells, and [n, length] the places of a round of `length` periods that stay closed."""
    count, columns = states.shape
    rounds = columns // length
    cube = states.reshape(count, rounds, length)
    runs = _Runs.of(cube, fewest=fewest)
    past, ahead = np.zeros((count, length, rounds), bool), np.zeros(count * length, bool)
    if runs.owners.size:
        closed = _tested(cube, runs)
        _mark(past.reshape(-1), runs, closed, rounds)
        ahead[runs.owners[closed & runs.lasting]] = True
    cells = past.transpose(0, 2, 1).reshape(count, columns) & (states == NOTHING)
    return np.asarray(cells), ahead.reshape(count, length)


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
    def of(cls, cube: States, *, fewest: int) -> "_Runs":
        _, rounds, length = cube.shape
        lively = np.asarray((cube == SOLD).any(axis=2))
        by_place = np.ascontiguousarray(cube.transpose(0, 2, 1)).reshape(-1)
        seen = np.flatnonzero(by_place)
        owners, none = seen // rounds, by_place[seen] == NOTHING
        at = seen % rounds
        counts = np.cumsum(np.concatenate([[False], none & lively[owners // length, at]]))
        change = np.diff(owners, prepend=-1) != 0
        begins = np.flatnonzero(none & (change | ~np.concatenate([[False], none[:-1]])))
        ends = 1 + np.flatnonzero(none & (np.append(change[1:], True) | ~np.append(none[1:], False)))
        if not begins.size:
            nothing = np.zeros(0, np.int64)
            return cls(nothing, nothing, nothing, nothing, nothing, np.zeros(0, bool))
        over = np.searchsorted(owners, owners[begins], side="right")
        linked = _linked(owners[begins], begins, ends, over, fewest)
        heads = np.flatnonzero(~linked)
        tails = np.append(heads[1:], begins.size) - 1
        begins, ends, over = begins[heads], ends[tails], over[heads]
        sold = (tails - heads).astype(np.int64)
        empty = counts[ends] - counts[begins]
        kept = np.flatnonzero(empty >= fewest)
        begins, ends, over = begins[kept], ends[kept], over[kept]
        lasting = (over == ends) | ((over - ends == 1) & (empty[kept] >= _LONG * fewest))
        return cls(owners[begins], at[begins], at[ends - 1], empty[kept], sold[kept], lasting)


def _linked(owners: Index, begins: Index, ends: Index, over: Index, fewest: int) -> Flags:
    """[K] whether a run goes on with the one before it, but for a single sale between them."""
    linked = np.zeros(owners.size, bool)
    long = ends - begins >= _LONG * fewest
    enough = (ends - begins >= fewest - 1) | (ends == over)
    linked[1:] = (owners[1:] == owners[:-1]) & (begins[1:] - ends[:-1] == 1) & long[:-1] & enough[1:]
    return linked


def _tested(cube: States, runs: _Runs) -> Flags:
    """[K] whether chance does not explain a run, all others being closed as well; those that fail are open for all."""
    closed = np.ones(runs.owners.size, bool)
    while closed.any():
        left = closed & (_log_chance(cube, runs, closed) < np.log(_BY_CHANCE))
        if (left == closed).all():
            break
        closed = left
    return closed


def _log_chance(cube: States, runs: _Runs, closed: Flags) -> Numbers:
    """[K] log of the chance that a place of an item has such a run, times the places (and rounds) it may be at."""
    _, rounds, length = cube.shape
    open_cells, sold = _open_cells(cube, runs, closed)
    item = runs.owners // length
    own = (runs.empty + runs.sold).astype(np.float64)
    cells = open_cells[item, runs.last + 1] - open_cells[item, runs.first] + np.where(closed, own, 0)
    sales = sold[item, runs.last + 1] - sold[item, runs.first]
    exact = _fisher(cells, sales, own, runs.sold)
    chance = np.maximum(exact, _by_itself(cube, runs, closed))
    return np.asarray(chance + np.log(length) + np.where(runs.lasting, 0.0, np.log(rounds)))


def _open_cells(cube: States, runs: _Runs, closed: Flags) -> tuple[Numbers, Numbers]:
    """[n, rounds + 1] running numbers of cells in rounds with sales that no closed run explains, and of sales."""
    count, rounds, length = cube.shape
    sold = (cube == SOLD).sum(axis=2)
    cells = np.where(sold > 0, (cube != SILENT).sum(axis=2), 0)
    edges = np.zeros((count, rounds + 1), np.int64)
    item = runs.owners[closed] // length
    np.add.at(edges, (item, runs.first[closed]), 1)
    np.add.at(edges, (item, runs.last[closed] + 1), -1)
    explained = np.where(sold > 0, np.cumsum(edges[:, :-1], axis=1), 0)
    first = np.zeros((count, 1))
    left = np.maximum(cells - explained, sold)
    return np.hstack([first, np.cumsum(left, axis=1)]), np.hstack([first, np.cumsum(sold, axis=1)])


def _fisher(cells: Numbers, sales: Numbers, own: Numbers, own_sales: Index) -> Numbers:
    """[K] log of the chance that no more than so many of the sales fell on the own cells; a close bound from above."""
    others = np.maximum(cells - own, sales - own_sales)
    whole = np.maximum(cells, others + own)
    exactly = _choices(own, own_sales) + _choices(others, sales - own_sales) - _choices(whole, sales)
    expected = own * (sales - own_sales) / np.maximum(others, 1)
    special = own_sales * _SPECIAL <= expected
    return np.where(special, np.minimum(exactly + np.log1p(own_sales), 0.0), 0.0)


def _choices(among: npt.NDArray[np.number], chosen: npt.NDArray[np.number]) -> Numbers:
    return np.asarray(gammaln(among + 1.0) - gammaln(chosen + 1.0) - gammaln(among - chosen + 1.0))


def _by_itself(cube: States, runs: _Runs, closed: Flags) -> Numbers:
    """[K] log of the chance of such a run at the rate at which the place was without a sale at other times."""
    lively = (cube == SOLD).any(axis=2)[:, :, None]
    seen = ((cube != SILENT) & lively).sum(axis=1).reshape(-1)
    none = ((cube == NOTHING) & lively).sum(axis=1).reshape(-1)
    for array, part in ((seen, runs.empty + runs.sold), (none, runs.empty)):
        np.subtract.at(array, runs.owners[closed], part[closed])
    seen, none = seen[runs.owners], none[runs.owners]
    seen, none = np.where(closed, seen, seen - runs.empty - runs.sold), np.where(closed, none, none - runs.empty)
    rate = (none + 1) / (seen + 2)
    telling = seen >= FEWEST_WEEKS
    chance = bdtr(runs.sold.astype(np.float64), (runs.empty + runs.sold).astype(np.int64), 1 - rate)
    return np.where(telling, np.log(np.maximum(chance, 1e-300)), -np.inf)


def _mark(cells: Flags, runs: _Runs, closed: Flags, rounds: int) -> None:
    """Set the cells [n × length × rounds] of closed runs."""
    edges = np.zeros(cells.size + 1, np.int8)
    np.add.at(edges, runs.owners[closed] * rounds + runs.first[closed], 1)
    np.add.at(edges, runs.owners[closed] * rounds + runs.last[closed] + 1, -1)
    cells[:] = np.cumsum(edges[:-1], dtype=np.int8) > 0
