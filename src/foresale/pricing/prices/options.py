"""What chosen prices are to keep to."""

from dataclasses import dataclass

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_between, check_not_negative, check_types


@dataclass(frozen=True)
class PriceOptions:
    """How prices are chosen.

    Attributes:
        periods: how many periods the prices are to hold.
        down: share below today's price that may be asked for.
        up: share above it.
        steps: how many prices within these bounds are tried.
        ending: what prices end in, 0.99 or 0.95; None leaves them as they come.
        least_margin: share of the price that a unit has to earn.
        risk: share of today's profit of a product that may be lost where its elasticity is at either end of its
            interval. A price that risks more is not asked for.
        gain: share of today's profit that a change has to bring; prices that change for less annoy for nothing.
        margin: share of the price that is earned, where nobody tells what a unit costs.

    Raises:
        ConfigError: a value that cannot be.

    >>> PriceOptions(down=1.5)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: down is a share from 0 to 0.9, not 1.5
    """

    periods: int = 13
    down: float = 0.2
    up: float = 0.2
    steps: int = 81
    ending: float | None = None
    least_margin: float = 0.0
    risk: float = 0.01
    gain: float = 0.005
    margin: float = 0.4

    def __post_init__(self) -> None:
        check_types(self)
        if not 0 <= self.down <= 0.9:
            raise ConfigError(f"down is a share from 0 to 0.9, not {self.down}")
        check_not_negative(self, "up", "risk", "gain", "least_margin")
        if self.periods < 1 or self.steps < 2:
            raise ConfigError("there is at least one period, and there are at least two prices to try")
        check_between(self, "ending", "margin")
