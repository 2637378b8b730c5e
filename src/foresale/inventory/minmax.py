"""Periodic review (s, S): at each review, when the inventory position is at s or below, order up to S."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from foresale.inventory.costs import Costs
from foresale.inventory.loss import poisson_loss, poisson_mass
from foresale.inventory.newsvendor import poisson_quantile
from foresale.inventory.numeric import Numbers, not_negative, numbers, positive, refuse, together


@dataclass(frozen=True)
class MinMaxPolicy:
    """Order up to `most` units when the inventory position is at `least` or below; of N items.

    Attributes:
        least: [N] units, the s of (s, S).
        most: [N] units, the S of (s, S).
        cost: [N] expected money per period; NaN where it was not computed.
    """

    least: Numbers
    most: Numbers
    cost: Numbers


def min_max_power(mean: npt.ArrayLike, sd: npt.ArrayLike, *, costs: Costs,
                  lead: npt.ArrayLike = 0.0) -> MinMaxPolicy:  # fmt: skip
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
    return MinMaxPolicy(least, least + gap, np.full(np.shape(least), np.nan))


def min_max_cost_poisson(least: npt.ArrayLike, most: npt.ArrayLike, *, mean: npt.ArrayLike, costs: Costs,
                         lead: npt.ArrayLike = 0.0) -> Numbers:  # fmt: skip
    """Expected money per period of (s, S) in whole units under Poisson demand, exactly.

    (K + Σ m(j) g(S - j)) / Σ m(j) over j = 0 … S - s - 1, where g(y) is the expected cost of a period begun at position
    y, and m the renewal density of the demand of a period (Zheng and Federgruen 1991).

    >>> costs = Costs(ordering=5, holding=1, backorder=4)
    >>> min_max_cost_poisson(4, 10, mean=6, costs=costs).round(6).item()
    8.034112
    """
    least, most = together(least=least, most=most)
    refuse("most", most, most <= least, "must be above least")
    system = _System.of(mean, costs=costs, lead=lead)
    least, most, _ = np.broadcast_arrays(least, most, system.mean)
    cost, time = system.ordering, np.zeros(np.shape(most))
    for step in range(int((most - least).max())):
        weight = np.where(step < most - least, system.renewal(step), 0.0)
        cost, time = cost + weight * system.at(most - step), time + weight
    return numbers(cost / time)


def min_max_poisson(mean: npt.ArrayLike, *, costs: Costs, lead: npt.ArrayLike = 0.0) -> MinMaxPolicy:
    """The cheapest (s, S) in whole units under Poisson demand, exactly; best for slow movers.

    Every S whose own period is no dearer than the best policy so far is tried, with every s whose is not, which are
    bounds on the optimum (Zheng and Federgruen 1991). The work grows with the square of S - s; for demand of hundreds
    a period take `min_max_power`.

    Args:
        mean: units per period.
        costs: holding and backorder cost are per unit at the end of a period.
        lead: lead time in whole periods: an order of period t serves the demand of period t + lead.

    Raises:
        ConfigError: a value that is not above zero, or a negative lead time.

    >>> best = min_max_poisson(6, costs=Costs(ordering=5, holding=1, backorder=4))
    >>> best.least.item(), best.most.item(), best.cost.round(6).item()
    (4.0, 10.0, 8.034112)
    """
    system = _System.of(mean, costs=costs, lead=lead)
    start = poisson_quantile(system.backorder / (system.backorder + system.holding), mean=system.reach)
    best = np.full(start.shape, np.inf)
    least, most = start - 1, start
    step = 0
    while (alive := system.at(start + step) <= best).any():
        cheaper, depth = _best_depth(system, start + step, best)
        better = alive & (cheaper < best)
        best = np.where(better, cheaper, best)
        least, most = np.where(better, start + step - depth, least), np.where(better, start + step, most)
        step += 1
    return MinMaxPolicy(least, most, best)


def _best_depth(system: "_System", top: Numbers, bound: Numbers) -> tuple[Numbers, Numbers]:
    """The lowest cost of policies that order up to `top`, and their S - s."""
    cost, time = np.array(system.ordering), np.zeros(top.shape)
    best, depth = np.array(bound), np.ones(top.shape)
    step = 0
    while (alive := (step == 0) | (system.at(top - step) <= best)).any():
        weight = np.where(alive, system.renewal(step), 0.0)
        cost, time = cost + weight * system.at(top - step), time + weight
        mean = cost / time
        better = alive & (mean < best)
        best, depth = np.where(better, mean, best), np.where(better, step + 1.0, depth)
        step += 1
    return best, depth


@dataclass
class _System:
    """Poisson demand and costs of N items, with the renewal density of their demand as far as it was asked for."""

    mean: Numbers
    reach: Numbers
    ordering: Numbers
    holding: Numbers
    backorder: Numbers
    _mass: list[Numbers] = field(default_factory=list)
    _renewal: list[Numbers] = field(default_factory=list)

    @classmethod
    def of(cls, mean: npt.ArrayLike, *, costs: Costs, lead: npt.ArrayLike) -> "_System":
        (lead,), (mean,) = not_negative(lead=lead), positive(mean=mean)
        mean, reach, ordering, holding, backorder = np.broadcast_arrays(mean, mean * (lead + 1), *costs.arrays())
        return cls(mean, reach, ordering, holding, backorder)

    def at(self, position: Numbers) -> Numbers:
        """Expected holding and backorder cost of the period that an order up to this position decides over."""
        short = poisson_loss(position, mean=self.reach)
        return numbers(self.holding * (position - self.reach) + (self.holding + self.backorder) * short)

    def renewal(self, step: int) -> Numbers:
        """Expected number of periods, out of all, at whose begin exactly `step` units were sold since the order."""
        while len(self._renewal) <= step:
            here = len(self._renewal)
            self._mass.append(poisson_mass(here, mean=self.mean))
            earlier = sum((self._mass[units] * self._renewal[here - units] for units in range(1, here + 1)),
                          np.full(self.mean.shape, float(here == 0)))  # fmt: skip
            self._renewal.append(numbers(earlier / -np.expm1(-self.mean)))
        return self._renewal[step]
