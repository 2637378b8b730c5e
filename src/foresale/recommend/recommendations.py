"""What is recommended to whom, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Index, Numbers
from foresale.core.interactions import Interactions
from foresale.core.labels import own_columns
from foresale.recommend.candidates import Candidates
from foresale.recommend.knowledge import Knowledge
from foresale.recommend.reasons import reasons


@dataclass(frozen=True, eq=False)
class Recommendations:
    """Items for customers, the likeliest first.

    Attributes:
        customers: [n] id of the customer of each recommendation.
        items: [n] rows of the items: `item_id`, key columns, `item_name`.
        item: [n] position of the item among all items of the orders.
        place: [n] 1 for the first of a customer.
        score: [n] the higher the likelier, comparable within a customer.
        reason: [n] why, in words.
        day: days after 1970-01-01 for which they hold.
        notes: what was understood of the orders, in sentences for a person.
    """

    customers: pl.Series
    items: pl.DataFrame
    item: Index
    place: Index
    score: Numbers
    reason: pl.Series
    day: int
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        proposed: Candidates,
        chosen: Index,
        scores: Numbers,
        places: Index,
        orders: Interactions,
        knowledge: Knowledge,
    ) -> "Recommendations":
        """The chosen pairs, in order."""
        customer, item = proposed.customer[chosen], proposed.item[chosen]
        place = 1 + np.arange(len(chosen)) - np.searchsorted(customer, customer)
        why = reasons(proposed, chosen, orders, knowledge)
        return cls(
            orders.customers.gather(places[customer]),
            orders.items[item],
            item,
            place,
            scores[chosen],
            why,
            knowledge.day,
        )

    @classmethod
    def joined(
        cls, parts: Sequence["Recommendations"], orders: Interactions, day: int, *, notes: tuple[str, ...]
    ) -> "Recommendations":
        """Those of several groups of customers, one after the other."""
        if not parts:
            none = np.zeros(0, np.int64)
            return cls(orders.customers[:0], orders.items[:0], none, none, np.zeros(0), _NONE, day, notes)
        return cls(
            pl.concat([part.customers for part in parts]),
            pl.concat([part.items for part in parts]),
            np.concatenate([part.item for part in parts]),
            np.concatenate([part.place for part in parts]),
            np.concatenate([part.score for part in parts]),
            pl.concat([part.reason for part in parts]),
            day,
            notes,
        )

    def __len__(self) -> int:
        return len(self.item)

    def __repr__(self) -> str:
        return f"Recommendations({len(self):,} for {self.customers.n_unique():,} customers)"

    def to_frame(self) -> pl.DataFrame:
        """A row for each: customer, place, the item's own columns, score, reason."""
        own = self.items.select(own_columns(self.items))
        return (
            pl.DataFrame({"customer": self.customers, "place": self.place})
            .hstack(own)
            .with_columns(pl.Series("score", self.score), self.reason.alias("reason"))
        )


_NONE: Final = pl.Series("reason", [], pl.String)
