"""What to order now: the decision of the policy, and what a plan tells beside it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.inventory.levels import ProtectionInterval
from foresale.inventory.numeric import Numbers
from foresale.inventory.policies.decision import service_units, unspoiled
from foresale.inventory.policies.situation import Policy, Situation
from foresale.inventory.policies.terms import NEVER


@dataclass(frozen=True)
class Orders:
    """Orders of N items placed now.

    Attributes:
        units: [N] units to order: whole packs, at least the minimum, or nothing.
        wanted: [N] units that the policy asks for, before packs and minimum.
        last: [N] whether it is the last order that still comes in time before the item ends.
        brief: [N] whether less is wanted than the service asks for, since more would spoil.
        cycle: what is there when the order arrives, and what is wanted until the next one does.
    """

    units: Numbers
    wanted: Numbers
    last: npt.NDArray[np.bool_]
    brief: npt.NDArray[np.bool_]
    cycle: ProtectionInterval


def orders_now(now: Situation, policy: Policy) -> Orders:
    """What a policy orders of each of N items at this moment.

    >>> from foresale.inventory.levels import Ahead
    >>> from foresale.inventory.policies.registry import policy_named
    >>> from foresale.inventory.policies.terms import ReplenishmentTerms
    >>> rng = np.random.default_rng(0)
    >>> paths = rng.poisson(5, (400, 2, 14)).astype(np.float32)
    >>> stock = Ahead(on_hand=np.array([20.0, 90.0]), arrivals=np.zeros((2, 14)))
    >>> now = Situation.today(ReplenishmentTerms.plain(2, lead=3, review=7, pack=6), stock, paths)
    >>> orders_now(now, policy_named("base-stock")).units.tolist()
    [30.0, 0.0]
    """
    wanted = now.wanted_by(policy)[:, 0]
    brief = np.zeros(wanted.shape, np.bool_)
    if (now.terms.shelf < NEVER).any():
        full = service_units(now, now.cycle)
        lowered = unspoiled(now, full)
        brief = (lowered < full - 1e-9) & (wanted > 0) & (wanted <= lowered + 1e-9)
    return Orders(now.in_packs(wanted[:, None])[:, 0], wanted, now.last, brief, now.cycle)
