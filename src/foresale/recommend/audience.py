"""Whom to write to about an item: the customers whom it suits best."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from foresale.core.interactions import Interactions
from foresale.core.labels import item_label
from foresale.core.text import counted
from foresale.recommend.knowledge import Knowledge
from foresale.recommend.ranked import RankedItems
from foresale.recommend.reasons import reasons


@dataclass(frozen=True, eq=False)
class Audience:
    """Customers for an item, those whom it suits best first.

    Attributes:
        item: the item, as people read of it.
        table: a row for each: customer; rank, the place of the item on his own list; score; reason.
        day: days after 1970-01-01 for which it holds.
        notes: what was left out, or stands in for something, in sentences for a person.
    """

    item: str
    table: pl.DataFrame
    day: int
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        found: RankedItems,
        item: int,
        orders: Interactions,
        knowledge: Knowledge,
        *,
        top: int,
        notes: tuple[str, ...],
    ) -> "Audience":
        """The first of those on whose lists the item stands: by its place there, then by its score."""
        order = np.lexsort((found.customer, -found.score, found.place))[:top]
        rank = found.place[order]
        found = found.take(order)
        table = pl.DataFrame(
            {
                "customer": orders.customers.gather(found.customer),
                "rank": rank,
                "score": found.score,
                "reason": reasons(found, orders, knowledge),
            }
        )
        return cls(item_label(orders.items, item), table, knowledge.day, notes)

    def __repr__(self) -> str:
        return f"<Audience of {counted(self.table.height, 'customer')} for {self.item}>"

    def to_frame(self) -> pl.DataFrame:
        """The table."""
        return self.table
