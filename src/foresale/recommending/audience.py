"""Whom to write to about an item: the customers whom it suits best."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from foresale.core.interactions import Interactions
from foresale.core.text import counted
from foresale.recommending.facts import ItemFacts
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.ranked import RankedItems
from foresale.recommending.reasons import reasons


@dataclass(frozen=True, eq=False)
class Audience:
    """Customers for an item, those whom it suits best first.

    Attributes:
        item: the item, as people read of it.
        table: a row for each: customer; rank, the place of the item on his own list; chance, how likely he comes for
            it within the horizon; reason.
        day: days after 1970-01-01 for which it holds.
        notes: what was left out, or stands in for something, in sentences for a person.
    """

    item: str
    table: pl.DataFrame
    day: int
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, found: RankedItems, item: int, orders: Interactions, knowledge: Knowledge, facts: ItemFacts, *, top: int
    ) -> "Audience":
        """So many of those on whose lists the item stands: by the chance that they come for it, then by its place."""
        order = np.lexsort((found.customer, found.place, -found.chance))[:top]
        rank = found.place[order]
        found = found.take(order)
        table = pl.DataFrame(
            {
                "customer": orders.customers.gather(found.customer),
                "rank": rank,
                "chance": found.chance,
                "reason": reasons(found, facts, knowledge),
            }
        )
        return cls(facts.labels[item], table, knowledge.day)

    def __repr__(self) -> str:
        return f"<Audience of {counted(self.table.height, 'customer')} for {self.item}>"

    def to_frame(self) -> pl.DataFrame:
        """The table."""
        return self.table
