"""What is sold in whole units is forecast in whole units."""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.classes import whole_units
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel, Values

_TO_WHOLE: Final = np.float32(0.9)
HALF: Final = 0.5  # a unit
TRACE: Final = 0.025
"""What `near_whole` leaves of a quarter of a unit."""


def sold_whole(panel: Panel) -> npt.NDArray[np.bool_]:
    """[N] whether an item's known sales are all whole numbers, and there are some."""
    known = np.isfinite(panel.sales) & panel.is_history
    broken = panel.is_history & ~whole_units(panel.sales)
    return panel.item_any(known) & ~panel.item_any(broken)


def in_whole_units(forecast: Forecast, panel: Panel) -> Forecast:
    """The forecast with the quantiles of items that are sold in whole units drawn near whole units (`near_whole`).

    The mean stays as it is, since half a unit a day is fifteen a month.
    """
    whole = sold_whole(panel)
    if not whole.any():
        return forecast
    return replace(
        forecast, quantiles=np.where(whole[:, None, None], near_whole(forecast.quantiles), forecast.quantiles)
    )


def nothing_below(units: float, forecast: Forecast, panel: Panel) -> Forecast:
    """The forecast with quantiles below a part of a unit made zero, for items that are sold in whole units.

    A 10 % quantile of 0.3 of an item that is often not sold at all says that it sells at least something on nine of ten
    days. The mean stays as it is.

    Of one forecaster's quantiles those below `HALF` a unit mean none. In the mean of several forecasters 0.3 is what
    remains where some say none and some one; only a `TRACE` of a unit means that all say none. Whether a lower bound
    between the two lies on zero or above it is as good as drawn by lot, with which intervals cover as often as they say
    although whole units come with probabilities of their own.
    """
    none = sold_whole(panel)[:, None, None] & (forecast.quantiles < units)
    return replace(forecast, quantiles=np.where(none, np.float32(0), forecast.quantiles)) if none.any() else forecast


def near_whole(quantiles: Values) -> Values:
    """Quantiles of whole units, drawn nine tenths of the way to the nearest one.

    The quantiles of a count are whole numbers, and a quantile between two of them costs pinball loss. Stopping short of
    the number leaves each quantile on its side of it, so that intervals cover exactly as often as before.

    >>> near_whole(np.array([0.25, 1.75, 3.0], np.float32)).astype(float).round(3).tolist()
    [0.025, 1.975, 3.0]
    """
    return np.asarray(quantiles + _TO_WHOLE * (np.round(quantiles) - quantiles), np.float32)
