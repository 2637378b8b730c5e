"""Periodic review (s, S): at each review, when the inventory position is at s or below, order up to S."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.inventory.costs import Costs
from foresale.inventory.numeric import Numbers, not_negative, positive


@dataclass(frozen=True)
class MinMaxPolicy:
    """Order up to `most` units when the inventory position is at `least` or below; of N items.

    Attributes:
        least: [N] units, the s of (s, S).
        most: [N] units, the S of (s, S).
    """

    least: Numbers
    most: Numbers


def min_max_power(mean: npt.ArrayLike, sd: npt.ArrayLike, *, costs: Costs, lead: npt.ArrayLike = 0.0) -> MinMaxPolicy:
    """A good (s, S) in closed form, for tens of thousands of items: the power approximation.

    Fitted by Ehrhardt and Mosier (Management Science 1984) to optimal policies under normal demand:
    S - s = 1.30 μ^0.494 (K / h)^0.506 (1 + (σ_L / μ)²)^0.116 and s = 0.973 μ_L + σ_L (0.183 / z + 1.063 - 2.192 z) with
    z² = (S - s) h / (σ_L p). μ_L and σ_L are of the demand of the lead time and one review.

    Args:
        mean: units per review period.
        sd: their standard deviation, above zero.
        costs: holding and backorder cost are per unit at the end of a period.
        lead: lead time in periods.

    Raises:
        ConfigError: a value that is not above zero, or a negative lead time.

    >>> policy = min_max_power(50, 8, costs=Costs(ordering=2.5, holding=0.18, backorder=0.70))
    >>> policy.least.round(4).item(), policy.most.round(4).item()
    (40.1946, 74.2902)
    """
    (mean, sd), (ordering, holding, backorder) = positive(mean=mean, sd=sd), costs.arrays()
    span = not_negative(lead=lead)[0] + 1
    sd = sd * np.sqrt(span)
    gap = 1.30 * mean**0.494 * (ordering / holding) ** 0.506 * (1 + (sd / mean) ** 2) ** 0.116
    z = np.sqrt(gap / sd * holding / backorder)
    least = 0.973 * mean * span + sd * (0.183 / z + 1.063 - 2.192 * z)
    return MinMaxPolicy(least, least + gap)
