"""Statistical methods become forecasters: no training, seconds for tens of thousands of items."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel, Values
from foresale.forecasting import naive


class Method(Protocol):
    """A way to get quantiles from histories alone."""

    def quantiles(self, panel: Panel, *, horizon: int) -> Values:
        """[N, H, 21] in units per period, NaN for the items that the method cannot forecast."""
        ...


@dataclass(frozen=True)
class StatisticalForecaster:
    """Each item from its own newest history; what the method cannot forecast is left to seasonal naive, by name.

    Attributes:
        name: how tables and pictures call it.
        method: how the quantiles are found.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.statistical import statistical
    >>> statistical("ets").forecast(shop(items=3, periods=90), horizon=7).quantiles.shape
    (3, 7, 21)
    """

    name: str
    method: Method = field(repr=False)

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff.

        Raises:
            ConfigError: a horizon shorter than one period.
            MissingExtraError: the method is of a package that is not installed.
        """
        if horizon < 1:
            raise ConfigError(f"a forecast has at least one step, not {horizon}")
        quantiles = self.method.quantiles(panel, horizon=horizon)
        lost = np.flatnonzero(~np.isfinite(quantiles).all(axis=(1, 2)))
        reasons = {int(item): f"{self.name} could not forecast it" for item in lost}
        instead, named = naive.fall_back(panel, reasons, horizon=horizon)
        whole = quantiles.copy()
        whole[lost] = instead
        return Forecast.of(panel, whole, model=self.name, fallbacks=named)
