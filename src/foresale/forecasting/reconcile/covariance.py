"""How the errors of the forecasts of items and groups vary together, without a matrix of all pairs."""

from dataclasses import dataclass, field

import numpy as np

from foresale.core.arrays import Floating, Numbers
from foresale.core.hierarchy import Hierarchy


@dataclass(frozen=True)
class ErrorCovariance:
    """W = diag(d) + F F', the covariance of the base errors of N items and M groups, as what it is made of.

    A shrunk covariance of T errors is λ diag(S) + (1 - λ) S with S = R'R / T, so that F = √((1 - λ) / T) R' has T
    columns and d is what the variances lack: N T numbers where W has N².

    Attributes:
        items: [N] diagonal d of the items, in squared units.
        groups: [M] diagonal d of the groups.
        item_factors: [N, T] their rows of F; T is zero for a diagonal covariance.
        group_factors: [M, T] those of the groups.
        shrinkage: the λ used; 1 for a diagonal covariance.
    """

    items: Numbers = field(repr=False)
    groups: Numbers = field(repr=False)
    item_factors: Numbers = field(repr=False)
    group_factors: Numbers = field(repr=False)
    shrinkage: float = 1.0

    @classmethod
    def diagonal(cls, items: Floating, groups: Floating) -> "ErrorCovariance":
        """Independent errors of given variances."""
        none = (np.zeros((len(items), 0)), np.zeros((len(groups), 0)))
        return cls(np.asarray(items, np.float64), np.asarray(groups, np.float64), *none)

    @classmethod
    def structural(cls, hierarchy: Hierarchy) -> "ErrorCovariance":
        """Errors of equal, independent items, so that the variance of a group is the number of its items."""
        ones = np.ones(hierarchy.items)
        return cls.diagonal(ones, hierarchy.sums(ones))

    @classmethod
    def shrunk(cls, errors: Floating, variances: Floating, *, items: int) -> "ErrorCovariance":
        """The sample correlations of errors [N + M, K, H], shrunk towards none, at given variances [N + M].

        An error that is unknown is NaN and counts as none.

        >>> errors = np.array([[[1.0, -1.0], [1.0, -1.0]], [[2.0, -2.0], [2.0, -2.0]]])
        >>> found = ErrorCovariance.shrunk(errors, np.array([1.0, 4.0]), items=1)
        >>> found.shrinkage, (found.item_factors @ found.group_factors.T).round(6).tolist()
        (0.0, [[2.0]])
        """
        known = np.nan_to_num(errors.astype(np.float64))
        size = np.sqrt(np.square(known).mean(axis=(1, 2)))
        standard = known / np.where(size > 0, size, 1)[:, None, None]
        shrinkage = shrinkage_of(standard)
        flat = standard.reshape(len(standard), -1)
        factors = flat * (np.sqrt(variances) * np.sqrt((1 - shrinkage) / flat.shape[1]))[:, None]
        rest = np.maximum(variances - np.square(factors).sum(axis=1), 0)
        return cls(rest[:items], rest[items:], factors[:items], factors[items:], shrinkage)


def shrinkage_of(standard: Numbers) -> float:
    """How far sample correlations are drawn towards zero: λ = Σ var(r_ij) / Σ r_ij² over all pairs i ≠ j.

    Schäfer and Strimmer (2005), A shrinkage approach to large-scale covariance matrix estimation, for the target of a
    diagonal. The errors of one window are no independent samples, since a level that was misjudged is misjudged at
    every step; so the variance of r_ij is that of the mean of K window correlations. No pair of series is ever looked
    at: Σ_ij r_ij² over all pairs is the squared norm of the matrix X'X of samples, for all windows or for one.

    Args:
        standard: [n, K, H] errors, each series of mean square one (or all zero).

    >>> noise = np.random.default_rng(0).standard_normal((50, 8, 10))
    >>> shrinkage_of(noise / np.sqrt((noise**2).mean(axis=(1, 2)))[:, None, None]) > 0.9
    True
    """
    count = standard.shape[1]
    if count < 2:
        return 1.0
    together = _squared_correlations(standard.reshape(len(standard), -1))
    single = float(sum(_squared_correlations(standard[:, window]) for window in range(count)))
    variance = (single / count - together) / (count - 1)
    return float(np.clip(variance / together, 0, 1)) if together > 0 else 1.0


def _squared_correlations(samples: Numbers) -> float:
    """Σ r_ij² over i ≠ j of samples [n, T]."""
    every = np.square(samples.T @ samples).sum() / samples.shape[1] ** 2
    return float(every - np.square(np.square(samples).mean(axis=1)).sum())
