"""Continuous review (r, Q): when the inventory position falls to r, order Q. Unmet demand waits.

The position is what is on hand and on order, less what is owed. After an order it lies evenly between r and r + Q
(Zipkin 2000, section 6.2), so that means over that range are exact: the expected units owed are
(n2(r) - n2(r + Q)) / Q, where n2 is the second-order loss of the demand in a lead time.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.inventory.costs import Costs
from foresale.inventory.loss import normal_loss, normal_second_loss, poisson_loss, poisson_second_loss
from foresale.inventory.newsvendor import poisson_quantile
from foresale.inventory.numeric import Numbers, falling_root, not_negative, numbers, positive, share, together, widened


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
    def of(cls, *, rate: npt.ArrayLike, sd: npt.ArrayLike, lead: npt.ArrayLike,
           lead_sd: npt.ArrayLike = 0.0) -> "LeadDemand":  # fmt: skip
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


@dataclass(frozen=True)
class ReorderPolicy:
    """Order `quantity` units when the inventory position falls to `point`; of N items.

    Attributes:
        point: [N] units.
        quantity: [N] units.
        cost: [N] money per unit of time.
    """

    point: Numbers
    quantity: Numbers
    cost: Numbers


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


def reorder_cost(point: npt.ArrayLike, quantity: npt.ArrayLike, *, demand: LeadDemand, costs: Costs) -> Numbers:
    """Expected money per unit of time of (r, Q) under normal demand in a lead time (Zipkin 2000, section 6.4).

    K λ / Q + h (r + Q/2 - μ) + (h + p)(n2(r) - n2(r + Q)) / Q.

    >>> lead = LeadDemand.of(rate=1300, sd=150, lead=1/12)
    >>> costs = Costs(ordering=8, holding=0.225, backorder=7.5)
    >>> reorder_cost(126, 318.5, demand=lead, costs=costs).round(6).item()
    78.115274
    """
    ordering, holding, backorder = costs.arrays()
    (quantity,), (point,) = positive(quantity=quantity), together(point=point)
    mean, sd = demand.mean, demand.sd
    owed = normal_second_loss(point, mean=mean, sd=sd) - normal_second_loss(point + quantity, mean=mean, sd=sd)
    stock = holding * (point + quantity / 2 - mean)
    return numbers((ordering * demand.rate + (holding + backorder) * owed) / quantity + stock)


def best_point(quantity: npt.ArrayLike, *, demand: LeadDemand, costs: Costs) -> Numbers:
    """The cheapest reorder point for orders of a given size: where the cost rates at r and at r + Q are equal.

    >>> lead = LeadDemand.of(rate=1300, sd=150, lead=1/12)
    >>> best_point(318.5, demand=lead, costs=Costs(ordering=8, holding=0.225, backorder=7.5)).round(5).item()
    127.74347
    """
    _, holding, backorder = costs.arrays()
    quantity, holding, backorder, mean, sd = np.broadcast_arrays(
        *positive(quantity=quantity), holding, backorder, demand.mean, demand.sd
    )

    def slope(point: Numbers) -> Numbers:
        saved = normal_loss(point, mean=mean, sd=sd) - normal_loss(point + quantity, mean=mean, sd=sd)
        return numbers((holding + backorder) * saved - holding * quantity)

    return falling_root(slope, low=mean - quantity - 40 * sd, high=mean + 40 * sd)


def best_reorder(demand: LeadDemand, *, costs: Costs) -> ReorderPolicy:
    """The cheapest (r, Q) under normal demand in a lead time.

    At the optimum the mean cost equals the cost rate at r and at r + Q (Zipkin 2000, section 6.4; Federgruen and Zheng
    1992 for whole units), which one search over Q finds, since the cost at the best r for each Q is convex.

    Raises:
        ConfigError: a rate of demand that is not above zero.

    >>> lead = LeadDemand.of(rate=1300, sd=150, lead=1/12)
    >>> best = best_reorder(lead, costs=Costs(ordering=8, holding=0.225, backorder=7.5))
    >>> best.point.round(3).item(), best.quantity.round(3).item(), best.cost.round(4).item()
    (126.867, 328.449, 78.0711)
    """
    ordering, holding, backorder = costs.arrays()
    rate, ordering, holding, backorder, mean, sd = np.broadcast_arrays(
        *positive(rate=demand.rate), ordering, holding, backorder, demand.mean, demand.sd
    )
    lead, each = LeadDemand(rate, mean, sd), Costs(ordering, holding, backorder)

    def gain(quantity: Numbers) -> Numbers:
        point = best_point(quantity, demand=lead, costs=each)
        edge = holding * (point - mean) + (holding + backorder) * normal_loss(point, mean=mean, sd=sd)
        return numbers(reorder_cost(point, quantity, demand=lead, costs=each) - edge)

    least = np.sqrt(2 * ordering * rate / holding)
    quantity = falling_root(gain, low=1e-9 * least, high=widened(gain, start=least, step=least + sd))
    point = best_point(quantity, demand=lead, costs=each)
    return ReorderPolicy(point, quantity, reorder_cost(point, quantity, demand=lead, costs=each))


def reorder_cost_poisson(point: npt.ArrayLike, quantity: npt.ArrayLike, *, rate: npt.ArrayLike, lead: npt.ArrayLike,
                         costs: Costs) -> Numbers:  # fmt: skip
    """Expected money per unit of time of (r, Q) in whole units under Poisson demand, exactly.

    The position is r + 1 … r + Q, each as often; the cost rate at a position y is h (y - λ L) + (h + p) n(y).

    >>> costs = Costs(ordering=100, holding=20, backorder=150)
    >>> reorder_cost_poisson(3, 6, rate=1.5, lead=2, costs=costs).round(6).item()
    109.978437
    """
    ordering, holding, backorder = costs.arrays()
    (quantity,), (point,), (rate, lead) = (
        positive(quantity=quantity),
        together(point=point),
        not_negative(rate=rate, lead=lead),
    )
    mean = rate * lead
    owed = poisson_second_loss(point, mean=mean) - poisson_second_loss(point + quantity, mean=mean)
    stock = holding * (point + (quantity + 1) / 2 - mean)
    return numbers((ordering * rate + (holding + backorder) * owed) / quantity + stock)


def best_reorder_poisson(*, rate: npt.ArrayLike, lead: npt.ArrayLike, costs: Costs) -> ReorderPolicy:
    """The cheapest (r, Q) in whole units under Poisson demand, exactly (Federgruen and Zheng 1992).

    From the single best position, the range r + 1 … r + Q grows at its cheaper end while that end is cheaper than the
    mean cost so far. All items grow at once.

    Raises:
        ConfigError: a rate of demand that is not above zero.

    >>> best = best_reorder_poisson(rate=1.5, lead=2, costs=Costs(ordering=100, holding=20, backorder=150))
    >>> best.point.item(), best.quantity.item(), best.cost.round(4).item()
    (3.0, 5.0, 107.9236)
    """
    ordering, holding, backorder = costs.arrays()
    rate, ordering, holding, backorder, lead = np.broadcast_arrays(
        *positive(rate=rate), ordering, holding, backorder, *not_negative(lead=lead)
    )
    mean = rate * lead

    def at(position: Numbers) -> Numbers:
        return numbers(holding * (position - mean) + (holding + backorder) * poisson_loss(position, mean=mean))

    top = poisson_quantile(backorder / (holding + backorder), mean=mean)
    low, high = top - 1, top
    total = ordering * rate + at(top)
    below, above = at(low), at(high + 1)
    while (growing := np.minimum(below, above) < total / (high - low)).any():
        down, up = growing & (below <= above), growing & (below > above)
        total = total + np.where(growing, np.minimum(below, above), 0.0)
        low, high = low - down, high + up
        below, above = np.where(down, at(low), below), np.where(up, at(high + 1), above)
    return ReorderPolicy(low, high - low, numbers(total / (high - low)))
