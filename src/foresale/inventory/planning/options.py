"""What a plan is to keep to, beyond the terms of its items."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.option_types import check_types
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.policies.paths import PATHS
from foresale.inventory.policies.registry import BASE_STOCK, policy_named
from foresale.inventory.policies.situation import Policy
from foresale.inventory.policies.terms import NEVER

ELASTICITY: Final = 2.0
"""By how many percent demand rises for one percent off the price, where nobody tells."""


@dataclass(frozen=True)
class PlanOptions:
    """How to plan.

    Attributes:
        horizon: periods that the projection shows; all of the forecast by default.
        policy: what orders, a policy or its name (see `inventory.policies.registry`).
        lost: whether a customer who finds no stock is lost; else he waits.
        paths: sample paths of demand.
        seed: the same seed gives the same plan.
        budget: money that the orders of today may cost in all.
        capacity: room for stock, in the unit of the items' volume (units, where no volume is told): what is expected to
            be there when the orders of today arrive, and they, have to fit.
        inbound: what can arrive in one week at most, in the same unit; more is ordered earlier, before a peak.
        accept: ids of items whose orders were checked and are right, or "all"; see `inventory.planning.checks`.
        elasticity: of demand to price, for mark-downs, where no file tells.

    Raises:
        ConfigError: a value that cannot be.

    >>> PlanOptions(budget=-1)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: budget is not negative: -1
    """

    horizon: int | None = None
    policy: str | Policy = BASE_STOCK
    lost: bool = True
    paths: int = PATHS
    seed: int = 0
    budget: float | None = None
    capacity: float | None = None
    inbound: float | None = None
    elasticity: float = ELASTICITY
    accept: str | tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_types(self)
        named = self.accept
        object.__setattr__(self, "accept", (named,) if isinstance(named, str) else tuple(named))
        for name in ("budget", "capacity", "inbound"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise ConfigError(f"{name} is not negative: {value}")
        for name, value, least in (("paths", self.paths, 2), ("horizon", self.horizon, 1)):
            if value is not None and value < least:
                raise ConfigError(f"{name} is at least {least}, not {value}")
        policy_named(self.policy)
        if not self.elasticity > 0:
            raise ConfigError(f"elasticity is above zero: {self.elasticity}")

    @property
    def limited(self) -> bool:
        """Whether the orders of all items share a limit."""
        return self.budget is not None or self.capacity is not None


@dataclass(frozen=True)
class Seasons:
    """When N items end, and how their demand answers to price.

    Attributes:
        end: [N] datetime64[D], the last day of sale; NaT where it is not known.
        elasticity: [N] percent more demand for one percent off the price; NaN where nobody tells.
    """

    end: npt.NDArray[np.datetime64]
    elasticity: Numbers

    @classmethod
    def none(cls, count: int) -> "Seasons":
        """Items without a known end.

        >>> bool(np.isnat(Seasons.none(2).end).all())
        True
        """
        return cls(np.full(count, np.datetime64("NaT"), "datetime64[D]"), np.full(count, np.nan))

    def ends(self, frequency: Frequency, first: int) -> Counts:
        """[N] periods from the first one, told by its grid position, after which items end; `NEVER` where untold."""
        told = ~np.isnat(self.end)
        last = frequency.index(np.where(told, self.end, np.datetime64("1970-01-01", "D")))
        return np.where(told, np.maximum(last - first + 1, 0), NEVER)
