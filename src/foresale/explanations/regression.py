"""Sales as a product of factors, fitted to many items at once, each drawn to what they have in common.

The logarithm of expected sales is linear in the columns; sales scatter around it like a negative binomial,
variance = μ + 0.2 μ², so that a sale of a busy item does not outweigh one of a quiet item without bounds. Maximum a
posteriori by iteratively reweighted least squares (McCullagh and Nelder 1989), with normal priors: an item's
coefficients around those of the panel (Lindley and Smith 1972), those around zero.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers
from foresale.core.regression import no_longer_than, solved

_DISPERSION: Final = 0.2  # α of the negative binomial's variance μ + α μ², as above
_TURNS: Final = 6  # of the reweighting
_STEP: Final = 1.5
"""The most that a logarithm moves in one turn."""
_FAR: Final = 6.0  # logarithm up to which an expected sale is told: a factor of 400


@dataclass(frozen=True)
class Observed:
    """What is told, and what it is told by, of n items over T periods.

    Attributes:
        sales: [n, T] units, NaN where unknown.
        shared: [T, K] columns that all items share.
        own: [n, T, C] columns of each item's own.
        offset: [n] logarithm of the items' usual sales.
    """

    sales: Numbers = field(repr=False)
    shared: Numbers = field(repr=False)
    own: Numbers = field(repr=False)
    offset: Numbers = field(repr=False)

    @property
    def count(self) -> int:
        """Columns K + C."""
        return int(self.shared.shape[1] + self.own.shape[2])

    def linear(self, coefficients: Numbers) -> Numbers:
        """[n, T] what columns add to the logarithm."""
        size = self.shared.shape[1]
        added = coefficients[:, :size] @ self.shared.T
        return np.asarray(added + (self.own @ coefficients[:, size:, None])[..., 0])


@dataclass(frozen=True)
class Prior:
    """What is believed of coefficients [K + C] before sales are looked at.

    Attributes:
        mean: [K + C].
        precision: [K + C, K + C].
    """

    mean: Numbers
    precision: Numbers


def fit(observed: Observed, prior: Prior) -> Numbers:
    """[n, K + C] coefficients of each item.

    >>> week = np.eye(2)[np.arange(40) % 2]
    >>> sales = np.tile([8.0, 2.0], 20)[None]
    >>> seen = Observed(sales, week, np.zeros((1, 40, 0)), np.log([4.0]))
    >>> factors = np.exp(fit(seen, Prior(np.zeros(2), np.eye(2) * 1e-3)))
    >>> factors.round(2).tolist()
    [[2.0, 0.5]]
    """
    coefficients = np.broadcast_to(prior.mean, (len(observed.sales), observed.count)).copy()
    pull = prior.precision @ prior.mean
    for _ in range(_TURNS):
        gram, cross = _moments(observed, coefficients)
        coefficients = _moved(observed, coefficients, solved(gram + prior.precision, cross + pull))
    return coefficients


def pooled(observed: Observed, precision: Numbers, *, free: int, own: Numbers) -> Numbers:
    """[K + C] what coefficients the items have in common; 0 for the first `free` ones, which each item has for itself.

    Args:
        observed: some items.
        precision: [K + C, K + C] of the prior around zero.
        free: how many columns are each item's own matter.
        own: [K + C] precision with which items are drawn to what is common, while it is sought.
    """
    mean = np.zeros(observed.count)
    coefficients = np.zeros((len(observed.sales), observed.count))
    alone = precision.copy()
    alone[free:, free:] = np.diag(own[free:])
    for _ in range(_TURNS):
        gram, cross = _moments(observed, coefficients)
        both = np.concatenate([gram[:, :free, free:], cross[:, :free, None]], axis=2)
        inner = solved(gram[:, :free, :free] + precision[:free, :free], both)
        rest = gram[:, free:, free:] - gram[:, free:, :free] @ inner[..., :-1]
        told = cross[:, free:] - (gram[:, free:, :free] @ inner[..., -1:])[..., 0]
        mean[free:] = solved(rest.sum(axis=0) + precision[free:, free:], told.sum(axis=0))
        coefficients = _moved(observed, coefficients, solved(gram + alone, cross + alone @ mean))
    return mean


def _moments(observed: Observed, coefficients: Numbers) -> tuple[Numbers, Numbers]:
    """[n, K + C, K + C] and [n, K + C] of the weighted least squares of one turn."""
    known = np.isfinite(observed.sales)
    linear = observed.linear(coefficients)
    expected = np.exp(np.clip(linear, -_FAR, _FAR) + observed.offset[:, None])
    weight = np.where(known, expected / (1 + _DISPERSION * expected), 0)
    sold = np.where(known, np.maximum(observed.sales, 0), 0)
    target = weight * (linear + (sold - expected) / expected)
    weighted = weight[..., None] * observed.own
    both = np.matmul(observed.shared.T, weighted)
    gram = np.block(
        [[_gram(weight, observed.shared), both], [both.transpose(0, 2, 1), observed.own.transpose(0, 2, 1) @ weighted]]
    )
    cross = np.concatenate([target @ observed.shared, (target[:, None] @ observed.own)[:, 0]], axis=1)
    return gram, cross


def _gram(weight: Numbers, shared: Numbers) -> Numbers:
    """[n, K, K] weighted products of shared columns."""
    size = shared.shape[1]
    low, high = np.tril_indices(size)
    half = weight @ (shared[:, low] * shared[:, high])
    gram = np.empty((len(weight), size, size))
    gram[:, low, high] = half
    gram[:, high, low] = half
    return gram


def _moved(observed: Observed, before: Numbers, after: Numbers) -> Numbers:
    """Coefficients on the way from one turn to the next, no item further than a step."""
    step = after - before
    return np.asarray(before + no_longer_than(step, np.abs(observed.linear(step)).max(axis=1, initial=0), _STEP))


def diagonal(spread: npt.ArrayLike) -> Numbers:
    """[K] precisions of standard deviations."""
    return np.asarray(1 / np.asarray(spread, np.float64) ** 2)
