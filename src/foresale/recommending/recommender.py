"""A recommender: learnt from the orders of a shop, asked for the customers of a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np

from foresale.core.arrays import Flags, Index
from foresale.core.cores import in_threads
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.interactions import Interactions
from foresale.core.labels import item_index
from foresale.core.text import counted, day_of
from foresale.recommending.audience import Audience
from foresale.recommending.candidates import Candidates
from foresale.recommending.chances import Chances
from foresale.recommending.facts import ItemFacts
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.lapsing import LapsingCustomers, lapsing
from foresale.recommending.lessons import lesson_of, moments
from foresale.recommending.options import RecommendOptions
from foresale.recommending.outlook import Outlooks
from foresale.recommending.ranked import Limiter, RankedItems
from foresale.recommending.ranking import Ranking
from foresale.recommending.recommendations import Recommendations
from foresale.recommending.related import RelatedItems, similar, together
from foresale.recommending.updating import alike_by_name, counted_anew
from foresale.recommending.visits import Visits

_CELLS: Final = 10_000_000
"""Pairs of customers and items that are looked at together: some 100 MB, and each source is looked at as a whole."""
_FEWEST_AT_ONCE, _MOST_AT_ONCE = 50, 2_000
"""Customers who are looked at together."""
_FAR: Final = 1_000
"""Places of a customer's list within which an item is found that customers are looked for: all that is proposed."""
_DEPTH: Final = 5
"""Times as many items as are asked for that a limiter chooses from."""


