"""The wish behind recommendations from stock: what is free of each item when customers come."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.interactions import text_places
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.core.text import few
from foresale.forecasting.names import AUTO
from foresale.inventory.defaults import Defaults
from foresale.inventory.leads import periods_of
from foresale.inventory.read import read_inventory
from foresale.inventory.terms import Inventory
from foresale.recommending.free_stock import FreeStock, StockOptions
from foresale.recommending.offers import ListLimits
from foresale.recommending.recommender import Recommender
from foresale.recommending.stock_limiter import StockLimiter
from foresale.workflows.forecast import forecast
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.plan import nothing, sources_of, with_prices
from foresale.workflows.sales import Sales, panel_of


@checked
def free_stock(
    demand: Sales | Forecast,
    *,
    stock: Any,
    terms: Any = None,
    model: Model | ModelConfig = AUTO,
    defaults: Defaults | None = None,
    options: StockOptions | None = None,
) -> FreeStock:
    """Units of each item that can be recommended, for `StockLimiter`.

    Args:
        demand: sales (a panel, a file of the order lines that customers are known from, a frame), or a forecast.
        stock: what is in stock, as a plan takes it: a file, a data frame, `Sources` or an `Inventory`.
        terms: a file or data frame of prices and costs, for a least margin.
        model: what forecasts sales; with its settings, as a `ModelConfig`.
        defaults: terms where no file tells. A lead time that nobody tells is only for open orders without a day: they
            are taken to come after the last of the customers.
        options: when customers come, and how sure they have to find it.

    Raises:
        DataError: every fault of the files of stock and terms, before anything is forecast.

    >>> import polars as pl
    >>> from foresale.data.synthetic import shop
    >>> sales = shop(items=3, periods=120)
    >>> stock = pl.DataFrame({"sku": sales.items["item_id"], "on_hand": [0, 3, 9000]})
    >>> free_stock(sales, stock=stock, model="seasonal-naive").units.round() > 0
    array([False, False,  True])
    """
    chosen, told = options or StockOptions(), sources_of(stock, terms)
    lacking = defaults or Defaults()
    if lacking.lead_days is None:
        lacking = replace(lacking, lead_days=chosen.wait + chosen.days)
    if isinstance(demand, Forecast):
        shop = told if isinstance(told, Inventory) else read_inventory(demand, told, defaults=lacking)
        return FreeStock.of(demand, shop, options=chosen)
    panel = panel_of(demand)
    before = nothing(panel.named_items, panel.frequency, int(panel.cutoffs.max()) + 1)
    shop = told if isinstance(told, Inventory) else read_inventory(before, with_prices(told, panel), defaults=lacking)
    horizon = int(periods_of([chosen.wait + chosen.days], panel.frequency)[0])
    return FreeStock.of(forecast(panel, horizon=horizon, model=model), shop, options=chosen)


def limiter_of(
    recommender: Recommender,
    sales: Panel | None,
    *,
    stock: Any = None,
    terms: Any = None,
    limits: ListLimits | None = None,
    category: str | None = None,
    model: Model | ModelConfig = AUTO,
) -> StockLimiter:
    """What recommendations keep to, by sales, stock and a column of the items.

    Args:
        recommender: that is to keep to it.
        sales: of the orders that it learnt from, with the items' columns; needed for stock and categories.
        stock: what is in stock, as in `free_stock`; None where there is no end of anything.
        terms: prices and costs, as in `free_stock`.
        limits: what lists keep to.
        category: the column of the items of the sales that tells categories.
        model: what forecasts sales until customers come.

    Raises:
        ConfigError: no such column, or nothing to read it or the demand from.
        DataError: every fault of the files of stock and terms.
    """
    if sales is None and (stock is not None or category is not None):
        raise ConfigError("stock and categories need the sales of the items beside them")
    free, kinds = None, None
    if sales is not None and category is not None:
        kinds = _categories(recommender, sales, category)
    if sales is not None and stock is not None:
        chosen = StockOptions(days=recommender.options.horizon)
        free = free_stock(sales, stock=stock, terms=terms, model=model, options=chosen)
    return StockLimiter.of(recommender, stock=free, limits=limits, category=kinds)


def _categories(recommender: Recommender, sales: Panel, column: str) -> pl.Series:
    """[N] of the recommender's items, null for those without one."""
    if column not in sales.items.columns:
        raise ConfigError(f"the items have no column {column!r}; there are {few(sales.items.columns, shown=12)}")
    places = text_places(recommender.orders.items[ITEM].cast(pl.String), sales.items[ITEM].cast(pl.String))
    found = sales.items[column].gather(np.maximum(places, 0))
    return pl.select(pl.when(pl.Series(places >= 0)).then(found)).to_series()
