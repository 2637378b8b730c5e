"""The wish: what to order."""


def plan(demand: Panel | Forecast, *, stock: Any, terms: Any = None, horizon: int | None = None,
         model: str | Path | Forecaster | Learner = AUTO, defaults: Defaults | None = None,
         options: PlanOptions | None = None, asking: "Asking | None" = None) -> Plan:  # fmt: skip
    """What to order today of every item, what comes after, and where money is at stake.

    A panel is forecast first, as far ahead as the orders have to last.

    Args:
        demand: sales as they were read, or a forecast of them.
        stock: a file or data frame of what is in stock; or `Sources`, which names suppliers, open orders and past
            deliveries too; or an `Inventory`.
        terms: a file or data frame with the terms of the items: supplier, lead time, packs, cost, price.
        horizon: periods that the plan looks ahead; four weeks by default, or all of a forecast.
        model: what forecasts a panel, as in `foresale.forecast`.
        defaults: terms where no file tells.
        options: budget, room, aim and seed.
        asking: how a panel is to be forecast.

    Raises:
        DataError: every fault of every file of stock and terms, with its place and cure.
        ConfigError: a setting that cannot be.

    >>> import polars as pl
    >>> from foresale.data.synthetic import shop
    >>> sales = shop(items=3, periods=120)
    >>> stock = pl.DataFrame({"sku": sales.items["item_id"], "on_hand": [0, 40, 900], "lead_time": 5, "price": 9.0})
    >>> plan(sales, stock=stock, horizon=14, model="seasonal-naive").to_frame()["order"].len()
    3
    """
    chosen = options or PlanOptions()
    if horizon is not None:
        chosen = replace(chosen, horizon=horizon)
    sources = stock if isinstance(stock, Sources | Inventory) else Sources(stock)
    if terms is not None:
        if isinstance(sources, Inventory):
            raise ConfigError("an Inventory has its terms already: pass no others")
        sources = replace(sources, items=terms)
    if isinstance(demand, Forecast):
        return _planned(demand, sources, defaults, chosen)
    return _from_panel(demand, sources, model, defaults, chosen, asking)
