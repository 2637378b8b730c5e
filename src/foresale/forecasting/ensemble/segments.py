"""Kinds of items that members of an ensemble may be good at differently."""

from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.panel import Panel

NAMES: Final = ("steady", "intermittent", "new")
_OFTEN_ZERO: Final = 0.3


def segments(panel: Panel) -> npt.NDArray[np.int64]:
    """[N] positions in `NAMES`: sold in most periods; without sales in three of ten or more; seen for few periods.

    >>> from foresale.data.synthetic import shop
    >>> segments(shop(items=3, periods=120)).tolist()
    [0, 1, 0]
    """
    first = panel.offsets[:-1]
    known = np.isfinite(panel.sales) & panel.is_history
    count = np.add.reduceat(known, first, dtype=np.int64)
    zeros = np.add.reduceat(known & (panel.sales == 0), first, dtype=np.int64)
    intermittent = zeros > _OFTEN_ZERO * np.maximum(count, 1)
    few = count < min(2 * max(panel.frequency.season, 2), panel.frequency.year_lag)
    return np.select([few, intermittent], [2, 1], 0).astype(np.int64)


def usual_change(panel: Panel) -> npt.NDArray[np.float32]:
    """[N] mean absolute difference of sales one season apart, in units: what errors are measured in.

    Not below 5 % of the mean sales; where nothing was ever sold, 1.
    """
    season = panel.frequency.season
    first = panel.offsets[:-1]
    past = np.where(panel.is_history, panel.sales, np.nan)
    change = np.full(past.size, np.nan, np.float32)
    change[season:] = np.abs(past[season:] - past[:-season])
    change[panel.positions < season] = np.nan
    mean = _mean(change, first)
    size = _mean(np.abs(past), first)
    scale = np.fmax(np.nan_to_num(mean), 0.05 * np.nan_to_num(size))
    return np.where(scale > 0, scale, 1.0).astype(np.float32)


def _mean(values: npt.NDArray[np.float32], first: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    known = np.isfinite(values)
    count = np.add.reduceat(known, first, dtype=np.int64)
    total = np.add.reduceat(np.where(known, values, 0), first, dtype=np.float64)
    return np.asarray(total / np.where(count > 0, count, np.nan))
