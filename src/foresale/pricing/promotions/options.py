"""What a plan of promotions is to keep to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types

DEPTHS: Final = (0.1, 0.2, 0.3)
"""Price cuts that are tried: those whose lifts the sales of most shops tell."""


@dataclass(frozen=True)
class PromotionOptions:
    """How promotions are planned.

    Attributes:
        periods: how many periods are planned.
        depths: shares off the regular price that are tried.
        ending: what prices end in, 0.99 or 0.95; None leaves them as they come.
        slots: promotions in one period at most.
        budget: money that all promotions may cost: price cuts times units, and displays, less what suppliers pay.
        display_cost: money that one promotion costs in one period (display, feature, work).
        gap: periods without a promotion of a product between two of it.
        most: promotions of one product at most.
        least_margin: share of the price that a promoted unit has to earn.
        least_total_margin: share of all revenue that all products together have to earn over the plan.
        funding: share of the price cut that suppliers pay.
        festivals: periods (0 is the first) in which at least `festival_promotions` products are promoted.
        festival_promotions: how many.
        quiet: periods without any promotion.
        caution: standard errors by which elasticities, and what baskets bring along, are taken weaker than found.
        new_baskets: share of the baskets that come beyond the usual with a promoted product that are there because of
            it; the others would have come anyway, and bring nothing along.
        gain: least profit that a promotion has to bring.
        margin: share of the price that is earned, where nobody tells what a unit costs.
        seconds: for which an optimum is looked for.
        tolerance: share of the profit by which a plan may fall short of the best, where that saves time.

    Raises:
        ConfigError: a value that cannot be.

    >>> PromotionOptions(slots=-1)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: slots is not negative: -1
    """

    periods: int = 13
    depths: Sequence[float] = DEPTHS
    ending: float | None = None
    slots: int | None = None
    budget: float | None = None
    display_cost: float = 0.0
    gap: int = 3
    most: int | None = None
    least_margin: float = 0.0
    least_total_margin: float | None = None
    funding: float = 0.0
    festivals: Sequence[int] = ()
    festival_promotions: int = 1
    quiet: Sequence[int] = ()
    caution: float = 0.5
    new_baskets: float = 0.5
    gain: float = 0.0
    margin: float = 0.4
    seconds: float = 100.0
    tolerance: float = 0.001

    def __post_init__(self) -> None:
        check_types(self)
        for name in ("slots", "budget", "display_cost", "gap", "most", "festival_promotions", "caution", "gain",
                     "seconds", "tolerance"):  # fmt: skip
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise ConfigError(f"{name} is not negative: {value}")
        if self.periods < 1:
            raise ConfigError(f"a plan has at least one period, not {self.periods}")
        if not self.depths or not all(0 < depth < 1 for depth in self.depths):
            raise ConfigError(f"depths are shares off the price between 0 and 1, not {tuple(self.depths)}")
        shares = {"ending": self.ending, "margin": self.margin}
        for name, value in shares.items():
            if value is not None and not 0 < value < 1:
                raise ConfigError(f"{name} lies between 0 and 1, not {value}")
        for name in ("least_margin", "funding", "new_baskets"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} is a share from 0 to 1, not {getattr(self, name)}")
        outside = [period for period in (*self.festivals, *self.quiet) if not 0 <= period < self.periods]
        if outside:
            raise ConfigError(f"festivals and quiet are periods from 0 to {self.periods - 1}, not {outside[0]}")
        both = set(self.festivals) & set(self.quiet)
        if both and self.festival_promotions:
            raise ConfigError(f"period {min(both)} is a festival and quiet")
