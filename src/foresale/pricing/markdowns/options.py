"""What mark-downs are to keep to."""

from collections.abc import Sequence
from dataclasses import dataclass

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_between, check_not_negative, check_types
from foresale.pricing.markdowns.single import DEPTHS


@dataclass(frozen=True)
class MarkdownOptions:
    """How the mark-downs of an end of season are planned. Prices never rise.

    Attributes:
        depths: shares off the regular price that are tried, beside the regular price itself.
        steps: mark-downs of one product at most.
        least_step: share of the price before by which a mark-down is at least; less is not noticed.
        most_step: share of the price before by which it is at most.
        ending: what prices end in, 0.99 or 0.95; None leaves them as they come.
        salvage: money that a unit left at the end brings, where no file tells.
        risk: share of the money at the regular price that may be lost where the elasticity is at either end of its
            interval. Mark-downs that risk more are not planned.
        gain: share of the money at the regular price that mark-downs have to bring on top, since paths are samples.
        paths: sample paths of demand.
        seed: the same seed gives the same paths.

    Raises:
        ConfigError: a value that cannot be.

    >>> MarkdownOptions(steps=0)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: there is at least one step, and there are at least two paths
    """

    depths: Sequence[float] = DEPTHS
    steps: int = 3
    least_step: float = 0.05
    most_step: float = 0.5
    ending: float | None = None
    salvage: float = 0.0
    risk: float = 0.01
    gain: float = 0.005
    paths: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        check_types(self)
        if self.steps < 1 or self.paths < 2:
            raise ConfigError("there is at least one step, and there are at least two paths")
        if not self.depths or not all(0 < depth < 1 for depth in self.depths):
            raise ConfigError(f"depths are shares off the price between 0 and 1, not {tuple(self.depths)}")
        if not 0 <= self.least_step <= self.most_step < 1:
            raise ConfigError(
                f"a step is a share of the price before, the least no larger than the most, not "
                f"{self.least_step} and {self.most_step}"
            )
        check_between(self, "ending")
        check_not_negative(self, "salvage", "risk", "gain")
