"""What a plan of promotions is to keep to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from foresale.core.arrays import Index, Stamps
from foresale.core.caller_time import told_day
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.option_types import check_between, check_not_negative, check_types

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
        gap: periods without a promotion of a product between two of it, the newest one of the sales counted in.
        most: promotions of one product at most.
        least_margin: share of the price that a promoted unit has to earn.
        least_total_margin: share of all revenue that all products together have to earn over the plan.
        funding: share of the price cut that suppliers pay.
        festivals: periods (0 is the first), or days in them ("2024-11-11"), in which at least `festival_promotions`
            products are promoted.
        festival_promotions: how many.
        quiet: periods, or days in them, without any promotion.
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
    festivals: Sequence[int | str] = ()
    festival_promotions: int = 1
    quiet: Sequence[int | str] = ()
    caution: float = 0.5
    new_baskets: float = 0.5
    gain: float = 0.0
    margin: float = 0.4
    seconds: float = 100.0
    tolerance: float = 0.001

    def __post_init__(self) -> None:
        check_types(self)
        check_not_negative(self, "slots", "budget", "display_cost", "gap", "most", "festival_promotions")
        check_not_negative(self, "caution", "gain", "seconds", "tolerance")
        if self.periods < 1:
            raise ConfigError(f"a plan has at least one period, not {self.periods}")
        if not self.depths or not all(0 < depth < 1 for depth in self.depths):
            raise ConfigError(f"depths are shares off the price between 0 and 1, not {tuple(self.depths)}")
        check_between(self, "ending", "margin")
        for name in ("least_margin", "funding", "new_baskets"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name} is a share from 0 to 1, not {getattr(self, name)}")
        told = [period for period in (*self.festivals, *self.quiet) if not isinstance(period, str)]
        outside = [period for period in told if not 0 <= period < self.periods]
        if outside:
            raise ConfigError(f"festivals and quiet are periods from 0 to {self.periods - 1}, not {outside[0]}")
        both = set(self.festivals) & set(self.quiet)
        if both and self.festival_promotions:
            raise ConfigError(f"period {min(both, key=str)} is a festival and quiet")

    def in_periods(self, frequency: Frequency, stamps: Stamps) -> "PromotionOptions":
        """The same with days told by their periods.

        Args:
            frequency: of the periods planned.
            stamps: [T] of these.

        Raises:
            ConfigError: what is no day, or lies outside of the periods.

        >>> weeks = np.array(["2024-11-04", "2024-11-11"], "datetime64[us]")
        >>> PromotionOptions(festivals=("2024-11-12", 0)).in_periods(Frequency.parse("W-MON"), weeks).festivals
        (1, 0)
        """
        own = frequency.index(stamps)

        def periods(told: Sequence[int | str]) -> tuple[int, ...]:
            return tuple(period if isinstance(period, int) else _period(period, frequency, own) for period in told)

        return replace(self, festivals=periods(self.festivals), quiet=periods(self.quiet))


def _period(day: str, frequency: Frequency, own: Index) -> int:
    """The period of a day."""
    try:
        index = int(frequency.index(np.array([told_day(day)]))[0])
    except ValueError:
        raise ConfigError(f"a festival or quiet period is a number or a day such as 2024-11-11, not {day!r}") from None
    if not own[0] <= index <= own[-1]:
        raise ConfigError(f"{day} lies outside of the periods to come")
    return index - int(own[0])
