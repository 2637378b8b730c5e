"""What stock costs: the three rates that reorder policies balance."""

from dataclasses import dataclass

import numpy.typing as npt

from foresale.inventory.numeric import Numbers, numbers, positive


@dataclass(frozen=True)
class Costs:
    """Costs of N items, in one currency; each one number for all items or [N].

    Attributes:
        ordering: money per order, however large.
        holding: money per unit held for one unit of time (a year, a day, a review period: as the policy says).
        backorder: money per unit owed for one unit of time.

    Raises:
        ConfigError: a cost that is not above zero, or arrays that do not go together.

    >>> Costs(ordering=8, holding=0, backorder=5)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: holding must be above zero: 0.0
    """

    ordering: npt.ArrayLike
    holding: npt.ArrayLike
    backorder: npt.ArrayLike

    def __post_init__(self) -> None:
        self.arrays()

    def arrays(self) -> tuple[Numbers, Numbers, Numbers]:
        """Ordering, holding and backorder cost as arrays of one shape."""
        ordering, holding, backorder = positive(ordering=self.ordering, holding=self.holding, backorder=self.backorder)
        return ordering, holding, backorder

    @property
    def ratio(self) -> Numbers:
        """The critical ratio backorder / (backorder + holding)."""
        _, holding, backorder = self.arrays()
        return numbers(backorder / (backorder + holding))
