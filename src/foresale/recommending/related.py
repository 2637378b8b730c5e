"""Which items go with an item: those like it, and those in the same baskets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from scipy import sparse

from foresale.core.arrays import Index, Numbers
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.interactions import Interactions, item_places
from foresale.core.labels import own_columns
from foresale.core.text import counted, few
from foresale.recommending.knowledge import Knowledge

_BY_CHANCE: Final = 3.0
"""Baskets that a pair of items has to share beside those it does, as it were, before it is believed to go together."""


@dataclass(frozen=True, eq=False)
class RelatedItems:
    """Items that go with some items, of each the nearest first.

    Attributes:
        kind: whether they are like it, or bought together with it.
        table: a row for each: of, the id of the item that was asked for; place, 1 for the nearest; the columns of the
            item that goes with it; score; reason.
        notes: what was left out, in sentences for a person.
    """

    kind: Literal["similar", "together"]
    table: pl.DataFrame
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"<RelatedItems: {counted(self.table.height, 'item')} for {counted(self.table['of'].n_unique(), 'item')}>"
        )

    def to_frame(self) -> pl.DataFrame:
        """The table."""
        return self.table


def similar(orders: Interactions, knowledge: Knowledge, items: Sequence[str], *, top: int) -> RelatedItems:
    """Items like some items: called alike, and bought by the same customers; the score is the sum of both cosines.

    Raises:
        ConfigError: none of the items was ever ordered.
    """
    places, notes = _known(orders, items)
    bought = knowledge.profiles.times.tocsc()
    parts = []
    for place in places.tolist():
        names, buyers = (_row(matrix, place) for matrix in (knowledge.alike, knowledge.together))
        others = _best(names + buyers, top)
        mine = _column(bought, place)
        both = [len(np.intersect1d(mine, _column(bought, other))) for other in others.tolist()]
        reasons = [
            "; ".join(part for part in ("called alike" if named else "", _both(count)) if part)
            for named, count in zip((names[others] > 0).tolist(), both, strict=True)
        ]
        parts.append(_part(orders, place, others, (names + buyers)[others], reasons))
    return RelatedItems("similar", pl.concat(parts), notes)


def together(orders: Interactions, items: Sequence[str], *, top: int) -> RelatedItems:
    """Items in the same baskets as some items: what a customer ordered on one day is a basket.

    The score is how many times as often both are in a basket as chance would have it (the lift of Brin et al. 1997,
    SIGMOD, which they call interest), shrunk to 1 where few baskets hold both, times the share of the item's baskets
    that hold the other.

    Raises:
        ConfigError: none of the items was ever ordered.
    """
    places, notes = _known(orders, items)
    baskets = _baskets(orders)
    count = np.asarray(baskets.sum(axis=0)).ravel()
    columns, parts = baskets.tocsc(), []
    for place in places.tolist():
        shared = np.asarray(baskets[_column(columns, place)].sum(axis=0)).ravel()
        shared[place] = 0
        chance = count[place] * count / baskets.shape[0]
        scores = (shared + _BY_CHANCE) / (chance + _BY_CHANCE) * shared / max(count[place], 1)
        others = _best(np.where(shared > chance, scores, 0), top)
        reasons = [
            f"in {share:.0%} of the baskets with it ({counted(number, 'basket')})"
            for share, number in zip(
                (shared[others] / count[place]).tolist(), shared[others].astype(int).tolist(), strict=True
            )
        ]
        parts.append(_part(orders, place, others, scores[others], reasons))
    return RelatedItems("together", pl.concat(parts), notes)


def _known(orders: Interactions, items: Sequence[str]) -> tuple[Index, tuple[str, ...]]:
    """Positions of the items that are there, and a word on those that are not.

    Raises:
        ConfigError: none is.
    """
    places = item_places(orders, items)
    unknown = [str(name) for name, place in zip(items, places.tolist(), strict=True) if place < 0]
    if len(unknown) == len(items):
        there = few(orders.items[ITEM].to_list(), shown=3)
        raise ConfigError(f"no order has {few(unknown)}. There are such as {there}.")
    note = f"{counted(len(unknown), 'item')} without an order left out: {few(unknown)}."
    return places[places >= 0], (note,) if unknown else ()


def _baskets(orders: Interactions) -> sparse.csr_matrix:
    """[B, N] 1 for the items of each basket."""
    day = orders.day - (int(orders.day.min()) if len(orders) else 0)
    _, basket = np.unique(orders.customer.astype(np.int64) << 32 | day, return_inverse=True)
    shape = (int(basket.max()) + 1 if len(basket) else 0, orders.items.height)
    found = sparse.csr_matrix((np.ones(len(basket)), (basket, orders.item)), shape=shape)
    found.data[:] = 1
    return found


def _row(matrix: sparse.csr_matrix, place: int) -> Numbers:
    found: Numbers = matrix[[place]].toarray().ravel()
    return found


def _column(matrix: sparse.csc_matrix, place: int) -> Index:
    """The rows that have a value in a column."""
    return np.asarray(matrix.indices[matrix.indptr[place] : matrix.indptr[place + 1]])


def _best(scores: Numbers, top: int) -> Index:
    """The places of the largest values above 0, the largest first."""
    order = np.argsort(-scores, kind="stable")[:top]
    return order[scores[order] > 0]


def _both(count: int) -> str:
    return f"{counted(count, 'customer')} bought both" if count else ""


def _part(orders: Interactions, place: int, others: Index, scores: Numbers, reasons: list[str]) -> pl.DataFrame:
    """The rows of one item that was asked for."""
    asked = [str(orders.items[ITEM][place])] * len(others)
    own = orders.items[others].select(own_columns(orders.items))
    left = pl.DataFrame({"of": pl.Series(asked, dtype=pl.String), "place": np.arange(1, len(others) + 1)})
    return left.hstack(own).with_columns(pl.Series("score", scores), pl.Series("reason", reasons, dtype=pl.String))
