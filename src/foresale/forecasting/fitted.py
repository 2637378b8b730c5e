"""What needs no learning, as a learner."""

from dataclasses import dataclass

from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner


@dataclass(frozen=True)
class Fitted:
    """A learner of what needs no learning: a forecaster as it is."""

    forecaster: Forecaster

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return self.forecaster.name

    def fit(self, panel: Panel, *, horizon: int) -> Forecaster:  # noqa: ARG002
        """The forecaster itself."""
        return self.forecaster


def as_learner(model: Forecaster | Learner) -> Learner:
    """What learns is a learner, and a forecaster that needs no learning is one as it is."""
    return model if isinstance(model, Learner) else Fitted(model)
