"""Kinds of items that members of an ensemble may be good at differently."""

from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.demand_classes import OFTEN, demand_classes
from foresale.core.panel import Panel

NAMES: Final = ("steady", "intermittent", "new")


def segments(panel: Panel) -> npt.NDArray[np.int64]:
    """[N] positions in `NAMES`: sold about every period; seldom; seen for few periods since the first sale.

    >>> from foresale.data.synthetic import shop
    >>> segments(shop(items=3, periods=120)).tolist()
    [0, 1, 0]
    """
    seldom = ~np.isin(demand_classes(panel), OFTEN)
    count = panel.item_counts(np.isfinite(panel.sales))
    few = count < min(2 * max(panel.frequency.season, 2), panel.frequency.year_lag)
    return np.select([few, seldom], [2, 1], 0).astype(np.int64)


def seasonal_naive_scale(panel: Panel) -> npt.NDArray[np.float32]:
    """[N] mean absolute difference of sales one season apart, in units: what errors are measured in.

    Not below 5 % of the mean sales; where nothing was ever sold, 1.
    """
    size = panel.item_means(np.abs(panel.sales))
    scale = np.fmax(np.nan_to_num(panel.seasonal_scale()), 0.05 * np.nan_to_num(size))
    return np.where(scale > 0, scale, 1.0).astype(np.float32)
