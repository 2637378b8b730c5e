"""Forecasters made up for the tests of explanations, whose every effect is known."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from foresale.core.forecast import LEVELS, Forecast
from foresale.core.panel import Panel


@dataclass
class Multiplying:
    """Forecasts a level, times a factor for each unit that a covariate lies above 0; keeps how often it is asked."""

    factors: dict[str, float]
    level: float = 10.0
    asked: list[int] = field(default_factory=list)
    name: str = "multiplying"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        self.asked.append(len(panel))
        rows = (panel.offsets[:-1] + panel.history)[:, None] + np.arange(horizon)
        mean = np.full(rows.shape, self.level)
        for name, factor in self.factors.items():
            mean = mean * factor ** panel.covariates[name].values[rows]
        return Forecast.of(panel, np.repeat(mean[..., None], len(LEVELS), axis=2), model=self.name)


@dataclass(frozen=True)
class Given:
    """Forecasts what it is told [N, H]."""

    mean: np.ndarray
    name: str = "given"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        mean = np.broadcast_to(self.mean, (len(panel), horizon))
        return Forecast.of(panel, np.repeat(mean[..., None], len(LEVELS), axis=2), model=self.name)


@pytest.fixture
def multiplying() -> type[Multiplying]:
    return Multiplying


@pytest.fixture
def given_forecast() -> type[Given]:
    return Given
