"""Policies as textbooks have them: mean and deviation of demand, a normal distribution, the inventory position."""

from dataclasses import dataclass, replace

import numpy as np

from foresale.inventory.costs import Costs
from foresale.inventory.minmax import min_max_power
from foresale.inventory.numeric import Numbers, numbers
from foresale.inventory.policies.levels import MinMax, Reorder, UpTo
from foresale.inventory.policies.situation import Situation
from foresale.inventory.policies.standard import economic_quantity
from foresale.inventory.reorder import LeadDemand, reorder_point_cycle, reorder_point_fill
from foresale.inventory.review import NormalDemand, base_stock_cycle, base_stock_fill

_LEAST = 1e-6
"""Units, and money, that are none: closed forms divide by them."""


@dataclass(frozen=True)
class NormalBaseStock:
    """(R, S) with the safety stock z σ √(R + L): see `inventory.review`."""

    def wanted(self, now: Situation) -> Numbers:
        """What lacks to the level."""
        rate, deviation = _moments(now)
        terms = now.terms
        lead = numbers(terms.lead)
        demand = NormalDemand(rate, deviation, numbers(terms.review), lead.mean(axis=0), lead.std(axis=0))
        filled, kept = (
            base_stock_fill(demand, target=terms.target).level,
            base_stock_cycle(demand, target=terms.target).level,
        )
        return _placed(now, UpTo(np.where(terms.fill, filled, kept)))


@dataclass(frozen=True)
class PowerMinMax:
    """(s, S) by the power approximation of Ehrhardt and Mosier (1984): what an order costs against holding and loss."""

    def wanted(self, now: Situation) -> Numbers:
        """What lacks to S where the position is at s or below."""
        rate, deviation = _moments(now)
        terms, review = now.terms, numbers(now.terms.review)
        costs = Costs(
            np.maximum(terms.ordering, _LEAST),
            np.maximum(terms.holding * review, _LEAST),
            np.maximum(terms.short, _LEAST),
        )
        found = min_max_power(
            rate * review, deviation * np.sqrt(review), costs=costs, lead=numbers(terms.lead).mean(axis=0) / review
        )
        least = np.maximum(found.least, 0)
        return _placed(now, MinMax(least, least + found.most - found.least))


@dataclass(frozen=True)
class ReorderPoint:
    """(R, Q): at a reorder point that keeps the service, economic order quantities; see `inventory.reorder`.

    Stock is looked at once in a review, so that the point has to last for it beside the lead time.
    """

    def wanted(self, now: Situation) -> Numbers:
        """Whole quantities, as few as bring the position above the point."""
        rate, deviation = _moments(now)
        terms = now.terms
        lead = numbers(terms.lead)
        demand = LeadDemand.of(rate=rate, sd=deviation, lead=lead.mean(axis=0) + terms.review, lead_sd=lead.std(axis=0))
        best = economic_quantity(now)
        quantity = np.maximum(np.where(best > 0, best, rate * terms.review), _LEAST)
        point = np.where(
            terms.fill,
            reorder_point_fill(demand, quantity, target=terms.target),
            reorder_point_cycle(demand, target=terms.target),
        )
        return _placed(now, Reorder(np.maximum(point, 0), quantity))


def _moments(now: Situation) -> tuple[Numbers, Numbers]:
    """[n] mean units of a period, and the deviation that makes up that of all the time to protect, √ of it apart."""
    (until,) = now.sums(now.reach)
    return (
        numbers(np.maximum(until.mean(axis=0) / now.reach, _LEAST)),
        numbers(np.maximum(until.std(axis=0) / np.sqrt(now.reach), _LEAST)),
    )


def _placed(now: Situation, policy: UpTo | MinMax | Reorder) -> Numbers:
    """What levels [n] of these items want, of items that are wanted at all."""
    own = replace(now, items=np.arange(len(now.items)))
    return np.where(now.rate[:, None] > 0, policy.wanted(own), 0.0)
