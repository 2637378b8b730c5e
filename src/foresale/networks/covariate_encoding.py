"""How a pre-trained network is told of covariates that it has never seen before."""

from dataclasses import dataclass
from typing import Any, Literal

from foresale.core.errors import ConfigError
from foresale.networks.arrays import AnyArray, zeros
from foresale.networks.batch import Batch

Regression = Literal["none", "shown", "removed"]


@dataclass(frozen=True)
class CovariateEncoding:
    """The channels of a network for covariates known ahead.

    Attributes:
        slots: covariates that are shown as they are, but standardised within the window.
        regression: whether a ridge regression on the history tells in one channel what the covariates add ("shown"),
            and whether, besides, sales are freed of it before the network and given it back after ("removed").

    Raises:
        ConfigError: fewer than no slots.
    """

    slots: int = 0
    regression: Regression = "none"

    def __post_init__(self) -> None:
        if self.slots < 0:
            raise ConfigError(f"a network has 0 or more slots for covariates, not {self.slots}")

    @property
    def channels(self) -> int:
        """How many channels C of its tokens it takes.

        >>> CovariateEncoding(slots=3, regression="shown").channels
        4
        """
        return self.slots + int(self.regression != "none")

    @property
    def given_raw(self) -> bool:
        """Whether the network sees sales with what covariates did to them, since it reads those itself."""
        return self.regression == "shown" or (self.slots > 0 and self.regression == "none")

    def turned(self, batch: Batch[AnyArray]) -> Batch[AnyArray]:
        """A batch with the sign of all sales turned, and of what the regression says they gain."""
        signs: Any = zeros(batch.known.shape[-1:], like=batch.known) + 1
        signs[self.slots :] = -1
        return batch.turned(signs)
