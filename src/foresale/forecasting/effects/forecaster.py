"""Any model around which the layer of effects lies."""

import hashlib
from dataclasses import dataclass, field, replace

import numpy as np

from foresale.core.forecast import Forecast
from foresale.core.option_types import check_types
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.effects.layer import EffectOptions, Effects
from foresale.forecasting.ready import Ready


@dataclass(frozen=True)
class EffectsLearner:
    """A learner that sees sales without the effects of events, and whose forecasts have them put back.

    Attributes:
        learner: learns what is left.
        options: what may have effects.
    """

    learner: Learner
    options: EffectOptions = field(default_factory=EffectOptions)

    def __post_init__(self) -> None:
        check_types(self)

    @property
    def name(self) -> str:
        """How tables and pictures call it: as what it wraps."""
        return self.learner.name

    def fit(self, panel: Panel, *, horizon: int) -> "EffectsForecaster":
        """The forecaster that is learnt from the history of a panel without the effects told by that history.

        Raises:
            ForesaleError: what the learner raises.
            ConfigError: an unknown country.
        """
        if isinstance(self.learner, Ready):
            return EffectsForecaster(self.learner.forecaster, self.options)
        effects = Effects.fit(panel, horizon=horizon, options=self.options)
        fitted = self.learner.fit(effects.removed(panel), horizon=horizon)
        return EffectsForecaster(fitted, self.options, (_digest(panel, horizon), effects))


@dataclass(frozen=True)
class EffectsForecaster:
    """A forecaster of sales without the effects of events, and what events add to them.

    Attributes:
        forecaster: forecasts what is left.
        options: what may have effects.
        learnt: which panel was learnt from, and the effects on it, so that they are found out once.
    """

    forecaster: Forecaster
    options: EffectOptions = field(default_factory=EffectOptions)
    learnt: tuple[bytes, Effects] | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """How tables and pictures call it: as what it wraps."""
        return self.forecaster.name

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff.

        Raises:
            ForesaleError: what the forecaster raises.
            ConfigError: an unknown country.

        >>> from foresale.data.synthetic import shop
        >>> from foresale.forecasting.naive import SeasonalNaive
        >>> EffectsForecaster(SeasonalNaive()).forecast(shop(items=3, periods=60), horizon=7).quantiles.shape
        (3, 7, 21)
        """
        effects = self.effects(panel, horizon=horizon)
        forecast = self.forecaster.forecast(effects.removed(panel), horizon=horizon)
        told = dict.fromkeys((*forecast.notes, *effects.notes))
        return replace(effects.added(forecast), notes=tuple(told))

    def effects(self, panel: Panel, *, horizon: int) -> Effects:
        """The effects that the history of a panel tells.

        Raises:
            ConfigError: an unknown country.
        """
        if self.learnt is not None and self.learnt[0] == _digest(panel, horizon):
            return self.learnt[1]
        return Effects.fit(panel, horizon=horizon, options=self.options)


def _digest(panel: Panel, horizon: int) -> bytes:
    """What tells two panels and horizons apart."""
    found = hashlib.blake2b(str((panel.frequency, horizon, panel.items.columns)).encode(), digest_size=16)
    for values in (panel.starts, panel.offsets, panel.history, panel.sales, *(c.values for c in panel.known)):
        found.update(np.ascontiguousarray(values).data)
    return found.digest()
