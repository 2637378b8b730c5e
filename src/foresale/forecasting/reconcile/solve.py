"""Means that add up: bottom-up, top-down, and minimum trace, in systems of the size of the groups."""

from typing import Final

import numpy as np

from foresale.core.arrays import Floating, Numbers
from foresale.core.hierarchy import Hierarchy
from foresale.forecasting.reconcile.covariance import ErrorCovariance

_FLOOR: Final = 1e-12
"""Share of the mean variance that every incoherence has at least, so that the system can be solved."""


def top_down(items: Floating, groups: Floating) -> Numbers:
    """[N, H] the total's forecast, shared out as the items' own forecasts stand to their sum.

    The forecast proportions of Athanasopoulos, Ahmed and Hyndman (2009), from the total straight to the items. Where
    all items are forecast to sell nothing, they do.

    Args:
        items: [N, H] base means.
        groups: [M, H] base means, the total first.

    >>> top_down(np.array([[1.0], [3.0]]), np.array([[8.0]])).tolist()
    [[2.0], [6.0]]
    """
    base = items.astype(np.float64)
    total = base.sum(axis=0)
    ratio = np.divide(groups[0], total, out=np.zeros(total.shape), where=total > 0)
    return np.asarray(base * ratio)


def minimum_trace(items: Floating, groups: Floating, *, hierarchy: Hierarchy, covariance: ErrorCovariance) -> Numbers:
    """[N, H] the unbiased linear combination of all base forecasts with the least variance, for the items.

    ỹ = ŷ - W C' (C W C')⁻¹ C ŷ with C = [-A, I], whose rows say by how much each group differs from the sum of its
    items: the projection form of MinT (Wickramasuriya, Athanasopoulos and Hyndman 2019; Panagiotelis et al. 2021). The
    system is [M, M], however many items there are. Forecasts that add up already stay as they are. Negative means
    become zero (Di Fonzo and Girolimetto 2023); the groups are the sums of what is returned.

    Args:
        items: [N, H] base means.
        groups: [M, H] base means.
        hierarchy: what adds up to what.
        covariance: of the base errors.

    >>> import polars as pl
    >>> pair = Hierarchy.of(pl.DataFrame({"item_id": ["a", "b"]}), [])
    >>> equal = ErrorCovariance.structural(pair)
    >>> minimum_trace(np.array([[1.0], [3.0]]), np.array([[8.0]]), hierarchy=pair, covariance=equal).round(6).tolist()
    [[2.0], [4.0]]
    """
    base = items.astype(np.float64)
    gaps = groups - hierarchy.sums(base)
    of_gaps = covariance.group_factors - hierarchy.sums(covariance.item_factors)
    system = hierarchy.gram(covariance.items) + of_gaps @ of_gaps.T
    system[np.diag_indices_from(system)] += covariance.groups
    weights = _solved(system, gaps)
    moved = covariance.item_factors @ (of_gaps.T @ weights) - covariance.items[:, None] * hierarchy.back(weights)
    return np.maximum(base - moved, 0)


def _solved(system: Numbers, right: Numbers) -> Numbers:
    """The solution with every row brought to one size first, since a total is some thousand times an item."""
    diagonal = np.diagonal(system)
    size = np.sqrt(np.maximum(diagonal, max(float(diagonal.mean()) * _FLOOR, np.finfo(np.float64).tiny)))
    even = system / size[:, None] / size
    even[np.diag_indices_from(even)] += _FLOOR
    return np.asarray(np.linalg.solve(even, right / size[:, None]) / size[:, None])
