"""Periodic review (R, S) in closed form: safety stock as z σ √(R + L), to compare with levels out of sample paths."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.inventory.loss import normal_loss
from foresale.inventory.numeric import Numbers, falling_root, not_negative, numbers, positive, share


@dataclass(frozen=True)
class BaseStock:
    """Order at every review up to `level`; of N items.

    Attributes:
        level: [N] units.
        mean: [N] expected demand until the next order arrives.
    """

    level: Numbers
    mean: Numbers

    @property
    def safety(self) -> Numbers:
        """[N] safety stock: what the level holds above the expected demand."""
        return self.level - self.mean


@dataclass(frozen=True)
class NormalDemand:
    """Demand that is normal and alike in every period, of N items, and the time to protect; all per period.

    Attributes:
        rate: mean units per period.
        sd: standard deviation of the units of one period.
        review: periods from one order to the next.
        lead: mean lead time in periods.
        lead_sd: standard deviation of the lead time in periods.

    Raises:
        ConfigError: a value below zero, or a review period that is not above it.
    """

    rate: npt.ArrayLike
    sd: npt.ArrayLike
    review: npt.ArrayLike
    lead: npt.ArrayLike
    lead_sd: npt.ArrayLike = 0.0

    def __post_init__(self) -> None:
        not_negative(rate=self.rate, sd=self.sd, lead=self.lead, lead_sd=self.lead_sd)
        positive(review=self.review)

    def over(self, periods: Numbers) -> tuple[Numbers, Numbers]:
        """Mean and deviation of the demand of a stretch whose length varies as the lead time does."""
        rate, sd, lead_sd = not_negative(rate=self.rate, sd=self.sd, lead_sd=self.lead_sd)
        return numbers(rate * periods), numbers(np.sqrt(sd**2 * periods + rate**2 * lead_sd**2))


def base_stock_cycle(demand: NormalDemand, *, target: npt.ArrayLike) -> BaseStock:
    """The level that lasts until the next order arrives with probability `target`: μ (R + L) + z σ_(R + L).

    σ_(R + L)² = σ² (R + L) + μ² σ_L² (Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains,
    2017, sections 6.9 and 6.10).

    Raises:
        ConfigError: a target outside of 0 to 1.

    >>> steady = NormalDemand(rate=100, sd=20, review=4, lead=5)
    >>> stock = base_stock_cycle(steady, target=0.95)
    >>> stock.level.round(2).item(), stock.safety.round(2).item()
    (998.69, 98.69)
    """
    from scipy.special import ndtri

    review, lead = numbers(demand.review), numbers(demand.lead)
    mean, sd = demand.over(review + lead)
    return BaseStock(numbers(mean + sd * ndtri(share(target=target)[0])), mean)


def base_stock_fill(demand: NormalDemand, *, target: npt.ArrayLike) -> BaseStock:
    """The level at which a share `target` of demand is met from the shelf.

    A cycle's expected shortage, n(S) of the demand of R + L periods less that of L periods, is (1 - target) μ R
    (Silver, Pyke and Thomas 2017, section 6.10, with the term for L that high targets may leave out).

    Raises:
        ConfigError: a target outside of 0 to 1.

    >>> base_stock_fill(NormalDemand(rate=100, sd=20, review=4, lead=5), target=0.95).safety.round(2).item()
    8.33
    """
    (wanted,) = share(target=target)
    review, lead = numbers(demand.review), numbers(demand.lead)
    (mean, sd), (before, before_sd) = demand.over(review + lead), demand.over(lead)
    allowed = (1 - wanted) * (mean - before)

    def excess(level: Numbers) -> Numbers:
        return numbers(normal_loss(level, mean=mean, sd=sd) - normal_loss(level, mean=before, sd=before_sd) - allowed)

    wide = np.broadcast_arrays(mean + 40 * sd, wanted)[0]
    return BaseStock(falling_root(excess, low=np.zeros(wide.shape), high=wide), mean)
