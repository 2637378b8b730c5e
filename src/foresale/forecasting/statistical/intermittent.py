"""Demand that comes now and then: how often it comes and how much it is, by TSB, Croston and ADIDA."""

from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Values
from foresale.forecasting.statistical import seasons

_ALPHA: Final = np.float32(0.1)
"""Smoothing of sizes and intervals (Croston 1972 and Syntetos and Boylan 2005 advise 0.05 to 0.2)."""
_BUCKETS: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
_MANY: Final = np.float32(1e9)


def tsb(sales: Values) -> tuple[Values, Values]:
    """Teunter, Syntetos and Babai (2011): the probability of a sale is smoothed in every period, the size at sales.

    Items that stop selling fade. The probability is the mean of three, smoothed with 0.02, 0.05 and 0.1.

    >>> often, large = tsb(np.tile(np.array([0, 4], np.float32), 200)[:, None])
    >>> float(often[0].round(1)), float(large[0].round(1))
    (0.5, 4.0)
    """
    known, sold = np.isfinite(sales), sales > 0
    begin = sold.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    faded = [_smoothed(np.where(known, sold, np.nan), np.float32(beta), begin) for beta in (0.02, 0.05, 0.1)]
    return np.asarray(sum(faded) / np.float32(len(faded)), np.float32), _size(sales)


def croston(sales: Values) -> tuple[Values, Values]:
    """Croston (1972) in the form of Syntetos and Boylan (2005): sizes and intervals are smoothed at every sale.

    The rate is (1 − α / 2) · size / interval; the probability of a sale carries the correction.

    >>> often, large = croston(np.tile(np.array([0, 4], np.float32), 200)[:, None])
    >>> round(float(often[0]), 3), float(large[0].round(1))
    (0.475, 4.0)
    """
    known, sold = np.isfinite(sales), sales > 0
    seen = np.cumsum(known, axis=0)
    before = np.maximum.accumulate(np.where(sold, seen, 0), axis=0)
    previous = np.concatenate([np.zeros((1, sales.shape[1]), seen.dtype), before[:-1]])
    gaps = np.where(sold & (previous > 0), seen - previous, np.nan).astype(np.float32)
    mean = np.where(sold.any(axis=0), known.sum(axis=0) / np.maximum(sold.sum(axis=0), 1), _MANY)
    interval = _smoothed(gaps, _ALPHA, mean.astype(np.float32))
    correction = np.where(interval > 1, 1 - _ALPHA / 2 * np.minimum(interval - 1, 1), 1)
    return np.asarray(correction / np.maximum(interval, 1), np.float32), _size(sales)


def adida(sales: Values) -> tuple[Values, Values]:
    """ADIDA (Nikolopoulos et al. 2011): buckets as long as the mean interval are smoothed, and spread out again.

    >>> often, large = adida(np.tile(np.array([0, 4], np.float32), 200)[:, None])
    >>> float(often[0].round(2)), float(large[0].round(2))
    (0.5, 4.0)
    """
    known, sold = np.isfinite(sales), sales > 0
    interval = known.sum(axis=0) / np.maximum(sold.sum(axis=0), 1)
    bucket = np.array(_BUCKETS)[np.minimum(np.searchsorted(_BUCKETS, interval), len(_BUCKETS) - 1)]
    rate = np.zeros(sales.shape[1], np.float32)
    for length in np.unique(bucket):
        chosen = np.flatnonzero(bucket == length)
        means = _buckets(sales[:, chosen], int(length))
        rate[chosen] = _smoothed(means, _ALPHA, seasons.mean_known(means))
    size = _size(sales)
    return np.asarray(np.minimum(rate / np.maximum(size, 1e-9), 1), np.float32), size


def _buckets(sales: Values, length: int) -> Values:
    """[B, n] mean known sales of every run of `length` periods that ends with the newest; NaN where none is known."""
    count = max(len(sales) // length, 1)
    newest = sales[-count * length :].reshape(count, -1, sales.shape[1])
    known = np.isfinite(newest)
    total = np.where(known, newest, 0).sum(axis=1)
    return np.asarray(np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan), np.float32)


def _size(sales: Values) -> Values:
    """[n] size of a sale now."""
    sold = np.where(sales > 0, sales, np.float32(np.nan))
    return _smoothed(sold, _ALPHA, seasons.mean_known(sold))


def _smoothed(values: npt.NDArray[np.floating], alpha: np.float32, begin: npt.NDArray[np.floating]) -> Values:
    """[n] exponentially smoothed values [T, n], the unknown passed over."""
    known = np.isfinite(values)
    filled = np.where(known, values, 0).astype(np.float32)
    level = begin.astype(np.float32)
    for value, there in zip(filled, known, strict=True):
        level = level + alpha * there * (value - level)
    return level
