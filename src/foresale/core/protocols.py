"""The seams: what a part must offer to be used in place of another."""

from typing import Protocol

from foresale.core.forecast import Forecast
from foresale.core.panel import Panel


class Forecaster(Protocol):
    """Anything that turns a panel into a forecast."""

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        ...

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff.

        Every item of the panel is forecast; one that the forecaster cannot handle falls back to a simpler model and is
        named in `Forecast.fallbacks`.
        """
        ...
