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
        return EffectsForecaster(fitted, self.options, Learnt.of(panel, effects, horizon=horizon))


@dataclass(frozen=True)
class Learnt:
    """Effects, and what tells the panel that they were learnt from.

    Attributes:
        panel: of all that effects depend on.
        past: of the same without the future of covariates.
        effects: on that panel.
    """

    panel: bytes
    past: bytes
    effects: Effects = field(repr=False)

    @classmethod
    def of(cls, panel: Panel, effects: Effects, *, horizon: int) -> "Learnt":
        """The effects on a panel, to be known again."""
        return cls(_digest(panel, horizon), _digest(panel, horizon, past=True), effects)

    def on(self, panel: Panel, *, horizon: int) -> Effects | None:
        """The effects on a panel whose past is the one learnt from; None for any other."""
        if self.panel == _digest(panel, horizon):
            return self.effects
        return self.effects.with_future(panel) if self.past == _digest(panel, horizon, past=True) else None


@dataclass(frozen=True)
class EffectsForecaster:
    """A forecaster of sales without the effects of events, and what events add to them.

    Attributes:
        forecaster: forecasts what is left.
        options: what may have effects.
        learnt: the effects on the panel that was learnt from, so that they are found out once.
    """

    forecaster: Forecaster
    options: EffectOptions = field(default_factory=EffectOptions)
    learnt: Learnt | None = field(default=None, repr=False, compare=False)

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
        known = None if self.learnt is None else self.learnt.on(panel, horizon=horizon)
        return Effects.fit(panel, horizon=horizon, options=self.options) if known is None else known

    def remembering(self, panel: Panel, *, horizon: int) -> "EffectsForecaster":
        """The same, which learns the effects on a panel now, and not again for other futures of its covariates.

        Raises:
            ConfigError: an unknown country.
        """
        effects = self.effects(panel, horizon=horizon)
        return replace(self, learnt=Learnt.of(panel, effects, horizon=horizon))


def _digest(panel: Panel, horizon: int, *, past: bool = False) -> bytes:
    """What tells two panels and horizons apart, or two pasts."""
    found = hashlib.blake2b(str((panel.frequency, horizon, panel.items.columns)).encode(), digest_size=16)
    seen = panel.is_history if past else slice(None)
    for values in (panel.starts, panel.offsets, panel.history, panel.sales, *(c.values[seen] for c in panel.known)):
        found.update(np.ascontiguousarray(values).data)
    return found.digest()
