"""What an item would have sold on a day without any event: a level that moves slowly, times the season of the grid."""

from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.forecasting.effects.columns import phase_sums, running_sums

_OWN_SEASON: Final = 4.0
"""How many seasons of its own an item's seasonal factors need to count as much as those of all items."""
_LEAST: Final = 1e-9  # against a division by 0


def baseline(sales: Numbers, *, season: int, reach: int) -> Numbers:
    """[n, T] expected sales of each period, from the periods around it.

    The level is a mean of the sales up to `reach` periods before and after, with weights that fall off in a straight
    line, divided by that of the seasonal factors: a ratio of sums, which holds for sparse sales too. The seasonal
    factors of an item are drawn to those of all items, the less, the longer it was seen.

    Args:
        sales: [n, T] without the effects of events, NaN where unknown.
        season: periods of the season; 1 for none.
        reach: periods to either side.

    >>> baseline(np.array([[2.0, 4.0, 2.0, 4.0, np.nan, 4.0]]), season=2, reach=4).round(1).tolist()
    [[2.0, 4.0, 2.0, 4.0, 2.0, 4.0]]
    """
    known = np.isfinite(sales)
    filled = np.where(known, sales, 0.0)
    level = _level(filled, known.astype(float), reach)
    factors = np.ones((len(sales), max(season, 1)), order="F")
    for _ in range(2 if season > 1 else 0):
        factors = _factors(filled, np.where(known, level, 0.0), season)
        level = _level(filled, known * _laid(factors, sales.shape[1]), reach)
    return np.asarray(level * _laid(factors, sales.shape[1]))


def smooth(values: Numbers, reach: int) -> Numbers:
    """[n, T] sums over up to `reach` periods before and after, weighted by a triangle."""
    half = max(reach // 2, 1)
    return _boxes(_boxes(values, half), half)


def _level(filled: Numbers, weight: Numbers, reach: int) -> Numbers:
    """[n, T] sales per unit of weight; where nothing is known around, over all of the history."""
    near, there = smooth(filled, reach), smooth(weight, reach)
    whole = filled.sum(axis=1, keepdims=True) / np.maximum(weight.sum(axis=1, keepdims=True), _LEAST)
    return np.where(there > _LEAST, near / np.maximum(there, _LEAST), whole)


def _boxes(values: Numbers, half: int) -> Numbers:
    """[n, T] sums over `half` periods before and after each."""
    count, sums = values.shape[1], running_sums(values)
    if count <= 2 * half:
        at = np.arange(count)
        return np.asarray(sums[:, np.minimum(at + half + 1, count)] - sums[:, np.maximum(at - half, 0)])
    boxes = np.empty_like(values, order="F")
    boxes[:, :half] = sums[:, half + 1 : 2 * half + 1]
    np.subtract(sums[:, 2 * half + 1 :], sums[:, : count - 2 * half], out=boxes[:, half : count - half])
    np.subtract(sums[:, -1:], sums[:, count - 2 * half : count - half], out=boxes[:, count - half :])
    return boxes


def _factors(filled: Numbers, level: Numbers, season: int) -> Numbers:
    """[n, season] sales by place in the season against the level; 1 on average."""
    sold, expected = phase_sums(filled, season), phase_sums(level, season)
    scale = np.maximum(expected.mean(axis=1, keepdims=True), _LEAST)
    common = (sold / scale).sum(axis=0) / np.maximum((expected / scale).sum(axis=0), _LEAST)
    common = np.where(common > 0, common, 1.0)
    seasons = filled.shape[1] / season
    drawn = _OWN_SEASON / max(seasons, 1.0) * expected
    factors = (sold + drawn * common) / np.maximum(expected + drawn, _LEAST)
    factors = np.where(expected > _LEAST, factors, common)
    return np.asfortranarray(factors / np.maximum(factors.mean(axis=1, keepdims=True), _LEAST))


def _laid(factors: Numbers, count: int) -> Numbers:
    """[n, T] the factor of each period."""
    return factors[:, np.arange(count) % factors.shape[1]]
