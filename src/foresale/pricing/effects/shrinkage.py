"""What one product says, believed as far as it is sure, and else what its brand, its category and the shop say."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from foresale.core.arrays import Index, Numbers

WIDTH: Final = 2.2
"""Standard deviation of price elasticities over products and categories."""
_GRID: Final = 80
"""Deviations that are tried, 1.12 times each other."""
MIDDLE: Final = -2.6
"""Mean of 1,851 price elasticities (Bijmolt, van Heerde and Pieters 2005): all that is known of a shop without data."""


@dataclass(frozen=True)
class Shrunk:
    """Estimates after they were told what the others say.

    Attributes:
        values: [P] posterior means.
        errors: [P] posterior standard deviations.
        middle: the mean of the shop.
        middle_error: its standard deviation.
    """

    values: Numbers
    errors: Numbers
    middle: float
    middle_error: float


def shrink(
    values: Numbers, errors: Numbers, groups: Sequence[Index] = (), *, middle: float = MIDDLE, width: float = WIDTH
) -> Shrunk:
    """Estimates of P products as one tree of normal distributions: product, its groups, the shop.

    How much the nodes of a level differ is estimated by restricted likelihood, from the products up; a prior keeps it
    off zero, since a few that are alike do not say that all are (Chung et al. 2013). The posterior of a tree of normals
    is exact in one pass up and one down.

    Args:
        values: [P] estimates.
        errors: [P] their standard errors, infinite where a product says nothing.
        groups: for each level, the broadest first, [P] the number of the group that a product belongs to.
        middle: what is known of the shop's mean beforehand.
        width: how surely; half of it is how far products differ where nothing says so.

    >>> shrunk = shrink(np.array([-2.0, -2.2, -9.0]), np.array([0.1, 0.1, 4.0]))
    >>> bool(-3 < shrunk.values[2] < -2)
    True
    """
    levels = [
        np.arange(values.size),
        *[_nested(groups[: n + 1]) for n in range(len(groups))][::-1],
        np.zeros(values.size, np.int64),
    ]
    means, precisions, between = [values], [_inverse(errors**2)], []
    for lower, upper in pairwise(levels):
        parent = _parents(lower, upper)
        tau = _between(means[-1], precisions[-1], parent, usual=width / 2)
        between.append(tau)
        passed = _inverse(_inverse(precisions[-1]) + tau)
        total = np.bincount(parent, passed)
        sums = np.bincount(parent, passed * np.nan_to_num(means[-1]))
        means.append(np.divide(sums, total, out=np.zeros_like(sums), where=total > 0))
        precisions.append(np.asarray(total, np.float64))
    at_top = 1 / width**2
    post = (precisions[-1] * means[-1] + at_top * middle) / (precisions[-1] + at_top)
    variance = 1 / (precisions[-1] + at_top)
    top, top_error = float(post[0]), float(np.sqrt(variance[0]))
    for depth in range(len(between) - 1, -1, -1):
        post, variance = _down(
            means[depth], precisions[depth], _parents(levels[depth], levels[depth + 1]), between[depth], post, variance
        )
    return Shrunk(post, np.sqrt(variance), top, top_error)


def _down(
    means: Numbers, precisions: Numbers, parent: Index, tau: float, above: Numbers, above_variance: Numbers
) -> tuple[Numbers, Numbers]:
    """What a level knows when it is told its parents: its own estimate and its parent's, each by its precision.

    The parent's posterior holds the child's own message already; conditioning on the parent, not on its posterior,
    counts it once: child = w · own + (1 − w) · parent with w = tau / (tau + own variance).
    """
    own = _inverse(precisions)
    share = np.where(np.isinf(own), 0.0, tau / np.where(np.isinf(own), 1.0, np.maximum(tau + own, 1e-300)))
    value = share * np.nan_to_num(means) + (1 - share) * above[parent]
    left = np.where(np.isinf(own), tau, share * np.where(np.isinf(own), 0.0, own))
    return value, left + (1 - share) ** 2 * above_variance[parent]


def _nested(groups: Sequence[Index]) -> Index:
    """[P] numbers of the groups within groups."""
    stacked = np.stack([np.asarray(group, np.int64) for group in groups], axis=1)
    return np.asarray(np.unique(stacked, axis=0, return_inverse=True)[1].ravel(), np.int64)


def _parents(lower: Index, upper: Index) -> Index:
    """Of each node of a level, the node above it."""
    parents = np.zeros(int(lower.max()) + 1, np.int64)
    parents[lower] = upper
    return parents


def _inverse(values: Numbers) -> Numbers:
    with np.errstate(divide="ignore"):
        return np.where(values > 0, 1 / values, np.inf) if values.size else values


def _between(means: Numbers, precisions: Numbers, parent: Index, *, usual: float) -> float:
    """Variance between the nodes of a level within their parents, by restricted likelihood and a prior, on a grid."""
    live = np.isfinite(means) & (precisions > 0) & np.isfinite(precisions)
    x, own, groups = means[live], 1 / precisions[live], parent[live]
    if x.size - np.unique(groups).size < 1:
        return usual**2 if np.unique(parent).size < parent.size else 0.0
    grid = usual * np.geomspace(1e-3, 10, _GRID)
    scores = [_deviance(tau**2, x, own, groups) - 2 * np.log(tau) + 2 * tau / usual for tau in grid]
    return float(grid[int(np.argmin(scores))] ** 2)


def _deviance(tau: float, x: Numbers, own: Numbers, groups: Index) -> float:
    """Minus twice the restricted log likelihood of estimates whose groups have means of their own."""
    weight = 1 / (own + tau)
    total = np.bincount(groups, weight)
    centre = np.bincount(groups, weight * x) / np.maximum(total, 1e-300)
    return float((weight * (x - centre[groups]) ** 2 - np.log(weight)).sum() + np.log(total[total > 0]).sum())
