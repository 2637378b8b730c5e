"""Quantiles: of samples, between the levels that are told, their losses, and the distribution that they describe."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from foresale.core.arrays import Flags, Floating, Index, Numbers, Values

LEVELS: Final = (0.01, *(round(0.05 * step, 2) for step in range(1, 20)), 0.99)
"""The 21 quantile levels of every model: 0.01, 0.05, 0.1, …, 0.95, 0.99."""
_UPPER: Final = (0.0, 0.12566, 0.25335, 0.38532, 0.52440, 0.67449, 0.84162, 1.03643, 1.28155, 1.64485, 2.32635)

DEVIATES: Final[Numbers] = np.array([*(-deviate for deviate in _UPPER[:0:-1]), *_UPPER])
"""[21] standard normal deviates of the levels."""
_SAME: Final = 1e-9
"""Levels that differ by less are one: 0.1 is told as 1 - 0.9."""


def pinball(error: Floating, level: Any) -> Floating:
    """The pinball loss (Koenker and Bassett 1978), lowest in expectation at the true quantile.

    Args:
        error: [..., Q] what was sold less the quantile.
        level: of the quantile, one for all or [Q].

    >>> pinball(np.array([2.0, -2.0]), np.array([0.1, 0.9])).round(6).tolist()
    [0.2, 0.2]
    """
    return np.asarray(np.maximum(level * error, (level - 1) * error))


def inside(actual: Floating, lower: Floating, upper: Floating) -> Flags:
    """Whether sales lie in an interval, its ends included; not where they are unknown.

    >>> inside(np.array([1.0, 5.0, np.nan]), np.zeros(3), np.full(3, 4.0)).tolist()
    [True, False, False]
    """
    return np.asarray((lower <= actual) & (actual <= upper))


def quantile_at(quantiles: Values, levels: tuple[float, ...], level: float) -> Values:
    """[...] the quantile of a level, drawn straight between its neighbours among quantiles [..., Q].

    >>> quantile_at(np.array([[0.0, 10.0]], np.float32), (0.25, 0.75), 0.5).tolist()
    [5.0]
    """
    above = int(np.searchsorted(levels, level - _SAME))
    if abs(levels[above] - level) < _SAME:
        return quantiles[..., above]
    low, high = levels[above - 1], levels[above]
    share = np.float32((level - low) / (high - low))
    return quantiles[..., above - 1] * (1 - share) + quantiles[..., above] * share


def quantiles_of(samples: Floating, levels: Sequence[float]) -> Values:
    """[n, Q] the quantiles of samples [n, S], the s-th smallest of which stands at the level (s - ½) / S (Hazen 1914).

    >>> quantiles_of(np.array([[4.0, 1.0, 2.0, 3.0]], np.float32), (0.25, 0.5)).tolist()
    [[1.5, 2.5]]
    """
    count = samples.shape[1]
    at = np.clip(np.asarray(levels) * count - 0.5, 0, count - 1)
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, count - 1)
    share = (at - low).astype(np.float32)
    ordered = np.sort(samples, axis=1)
    return np.asarray(ordered[:, low] * (1 - share) + ordered[:, high] * share, np.float32)


def at_ranks(ordered: Values, ranks: Floating, count: Index) -> Values:
    """[Q, n] what stands at ranks [Q, n] from 0 on of samples [S, n] in order, of which count [n] are known.

    >>> at_ranks(np.array([[1.0], [2.0], [4.0]], np.float32), np.array([[0.5], [9.0]]), np.array([2])).tolist()
    [[1.5], [2.0]]
    """
    last = np.maximum(count - 1, 0)
    rank = np.clip(ranks, 0, last)
    low = np.floor(rank).astype(np.int64)
    share = (rank - low).astype(np.float32)
    below, above = (np.take_along_axis(ordered, at, axis=0) for at in (low, np.minimum(low + 1, last)))
    return np.asarray(below * (1 - share) + above * share)


def quantiles_of_weighted(samples: Floating, weights: Floating, levels: Sequence[float]) -> Numbers:
    """[Q] the same of samples [S] that count by their weights [S].

    >>> quantiles_of_weighted(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), (0.125, 0.5)).tolist()
    [1.0, 2.0]
    """
    order = np.argsort(samples, kind="stable")
    mass = np.cumsum(weights[order])
    return np.asarray(np.interp(np.asarray(levels) * mass[-1], mass - weights[order] / 2, samples[order]))


def between(quantiles: Mapping[float, Numbers]) -> Values:
    """[n, 21] all levels from those [n] of some: straight lines over normal deviates, the outer ones drawn on.

    >>> some = {0.1: np.array([-1.28155]), 0.5: np.array([0.0]), 0.9: np.array([1.28155])}
    >>> between(some)[0, [0, 10, 20]].astype(float).round(3).tolist()
    [-2.326, 0.0, 2.326]
    """
    levels = sorted(quantiles)
    ordered = np.sort(np.stack([quantiles[level] for level in levels], axis=1), axis=1)
    known = np.interp(levels, LEVELS, DEVIATES)
    at = np.clip(np.searchsorted(known, DEVIATES, side="right") - 1, 0, len(levels) - 2)
    share = ((DEVIATES - known[at]) / (known[at + 1] - known[at])).astype(np.float32)
    low, high = ordered[:, at], ordered[:, at + 1]
    return np.asarray(low + (high - low) * share, np.float32)


def or_nothing(quantiles: Values, chance: Numbers) -> Values:
    """[H, 21] quantiles of what is sold by quantiles [H, 21] with a chance [H], and is nothing otherwise.

    >>> or_nothing(np.full((1, 21), 8, np.float32), np.array([0.5]))[0, [0, 9, 12, 20]].tolist()
    [0.0, 0.0, 8.0, 8.0]
    """
    inside = 1 - (1 - np.asarray(LEVELS)) / chance[:, None]
    rows = [np.interp(at, LEVELS, row) for at, row in zip(inside, quantiles, strict=True)]
    return np.asarray(np.where(inside > 0, np.stack(rows), 0), np.float32)


def mean_of(quantiles: Values, levels: tuple[float, ...] = LEVELS) -> Values:
    """Mean of the distribution that quantiles [..., Q] describe: the integral of the quantile function.

    The tails beyond the outermost levels are taken as flat.

    >>> mean_of(np.array([[0.0, 1.0, 2.0]], np.float32), (0.25, 0.5, 0.75)).tolist()
    [1.0]
    """
    grid = np.array([0.0, *levels, 1.0])
    padded = np.concatenate([quantiles[..., :1], quantiles, quantiles[..., -1:]], axis=-1)
    weights = np.diff(grid) / 2
    total = np.zeros(len(grid))
    total[:-1] += weights
    total[1:] += weights
    return np.asarray(padded @ total.astype(np.float32), np.float32)


def even_levels(levels: tuple[float, ...], count: int) -> Values:
    """[Q, S] weights that take Q quantiles to those at the S levels (s + ½) / S.

    Linear between two levels; beyond the outermost ones the distance from them grows with the logarithm of what is left
    of the tail, as in an exponential distribution, at the pace between the two outermost levels.

    >>> (np.array([0.0, 10.0]) @ even_levels((0.25, 0.75), 4)).round(2).tolist()
    [-6.31, 2.5, 7.5, 16.31]
    """
    grid = np.asarray(levels, np.float64)
    wanted = (np.arange(count) + 0.5) / count
    if grid.size == 1:
        return np.ones((1, count), np.float32)
    above = np.clip(np.searchsorted(grid, wanted), 1, grid.size - 1)
    share = (wanted - grid[above - 1]) / (grid[above] - grid[above - 1])
    low, high = wanted < grid[0], wanted > grid[-1]
    share[low] = -np.log(grid[0] / wanted[low]) / np.log(grid[1] / grid[0])
    share[high] = 1 + np.log((1 - grid[-1]) / (1 - wanted[high])) / np.log((1 - grid[-2]) / (1 - grid[-1]))
    weights = np.zeros((grid.size, count), np.float32)
    columns = np.arange(count)
    weights[above - 1, columns] = 1 - share
    weights[above, columns] = share
    return weights


def shares_below(values: Floating, quantiles: Values, levels: tuple[float, ...]) -> tuple[Numbers, Numbers]:
    """The shares of outcomes below each value, and at or below it: apart where a distribution has a lump there.

    Between two quantiles by interpolation, beyond the outermost as `even_levels` draws. At a value where a lump, two
    quantiles at least, reaches the outermost quantile, all outcomes beyond that level are taken to lie at it.

    Args:
        values: [...] in units.
        quantiles: [..., Q] in units.
        levels: the Q levels.

    >>> below, upto = shares_below(np.array([0.0, 5.0]), np.array([[0, 0, 4.0], [0, 4, 6]]), (0.25, 0.5, 0.75))
    >>> below.tolist(), upto.tolist()
    ([0.0, 0.625], [0.5, 0.625])
    """
    grid = np.array([0.0, *levels, 1.0])
    last = len(levels) - 1
    less = (quantiles < values[..., None]).sum(axis=-1)
    upto = (quantiles <= values[..., None]).sum(axis=-1)
    low = np.take_along_axis(quantiles, np.clip(less - 1, 0, last)[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(quantiles, np.clip(less, 0, last)[..., None], axis=-1)[..., 0]
    part = np.clip((values - low) / np.where(high > low, high - low, 1), 0, 1)
    between = grid[less] + part * (grid[np.minimum(less + 1, last + 2)] - grid[less])
    first, second = quantiles[..., 0], quantiles[..., min(1, last)]
    lower = _beyond(first - values, second - first, outer=grid[1], inner=grid[min(2, last + 1)])
    top, next_ = quantiles[..., -1], quantiles[..., max(last - 1, 0)]
    upper = _beyond(values - top, top - next_, outer=1 - grid[-2], inner=1 - grid[max(last, 1)])
    between = np.select([less == 0, less == last + 1], [lower, 1 - upper], between)
    lump = upto > less
    wide = upto > less + 1
    below = np.where(lump, np.where(wide & (less == 0), 0.0, grid[np.minimum(less + 1, last + 2)]), between)
    above = np.where(lump, np.where(wide & (upto == last + 1), 1.0, grid[upto]), between)
    return below, above


def _beyond(distance: Floating, pace: Floating, *, outer: float, inner: float) -> Numbers:
    """Share of outcomes farther out than a distance beyond the outermost quantile."""
    rate = np.log(inner / outer) if inner > outer else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(distance <= 0, 0.0, np.where(pace > 0, distance / pace, np.inf))
        left = np.exp(-steps * rate) if rate else (steps <= 0).astype(np.float64)
    return np.asarray(outer * left, np.float64)
