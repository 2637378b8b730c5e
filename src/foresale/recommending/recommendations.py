"""What is recommended to whom, and why."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from foresale.core.arrays import Index, Numbers
from foresale.core.interactions import Interactions
from foresale.core.labels import own_columns
from foresale.core.text import counted
from foresale.recommending.facts import ItemFacts
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.ranked import RankedItems
from foresale.recommending.reasons import reasons

COLUMNS: Final = ("customer", "place", "score", "chance", "reason")
"""Columns of the table, beside those of the items."""


@dataclass(frozen=True, eq=False)
class Recommendations:
    """Items for customers, the likeliest first.

    Attributes:
        customers: [n] id of the customer of each recommendation.
        items: [n] rows of the items: `item_id`, key columns, `item_name`.
        item: [n] position of the item among all items of the orders.
        place: [n] 1 for the first of a customer.
        score: [n] the higher the likelier, comparable within a customer.
        chance: [n] how likely the customer comes for the item within the horizon.
        reason: [n] why, in words.
        day: days after 1970-01-01 for which they hold.
        notes: what was left out, or stands in for something, in sentences for a person.
    """

    customers: pl.Series
    items: pl.DataFrame
    item: Index
    place: Index
    score: Numbers
    chance: Numbers
    reason: pl.Series
    day: int
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        ranked: RankedItems,
        orders: Interactions,
        knowledge: Knowledge,
        facts: ItemFacts,
        *,
        notes: tuple[str, ...] = (),
    ) -> "Recommendations":
        """All of the ranked items, with a reason for each; `knowledge` is of all customers."""
        return cls(
            orders.customers.gather(ranked.customer),
            orders.items[ranked.item],
            ranked.item,
            ranked.place,
            ranked.score,
            ranked.chance,
            reasons(ranked, facts, knowledge),
            knowledge.day,
            notes,
        )

    def __len__(self) -> int:
        return len(self.item)

    def __repr__(self) -> str:
        return f"<Recommendations of {counted(len(self), 'item')} for {counted(self.customers.n_unique(), 'customer')}>"

    def to_frame(self) -> pl.DataFrame:
        """A row for each: customer, place, the item's own columns, score, chance, reason."""
        own = self.items.select(own_columns(self.items))
        return (
            pl.DataFrame({"customer": self.customers, "place": self.place})
            .hstack(own)
            .with_columns(pl.Series("score", self.score), pl.Series("chance", self.chance), self.reason.alias("reason"))
        )
