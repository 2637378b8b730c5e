"""What is out of the ordinary of each item, and how much money depends on it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Numbers
from foresale.inventory.orders import in_whole_packs
from foresale.inventory.planning.lines import Lines
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.terms import Inventory

CHECK, LATE, LIMITED, MINIMUM, EXCESS, LEFTOVER = "check", "late", "limited", "minimum", "excess", "leftover"
KINDS: Final = {
    CHECK: "to be checked before it is ordered, and left out until it is accepted",
    LATE: "likely to run out before an order arrives that a call to the supplier may hasten",
    LIMITED: "ordered less than needed, for the budget or the room",
    MINIMUM: "ordered more than needed, for the minimum order",
    EXCESS: "more in stock than will be sold",
    LEFTOVER: "will be left when it ends or spoils",
}
"""The kinds of exceptions, in words."""
_RISKY: Final = 0.5
"""Chance to run out before an order can arrive from which on it is late: as likely as not."""
_WORTH_A_CALL: Final = 0.05
"""Share of the demand until the next order arrives that has to be lost for it."""
_FEW, _SHARE = 10, 0.2
"""Exceptions are those with the most money at stake, a fifth of the items, or ten: where all are, none is."""


@dataclass(frozen=True)
class Exceptions:
    """Exceptions among N items.

    Attributes:
        kind: [N] one of `KINDS`, that with the most money at stake; empty for an item without exception.
        money: [N] money at stake: the margin that is lost, or the cost of what is too much or to be checked; 0 without
            exception.
        excess: [N] units of stock and open orders that are left at `Lines.left_at`.
    """

    kind: npt.NDArray[np.str_]
    money: Numbers
    excess: Numbers

    @classmethod
    def of(
        cls, lines: Lines, inventory: Inventory, terms: ReplenishmentTerms, *, held: npt.NDArray[np.bool_]
    ) -> "Exceptions":
        """Find the exceptions among the lines of a plan: those with the most money, and all orders to be checked.

        An excess counts from the demand of one more review period on; a minimum order, where it brings more than that
        beyond what is wanted. An item is late where it is as likely as not to run out, loses a twentieth or more of its
        demand by that, and something is on order, or ordered today, that could come earlier.

        Args:
            lines: of the plan.
            inventory: stock and terms.
            terms: on which they are replenished.
            held: [N] whether an order waits to be accepted.
        """
        cost, spare = terms.cost, lines.rate * terms.review
        over = (terms.end <= lines.left_at) | (terms.shelf <= lines.left_at)
        forced = np.maximum(lines.units - in_whole_packs(lines.wanted, pack=terms.pack), 0)
        cut = lines.units < lines.asked - 1e-9
        coming = (inventory.stock.on_order > 0) | (lines.asked > 0)
        felt = lines.lost_before >= _WORTH_A_CALL * lines.rate * np.maximum(lines.until, 1)
        late = (lines.risk >= _RISKY) & coming & felt
        stakes = {
            CHECK: np.where(held, cost * lines.asked, 0),
            LATE: np.where(late, terms.short * lines.lost_before, 0),
            LIMITED: np.where(cut, terms.short * (lines.lost_with - lines.lost_asked), 0),
            MINIMUM: np.where(forced > spare, cost * forced, 0),
            EXCESS: np.where(~over & (lines.left > spare), cost * lines.left, 0),
            LEFTOVER: np.where(over & (lines.left > spare), terms.waste * lines.left, 0),
        }
        table = np.stack([np.round(money, 2) for money in stakes.values()])
        table[1:, held] = 0
        most = table.max(axis=0)
        kind = np.where(held, CHECK, np.where(most > 0, np.array(list(stakes))[table.argmax(axis=0)], ""))
        few = max(_FEW, int(_SHARE * most.size))
        rest = np.argsort(np.where(held, 0, -most), kind="stable")[few:]
        rest = rest[~held[rest]]
        kind[rest], most[rest] = "", 0.0
        return cls(kind, most, np.where(lines.left > 1e-6, lines.left, 0.0))
