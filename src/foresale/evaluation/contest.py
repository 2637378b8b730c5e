"""Those who compete in a backtest: trained as the windows come, measured, and left out by name when they fail."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foresale.core.errors import ConfigError, DataError, Fault, ForesaleError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.evaluation.cost import Cost, Meter
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.names import SEASONAL_NAIVE

logger = logging.getLogger(__name__)

Training = Callable[[Panel], Forecaster]
"""Trains a forecaster on a panel, which ends at the cutoff of a window."""
Contestant = Forecaster | Learner | Training
Contestants = Sequence[Contestant] | Mapping[str, Contestant]


@dataclass(frozen=True)
class Run:
    """A forecast, and what it cost to train and to forecast."""

    forecast: Forecast
    cost: Cost


class Contest:
    """The contestants of a backtest, seasonal naive always among them.

    Raises:
        ConfigError: two contestants of one name.
    """

    def __init__(
        self, contestants: Contestants, *, refit: bool, prepare: Callable[[Panel], Panel] | None = None
    ) -> None:
        self._entries = _named(contestants)
        self._refit = refit
        self._prepare = prepare
        self._trained: dict[str, Forecaster] = {}
        self.failed: dict[str, str] = {}
        """By name, why a contestant was left out."""

    def runs(self, panel: Panel, *, horizon: int) -> dict[str, Run]:
        """By name, the forecast of a panel's future by all who have not failed so far.

        Raises:
            DataError: all but seasonal naive have failed.
        """
        shown = self._prepare(panel) if self._prepare and len(self._entries) > 1 else panel
        found: dict[str, Run] = {}
        error: Exception | None = None
        for name, entry in self._entries.items():
            if name in self.failed:
                continue
            try:
                found[name] = self._run(name, entry, panel if name == SEASONAL_NAIVE else shown, horizon)
            except Exception as caught:
                if name == SEASONAL_NAIVE:
                    raise
                error = caught
                self.failed[name] = _reason(caught)
                logger.info("%s is left out of the backtest", name, exc_info=caught)
        if self.failed and len(self.failed) >= len(self._entries) - 1:
            cure = "Nothing is left to compare with seasonal naive."
            raise DataError([Fault(f"{name} failed", 1, why, cure) for name, why in self.failed.items()]) from error
        return found

    def _run(self, name: str, entry: Contestant, panel: Panel, horizon: int) -> Run:
        with Meter() as meter:
            forecast = self._forecaster(name, entry, panel, horizon).forecast(panel, horizon=horizon)
        return Run(forecast, meter.cost)

    def _forecaster(self, name: str, entry: Any, panel: Panel, horizon: int) -> Forecaster:
        """The contestant itself where it can forecast, else what it learns from the panel."""
        if not hasattr(entry, "forecast") and (self._refit or name not in self._trained):
            self._trained[name] = entry.fit(panel, horizon=horizon) if hasattr(entry, "fit") else entry(panel)
        forecaster: Forecaster = self._trained.get(name, entry)
        return forecaster


def _named(contestants: Contestants) -> dict[str, Contestant]:
    if isinstance(contestants, Mapping):
        pairs = list(contestants.items())
    else:
        pairs = [(_name(each), each) for each in contestants]
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"two forecasters are called {twice!r}; pass them by name: {{'a': …, 'b': …}}")
    return dict(pairs) if SEASONAL_NAIVE in names else dict(pairs) | {SEASONAL_NAIVE: SeasonalNaive()}


def _name(contestant: Contestant) -> str:
    """A contestant's own name; that of a function is what it is defined as."""
    return str(getattr(contestant, "name", None) or getattr(contestant, "__name__", repr(contestant)))


def _reason(error: Exception) -> str:
    """Why a contestant failed, in a line; errors that were not foreseen are told with their kind."""
    words = " ".join(str(error).split())
    return words if isinstance(error, ForesaleError) else f"{type(error).__name__}: {words}"
