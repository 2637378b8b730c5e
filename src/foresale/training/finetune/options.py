"""How a pre-trained network is fine-tuned: one frozen set of settings."""

from dataclasses import dataclass, replace
from typing import Final

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types
from foresale.networks.config import Precision
from foresale.networks.tuning import METHODS, Method

_STEPS: Final[dict[Method, int]] = {"full": 100, "head": 300, "lora": 100}
_FEWEST: Final = 16
"""Windows in a step, at least: the gradients of fewer point anywhere."""
_PER_APART: Final = 8
"""Windows that are cut for each one that does not overlap: more of them show the same days again."""
_RATE: Final[dict[Method, float]] = {"full": 5e-4, "head": 2e-3, "lora": 2e-3}


@dataclass(frozen=True)
class FinetuneOptions:
    """Settings of a fine-tuning.

    Attributes:
        method: which weights learn: all of them ("full"), those of the head ("head"), or low ranks of all ("lora").
        steps: gradient steps at most; None is as many as suit the method.
        seconds: time at most, or None to go by the steps alone, which gives the same weights on every machine.
        batch: windows in a step, at most.
        rate: highest learning rate; None is one that suits the method.
        rank: rank of the low-rank changes.
        decay: how strongly weights are drawn to where they started.
        average: how slowly the averaged weights follow.
        windows: horizons before the cutoff that are kept for validation.
        pool: windows that are learnt from, at most, cut once; a head also has the states of its backbone computed once.
        validated: windows to validate on at most.
        validate_every: steps between validations.
        patience: validations without a better one before it stops.
        items: items learnt from at most, evenly spread over the panel.
        adapters: whether covariates, calendar and static columns enter by adapters.
        censored: whether sales of periods with too little stock are read as the least that would have been sold, where
            the panel tells of stock and still has those sales; only forecasts below them are wrong then.
        value: a static column or a covariate that tells what a unit of an item is worth (its price, its margin, what
            an error costs), so that errors count by value; None lets all items count alike.
        precision: number format of the forward pass while learning; float32 where a processor cannot learn in it.
        seed: the run's seed.

    Raises:
        ConfigError: a value that cannot be.
    """

    method: Method = "full"
    steps: int | None = None
    seconds: float | None = None
    batch: int = 64
    rate: float | None = None
    rank: int = 8
    decay: float = 0.05
    average: float = 0.95
    windows: int = 2
    pool: int = 1_500
    validated: int = 400
    validate_every: int = 20
    patience: int = 2
    items: int = 5_000
    adapters: bool = True
    censored: bool = False
    value: str | None = None
    precision: Precision = "bfloat16"
    seed: int = 0

    def __post_init__(self) -> None:
        check_types(self)
        if self.method not in METHODS:
            raise ConfigError(f"unknown method {self.method!r}. Use one of {', '.join(METHODS)}.")
        for name in ("steps", "batch", "rank", "windows", "pool", "validated", "validate_every", "patience", "items"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ConfigError(f"{name} must be at least 1, not {value}")
        for name in ("seconds", "rate"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ConfigError(f"{name} must be positive, not {value}")
        if not 0 <= self.average < 1:
            raise ConfigError(f"average must lie in [0, 1), not {self.average}")
        if self.decay < 0:
            raise ConfigError(f"decay must not be negative, not {self.decay}")

    @property
    def most_steps(self) -> int:
        """Gradient steps at most."""
        return self.steps or _STEPS[self.method]

    def sized(self, apart: int) -> "FinetuneOptions":
        """The same with fewer windows where few are different: `apart` are those that do not overlap.

        >>> FinetuneOptions().sized(50).batch, FinetuneOptions().sized(5_000).batch
        (25, 64)
        """
        batch = min(self.batch, max(apart // 2, _FEWEST))
        return replace(self, batch=batch, pool=min(self.pool, max(_PER_APART * apart, 4 * batch)))

    @property
    def per_step(self) -> int:
        """Windows in a step; a head, whose states are computed already, takes more."""
        return 4 * self.batch if self.method == "head" else self.batch

    @property
    def peak(self) -> float:
        """The highest learning rate."""
        return self.rate or _RATE[self.method]
