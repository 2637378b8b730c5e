"""The seams: what a part must offer to be used in place of another."""

from typing import Protocol, runtime_checkable

from foresale.core.forecast import Forecast
from foresale.core.panel import Panel


@runtime_checkable
class Forecaster(Protocol):
    """Anything that turns a panel into a forecast."""

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        ...

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff, at the 21 levels of `core.forecast.LEVELS`.

        What weighs, calibrates, measures and orders counts on these levels: 0.01, 0.05, 0.1, …, 0.95, 0.99. A model of
        fewer has to tell the others too. `Forecast.of(panel, quantiles, model=name)` orders them, cuts them off at zero
        and takes everything else from the panel; `foresale.testing.check_forecaster` holds a forecaster to the rest.

        Every item of the panel is forecast, in its order; one that the forecaster cannot handle falls back to a simpler
        model and is named in `Forecast.fallbacks`.
        """
        ...


@runtime_checkable
class Learner(Protocol):
    """Anything that learns a forecaster from a panel: what an ensemble and a backtest fit anew at every cutoff.

    Settings (countries, options, seeds) are those of the learner, so that the same one can be fitted at many cutoffs.
    """

    @property
    def name(self) -> str:
        """How tables and pictures call what it learns."""
        ...

    def fit(self, panel: Panel, *, horizon: int) -> Forecaster:
        """A forecaster that has seen the history of a panel, which was cleaned, and nothing after its cutoffs.

        What it returns can also forecast the panel as it was earlier or is later, and other panels of the same columns,
        up to `horizon` periods ahead. To be saved it has to be of a class that folders hold (`foresale.storable`).

        Raises:
            TooShortError: no item is long enough to learn from.
        """
        ...


@runtime_checkable
class Renewing(Learner, Protocol):
    """A learner that brings what it learnt up to date in less time than learning anew takes."""

    def renew(self, fitted: Forecaster, panel: Panel, *, horizon: int) -> Forecaster:
        """A forecaster that has seen the history of a panel, begun from one that it fitted to an earlier state of it.

        What the earlier one learnt of the size of its errors, or of how far to go, may stay; levels are learnt anew.

        Raises:
            TooShortError: no item is long enough to learn from.
        """
        ...
