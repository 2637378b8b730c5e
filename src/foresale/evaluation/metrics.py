"""Errors of forecasts, by their textbook definitions.

Actual sales that are unknown are NaN and count for nothing. A scaled error leaves out the items whose scale is unknown
or zero (a scale of NaN). Nothing here is ever infinite: where nothing can be said, it is NaN.

Shapes: actual and point forecasts [N, H], quantiles [N, H, Q], scales [N]; units per period.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from foresale.core.arrays import Floating
from foresale.core.quantiles import inside, pinball

DECILES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""The levels over which quantile losses are averaged in published tables (fev-bench, Shchur et al. 2025)."""
INTERVALS: Final = (0.5, 0.8, 0.9, 0.98)
"""The central intervals whose coverage is reported."""


def mase(actual: Floating, point: Floating, *, scale: Floating) -> float:
    """Mean absolute scaled error: 1 is as good as seasonal naive within its own history (Hyndman and Koehler 2006).

    Args:
        actual: [N, H] sales.
        point: [N, H] point forecasts; the median is the best one for this error.
        scale: [N] from `Panel.seasonal_scale`.

    >>> mase(np.array([[2.0, 4.0]]), np.array([[3.0, 4.0]]), scale=np.array([2.0]))
    0.25
    """
    return _mean(np.abs(actual - point) / divisor(scale)[:, None])


def rmsse(actual: Floating, point: Floating, *, scale: Floating) -> float:
    """Root mean squared scaled error (Hyndman and Koehler 2006; Makridakis et al. 2022), pooled over items and steps.

    Args:
        actual: [N, H] sales.
        point: [N, H] point forecasts; the mean is the best one for this error.
        scale: [N] from `Panel.seasonal_scale(squared=True)`.

    >>> rmsse(np.array([[2.0, 4.0]]), np.array([[4.0, 4.0]]), scale=np.array([2.0]))
    1.0
    """
    return float(np.sqrt(_mean(np.square(actual - point) / divisor(scale)[:, None])))


def wape(actual: Floating, point: Floating) -> float:
    """Weighted absolute percentage error: Σ|y - ŷ| / Σ|y| (Kolassa and Schütz 2007, the MAD/mean ratio).

    >>> wape(np.array([[2.0, 6.0, np.nan]]), np.array([[3.0, 5.0, 9.0]]))
    0.25
    """
    return _share(np.abs(actual - point), actual)


def smape(actual: Floating, point: Floating) -> float:
    """Symmetric mean absolute percentage error, 0 to 2: mean of 2|y - ŷ| / (|y| + |ŷ|) (Makridakis and Hibon 2000).

    A forecast of zero for a sale of zero is right: 0.

    >>> smape(np.array([[2.0, 0.0]]), np.array([[6.0, 0.0]]))
    0.5
    """
    gap, size = 2 * np.abs(actual - point), np.abs(actual) + np.abs(point)
    return _mean(np.divide(gap, size, out=np.where(np.isnan(gap), np.nan, 0.0), where=size > 0))


def bias(actual: Floating, point: Floating) -> float:
    """Sum of the errors as a share of the sales, Σ(ŷ - y) / Σ|y|: above zero, too much is forecast.

    >>> bias(np.array([[2.0, 6.0]]), np.array([[4.0, 6.0]]))
    0.25
    """
    return _share(point - actual, actual)


def quantile_loss(actual: Floating, quantiles: Floating, *, levels: Sequence[float]) -> Floating:
    """[N, H, Q] the pinball loss, lowest in expectation at the true quantile (Koenker and Bassett 1978).

    >>> quantile_loss(np.array([[10.0]]), np.array([[[8.0, 12.0]]]), levels=(0.1, 0.9)).round(6).tolist()
    [[[0.2, 0.2]]]
    """
    return pinball(actual[..., None] - quantiles, np.asarray(levels))


def scaled_quantile_loss(actual: Floating, quantiles: Floating, *, levels: Sequence[float], scale: Floating) -> float:
    """Mean over the levels of twice the pinball loss, by the seasonal scale: the SQL of fev-bench (Shchur et al. 2025).

    At the median alone it is the MASE.

    >>> scaled_quantile_loss(np.array([[2.0, 4.0]]), np.array([[[3.0], [4.0]]]), levels=(0.5,), scale=np.array([2.0]))
    0.25
    """
    return _mean(2 * quantile_loss(actual, quantiles, levels=levels).mean(axis=2) / divisor(scale)[:, None])


def weighted_quantile_loss(actual: Floating, quantiles: Floating, *, levels: Sequence[float]) -> float:
    """Mean over the levels of twice the pinball loss, as a share of the sales (Salinas et al. 2020).

    At the median alone it is the WAPE.

    >>> weighted_quantile_loss(np.array([[2.0, 6.0]]), np.array([[[3.0], [5.0]]]), levels=(0.5,))
    0.25
    """
    return _share(2 * quantile_loss(actual, quantiles, levels=levels).mean(axis=2), actual)


def coverage(actual: Floating, lower: Floating, upper: Floating) -> float:
    """Share of the known sales that lie within an interval, its ends included.

    >>> coverage(np.array([[1.0, 5.0, np.nan]]), np.full((1, 3), 0.0), np.full((1, 3), 4.0))
    0.5
    """
    return _mean(np.where(np.isnan(actual), np.nan, inside(actual, lower, upper)))


def interval_width(actual: Floating, lower: Floating, upper: Floating) -> float:
    """Mean width of an interval where the sales are known, as a share of the mean sales: narrow is sharp.

    >>> interval_width(np.array([[10.0, 30.0]]), np.array([[5.0, 25.0]]), np.array([[15.0, 35.0]]))
    0.5
    """
    return _share(np.where(np.isnan(actual), np.nan, upper - lower), actual)


def divisor(scale: Floating) -> Floating:
    """[N] the seasonal scale of each item, NaN where it is unknown or 0, so that scaled errors leave the item out."""
    return np.where(scale > 0, scale, np.nan)


def _mean(values: Floating) -> float:
    known = np.isfinite(values)
    return float(values[known].mean(dtype=np.float64)) if known.any() else float("nan")


def _share(values: Floating, actual: Floating) -> float:
    known = np.isfinite(actual)
    total = float(np.abs(actual[known]).sum(dtype=np.float64))
    return float(values[known].sum(dtype=np.float64)) / total if total > 0 else float("nan")
