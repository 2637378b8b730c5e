"""Regression within products: what stays when each place's and each period's own level is taken out."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Numbers

_ROUNDS: Final = 200
_CLOSE: Final = 1e-8
_POISSON_ROUNDS: Final = 50
_FLAT: Final = 1e-6
"""Variance of a column, within places and periods, below which it says nothing."""
ZEROS: Final = 0.02
"""Share of periods without a sale from which on logarithms would leave out too much, and counts are modelled."""


@dataclass(frozen=True)
class Slopes:
    """Coefficients of K columns.

    Attributes:
        values: [K] coefficients, 0 where a column does not vary.
        covariance: [K, K] of their errors, infinite variance where a column does not vary.
        spread: [K] standard deviation of each column, places and periods taken out.
        rows: how many observations were used.
        clusters: the least number of places or periods that the errors were grouped by.
        fitted: [S, T] what the levels of places and periods and the slopes say of log sales, NaN where not observed.
    """

    values: Numbers
    covariance: Numbers
    spread: Numbers
    rows: int
    clusters: int
    fitted: Numbers = field(repr=False)

    @property
    def errors(self) -> Numbers:
        """[K] standard errors."""
        return np.sqrt(np.diag(self.covariance))


def demeaned(values: Numbers, weights: Numbers, *, periods: bool = True) -> Numbers:
    """[K, S, T] values minus the weighted means of their place and (with `periods`) of their period.

    Means are taken out in turn until nothing moves, which for a full table is at once (alternating projections;
    Guimarães and Portugal 2010).

    >>> table = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    >>> demeaned(table, np.ones((2, 2))).round(6).tolist()
    [[[0.0, 0.0], [0.0, 0.0]]]
    """
    by_place = np.maximum(weights.sum(axis=-1, keepdims=True), 1e-300)
    by_period = np.maximum(weights.sum(axis=-2, keepdims=True), 1e-300)
    moved = values - (values * weights).sum(axis=-1, keepdims=True) / by_place
    for _ in range(_ROUNDS if periods else 0):
        shift = (moved * weights).sum(axis=-2, keepdims=True) / by_period
        moved = moved - shift
        back = (moved * weights).sum(axis=-1, keepdims=True) / by_place
        moved = moved - back
        if max(np.abs(back).max(), 0) < _CLOSE:
            break
    return np.asarray(moved * (weights > 0))


def regress(log_sales: Numbers, columns: Numbers, weights: Numbers, *, periods: bool = True) -> Slopes:
    """Least squares of log sales on columns, with a level of each place and of each period.

    Errors hang together within a place and within a period (Cameron, Gelbach and Miller 2011).

    Args:
        log_sales: [S, T]; anything where weights are 0.
        columns: [K, S, T].
        weights: [S, T], 0 where nothing was observed.
        periods: whether each period has a level of its own.
    """
    seen = weights > 0
    y = np.where(seen, log_sales, 0.0)
    stacked = np.concatenate([columns, y[None]]) * seen
    moved = demeaned(stacked, weights, periods=periods)
    x, target = moved[:-1], moved[-1]
    values, bread, live, spread = _solve(x, target, weights)
    left = target - np.tensordot(values, x, axes=1)
    scores = x * (weights * left)
    covariance = bread @ clustered(scores, weights) @ bread
    covariance[~live, ~live] = np.inf
    return Slopes(
        values,
        covariance,
        spread,
        int(seen.sum()),
        _clusters(weights, periods=periods),
        np.where(seen, y - left, np.nan),
    )


def regress_counts(sales: Numbers, columns: Numbers, weights: Numbers, *, periods: bool = True) -> Slopes:
    """The same for counts with zeros: Poisson pseudo maximum likelihood (Santos Silva and Tenreyro 2006)."""
    live = _sold(sales, weights, periods=periods)
    weights = np.where(live, weights, 0.0)
    eta = np.log(np.where(live, sales + np.where(live, sales, 0).sum() / max(live.sum(), 1), 1.0)) - np.log(2)
    result: Slopes | None = None
    for _ in range(_POISSON_ROUNDS):
        mu = np.exp(np.clip(eta, -30, 30))
        working = eta + (np.where(live, sales, 0) - mu) / mu
        before, result = result, regress(working, columns, weights * mu, periods=periods)
        eta = np.where(live, np.nan_to_num(result.fitted), eta)
        if before is not None and float(np.abs(result.values - before.values).max(initial=0)) < 1e-6:
            break
    assert result is not None
    return result


def _sold(sales: Numbers, weights: Numbers, *, periods: bool) -> Flags:
    """Observations whose place and period sold something: of the others a level tells everything."""
    live = (weights > 0) & np.isfinite(sales)
    for _ in range(10):
        units = np.where(live, sales, 0.0)
        kept = live & (units.sum(axis=1, keepdims=True) > 0)
        kept &= (units.sum(axis=0, keepdims=True) > 0) | (not periods)
        if (kept == live).all():
            break
        live = kept
    return live


def _solve(x: Numbers, y: Numbers, weights: Numbers) -> tuple[Numbers, Numbers, Flags, Numbers]:
    count = x.shape[0]
    flat = x.reshape(count, -1)
    gram = (flat * weights.ravel()) @ flat.T
    total = max(float(weights.sum()), 1e-300)
    spread = np.sqrt(np.diag(gram) / total)
    live = np.diag(gram) / total > _FLAT
    bread = np.zeros((count, count))
    if live.any():
        bread[np.ix_(live, live)] = np.linalg.pinv(gram[np.ix_(live, live)], rcond=1e-10, hermitian=True)
    return bread @ (flat @ (weights * y).ravel()), bread, live, spread


def clustered(scores: Numbers, weights: Numbers) -> Numbers:
    """[K, K] sum of squared scores [K, S, T] that hang together within a place and within a period."""
    seen = weights > 0
    parts = []
    for summed, count in ((scores.sum(axis=2), seen.any(axis=1).sum()), (scores.sum(axis=1), seen.any(axis=0).sum())):
        if count > 1:
            parts.append(summed @ summed.T * (count / (count - 1)))
    rows = scores.reshape(scores.shape[0], -1)
    each = rows @ rows.T
    if len(parts) < 2:
        return np.asarray(parts[0] if parts else each)
    both = sum(parts) - each
    short = np.sqrt(np.maximum(np.diag(each) / np.maximum(np.diag(both), 1e-300), 1.0))
    return np.asarray(both * np.outer(short, short))  # the sum for both may lose more than it holds


def _clusters(weights: Numbers, *, periods: bool) -> int:
    seen = weights > 0
    places, times = int(seen.any(axis=1).sum()), int(seen.any(axis=0).sum())
    return min(places, times) if periods and places > 1 else times
