"""From sales and a stock file to what can be recommended."""

import numpy as np
import polars as pl
import pytest

import foresale
from foresale.core.errors import DataError
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.recommending.free_stock import StockOptions
from foresale.workflows.free_stock import free_stock


@pytest.fixture(scope="module")
def sales() -> Panel:
    return shop(items=4, periods=150, seed=2, config=ShopConfig(launches=0))


def stock_of(panel: Panel, **columns: object) -> pl.DataFrame:
    return pl.DataFrame({"item_id": panel.items["item_id"], "on_hand": [0, 20, 2000, 9000], **columns})


def test_sales_and_their_forecast_free_the_same(sales: Panel):
    options = StockOptions(days=10, wait=4)
    stock = stock_of(sales)
    found = free_stock(sales, stock=stock, model="seasonal-naive", options=options)
    forecast = foresale.forecast(sales, horizon=14, model="seasonal-naive")
    again = free_stock(forecast, stock=stock, options=options)
    assert np.array_equal(found.units, again.units)
    assert found.units[0] == 0
    assert (found.units[2:] > 0).all()
    assert 9000 - found.units[3] == pytest.approx(forecast.sum().quantile(0.8)[3], rel=0.1)


def test_orders_without_a_day_come_after_the_customers(sales: Panel):
    stock = stock_of(sales, on_order=[9000, 0, 0, 0])
    without = free_stock(sales, stock=stock, model="seasonal-naive")
    assert without.units[0] == 0
    dated = stock.with_columns(due=pl.lit("2023-05-31"))
    assert free_stock(sales, stock=dated, model="seasonal-naive").units[0] > 0


def test_margins_are_of_the_terms_and_prices_of_the_sales(sales: Panel):
    terms = pl.DataFrame({"item_id": sales.items["item_id"], "cost": 2.0, "price": [3.0, 4.0, 5.0, 2.5]})
    found = free_stock(sales, stock=stock_of(sales), terms=terms, model="seasonal-naive")
    assert found.margin.tolist() == [1.0, 2.0, 3.0, 0.5]


def test_faults_of_the_stock_file_are_told_before_anything_is_forecast(sales: Panel):
    class Never:
        name = "never"

        def forecast(self, panel, *, horizon):
            raise AssertionError

    with pytest.raises(DataError, match="no column of stock on hand"):
        free_stock(sales, stock=stock_of(sales).drop("on_hand"), model=Never())
