"""The slope of sales over a covariate of many values, of all items and of each.

The slope is that of a quasi-Poisson regression, found by Newton's method. Both sides are freed of what moves slowly
(Frisch and Waugh 1933; Lovell 1963): a price index that drifts with the level of sales tells nothing. How sure a slope
is, is told by what weeks say of it, since the errors of a week hang together (Liang and Zeger 1986).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.arrays import TINY, Numbers
from foresale.forecasting.effects.baseline import smooth
from foresale.forecasting.effects.cells import USUAL_CHANGE, Cells
from foresale.forecasting.effects.columns import block_sums
from foresale.forecasting.effects.sheet import Rhythm
from foresale.forecasting.effects.shrinkage import Posterior, drawn, spike_and_slab

_PRIOR: Final = 0.3
"""Probability that a covariate moves sales at all, before anything was seen."""
_OWN_SLOPE: Final = 0.05  # chance that an item's slope differs from that of all, before sales are seen
_WIDEST: Final = 6.0  # how large a slope may be, beside the typical change of sales
_LEAST_BLOCKS: Final = 4  # of time that a slope is told by
_DRIFT: Final = 0.1
"""Least share of a covariate's variance within an item that lies in what moves fast. Below it lies what drifts: its
small steps say little of what its long way will do."""

_Moments = tuple[Numbers, Numbers, bool]


@dataclass(frozen=True)
class SlopeEffects:
    """What is believed of a slope for all items together: logarithm of sales by unit of the covariate.

    Attributes:
        common: [1] the slope.
        between: variance of items' slopes around it.
        blocks: how many blocks of columns told it.
    """

    common: Posterior
    between: float = 0.0
    blocks: int = 0

    def of_items(self, values: Numbers, slopes: Numbers, cells: Cells, rhythm: Rhythm) -> Posterior:
        """[n, 1] the slopes of items, each drawn to the common one; `slopes` [n] are those of the round before."""
        estimate, variance = _item_slopes(slopes, _moments(values, slopes, cells, rhythm.reach), rhythm)
        slab = _WIDEST**2 * _typical(values, cells)
        found = drawn(
            estimate[:, None],
            variance[:, None],
            center=self.common.mean,
            between=self.between,
            slab=slab,
            prior=_OWN_SLOPE,
        )
        spread = self.common.variance + found.variance
        return Posterior(found.mean, spread, np.maximum(self.common.probability, found.probability))


def common_slope(values: Numbers, slopes: Numbers, cells: Cells, rhythm: Rhythm) -> SlopeEffects:
    """What is believed of a slope for all items together.

    Args:
        values: [n, C] the covariate over history and horizon, 0 on average over the history.
        slopes: [n] the slopes of the round before.
        cells: sales beside what was expected, without the effect of the covariate.
        rhythm: how far the baseline looks, and which errors hang together.
    """
    moments = _moments(values, slopes, cells, rhythm.reach)
    score, weight, steady = moments
    begins = np.arange(0, score.shape[1], rhythm.block)
    base = (weight * slopes[:, None]).sum() / max(weight.sum(), TINY)
    scores = np.add.reduceat((score + weight * (slopes[:, None] - base)).sum(axis=0), begins)
    weights = np.add.reduceat(weight.sum(axis=0), begins)
    told = int((weights > TINY).sum())
    if told < _LEAST_BLOCKS or not steady:
        return SlopeEffects(_nothing())
    information = weights.sum()
    slope = base + scores.sum() / information
    left = scores - weights * (slope - base)
    variance = (left**2).sum() / information**2 * told / (told - 1)
    slab = _WIDEST**2 * _typical(values, cells)
    common = spike_and_slab(np.array([slope]), np.array([max(variance, TINY)]), prior=_PRIOR, slab=slab)
    own, spread = _item_slopes(slopes, moments, rhythm)
    seen = np.isfinite(spread)
    trust = np.where(seen, 1 / (np.where(seen, spread, 1.0) + 0.1 * slab) ** 2, 0.0)
    beyond = (trust * ((own - slope) ** 2 - np.where(seen, spread, 0.0))).sum() / max(trust.sum(), TINY)
    between = float(np.clip(beyond, 0.0, slab)) if len(values) > 1 else 0.0
    return SlopeEffects(common, between * float(common.probability[0]), told)


def _nothing() -> Posterior:
    return Posterior(*(np.zeros(1) for _ in range(3)))


def _typical(values: Numbers, cells: Cells) -> float:
    """A variance of slopes: that at which usual values of the covariate move sales by a sixth."""
    past = values[:, : cells.sales.shape[1]]
    spread = float(np.mean(past**2))
    return 0.16**2 / max(spread, TINY)


def _moments(values: Numbers, slopes: Numbers, cells: Cells, reach: int) -> _Moments:
    """[n, T] scores and weights of the slope, and whether the covariate moves fast enough to tell one."""
    past = values[:, : cells.sales.shape[1]]
    expected = cells.expected * np.exp(np.clip(past * slopes[:, None], -4, 4))
    known = np.isfinite(cells.sales)
    weight = known / (cells.noise[:, None] + USUAL_CHANGE**2 * expected)
    mass = weight * expected
    near = smooth(mass, reach)
    fast = np.where(known, past - smooth(mass * past, reach) / np.maximum(near, TINY), 0.0)
    whole = (mass * past).sum(axis=1, keepdims=True) / np.maximum(mass.sum(axis=1, keepdims=True), TINY)
    steady = (mass * fast**2).sum() > _DRIFT * (mass * (past - whole) ** 2).sum()
    score = weight * np.where(known, cells.sales - expected, 0.0) * fast
    return score, mass * fast**2, bool(steady)


def _item_slopes(slopes: Numbers, moments: _Moments, rhythm: Rhythm) -> tuple[Numbers, Numbers]:
    """[n] slopes of items and their variances; infinite where an item tells none."""
    score, weight, _ = moments
    information = weight.sum(axis=1)
    seen = information > TINY
    slope = slopes + np.where(seen, score.sum(axis=1) / np.maximum(information, TINY), 0.0)
    blocks = block_sums(score, rhythm.block)
    spread = np.maximum((blocks**2).sum(axis=1), information) / np.maximum(information, TINY) ** 2
    return slope, np.where(seen, spread, np.inf)
