"""Chosen prices: the textbook's where they are free, today's where little is known, and never beyond a rule."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from foresale.pricing.market import Market
from foresale.pricing.prices.choose import choose_prices
from foresale.pricing.prices.options import PriceOptions


def market(
    elasticity: float, error: float, *, products: int = 2, cross: float = 0.0, ladder: bool = False, cost: float = 6.0
) -> Market:
    price = np.full(products, 10.0) + 0.5 * np.arange(products)
    effects = sparse.csc_array(cross * (1 - np.eye(products)))
    names, demand = pl.Series([f"p{n}" for n in range(products)]), np.full((products, 4), 50.0)
    return Market(
        names,
        price,
        np.full(products, cost),
        demand,
        np.full(products, elasticity),
        np.full(products, error),
        effects,
        ladder=((0, 1),) if ladder else (),
    )


def test_the_price_of_a_monopolist():
    """Where the elasticity is known, the best price is cost · e / (1 + e) (Lerner 1934): 6 · 3 / 2 = 9."""
    options = PriceOptions(steps=401, gain=0.0)
    assert choose_prices(market(-3.0, 1e-6), options).prices["price"][0] == pytest.approx(9.0, abs=0.011)


def test_substitutes_make_prices_dearer():
    """Customers who leave for another product of the shop are not lost to it."""
    free = PriceOptions(steps=401, gain=0.0)
    alone, together = (choose_prices(market(-3.0, 1e-6, cross=cross), free).prices["price"][0] for cross in (0.0, 0.5))
    assert together > alone + 0.1


def test_what_is_not_known_is_left_as_it_is():
    found = choose_prices(market(-3.0, 2.0), PriceOptions())
    assert found.prices["change"].to_list() == [0.0, 0.0]
    assert found.gain == pytest.approx(0)
    assert "either side" in found.prices["reason"][0]


@settings(max_examples=60)
@given(
    st.floats(-6, -0.5),
    st.floats(0.01, 2),
    st.floats(0, 0.4),
    st.booleans(),
    st.floats(1, 9.5),
    st.builds(
        PriceOptions,
        down=st.floats(0, 0.5),
        up=st.floats(0, 0.5),
        steps=st.just(21),
        ending=st.none() | st.just(0.99),
        least_margin=st.floats(0, 0.5),
        risk=st.floats(0, 0.1),
    ),
)
def test_every_rule_is_held(
    elasticity: float, error: float, cross: float, ladder: bool, cost: float, options: PriceOptions
):
    shop = market(elasticity, error, products=3, cross=cross, ladder=ladder, cost=cost)
    table = choose_prices(shop, options).prices
    price, now = table["price"].to_numpy(), table["now"].to_numpy()
    moved = price != now
    assert ((price >= now * (1 - options.down) - 1e-6) & (price <= now * (1 + options.up) + 1e-6)).all()
    assert ((price - cost)[moved] >= options.least_margin * price[moved] - 1e-6).all()
    if options.ending is not None:
        assert np.round(price[moved] % 1, 2).tolist() == [0.99] * int(moved.sum())
    if ladder:
        assert price[0] <= price[1] + 1e-6
    assert choose_prices(shop, options).gain >= -1e-6 or cross > 0
