"""The season that exponential smoothing begins with: an item's own, and what all items share where its own is short."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from foresale.core.arrays import Values
from foresale.core.frequency import Frequency, Index
from foresale.core.panel import Panel
from foresale.forecasting.naive import recent_sales

MOST_CYCLES: Final = 4
"""Seasons of history that are read, at least 400 periods."""
_ENOUGH_CYCLES: Final = 5
"""Cycles from which an item's own season is taken as it is."""
_SHARED_CYCLES: Final = 2
"""How many cycles of its own the season of all items is worth to an item."""
_FEWEST_PERIODS: Final = 400  # of history that are read, at the least
_SAMPLE: Final = 2_000  # items that tell the season of all


def context_of(season: int) -> int:
    """Periods of history that are read: four seasons, at least 400.

    >>> context_of(7), context_of(168)
    (400, 672)
    """
    return max(_FEWEST_PERIODS, MOST_CYCLES * season)


def long_season(frequency: Frequency) -> int:
    """Periods in the season above the main one: a week of hours, a year of days; 1 where the main one is a year.

    >>> long_season(Frequency("hour")), long_season(Frequency("day")), long_season(Frequency("month"))
    (168, 364, 1)
    """
    if frequency.unit in {"minute", "hour"}:
        return 7 * frequency.season
    return frequency.year_lag if frequency.unit == "day" else 1


def roots(panel: Panel, items: Index, *, most: int) -> Values:
    """[T, n] square roots of the newest sales, NaN where unknown and before the first sale.

    On the scale of roots, sales of a steady mean spread about evenly whatever that mean is (Bartlett 1936, for counts),
    and what is added there never takes a forecast below zero.
    """
    sales = recent_sales(panel, items, most=most).T
    launched = np.maximum.accumulate(sales > 0, axis=0)
    never = ~launched[-1]
    return np.where(launched | never, np.sqrt(np.maximum(sales, 0)), np.float32(np.nan))


def seasonal_profile(values: Values, season: int) -> tuple[Values, Values]:
    """[m, n] mean deviation of each place in the season from the moving mean, and [n] how many cycles tell it.

    The moving mean is that of a whole season around each period (at the ends, of the first or last one).

    >>> two_weeks = np.tile(np.array([1, 0, 0, 0, 0, 0, 6], np.float32), 2)[:, None]
    >>> profile, cycles = seasonal_profile(two_weeks, 7)
    >>> profile[:, 0].tolist(), cycles.tolist()
    ([0.0, -1.0, -1.0, -1.0, -1.0, -1.0, 5.0], [2.0])
    """
    count = len(values)
    known = np.isfinite(values)
    filled = np.where(known, values, 0)
    first = np.clip(np.arange(count) - season // 2, 0, max(count - season, 0))
    last = np.minimum(first + season, count)
    total, present = (_running(part, first, last) for part in (filled, known))
    away = np.where(known, values - total / np.maximum(present, 1), 0)
    profile = np.stack([away[place::season].sum(axis=0) for place in range(season)])
    seen = np.stack([known[place::season].sum(axis=0) for place in range(season)])
    profile /= np.maximum(seen, 1)
    profile -= profile.mean(axis=0)
    return np.asarray(profile, np.float32), seen.mean(axis=0, dtype=np.float32)


def _running(values: Values, first: Index, last: Index) -> Values:
    total = np.cumsum(values, axis=0, dtype=np.float64)
    total = np.concatenate([np.zeros((1, values.shape[1])), total])
    return np.asarray(total[last] - total[first], np.float32)


def shared_profile(panel: Panel, season: int, *, most: int, without: int = 1) -> Values:
    """[m] the season of the whole panel, by grid position modulo m, as a share of the level of the roots.

    Some 2,000 items, evenly spread over the panel, are enough to tell. Zeros where no item is longer than a season.

    Args:
        panel: the sales.
        season: m.
        most: newest periods that are read.
        without: a shorter season within, which is taken out first.
    """
    long = np.flatnonzero(panel.history > season + 1)
    if season == 1 or not long.size:
        return np.zeros(season, np.float32)
    sample = long[:: -(-long.size // _SAMPLE)]
    total, level = np.zeros(season), 0.0
    for items in np.array_split(sample, -(-sample.size // 256)):
        values = roots(panel, items, most=most)
        profile, _ = _profile(values, season, without=without)
        total += np.bincount(_places(panel, items, len(values), season).ravel(), profile.ravel(), season)
        level += float(mean_known(values).sum())
    return np.asarray(total / max(level, 1e-9), np.float32)


def beginning(values: Values, shared: Values, panel: Panel, items: Index, *, without: int = 1) -> Values:
    """[m, n] the season to begin with: the item's own, drawn to that of all items where it has few cycles.

    Args:
        values: [T, n] roots of the newest sales of the items.
        shared: [m] from `shared_profile`.
        panel: where the items are from.
        items: [n].
        without: a shorter season within, which is taken out first.
    """
    season = len(shared)
    own, cycles = _profile(values, season, without=without)
    share = np.where(cycles < _ENOUGH_CYCLES, cycles / (cycles + _SHARED_CYCLES), 1)
    others = shared[_places(panel, items, len(values), season)] * mean_known(values)
    return np.asarray(share * own + (1 - share) * others, np.float32)


def _profile(values: Values, season: int, *, without: int) -> tuple[Values, Values]:
    """As `seasonal_profile`; where a shorter season is within, without that, and smoothed over two of it."""
    if without == 1:
        return seasonal_profile(values, season)
    short, _ = seasonal_profile(values, without)
    profile, cycles = seasonal_profile(values - np.resize(short, values.shape), season)
    near = np.arange(-without, without + 1)
    weights = (without + 1 - np.abs(near)) / (without + 1) ** 2
    smoothed = sum(weight * np.roll(profile, step, axis=0) for weight, step in zip(weights, near, strict=True))
    return np.asarray(smoothed, np.float32), cycles


def mean_known(values: Values) -> Values:
    """[n] mean of the known values of each series [T, n], 0 where there are none."""
    known = np.isfinite(values)
    return np.asarray(np.where(known, values, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1), np.float32)


def _places(panel: Panel, items: Index, count: int, season: int) -> Index:
    """[m, n] place in the season, by grid position, of the first m of the newest `count` periods."""
    first = panel.cutoffs[items] - count + 1
    return np.asarray((first + np.arange(season)[:, None]) % season, np.int64)


def blocks(panel: Panel, *, most: int) -> Iterator[Index]:
    """All items, those of like history together, at most so many at a time."""
    order = np.argsort(panel.history, kind="stable")
    return (order[first : first + most] for first in range(0, order.size, most))
