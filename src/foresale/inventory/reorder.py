"""Continuous review (r, Q): when the inventory position falls to r, order Q. Unmet demand waits.

The position is what is on hand and on order, less what is owed. After an order it lies evenly between r and r + Q
(Zipkin, Foundations of Inventory Management, 2000, section 6.2), so that means over that range are exact.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.inventory.loss import normal_loss
from foresale.inventory.numeric import Numbers, falling_root, not_negative, numbers, positive, share, together


@dataclass(frozen=True)
class LeadDemand:
    """Demand of N items and what it sums up to in a lead time.

    Attributes:
        rate: [N] units per unit of time.
        mean: [N] units in a lead time.
        sd: [N] standard deviation of the units in a lead time, in units.
    """

    rate: Numbers
    mean: Numbers
    sd: Numbers

    @classmethod
    def of(
        cls, *, rate: npt.ArrayLike, sd: npt.ArrayLike, lead: npt.ArrayLike, lead_sd: npt.ArrayLike = 0.0
    ) -> "LeadDemand":
        """From demand and lead time per unit of time: mean λ L, variance σ² L + λ² σ_L² (Hadley and Whitin 1963).

        Args:
            rate: units per unit of time.
            sd: standard deviation of the units in one unit of time.
            lead: mean lead time.
            lead_sd: standard deviation of the lead time.

        Raises:
            ConfigError: a value below zero.

        >>> LeadDemand.of(rate=1300, sd=150, lead=1/12).sd.round(3).item()
        43.301
        """
        rate, sd, lead, lead_sd = not_negative(rate=rate, sd=sd, lead=lead, lead_sd=lead_sd)
        return cls(rate, numbers(rate * lead), numbers(np.sqrt(sd**2 * lead + rate**2 * lead_sd**2)))


def reorder_point_cycle(demand: LeadDemand, *, target: npt.ArrayLike) -> Numbers:
    """The reorder point whose stock lasts through a lead time with probability `target` (type-1 service): μ + z σ.

    >>> reorder_point_cycle(LeadDemand.of(rate=100, sd=20, lead=4), target=0.95).round(2).item()
    465.79
    """
    from scipy.special import ndtri

    return numbers(demand.mean + demand.sd * ndtri(share(target=target)[0]))


def reorder_point_fill(demand: LeadDemand, quantity: npt.ArrayLike, *, target: npt.ArrayLike) -> Numbers:
    """The reorder point at which a share `target` of demand is met from the shelf (type-2 service), exactly.

    A unit waits with probability (n(r) - n(r + Q)) / Q (Zipkin 2000, section 6.2), which falls as r rises.

    Raises:
        ConfigError: a target outside of 0 to 1, or a quantity not above zero.

    >>> lead = LeadDemand.of(rate=1300, sd=150, lead=1/12)
    >>> point = reorder_point_fill(lead, 300, target=0.98)
    >>> point.round(2).item(), fill_rate(point, 300, demand=lead).round(6).item()
    (139.43, 0.98)
    """
    target, quantity, mean, sd = np.broadcast_arrays(
        *share(target=target), *positive(quantity=quantity), demand.mean, demand.sd
    )
    lead = LeadDemand(demand.rate, mean, sd)

    def lacking(point: Numbers) -> Numbers:
        return target - fill_rate(point, quantity, demand=lead)

    return falling_root(lacking, low=-quantity, high=mean + 40 * sd)


def fill_rate(point: npt.ArrayLike, quantity: npt.ArrayLike, *, demand: LeadDemand) -> Numbers:
    """The share of normal demand met from the shelf under (r, Q): 1 - (n(r) - n(r + Q)) / Q."""
    point, quantity = together(point=point, quantity=quantity)
    short = normal_loss(point, mean=demand.mean, sd=demand.sd)
    after = normal_loss(point + quantity, mean=demand.mean, sd=demand.sd)
    return numbers(1 - (short - after) / quantity)
