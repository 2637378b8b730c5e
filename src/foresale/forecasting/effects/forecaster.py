"""Any model around which the layer of effects lies."""

import hashlib
from dataclasses import dataclass, field, replace

import numpy as np

from foresale.core.forecast import Forecast
from foresale.core.option_types import check_types
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.effects.layer import EffectOptions, Effects
from foresale.forecasting.fitted import Fitted


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
        if isinstance(self.learner, Fitted):
            return EffectsForecaster(self.learner.forecaster, self.options)
        effects = Effects.fit(panel, horizon=horizon, options=self.options)
        fitted = self.learner.fit(effects.removed(panel), horizon=horizon)
        return EffectsForecaster(fitted, self.options, Learnt.of(panel, effects, horizon=horizon))


@dataclass(frozen=True)
class Learnt:
    """Effects, and what tells the panel that they were learnt from.

    Attributes:
        past: of all that effects are learnt from.
        future: of the covariates over the horizon.
        effects: on that panel.
    """

    past: bytes
    future: bytes
    effects: Effects = field(repr=False)

    @classmethod
    def of(cls, panel: Panel, effects: Effects, *, horizon: int) -> "Learnt":
        """The effects on a panel, to be known again."""
        return cls(_past(panel, horizon), _future(panel), effects)

    def on(self, panel: Panel, *, horizon: int) -> Effects | None:
        """The effects on a panel whose past is the one learnt from; None for any other."""
        if self.past != _past(panel, horizon):
            return None
        return self.effects if self.future == _future(panel) else self.effects.with_future(panel)


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


def _past(panel: Panel, horizon: int) -> bytes:
    """What tells two pasts apart, or two horizons."""
    own = (str((panel.frequency, horizon, panel.items.columns)).encode(), panel.starts, panel.offsets, panel.history)
    return _digest(*own, panel.sales, *(covariate.values[panel.is_history] for covariate in panel.known))


def _future(panel: Panel) -> bytes:
    """What tells two futures of covariates apart."""
    return _digest(*(covariate.values[~panel.is_history] for covariate in panel.known))


def _digest(*parts: bytes | np.ndarray) -> bytes:
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(part if isinstance(part, bytes) else np.ascontiguousarray(part).data)
    return found.digest()
