"""What reasons say of items: what they are called, and whether they are asked for more than usual."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foresale.core.arrays import Index, Numbers
from foresale.core.interactions import Interactions
from foresale.core.labels import item_labels
from foresale.recommending.options import YEAR

_LATELY: Final = 14
"""Days that count as lately."""
_SHORTEST: Final = 56
"""Days that an item has been there at the least before something is usual for it."""


@dataclass(frozen=True, eq=False)
class ItemFacts:
    """Facts of N items on a day.

    Attributes:
        labels: what people read of each.
        lately: [N] order lines of the last fortnight.
        rise: [N] those over the lines of a usual fortnight of the last year, or of as long as the item is there; 1 for
            items of which nothing is usual yet.
    """

    labels: tuple[str, ...]
    lately: Index
    rise: Numbers

    @classmethod
    def of(cls, orders: Interactions, day: int) -> "ItemFacts":
        """The facts that orders before a day tell.

        Lines are counted, not buyers: of customers who come every week a year has hardly more than a fortnight.
        """
        count, age = orders.items.height, day - orders.day
        lately = np.bincount(orders.item[(age > 0) & (age <= _LATELY)], minlength=count)
        before = np.bincount(orders.item[(age > _LATELY) & (age <= YEAR)], minlength=count)
        first = np.full(count, day)
        np.minimum.at(first, orders.item, orders.day)
        there = np.minimum(day - first, YEAR)
        usual = before * _LATELY / np.maximum(there - _LATELY, 1)
        rise = np.where(there >= _SHORTEST, (lately + 1) / (usual + 1), 1.0)
        return cls(tuple(item_labels(orders.items).to_list()), lately.astype(np.int64), rise)
