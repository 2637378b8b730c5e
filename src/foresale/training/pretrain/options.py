"""What is pre-trained, on what and for how long: one frozen set of settings."""

from dataclasses import dataclass, field
from typing import Final, Literal

from foresale.core.errors import ConfigError
from foresale.core.frequency import Unit
from foresale.core.option_types import check_types
from foresale.networks.config import BackboneName, Precision
from foresale.networks.covariate_encoding import CovariateEncoding

PretrainedUnit = Literal["hour", "day", "week", "month"]
LAGS: Final[dict[Unit, tuple[int, ...]]] = {
    "hour": (168, 336),
    "day": (364, 728),
    "week": (52, 104),
    "month": (12, 24),
}
"""How many periods back a pre-trained network sees beside every period: a week of hours, a year of anything longer."""
CONTEXT: Final[dict[Unit, int]] = {"hour": 504, "day": 364, "week": 156, "month": 96}
"""Periods of context in one window; with the lags, 1,092 days, five years of weeks and ten of months are seen."""
SHORTER: Final[dict[Unit, tuple[int, ...]]] = {"hour": (), "day": (), "week": (64, 32, 16), "month": (48, 24)}
"""Shorter contexts, whole patches long, that a shop may be forecast from where they were better lately.

Of days none: there the newest windows told wrongly that half a year was better (favorita_transactions_1D, +1.4 %)."""
VALIDATION_HORIZON: Final = {"week": 13, "month": 12}
"""Periods of the past windows that lengths of context are compared on: always the same, so that what is forecast of a
week does not depend on how far ahead one asks. A quarter of weeks and a year of months is what is asked for most."""
HORIZONS: Final[dict[Unit, tuple[int, int]]] = {
    "hour": (12, 168),
    "day": (7, 63),
    "week": (4, 52),
    "month": (3, 24),
}
PATCH: Final[dict[Unit, int]] = {"hour": 12, "day": 7, "week": 4, "month": 3}


@dataclass(frozen=True)
class Objectives:
    """How much each self-supervised objective counts; one that counts nothing is not computed.

    Attributes:
        horizon: quantiles of the hidden horizon, the last masked span.
        spans: quantiles of the spans hidden within the context.
        following: quantiles of the next patch, from every token of the context (LSTM only, which reads in order).
        mean: the mean of the coming window, from the last token of the context.
        contrast: two views of a series nearer than those of others (InfoNCE; van den Oord et al. 2018).
    """

    horizon: float = 1.0
    spans: float = 0.25
    following: float = 0.0
    mean: float = 0.1
    contrast: float = 0.0

    def __post_init__(self) -> None:
        check_types(self)
        if min(self.horizon, self.spans, self.following, self.mean, self.contrast) < 0:
            raise ConfigError("an objective counts 0 or more")
        if not self.horizon > 0:
            raise ConfigError("the horizon must count: it is what the network is for")


@dataclass(frozen=True)
class PretrainOptions:
    """Settings of a pre-training run.

    Attributes:
        unit: the unit of the periods the network is for.
        backbone: "lstm" or "transformer".
        steps: gradient steps, or None to go by the time.
        minutes: time to train, over all resumed runs, or None to go by the steps.
        series: series simulated (or taken from the corpus) for one step.
        cuts: windows cut from each of them.
        accumulate: steps whose gradients are added before the weights move.
        rate: highest learning rate.
        width: size of a token.
        layers: layers of the backbone.
        real_share: share of the series taken from the corpus, where there is one.
        covariates: how many covariates known ahead may move a simulated series.
        encoding: how the network is told of them; of real series it is told none.
        average: how slowly the averaged weights follow.
        precision: number format of the forward pass; float32 where a processor cannot learn in it.
        objectives: what is learnt.
        workers: processes that make the series; 0 makes them in the training process.
        validate_every: steps between validations.
        compiled: whether torch compiles the network, which pays on a GPU.
        seed: the run's seed.

    Raises:
        ConfigError: a value that cannot be, or neither steps nor minutes.
    """

    unit: PretrainedUnit = "day"
    backbone: BackboneName = "lstm"
    steps: int | None = None
    minutes: float | None = None
    series: int = 128
    cuts: int = 2
    accumulate: int = 1
    rate: float = 2e-3
    width: int = 192
    layers: int = 2
    real_share: float = 0.5
    covariates: int = 3
    encoding: CovariateEncoding = field(default_factory=CovariateEncoding)
    average: float = 0.999
    precision: Precision = "bfloat16"
    objectives: Objectives = field(default_factory=Objectives)
    workers: int = 1
    validate_every: int = 500
    compiled: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        check_types(self)
        if (self.steps is None) == (self.minutes is None):
            raise ConfigError("give either steps or minutes")
        for name in ("steps", "series", "cuts", "accumulate", "width", "layers", "validate_every"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ConfigError(f"{name} must be at least 1, not {value}")
        if self.minutes is not None and not self.minutes > 0:
            raise ConfigError(f"minutes must be positive, not {self.minutes}")
        if not 0 <= self.real_share <= 1:
            raise ConfigError(f"real_share must lie in [0, 1], not {self.real_share}")
        if self.covariates < self.encoding.slots or self.covariates < int(self.encoding.channels > 0):
            raise ConfigError(f"a network with slots reads covariates, but only {self.covariates} are simulated")
        if self.objectives.following and self.backbone == "transformer":
            raise ConfigError("the objective `following` is for the lstm: a transformer sees what follows")

    @property
    def length(self) -> int:
        """Periods of a series that the longest window with its lags needs."""
        return CONTEXT[self.unit] + HORIZONS[self.unit][1] + max(LAGS[self.unit])
