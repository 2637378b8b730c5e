"""Halo on the basket: what promotions bring along is found, what others would have bought anyway is not."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.pricing.effects.cube import PriceCube
from foresale.pricing.effects.halo import Baskets, Halo, baskets_of, halo, read_baskets

PERIODS = 60


def cube(products: int = 2, *, promoted: int = 4) -> PriceCube:
    """Prices that are cut by a fifth in every so many periods."""
    price = np.full((products, 1, PERIODS), 10.0)
    price[..., ::promoted] = 8.0
    frame = pl.DataFrame(
        {"product": [f"p{n}" for n in range(products)], "category": [f"c{n}" for n in range(products)]}
    )
    return PriceCube(
        Frequency.parse("W-MON"),
        2800,
        frame,
        ("category",),
        ("everywhere",),
        np.full((products, 1, PERIODS), 50.0),
        price,
    )


def drawn(value: float, *, noise: float = 2.0, seed: int = 0) -> Baskets:
    """Thirty units more where promoted, each with so much money beside it; twenty anyway with three each."""
    draw = np.random.default_rng(seed)
    extra = 30.0 * (np.arange(PERIODS) % 4 == 0)
    units = 20 + extra + draw.normal(size=(2, PERIODS))
    beside = 60 + value * extra + noise * draw.normal(size=(2, PERIODS))
    return Baskets(units, beside, 1000)


@pytest.mark.parametrize("value", [4.0, 1.0, 0.0])
def test_what_an_extra_unit_brings_along_is_found(value: float):
    found = halo(drawn(value), cube())
    assert found.values.tolist() == pytest.approx([value] * 2, abs=max(3 * found.errors.max(), 0.1))
    assert (found.errors < 0.3).all()


def test_intervals_hold():
    held = [
        abs(found.values[0] - 2.0) < 2 * found.errors[0]
        for found in (halo(drawn(2.0, noise=20.0, seed=seed), cube()) for seed in range(40))
    ]
    assert np.mean(held) > 0.8


def test_without_promotions_the_shop_says_all_and_nothing_is_believed_of_nothing():
    never = halo(drawn(4.0), cube(promoted=PERIODS + 1))
    assert abs(never.values).max() < 0.5
    assert (never.errors > 0.5).all()


def test_caution_takes_it_to_nothing_and_losses_stay():
    told = Halo(np.array([2.0, 1.0, -1.0]), np.array([0.5, 3.0, 1.0]), np.ones(3))
    assert told.cautious(1.0).tolist() == [1.5, 0.0, -1.0]


def lines() -> pl.DataFrame:
    """Two baskets of one week: tea with a pot and a cloth of no known product; a pot alone, and a return."""
    day = pl.Series(["2023-09-04"] * 5).str.to_date()
    return pl.DataFrame(
        {
            "order": ["a", "a", "a", "b", "c"],
            "day": day,
            "sku": ["p0", "p1", "cloth", "p1", "p0"],
            "units": [2, 1, 1, 3, -1],
            "price": [8.0, 10.0, 5.0, 10.0, 8.0],
        }
    )


def test_baskets_are_read_from_order_lines():
    sold = cube()
    found = read_baskets(lines().rename({"order": "order_id", "units": "qty"}), sold)
    at = int(sold.frequency.index(np.array(["2023-09-04"], "datetime64[D]"))[0]) - sold.start
    assert found.count == 2
    assert found.units[:, at].tolist() == [2, 4]
    assert found.beside[:, at].tolist() == [15, 21]  # a pot and a cloth; tea and a cloth, and nothing beside the second
    with pytest.raises(ConfigError, match="no column of order"):
        read_baskets(lines().drop("order").rename({"units": "qty"}), sold)


def test_the_same_category_is_not_brought_along():
    sold = cube()
    one = PriceCube(
        sold.frequency,
        sold.start,
        sold.products.with_columns(category=pl.lit("hot")),
        sold.groups,
        sold.place_names,
        sold.sales,
        sold.price,
    )
    told = lines().filter(pl.col("units") > 0).with_columns(money=pl.col("units") * pl.col("price"))
    found = baskets_of(told.rename({"sku": "product", "day": "timestamp"}).cast({"timestamp": pl.Datetime("us")}), one)
    assert found.beside.sum(axis=1).tolist() == [5, 5]
