"""How a network is trained: one frozen set of settings, passed whole."""

from dataclasses import dataclass
from typing import Final

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.option_types import check_types
from foresale.networks.config import BackboneName

_CONTEXT: Final = {"minute": 672, "hour": 336, "day": 112, "week": 64, "month": 36}
_PATCH: Final = {"minute": 24, "hour": 12, "day": 7, "week": 4, "month": 3}


@dataclass(frozen=True)
class TrainOptions:
    """Settings of a training run; None means: chosen from the frequency and the size of the data.

    Attributes:
        steps: gradient steps at most.
        batch: windows in a step.
        rate: highest learning rate.
        width: size of a token.
        layers: layers of the backbone.
        dropout: share of activations dropped.
        context: periods of history a window sees; a year's lag is seen beside it.
        patch: periods in a token.
        patience: validations without a better one before training stops.
        validate_every: steps between validations.
        holdout: share of items whose last horizon is kept for validation.
        members: networks trained from different seeds and averaged.
        covariates: whether anything but sales and the calendar is read.
        calendar: whether the calendar is read.
        seed: the run's seed.
    """

    steps: int | None = None
    batch: int = 256
    rate: float = 2e-3
    width: int = 128
    layers: int = 2
    dropout: float = 0.1
    context: int | None = None
    patch: int | None = None
    patience: int = 8
    validate_every: int = 50
    holdout: float = 0.1
    members: int = 1
    covariates: bool = True
    calendar: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        check_types(self)
        for name in ("batch", "width", "layers", "patience", "validate_every", "members"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.steps is not None and self.steps < 1:
            raise ConfigError(f"steps must be at least 1, not {self.steps}")
        if self.width % 8:
            raise ConfigError(f"width must be a multiple of 8, not {self.width}")
        for name in ("dropout", "holdout"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"{name} must lie in [0, 1), not {getattr(self, name)}")
        if not self.rate > 0:
            raise ConfigError(f"rate must be positive, not {self.rate}")

    def context_of(self, frequency: Frequency, longest: int) -> int:
        """Periods of context: whole patches, no longer than the longest history needs."""
        patch = self.patch_of(frequency)
        wanted = self.context or max(_CONTEXT[frequency.unit] // frequency.count, 2 * patch)
        return -(-min(wanted, max(longest, patch)) // patch) * patch

    def patch_of(self, frequency: Frequency) -> int:
        """Periods in a token: a week of days, a quarter of months."""
        return self.patch or max(_PATCH[frequency.unit] // frequency.count, 1)


def network_kind(name: str) -> BackboneName:
    """The backbone that a name means.

    Raises:
        ConfigError: no network has that name.
    """
    if name == "lstm":
        return "lstm"
    if name == "transformer":
        return "transformer"
    raise ConfigError(f"unknown network {name!r}. Use lstm or transformer.")
