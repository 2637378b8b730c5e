"""What every model needs besides itself: closed days, newcomers, and whole units where whole units are sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.cold_start import ColdStartForecaster
from foresale.forecasting.opening import OpeningTimes, open_only
from foresale.forecasting.whole_units import in_whole_units


@dataclass(frozen=True)
class Postprocessed:
    """A learner whose forecasts hold newcomers, nothing on closed days, and whole units where sales do.

    What closed days sold is unknown to it: it learns what open ones sell.

    Attributes:
        learner: learns from the items that were ever sold.
        analogues: by the id of a newcomer, the ids of the items to forecast it like.
        countries: whose public holidays may close a shop.
    """

    learner: Learner
    analogues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    countries: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How tables and pictures call it: as what it wraps."""
        return self.learner.name

    def fit(self, panel: Panel, *, horizon: int) -> "PostprocessedForecaster":
        """The forecaster that the learner learns from the items with known sales, completed.

        Raises:
            ForesaleError: what the learner raises.
        """
        known = panel.item_any(np.isfinite(panel.sales) & panel.is_history)
        sold = panel if known.all() or not known.any() else panel.select(np.flatnonzero(known))
        opening = OpeningTimes.of(sold, horizon=horizon, countries=self.countries)
        fitted = self.learner.fit(open_only(sold, opening), horizon=horizon)
        return PostprocessedForecaster(fitted, self.analogues, self.countries, (sold, opening))


@dataclass(frozen=True)
class PostprocessedForecaster:
    """A forecaster that also knows newcomers, closed days, and whole units where whole units are sold.

    Attributes:
        forecaster: forecasts the items that were ever sold.
        analogues: by the id of a newcomer, the ids of the items to forecast it like.
        countries: whose public holidays may close a shop.
        learnt: the panel that was learnt from, and when it is open, so that it is found out once.
    """

    forecaster: Forecaster
    analogues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    countries: tuple[str, ...] = ()
    learnt: tuple[Panel, OpeningTimes] | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"<Model {self.name}, fitted>"

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
        >>> PostprocessedForecaster(SeasonalNaive()).forecast(shop(items=3, periods=60), horizon=7).quantiles.shape
        (3, 7, 21)
        """
        opening = self.opening(panel, horizon=horizon)
        newcomers = ColdStartForecaster(self.forecaster, self.analogues)
        return postprocessed(newcomers.forecast(open_only(panel, opening), horizon=horizon), panel, opening)

    def opening(self, panel: Panel, *, horizon: int) -> OpeningTimes:
        """When the items of a panel are open.

        Raises:
            ConfigError: an unknown country.
        """
        if self.learnt is not None and self.learnt[0] is panel and self.learnt[1].ahead.shape[1] == horizon:
            return self.learnt[1]
        return OpeningTimes.of(panel, horizon=horizon, countries=self.countries)


def postprocessed(forecast: Forecast, panel: Panel, opening: OpeningTimes) -> Forecast:
    """A forecast in whole units where sales are, and with nothing where it is closed."""
    found = in_whole_units(forecast, panel)
    if not opening.ahead.any():
        return found
    return replace(
        found,
        quantiles=np.where(opening.ahead[..., None], np.float32(0), found.quantiles),
        mean=np.where(opening.ahead, np.float32(0), found.mean),
        notes=(*found.notes, *opening.notes),
    )
