"""Errors a forecaster would have made before the cutoff, and the variances they tell of."""

import logging
from typing import Final

import numpy as np

from foresale.backtesting.split import step_back
from foresale.core.arrays import TINY, Numbers
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel, Values
from foresale.core.protocols import Forecaster
from foresale.core.quantiles import mean_of

logger = logging.getLogger(__name__)

_AT_MOST: Final = 2.0
"""Spreads of its forecast that the errors of a window count for at most."""


def past_errors(panel: Panel, forecaster: Forecaster, now: Forecast, *, windows: int) -> Values:
    """[N, K, H] sales less the mean forecast at K cutoffs one horizon apart, the newest first; NaN where unknown.

    The errors of a window are told in the size that they would have now: by the ratio of the spread that the forecast
    has to the one it had then. A store that was closed last month and is open, or the other way round, says little of
    its errors to come. Errors count for at most twice their forecast's spread then, so that one surprise is not for
    ever.

    K is `windows`, or fewer where no item has more than a season of history before a cutoff. Nothing after the panel's
    own cutoffs is read. A forecaster that was trained on these sales errs less here than it will; of the covariance
    only the proportions count.

    Args:
        panel: whose items all end at the same cutoff.
        forecaster: who forecasts.
        now: its forecast of the panel.
        windows: cutoffs at most.
    """
    horizon, size = now.horizon, _overall(now)
    longest = int(panel.history.max()) - panel.frequency.season - 1
    count = max(min(windows, longest // horizon), 0)
    errors = np.full((len(panel), count, horizon), np.nan, np.float32)
    for window in range(count):
        steps = (window + 1) * horizon
        then = step_back(panel, steps, horizon=horizon)
        able = then.positions
        logger.info("errors %d periods before the cutoff: %d items", steps, able.size)
        forecast = forecaster.forecast(then.panel, horizon=horizon)
        missed = then.actual - forecast.mean
        errors[able, window] = missed * _ratio(missed, size[able], _overall(forecast))[:, None]
    return errors


def _ratio(missed: Values, now: Numbers, then: Numbers) -> Numbers:
    """[n] what errors [n, H] are multiplied by to be told in the size of now."""
    known = np.isfinite(missed)
    square = np.square(np.where(known, missed, 0).astype(np.float64)).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    least = np.maximum(then, np.sqrt(square) / _AT_MOST)
    return np.asarray(np.divide(now, least, out=np.zeros(len(now)), where=least > 0), np.float64)


def _overall(forecast: Forecast) -> Numbers:
    """[N] root mean square of the spread over the horizon."""
    return np.asarray(np.sqrt(np.square(spread(forecast)).mean(axis=1)), np.float64)


def spread(forecast: Forecast) -> Numbers:
    """[N, H] standard deviation of the distributions that the quantiles describe, in units per period."""
    quantiles = forecast.quantiles.astype(np.float64)
    middle = quantiles - quantiles[:, :, [len(forecast.levels) // 2]]
    square = mean_of(np.square(middle).astype(np.float32), forecast.levels)
    return np.sqrt(np.maximum(square - np.square(mean_of(middle.astype(np.float32), forecast.levels)), 0))


def variances(errors: Values, forecast: Forecast) -> Numbers:
    """[N] variance of each series' errors: what its windows show, and as one window more what its forecast says.

    A forecast's own squared spread is first brought to the size of the errors, by the median ratio over the series, so
    that a series without windows has a variance in proportion to the others.

    Args:
        errors: [N, K, H] from `past_errors`.
        forecast: of the same series.
    """
    said = np.square(spread(forecast)).mean(axis=1)
    known = np.isfinite(errors)
    cells = known.sum(axis=(1, 2))
    shown = np.square(np.where(known, errors, 0).astype(np.float64)).sum(axis=(1, 2)) / np.maximum(cells, 1)
    able = (cells > 0) & (said > TINY) & (shown > TINY)
    size = float(np.median(shown[able] / said[able])) if able.any() else 1.0
    seen = known.any(axis=2).sum(axis=1)
    return np.asarray((seen * shown + size * said) / (seen + 1))
