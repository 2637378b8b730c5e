"""What is out of the ordinary of each item, and how much money depends on it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.inventory.numeric import Numbers
from foresale.inventory.orders import in_whole_packs
from foresale.inventory.planning.lines import Lines
from foresale.inventory.planning.rules import Rules
from foresale.inventory.terms import Inventory

LATE, LIMITED, MINIMUM, EXCESS, LEFTOVER = "late", "limited", "minimum", "excess", "leftover"
KINDS: Final = {
    LATE: "likely to run out before any order can arrive",
    LIMITED: "ordered less than needed, for the budget or the room",
    MINIMUM: "ordered more than needed, for the minimum order",
    EXCESS: "more in stock than will be sold",
    LEFTOVER: "will be left when it ends or spoils",
}
"""The kinds of exceptions, in words."""
_RISKY: Final = 0.1
"""Chance to run out before an order can arrive from which on it is an exception."""


@dataclass(frozen=True)
class Stakes:
    """Exceptions among N items.

    Attributes:
        kind: [N] one of `KINDS`, that with the most money at stake; empty for an item without exception.
        money: [N] money at stake: the margin that is lost, or the cost of what is too much; 0 without exception.
        excess: [N] units of stock and open orders that are left at `Lines.left_at`.
    """

    kind: npt.NDArray[np.str_]
    money: Numbers
    excess: Numbers

    @classmethod
    def of(cls, lines: Lines, inventory: Inventory, rules: Rules) -> "Stakes":
        """Find the exceptions among the lines of a plan.

        An excess counts from the demand of one more review period on; a minimum order, where it brings more than that
        beyond what is wanted.
        """
        cost, spare = inventory.terms.cost, lines.rate * rules.review
        over = (rules.end <= lines.left_at) | (rules.shelf <= lines.left_at)
        forced = np.maximum(lines.units - in_whole_packs(lines.wanted, pack=rules.pack), 0)
        cut = lines.units < lines.asked - 1e-9
        stakes = {
            LATE: np.where(lines.risk >= _RISKY, rules.short * lines.lost_before, 0),
            LIMITED: np.where(cut, rules.short * (lines.lost_with - lines.lost_asked), 0),
            MINIMUM: np.where(forced > spare, cost * forced, 0),
            EXCESS: np.where(~over & (lines.left > spare), cost * lines.left, 0),
            LEFTOVER: np.where(over & (lines.left > spare), rules.waste * lines.left, 0),
        }
        table = np.stack([np.round(money, 2) for money in stakes.values()])
        most = table.max(axis=0)
        kind = np.where(most > 0, np.array(list(stakes))[table.argmax(axis=0)], "")
        return cls(kind, most, np.where(lines.left > 1e-6, lines.left, 0.0))
