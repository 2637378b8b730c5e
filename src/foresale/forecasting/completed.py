"""What every model needs besides itself: newcomers are forecast too, and whole units are forecast in whole units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.newcomers import NewcomersForecaster
from foresale.forecasting.whole_units import in_whole_units


@dataclass(frozen=True)
class Completed:
    """A learner whose forecasts hold newcomers, and come in whole units where sales do.

    Attributes:
        learner: learns from the items that were ever sold.
        like: by the id of a newcomer, the ids of the items to forecast it like.
    """

    learner: Learner
    like: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How tables and pictures call it: as what it wraps."""
        return self.learner.name

    def fit(self, panel: Panel, *, horizon: int) -> "CompletedForecaster":
        """The forecaster that the learner learns from the items with known sales, completed.

        Raises:
            ForesaleError: what the learner raises.
        """
        known = np.logical_or.reduceat(np.isfinite(panel.sales) & panel.is_history, panel.offsets[:-1])
        sold = panel if known.all() or not known.any() else panel.select(np.flatnonzero(known))
        return CompletedForecaster(self.learner.fit(sold, horizon=horizon), self.like)


@dataclass(frozen=True)
class CompletedForecaster:
    """A forecaster that also knows newcomers, and forecasts whole units where whole units are sold.

    Attributes:
        forecaster: forecasts the items that were ever sold.
        like: by the id of a newcomer, the ids of the items to forecast it like.
    """

    forecaster: Forecaster
    like: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How tables and pictures call it: as what it wraps."""
        return self.forecaster.name

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff.

        Raises:
            ForesaleError: what the forecaster raises.

        >>> from foresale.data.synthetic import shop
        >>> from foresale.forecasting.naive import SeasonalNaive
        >>> CompletedForecaster(SeasonalNaive()).forecast(shop(items=3, periods=60), horizon=7).quantiles.shape
        (3, 7, 21)
        """
        found = NewcomersForecaster(self.forecaster, self.like).forecast(panel, horizon=horizon)
        return in_whole_units(found, panel)
