"""Products as they stand before their prices are chosen."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.pricing.effects.estimate import find_elasticities
from foresale.pricing.effects.regular import base_panel
from foresale.workflows.elasticities import elasticities
from foresale.workflows.market import Standing, standing
from foresale.workflows.model_config import ModelConfig

WEEKS = 110


def shop(*, places: int = 1, cross: float = 0.0, **columns: object) -> Panel:
    """Weekly sales of two products of elasticity -3, each at 10, and columns of its items beside."""
    draw = np.random.default_rng(0)
    log_price = 0.15 * draw.normal(size=(2, places, WEEKS))
    sales = draw.poisson(np.exp(5 - 3 * log_price + cross * log_price[::-1])).astype(np.float32)
    items = pl.DataFrame({"sku": np.repeat(["tea", "pot"], places), "store": np.tile(np.arange(places), 2).astype(str)})
    items = items.with_columns(pl.concat_str("sku", "store", separator="|").alias("item_id"))
    items = items.with_columns(pl.lit(value).alias(name) for name, value in columns.items())
    count = 2 * places
    price = Covariate("price", "past", (10 * np.exp(log_price)).astype(np.float32).ravel())
    return Panel(
        Frequency.parse("W"),
        items,
        np.full(count, 2000),
        np.arange(count + 1) * WEEKS,
        np.full(count, WEEKS),
        sales.ravel(),
        {"price": price},
        keys=("sku", "store"),
    )


def stood(panel: Panel) -> Standing:
    return standing(panel, elasticities(panel), ModelConfig.of("seasonal-naive"), periods=4, margin=0.4, unknown="plan")


def test_rivals_count_in_a_market_where_time_does_not_tell_them_apart():
    assert stood(shop(cross=1.0)).market.cross.toarray()[0, 1] == pytest.approx(1.0, abs=0.25)


def test_a_place_whose_sales_are_unknown_is_not_one_that_sold_nothing():
    panel = shop(places=4)
    sales = panel.sales.copy()
    sales[panel.offsets[1] + 60 : panel.offsets[2]] = np.nan
    whole, part = (base_panel(find_elasticities(own)).sales[:WEEKS] for own in (panel, replace(panel, sales=sales)))
    assert part[:60] == pytest.approx(whole[:60], rel=0.05)
    assert part[60:].mean() == pytest.approx(whole[60:].mean(), rel=0.05)


@pytest.mark.parametrize("name", ["cost", "Unit cost ($)", "costs", "wholesale_price", "EK-Preis", "采购价", "原価"])
def test_what_a_unit_costs_is_known_by_every_name_that_stock_files_have_for_it(name: str):
    told = stood(shop(**{name: 6.5}))
    assert told.market.cost.tolist() == [6.5, 6.5]
    assert "assumed: a margin" not in " ".join(told.notes)


def test_what_a_unit_costs_is_assumed_where_no_number_tells():
    told = stood(shop(cost_centre=6.5, cost="dear"))
    assert told.market.cost == pytest.approx(0.6 * told.market.price)
    assert "a margin of 40 %" in " ".join(told.notes)


def test_a_product_without_a_cost_is_assumed_one_beside_others_that_tell():
    panel = shop()
    items = panel.items.with_columns(cost=pl.Series([6.5, None]))
    told = stood(replace(panel, items=items))
    assert told.market.cost.tolist() == pytest.approx([6.5, 0.6 * told.market.price[1]])
    assert "a margin of 40 % for 1 product" in " ".join(told.notes)


def test_the_newest_promotion_is_that_of_most_places():
    panel = shop(places=4)
    price = panel.covariates["price"].values.copy().reshape(8, WEEKS)
    price[:] = 10.0
    price[:3, -2] = 8.0  # tea, in three of four places
    price[4, -1] = 8.0  # pot, in one of four
    price[:, ::7] = 9.0
    told = stood(replace(panel, covariates={"price": Covariate("price", "past", price.ravel())}))
    assert told.market.since is not None
    assert told.market.since[0] == 1
    assert told.market.since[1] == (WEEKS - 1) % 7