@dataclass(frozen=True, eq=False)
class Recommender:
    """What was learnt from the orders of a shop until a day.

    Attributes:
        orders: of all customers until then.
        knowledge: of the day.
        rankings: of all that is proposed, and of what is new to a customer.
        chances: that customers come, and for what.
        options: how it was learnt.

    >>> from foresale.data.interactions import read_interactions
    >>> from foresale.data.synthetic import order_lines, shop
    >>> orders = read_interactions(order_lines(shop(items=20, periods=120)))
    >>> found = Recommender.fit(orders).recommend(top=3)
    >>> int(found.place.max())
    3
    """

    orders: Interactions
    knowledge: Knowledge
    rankings: tuple[Ranking, Ranking]
    chances: Chances
    options: RecommendOptions

    @classmethod
    def fit(
        cls,
        interactions: Interactions,
        *,
        day: int | None = None,
        options: RecommendOptions | None = None,
        outlooks: Outlooks | None = None,
    ) -> "Recommender":
        """A recommender for a day, by what was before it.

        Args:
            interactions: of all customers.
            day: days after 1970-01-01; by default the one after the last event.
            options: how it is learnt.
            outlooks: what forecasts the buyers of the weeks to come, also of the days that are learnt from.

        Raises:
            DataError: there is no order before the day.
        """
        chosen = RecommendOptions() if options is None else options
        orders = interactions.of_kind("order")
        if day is None:
            day = int(interactions.day[-1]) + 1 if len(interactions) else 0
        orders = orders.select(orders.day < day)
        if not len(orders):
            cure = "Recommendations are learnt from what customers bought: pass their orders."
            raise DataError([Fault("no orders", len(interactions), "all events", cure)])
        visits = Visits.of(orders)
        alike = alike_by_name(orders, chosen)
        past = moments(
            visits, day, alike=alike, options=chosen, outlooks=None if "forecast" in chosen.without else outlooks
        )
        lessons = [lesson_of(moment, options=chosen) for moment in past]
        rankings = tuple(Ranking.fit(lessons, new=new, options=chosen) for new in (False, True))
        knowledge = Knowledge.of(visits, day, alike=alike, options=chosen, outlooks=outlooks)
        chances = Chances.fit(lessons, knowledge.profiles, options=chosen)
        return cls(orders, knowledge, (rankings[0], rankings[1]), chances, chosen)

    def __repr__(self) -> str:
        items, customers = self.orders.items.height, len(self.orders.customers)
        return f"<Recommender of {counted(items, 'item')} to {counted(customers, 'customer')} on {day_of(self.day)}>"

    @property
    def day(self) -> int:
        """Days after 1970-01-01 of the day for which it recommends."""
        return self.knowledge.day

    def update(self, events: Interactions) -> "Recommender":
        """With later events taken in: today's, say. What was learnt stays, so that it takes seconds.

        Who bought what and when, how often and how much each item is asked for lately are counted anew, new customers
        and new items with them. The order of recommendations, and which items go together, stay until the next `fit`;
        one a week is enough. Events that are no later than the last one known are taken for known, and named in the
        notes of the orders.

        Args:
            events: later ones, which tell items by the same columns.

        Raises:
            ConfigError: other columns.
        """
        last = int(self.orders.time[-1])
        orders = events.of_kind("order")
        fresh = orders.select(orders.time > last)
        left_out = len(orders) - len(fresh)
        note = f"{counted(left_out, 'order line')} no later than the last one known left out as known."
        joined = self.orders.joined(fresh)
        if left_out:
            joined = replace(joined, notes=(*joined.notes, note))
        day = max(self.knowledge.day, int(joined.day[-1]) + 1)
        return self._of_orders(joined, day)

    def forget(self, customers: Sequence[str], *, unknown: Literal["refuse", "ignore"] = "refuse") -> "Recommender":
        """Without the ids and the orders of some customers, and with the counts of all others alone.

        What was learnt from all together (which items go with which, and the order of recommendations) holds no ids and
        stays until the next `fit`.

        Args:
            customers: their ids.
            unknown: what is done about a customer who is not there.

        Raises:
            ConfigError: a customer that is not there.
        """
        return self._of_orders(self.orders.forget(customers, unknown=unknown), self.knowledge.day)

    def _of_orders(self, orders: Interactions, day: int) -> "Recommender":
        return replace(self, orders=orders, knowledge=counted_anew(self.knowledge, orders, day, self.options))

    def recommend(
        self,
        customers: Sequence[str] | None = None,
        *,
        top: int = 20,
        exclude_bought: bool = False,
        items: Flags | None = None,
        limiter: Limiter | None = None,
    ) -> Recommendations:
        """The items that each customer will most likely come for next.

        Args:
            customers: their ids; all by default.
            top: items for each.
            exclude_bought: whether only items that are new to a customer are recommended.
            items: [N] which items may be; all by default.
            limiter: says which of the ranked items of all these customers may be recommended; several times `top` of
                each customer are ranked for it, so that others can stand in.

        Raises:
            ConfigError: a customer who has no orders, or a `top` below 1.
        """
        _at_least_one(top)
        places = np.arange(len(self.orders.customers)) if customers is None else self.orders.places_of(customers)
        depth = top if limiter is None else top * _DEPTH
        ranked = self.ranked(places, depth=depth, exclude_bought=exclude_bought, items=items)
        if limiter is not None:
            ranked = ranked.take(limiter(ranked)).first(top)
        return Recommendations.of(ranked, self.orders, self.knowledge, self.facts, notes=self.notes(exclude_bought))

    def ranked(
        self, places: Index, *, depth: int, exclude_bought: bool = False, items: Flags | None = None
    ) -> RankedItems:
        """The items of customers at some places in the order in which they suit them, so many of each.

        Args:
            places: [k] positions of the customers among those of the orders.
            depth: items for each.
            exclude_bought: whether only items that are new to a customer are ranked.
            items: [N] which items may be; all by default.
        """

        def ranked(part: Index) -> RankedItems:
            return self._of(part, depth=depth, new=exclude_bought, items=items)

        return RankedItems.joined(list(in_threads(ranked, parts_of(places, self.orders.items.height))))

    def _of(self, places: Index, *, depth: int, new: bool, items: Flags | None) -> RankedItems:
        knowledge = self.knowledge.of_customers(places)
        proposed = Candidates.of(knowledge, options=self.options)
        rows = ~proposed.bought if new else np.ones(len(proposed.item), np.bool_)
        if items is not None:
            rows &= items[proposed.item]
        if not rows.all():
            proposed = proposed.take(rows)
        found = RankedItems.of(
            proposed,
            self.rankings[new].scores(proposed),
            depth=depth,
            profiles=knowledge.profiles,
            chances=self.chances,
        )
        return found.of_customers(places)

    def similar(self, items: Sequence[str], *, top: int = 20) -> RelatedItems:
        """Items like some items: called alike, and bought by the same customers.

        Raises:
            ConfigError: none of the items was ever ordered, or a `top` below 1.
        """
        return similar(self.orders, self.knowledge, items, top=_at_least_one(top))

    def bought_together(self, items: Sequence[str], *, top: int = 20) -> RelatedItems:
        """Items in the same baskets as some items: more often than chance would have it.

        Raises:
            ConfigError: none of the items was ever ordered, or a `top` below 1.
        """
        return together(self.orders, items, top=_at_least_one(top))

    def for_item(
        self, item: str, *, customers: Sequence[str] | None = None, top: int = 100, exclude_bought: bool = False
    ) -> Audience:
        """Whom to write to about an item, such as one with too much stock: whom it suits best.

        Args:
            item: its id.
            customers: of whom; all by default.
            top: customers.
            exclude_bought: whether only those who never bought it.

        Raises:
            ConfigError: an item that was never ordered, a customer who has no orders, or a `top` below 1.
        """
        place = item_index(self.orders.items, item)
        places = np.arange(len(self.orders.customers)) if customers is None else self.orders.places_of(customers)

        def suited(part: Index) -> RankedItems:
            return self._of(part, depth=_FAR, new=exclude_bought, items=None).of_item(place)

        found = RankedItems.joined(list(in_threads(suited, parts_of(places, self.orders.items.height))))
        audience = Audience.of(found, place, self.orders, self.knowledge, self.facts, top=_at_least_one(top))
        return replace(audience, notes=self.notes(exclude_bought))

    def lapsing(self, *, days: int | None = None) -> LapsingCustomers:
        """Which customers may not come again, those first with whom most is at stake.

        Args:
            days: within which they should come; by default the horizon that was learnt.

        Raises:
            DataError: too few customers came more than once.
        """
        return lapsing(self.orders, self.knowledge.day, days=self.options.horizon if days is None else days)

    @cached_property
    def facts(self) -> ItemFacts:
        """What reasons say of items."""
        return ItemFacts.of(self.orders, self.knowledge.day)

    def notes(self, new: bool) -> tuple[str, ...]:
        """What stands in where no order was learnt.

        Args:
            new: whether of the order of what is new to customers, else of all.
        """
        why = self.rankings[new].why
        return (why,) if why else ()


def parts_of(places: Index, items: int) -> list[Index]:
    """Customers in parts that are looked at together, one of them at least."""
    size = min(max(_CELLS // items, _FEWEST_AT_ONCE), _MOST_AT_ONCE)
    return [places[first : first + size] for first in range(0, max(len(places), 1), size)]


def _at_least_one(top: int) -> int:
    if top < 1:
        raise ConfigError(f"top is at least 1, not {top}")
    return top
