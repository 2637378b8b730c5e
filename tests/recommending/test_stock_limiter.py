"""Recommendations that keep to the stock, from orders to lists."""

import numpy as np
import polars as pl
import pytest

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.data.interactions import read_interactions
from foresale.data.synthetic import order_lines, shop
from foresale.recommending.free_stock import FreeStock
from foresale.recommending.offers import ListLimits
from foresale.recommending.options import RecommendOptions
from foresale.recommending.recommender import Recommender
from foresale.recommending.stock_limiter import StockLimiter

TOP = 5
LIGHT = RecommendOptions(cutoffs=3, most_customers=300, rounds=50)


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender.fit(read_interactions(order_lines(shop(items=30, periods=150, seed=4))), options=LIGHT)


def stock_of(recommender: Recommender, units: np.ndarray, margin: float = 2.0) -> FreeStock:
    items = recommender.orders.items
    return FreeStock(items, units, np.zeros(len(units)), np.full(len(units), margin))


def test_what_is_out_is_recommended_to_nobody_and_little_of_what_is_scarce(recommender: Recommender):
    plain = recommender.recommend(top=TOP)
    first = np.bincount(plain.item).argmax()
    units = np.full(recommender.orders.items.height, 50.0)
    units[first] = 0.0
    limits = ListLimits(top=TOP)
    limiter = StockLimiter.of(recommender, stock=stock_of(recommender, units), limits=limits, share=1.0)
    found = recommender.recommend(top=TOP, limiter=limiter)
    assert first not in found.item
    asked = np.bincount(found.item, found.chance * limiter.units[found.item], minlength=len(units))
    assert (asked <= units * (1 + 1e-6)).all()
    assert found.place.max() <= TOP
    told_twice = pl.DataFrame({"customer": found.customers, "item": found.item}).is_duplicated()
    assert not told_twice.any()


def test_without_limits_it_is_the_plain_list(recommender: Recommender):
    plain = recommender.recommend(top=TOP)
    found = recommender.recommend(top=TOP, limiter=StockLimiter.of(recommender, limits=ListLimits(top=TOP)))
    assert found.to_frame().equals(plain.to_frame())


def test_what_being_told_adds_needs_less_than_all_that_are_expected(recommender: Recommender):
    units = np.full(recommender.orders.items.height, 5.0)
    stock, limits = stock_of(recommender, units), ListLimits(top=TOP)
    few, many = (
        len(
            recommender.recommend(
                top=TOP, limiter=StockLimiter.of(recommender, stock=stock, limits=limits, share=share)
            )
        )
        for share in (1.0, 0.1)
    )
    assert few < many


def test_categories_margins_and_exclusions_hold(recommender: Recommender):
    items = recommender.orders.items
    category = pl.Series([f"kind {place % 3}" if place % 5 else None for place in range(items.height)])
    stock = stock_of(recommender, np.full(items.height, 1e9))
    stock.margin[:10] = 0.1
    gone = items[ITEM][12]
    limits = ListLimits(top=TOP, per_category=1, least_margin=1.0, exclude=(gone, "never"))
    limiter = StockLimiter.of(recommender, stock=stock, limits=limits, category=category)
    found = recommender.recommend(top=TOP, limiter=limiter)
    assert len(found)
    assert found.item.min() >= 10
    assert 12 not in found.item
    told = pl.DataFrame({"customer": found.customers, "kind": category.gather(found.item)}).drop_nulls()
    assert not told.is_duplicated().any()
    assert any("never" in note for note in limiter.notes)


def test_asking_in_another_order_changes_nothing(recommender: Recommender):
    names = recommender.orders.customers.to_list()
    stock = stock_of(recommender, np.full(recommender.orders.items.height, 8.0))
    limiter = StockLimiter.of(recommender, stock=stock, limits=ListLimits(top=TOP))
    one, other = (recommender.recommend(order, top=TOP, limiter=limiter).to_frame() for order in (names, names[::-1]))
    assert one.sort("customer", "place").equals(other.sort("customer", "place"))


def test_limits_that_nothing_is_told_for_are_refused(recommender: Recommender):
    for limits, said in (
        (ListLimits(least_margin=1.0), "a least margin needs"),
        (ListLimits(per_category=2), "no categories are told"),
    ):
        with pytest.raises(ConfigError, match=said):
            StockLimiter.of(recommender, limits=limits)
    with pytest.raises(ConfigError, match="categories of 1 items"):
        StockLimiter.of(recommender, category=pl.Series(["a"]))
    with pytest.raises(ConfigError, match="share lies between"):
        StockLimiter.of(recommender, share=2.0)
