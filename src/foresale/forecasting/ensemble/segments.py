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
    known = np.isfinite(panel.sales) & panel.is_history
    count, zeros = panel.item_counts(known), panel.item_counts(known & (panel.sales == 0))
    intermittent = zeros > _OFTEN_ZERO * np.maximum(count, 1)
    few = count < min(2 * max(panel.frequency.season, 2), panel.frequency.year_lag)
    return np.select([few, intermittent], [2, 1], 0).astype(np.int64)


def usual_change(panel: Panel) -> npt.NDArray[np.float32]:
    """[N] mean absolute difference of sales one season apart, in units: what errors are measured in.

    Not below 5 % of the mean sales; where nothing was ever sold, 1.
    """
    size = panel.item_means(np.abs(panel.sales))
    scale = np.fmax(np.nan_to_num(panel.seasonal_scale()), 0.05 * np.nan_to_num(size))
    return np.where(scale > 0, scale, 1.0).astype(np.float32)
