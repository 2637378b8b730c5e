"""What every model needs besides itself: closed days, newcomers, and whole units where whole units are sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.closures import Closed
from foresale.forecasting.newcomers import NewcomersForecaster
from foresale.forecasting.whole_units import in_whole_units


@dataclass(frozen=True)
class Completed:
    """A learner whose forecasts hold newcomers, nothing on closed days, and whole units where sales do.

    What closed days sold is unknown to it: it learns what open ones sell.

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
        open_days = opened(sold, Closed.of(sold, horizon=horizon))
        return CompletedForecaster(self.learner.fit(open_days, horizon=horizon), self.like)


@dataclass(frozen=True)
class CompletedForecaster:
    """A forecaster that also knows newcomers, closed days, and whole units where whole units are sold.

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
        closed = Closed.of(panel, horizon=horizon)
        open_days = opened(panel, closed)
        return finished(
            NewcomersForecaster(self.forecaster, self.like).forecast(open_days, horizon=horizon), panel, closed
        )


def finished(forecast: Forecast, panel: Panel, closed: Closed) -> Forecast:
    """A forecast in whole units where sales are, and with nothing on closed days."""
    found = in_whole_units(forecast, panel)
    if not closed.ahead.any():
        return found
    return replace(
        found,
        quantiles=np.where(closed.ahead[..., None], np.float32(0), found.quantiles),
        mean=np.where(closed.ahead, np.float32(0), found.mean),
        notes=(*found.notes, _told(panel, closed)),
    )


def opened(panel: Panel, closed: Closed) -> Panel:
    """The panel with the sales of closed days unknown."""
    if not closed.past.any():
        return panel
    return replace(panel, sales=np.where(closed.past, np.float32(np.nan), panel.sales))


def _told(panel: Panel, closed: Closed) -> str:
    items, steps = np.nonzero(closed.ahead)
    days = panel.frequency.timestamps(np.unique(panel.cutoffs[items] + 1 + steps)).astype("datetime64[D]").astype(str)
    first = ", ".join(days[:3]) + (", …" if days.size > 3 else "")
    return f"Closed, as always before, so nothing is forecast: {first} ({np.unique(items).size:,} items)."
