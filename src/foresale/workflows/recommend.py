"""The wish: what each customer will want next."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from foresale.core.arrays import Flags
from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.interactions import Interactions, item_places
from foresale.core.labels import own_columns
from foresale.core.option_types import checked
from foresale.core.text import counted, few
from foresale.data.interactions import read_interactions
from foresale.recommending.evaluation import Judging, RecommendationEvaluation, evaluated
from foresale.recommending.options import RecommendOptions
from foresale.recommending.ranked import Limiter
from foresale.recommending.recommendations import COLUMNS, Recommendations
from foresale.recommending.recommender import Recommender
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.outlook import ForecastOutlooks
from foresale.workflows.validate import check_names

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
else:
    IntoFrame = Any  # narwhals is loaded where a frame comes, not where a file does

Orders = Recommender | Interactions | str | PathLike[str] | IntoFrame
"""A recommender that has learnt, or what one learns from: interactions, a path, or a data frame of any library."""


@checked
def recommend(
    orders: Orders,
    *,
    customers: Sequence[str] | None = None,
    top: int = 20,
    exclude_bought: bool = False,
    exclude: Sequence[str] = (),
    options: RecommendOptions | None = None,
    forecast: Model | ModelConfig | None = "ets",
    limiter: Limiter | None = None,
) -> Recommendations:
    """What each customer will most likely come for next, with a reason for each.

    Args:
        orders: order lines with a column of customers, a log of events, or a recommender that has learnt from them.
        customers: ids of those who are asked for; all by default. Who has no orders is named in the notes.
        top: items for each.
        exclude_bought: whether only items that are new to a customer are recommended.
        exclude: ids of items that are not recommended.
        options: how it is learnt; a recommender has learnt already.
        forecast: the model that tells how many customers will come for each item in the next weeks, as in
            `foresale.forecast`; None forecasts nothing.
        limiter: says which of the ranked items may be recommended.

    Raises:
        ConfigError: none of the customers has orders, or a setting that cannot be.
        DataError: orders that cannot be read.

    >>> from foresale.data.synthetic import order_lines, shop
    >>> recommend(order_lines(shop(items=20, periods=120)), top=3, exclude=["item-003"])
    <Recommendations of ... items for ... customers>
    """
    recommender = recommender_of(orders, options=options, forecast=forecast)
    _check_columns(recommender)
    known, notes = known_customers(recommender, customers)
    items, more = _allowed(recommender, exclude)
    found = recommender.recommend(known, top=top, exclude_bought=exclude_bought, items=items, limiter=limiter)
    return replace(found, notes=(*found.notes, *notes, *more))


def recommend_in_parts(
    recommender: Recommender,
    *,
    size: int,
    customers: Sequence[str] | None = None,
    top: int = 20,
    exclude_bought: bool = False,
    exclude: Sequence[str] = (),
) -> Iterator[Recommendations]:
    """The lists of `recommend` for so many customers at a time, so that those of a million never stand in memory.

    The notes on customers and items that are not there stand with the first part.

    Args:
        recommender: that has learnt.
        size: customers of a part.
        customers: as in `recommend`.
        top: as in `recommend`.
        exclude_bought: as in `recommend`.
        exclude: as in `recommend`.

    Raises:
        ConfigError: none of the customers has orders.
    """
    _check_columns(recommender)
    known, notes = known_customers(recommender, customers)
    items, more = _allowed(recommender, exclude)
    names = recommender.orders.customers if known is None else known
    notes = (*notes, *more)
    for first in range(0, len(names), size):
        part = list(names[first : first + size])
        found = recommender.recommend(part, top=top, exclude_bought=exclude_bought, items=items)
        yield found if first else replace(found, notes=(*found.notes, *notes))


def _check_columns(recommender: Recommender) -> None:
    items = recommender.orders.items
    check_names(items.select(own_columns(items)), COLUMNS, result="recommendations")


@checked
def evaluate_recommendations(
    orders: Orders,
    *,
    judging: Judging | None = None,
    forecast: Model | ModelConfig | None = "ets",
    on_cutoff: Callable[[int, int], None] | None = None,
) -> RecommendationEvaluation:
    """How good recommendations of this shop would have been, at days of the past: each learnt from what was before it.

    Args:
        orders: order lines with a column of customers, a log of events, or a recommender that has learnt from them.
        judging: how many days, how long a list, and how it is learnt.
        forecast: the model that tells the buyers of the weeks after each day, as in `recommend`.
        on_cutoff: told which day of how many is next.

    Raises:
        DataError: orders that cannot be read, or that are too few to judge by.

    >>> from foresale.data.synthetic import order_lines, shop
    >>> lines = order_lines(shop(items=20, periods=120))
    >>> evaluate_recommendations(lines, judging=Judging(cutoffs=2), forecast=None)
    <RecommendationEvaluation of 2 cutoffs>
    """
    events = orders.orders if isinstance(orders, Recommender) else orders
    events = events if isinstance(events, Interactions) else read_interactions(events)
    return evaluated(events, judging or Judging(), outlooks=_outlooks(forecast), on_cutoff=on_cutoff)


def recommender_of(
    orders: Orders, *, options: RecommendOptions | None = None, forecast: Model | ModelConfig | None = "ets"
) -> Recommender:
    """A recommender of whatever one is made of.

    Raises:
        ConfigError: nothing of the kind, or options for one that has learnt.
        DataError: orders that cannot be read.
    """
    if isinstance(orders, Recommender):
        if options is not None:
            raise ConfigError("options are for learning, and this recommender has learnt already")
        return orders
    events = orders if isinstance(orders, Interactions) else read_interactions(orders)
    return Recommender.fit(events, options=options, outlooks=_outlooks(forecast))


def _outlooks(forecast: Model | ModelConfig | None) -> ForecastOutlooks | None:
    return None if forecast is None else ForecastOutlooks(ModelConfig.of(forecast))


def known_customers(
    recommender: Recommender, customers: Sequence[str] | None
) -> tuple[Sequence[str] | None, tuple[str, ...]]:
    """Those of some customers who have orders, and a word on the others.

    Raises:
        ConfigError: none has.
    """
    if customers is None:
        return None, ()
    places = recommender.orders.find_customers(customers)
    unknown = [str(name) for name, place in zip(customers, places.tolist(), strict=True) if place < 0]
    known = [str(name) for name, place in zip(customers, places.tolist(), strict=True) if place >= 0]
    if not known:
        recommender.orders.places_of(customers)
    note = f"{counted(len(unknown), 'customer')} without an order left out: {few(unknown)}."
    return known, (note,) if unknown else ()


def _allowed(recommender: Recommender, exclude: Sequence[str]) -> tuple[Flags | None, tuple[str, ...]]:
    """[N] which items may be recommended, and a word on those that are not there at all."""
    if not exclude:
        return None, ()
    places = item_places(recommender.orders, exclude)
    unknown = [str(name) for name, place in zip(exclude, places.tolist(), strict=True) if place < 0]
    allowed = np.ones(recommender.orders.items.height, np.bool_)
    allowed[places[places >= 0]] = False
    there = few(recommender.orders.items[ITEM].to_list(), shown=3)
    note = f"{counted(len(unknown), 'item')} to leave out never ordered: {few(unknown)}; there are such as {there}."
    return allowed, (note,) if unknown else ()
