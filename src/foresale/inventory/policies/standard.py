"""Policies out of sample paths: what a service needs, in lots or not, and what costs the least."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from foresale.inventory.eoq import economic_order
from foresale.inventory.levels import ProtectionInterval
from foresale.inventory.numeric import Numbers
from foresale.inventory.policies.decision import by_level, cheapest_units, service_units, unspoiled
from foresale.inventory.policies.situation import Situation

_LEAST = 1e-9


@dataclass(frozen=True)
class BaseStock:
    """(R, S): at every review what the service needs until the next order arrives; no more than sells in its life."""

    def wanted(self, now: Situation) -> Numbers:
        """What lacks."""
        return by_level(now, _for_service)


@dataclass(frozen=True)
class AtLeastEconomic:
    """(s, S): where anything is needed for the service, at least the economic order quantity."""

    def wanted(self, now: Situation) -> Numbers:
        """What lacks, or the quantity that balances the cost of an order against holding, whichever is more."""
        quantity = economic_quantity(now)
        need = by_level(now, partial(_for_service, least=quantity))
        return np.where(need > _LEAST, np.maximum(need, quantity[:, None]), 0.0)


@dataclass(frozen=True)
class EconomicLots:
    """(R, Q): where anything is needed for the service, as few economic order quantities as hold it."""

    def wanted(self, now: Situation) -> Numbers:
        """Whole quantities; what lacks, where an order costs nothing."""
        best = economic_quantity(now)
        need, quantity = by_level(now, partial(_for_service, lot=best)), best[:, None]
        lot = np.where(quantity > 0, quantity, 1.0)
        return np.where(quantity > 0, np.ceil(need / lot - _LEAST) * lot, need)


@dataclass(frozen=True)
class Newsvendor:
    """What costs the least, whatever the service: a lost sale against a unit too many; in the nearest whole packs."""

    def wanted(self, now: Situation) -> Numbers:
        """What lacks."""
        pack = now.terms.pack[:, None]
        return np.floor(by_level(now, cheapest_units) / pack + 0.5) * pack


def economic_quantity(now: Situation) -> Numbers:
    """[n] economic order quantities of the demand to come (Harris 1913); 0 where an order or holding costs nothing."""
    terms, year = now.terms, now.terms.per_year
    known = (terms.ordering > 0) & (terms.holding > 0) & (now.rate > 0)
    best = economic_order(
        np.where(known, now.rate * year, 1.0),
        ordering=np.where(known, terms.ordering, 1.0),
        holding=np.where(known, terms.holding * year, 1.0),
    )
    return np.where(known, best, 0.0)


def _for_service(
    now: Situation, cycle: ProtectionInterval, *, least: npt.ArrayLike = 0.0, lot: npt.ArrayLike = 0.0
) -> Numbers:
    return unspoiled(now, service_units(now, cycle, least=least, lot=lot))
