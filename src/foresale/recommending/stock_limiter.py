"""Which of the ranked items may be recommended: what will be there, pays, and is not the same over and over."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Numbers
from foresale.core.errors import ConfigError
from foresale.core.interactions import Interactions, item_places
from foresale.core.text import counted, few
from foresale.recommending.allocation import Lists, fill_lists
from foresale.recommending.free_stock import FreeStock
from foresale.recommending.lift import Lift
from foresale.recommending.offers import ListLimits, OfferedItems, Offers
from foresale.recommending.ranked import RankedItems
from foresale.recommending.recommender import Recommender
from foresale.recommending.visits import Visits


@dataclass(frozen=True, eq=False)
class StockLimiter:
    """A limiter of recommendations by stock and by what lists keep to: pass it to `Recommender.recommend`.

    Attributes:
        offered: the items of the recommender.
        units: [N] that a customer takes who comes for an item.
        limits: what lists keep to; its `top` is that of the recommendations.
        share: of the units that those who are recommended an item are expected to take, how many count against what is
            free. Most of them would come without being told, and the forecast, which free stock is left over by, holds
            them already: what counts is what being told adds. 1 sets aside all of them once more, which costs places
            on lists and brings no more money (`benchmarks/results/recommending_stock.md`).
        notes: what was assumed, in sentences for a person.
    """

    offered: OfferedItems = field(repr=False)
    units: Numbers = field(repr=False)
    limits: ListLimits
    share: float
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        recommender: Recommender,
        *,
        stock: FreeStock | None = None,
        limits: ListLimits | None = None,
        category: pl.Series | None = None,
        share: float = Lift.share,
    ) -> "StockLimiter":
        """The limiter of a recommender's items.

        Args:
            recommender: that is to keep to it.
            stock: what is free of each item; by default there is no end of anything.
            limits: what lists keep to.
            category: [N] of the items of `recommender.orders.items`; null for none.
            share: of the expected units that counts against what is free.

        Raises:
            ConfigError: a share outside of 0 to 1, a least margin without stock and terms, categories that are limited
                and not told, or told for other items.

        >>> from foresale.data.interactions import read_interactions
        >>> from foresale.data.synthetic import order_lines, shop
        >>> recommender = Recommender.fit(read_interactions(order_lines(shop(items=20, periods=120))))
        >>> few = StockLimiter.of(recommender, limits=ListLimits(top=3, exclude=("item-003",)))
        >>> bool((recommender.recommend(top=3, limiter=few).items["item_id"] == "item-003").any())
        False
        """
        orders, chosen = recommender.orders, limits or ListLimits()
        _check(orders, stock, chosen, category, share)
        count = orders.items.height
        known = None if stock is None else stock.of_items(orders.items)
        allowed, notes = _allowed(orders, known, chosen)
        offered = OfferedItems(
            np.full(count, np.inf) if known is None else known.units,
            allowed,
            None if category is None else category.rank("dense").cast(pl.Int64).fill_null(-1).to_numpy(),
            recommender.knowledge.alike,
        )
        return cls(offered, units_taken(Visits.of(orders)), chosen, share, (*notes, *(known.notes if known else ())))

    def __call__(self, ranked: RankedItems) -> Flags:
        """[n] which of the ranked items may be recommended."""
        allowed = np.zeros(len(ranked), np.bool_)
        allowed[self.lists(ranked).rows] = True
        return allowed

    def lists(self, ranked: RankedItems) -> Lists:
        """The lists out of the ranked items, and what they are expected to take of each item."""
        score = -ranked.place.astype(np.float64)
        units = np.maximum(self.share * self.units[ranked.item], np.finfo(np.float64).tiny)
        return fill_lists(Offers(ranked.customer, ranked.item, score, ranked.chance, units), self.offered, self.limits)


def units_taken(visits: Visits) -> Numbers:
    """[N] mean units that a customer takes of an item on a day he comes for it; 1 where none ever did.

    >>> from foresale.data.interactions import read_interactions
    >>> lines = pl.DataFrame({"customer": ["ann", "ann", "bob"], "sku": ["tea"] * 3, "quantity": [1, 2, 1],
    ...                       "date": ["2024-03-01", "2024-03-01", "2024-03-05"]})
    >>> units_taken(Visits.of(read_interactions(lines))).tolist()
    [2.0]
    """
    count = np.bincount(visits.item, minlength=visits.shape[1])
    units = np.bincount(visits.item, visits.units, minlength=visits.shape[1])
    return np.asarray(np.divide(units, count, out=np.ones(visits.shape[1]), where=count > 0))


def _check(
    orders: Interactions, stock: FreeStock | None, limits: ListLimits, category: pl.Series | None, share: float
) -> None:
    if not 0 <= share <= 1:
        raise ConfigError(f"share lies between 0 and 1, not {share}")
    if limits.least_margin is not None and stock is None:
        raise ConfigError("a least margin needs the stock and terms of the items, which tell price and cost")
    if limits.per_category is not None and category is None:
        raise ConfigError("items of a category are limited, but no categories are told")
    if category is not None and len(category) != orders.items.height:
        raise ConfigError(f"categories of {len(category):,} items, not of the {orders.items.height:,} of the orders")


def _allowed(orders: Interactions, stock: FreeStock | None, limits: ListLimits) -> tuple[Flags, Sequence[str]]:
    """[N] which items may be recommended at all, and a word on what is to be left out and is not there."""
    allowed = np.ones(orders.items.height, np.bool_)
    places = item_places(orders, limits.exclude)
    allowed[places[places >= 0]] = False
    if limits.least_margin is not None and stock is not None:
        allowed &= stock.margin >= limits.least_margin
    unknown = [name for name, place in zip(limits.exclude, places.tolist(), strict=True) if place < 0]
    note = f"{counted(len(unknown), 'item')} to leave out never ordered: {few(unknown)}."
    return allowed, (note,) * bool(unknown)
