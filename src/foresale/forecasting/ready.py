"""What needs no learning, as a learner."""

from dataclasses import dataclass

from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster


@dataclass(frozen=True)
class Ready:
    """A learner of what needs no learning: a forecaster as it is."""

    forecaster: Forecaster

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return self.forecaster.name

    def fit(self, panel: Panel, *, horizon: int) -> Forecaster:  # noqa: ARG002
        """The forecaster itself."""
        return self.forecaster
