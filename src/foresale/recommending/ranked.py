"""Items in the order in which they suit each customer: more than are recommended, for limits to choose from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Index, Numbers, Values
from foresale.recommending.candidates import Candidates
from foresale.recommending.chances import Chances
from foresale.recommending.profiles import Profiles
from foresale.recommending.ranking import first_places

EVIDENCE: Final = ("times", "since", "interval", "season", "age", "buyers 28", "cut", "season begins", "highest week")
"""Features that reasons are told from."""


@dataclass(frozen=True, eq=False)
class RankedItems:
    """Pairs of customers and items, customer after customer, each customer's likeliest item first.

    Attributes:
        customer: [n] position of the customer among all of the orders, in the order that they were asked for.
        item: [n] position of the item among all of the orders.
        place: [n] 1 for the first of a customer.
        score: [n] the higher the likelier, comparable within a customer.
        chance: [n] how likely the customer comes for the item within the horizon.
        evidence: [n, 9] the features that reasons are told from, in the order of `EVIDENCE`.
    """

    customer: Index
    item: Index
    place: Index
    score: Numbers
    chance: Numbers
    evidence: Values

    @classmethod
    def of(
        cls, proposed: Candidates, scores: Numbers, *, depth: int, profiles: Profiles, chances: Chances
    ) -> "RankedItems":
        """The first of what was proposed to some customers; their positions are those among the profiles.

        Args:
            proposed: what may be recommended.
            scores: [n] of each pair.
            depth: items for each customer.
            profiles: of the customers.
            chances: that they come, and for what.
        """
        chosen = first_places(proposed, scores, np.ones(len(scores), np.bool_), top=depth)
        features, customer = proposed.features[chosen], proposed.customer[chosen]
        chance = chances.comes(profiles)[customer] * chances.takes(proposed, features)
        evidence = features[:, [proposed.names.index(name) for name in EVIDENCE]]
        return cls(customer, proposed.item[chosen], _from_one(customer), scores[chosen], chance, evidence)

    def of_customers(self, places: Index) -> "RankedItems":
        """The same with the positions of the customers among others: `places` of each."""
        return replace(self, customer=places[self.customer])

    @classmethod
    def joined(cls, parts: Sequence["RankedItems"]) -> "RankedItems":
        """Those of several groups of customers, one after the other."""
        columns = [np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)]
        return cls(*columns)

    def __len__(self) -> int:
        return len(self.item)

    def __getitem__(self, name: str) -> Values:
        return np.asarray(self.evidence[:, EVIDENCE.index(name)])

    def take(self, rows: Flags | Index) -> "RankedItems":
        """Some of the pairs, in the same order; the places of each customer are counted anew."""
        customer = self.customer[rows]
        return RankedItems(
            customer, self.item[rows], _from_one(customer), self.score[rows], self.chance[rows], self.evidence[rows]
        )

    def of_item(self, item: int) -> "RankedItems":
        """The pairs of one item; they keep their places among all items of their customers."""
        rows = self.item == item
        return RankedItems(*(getattr(self, each.name)[rows] for each in fields(self)))

    def first(self, top: int) -> "RankedItems":
        """The first pairs of each customer."""
        return self.take(self.place <= top)


Limiter = Callable[[RankedItems], Flags]
"""What says of ranked items, [n], which of them may be recommended: by stock, by margin, by how many are alike."""


def _from_one(customer: Index) -> Index:
    """[n] 1 for the first pair of each run of a customer, 2 for the next.

    >>> _from_one(np.array([7, 7, 2, 2, 2])).tolist()
    [1, 2, 1, 2, 3]
    """
    if not len(customer):
        return np.zeros(0, np.int64)
    begins = np.flatnonzero(np.concatenate([[True], np.diff(customer) != 0]))
    found: Index = np.arange(len(customer)) - np.repeat(begins, np.diff(begins, append=len(customer))) + 1
    return found
