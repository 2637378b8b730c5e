"""The wish: demand under other prices."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM, PRICE
from foresale.core.frequency import Stamps
from foresale.core.option_types import checked
from foresale.core.panel import Covariate, Panel
from foresale.core.threads import threads
from foresale.forecasting.names import AUTO
from foresale.pricing.effects.cube import PRODUCT, PriceCube
from foresale.pricing.effects.options import ElasticityOptions
from foresale.pricing.what_if import Change, Told, WhatIf, changed_prices, what_if as put_together
from foresale.workflows.elasticities import elasticities
from foresale.workflows.forecast import forecast_made
from foresale.workflows.market import current_price
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def what_if(panel: Panel, *, change: Sequence[str], horizon: int = 13, effects: ElasticityOptions | None = None,
            model: Model | ModelConfig = AUTO) -> WhatIf:  # fmt: skip
    """Demand of every product under other prices, beside demand under today's.

    Where a product had such a price before, the forecaster is asked, who knows the season; where not, what prices do
    moves its forecast. Both are told.

    Args:
        panel: sales with prices: a panel, a path or a data frame.
        change: "tea=9.99", "tea=-10%", or "price=-10%" for all products.
        horizon: periods ahead; of daily sales, weeks.
        effects: how effects of prices are found.
        model: what forecasts, as in `foresale.forecast`.

    Raises:
        ConfigError: no prices, no such product, a change that cannot be read.

    >>> from foresale.data.synthetic import shop
    >>> what_if(shop(items=3, periods=300), change=["item-1=-10%"], horizon=4, model="seasonal-naive")
    <WhatIf of 3 products: ... units become ...>
    """
    changes = tuple(map(Change.parse, change))
    found = elasticities(panel, options=effects)
    names, now = found.cube.products[PRODUCT], current_price(found.cube)
    new = changed_prices(names, now, changes)
    config = ModelConfig.of(model)
    as_is, changed, stamps = _forecasts(found.cube, (now, new), config, horizon)
    wide = (found.own["high"] - found.own["elasticity"]).to_numpy()
    factor = found.factor(new, against=now)
    ends = np.stack([factor * (new / now) ** step for step in (-wide, wide)])
    told = Told(as_is, changed, factor, ends.min(axis=0), ends.max(axis=0))
    lowest, highest = (edge(found.cube.price, axis=(1, 2)) for edge in (np.nanmin, np.nanmax))
    seen = (new >= lowest) & (new <= highest)
    return put_together(names, (now, new), told, seen, stamps, notes=found.notes, currency=panel.currency)


def _forecasts(cube: PriceCube, price: tuple[Numbers, Numbers], config: ModelConfig,
               horizon: int) -> tuple[Numbers, Numbers, Stamps]:  # fmt: skip
    """[P, T] mean forecasts of each product, its places added up, at two prices over the horizon, and the stamps."""
    whole = cube.summed() if len(cube.places) > 1 else cube
    products, _, periods = whole.sales.shape
    length = periods + horizon

    def told(ahead: Numbers) -> dict[str, Covariate]:
        prices = np.concatenate([whole.price[:, 0], np.repeat(ahead[:, None], horizon, axis=1)], axis=1)
        return {PRICE: Covariate(PRICE, "known", prices.astype(np.float32).ravel())}

    sales = np.concatenate([whole.sales[:, 0], np.full((products, horizon), np.nan)], axis=1)
    panel = Panel(cube.frequency, pl.DataFrame({ITEM: cube.products[PRODUCT]}), np.full(products, cube.start),
                  np.arange(products + 1) * length, np.full(products, periods), sales.astype(np.float32).ravel(),
                  told(price[0]))  # fmt: skip
    made = forecast_made(panel, config, horizon=horizon)
    with threads(config.budget.jobs):
        changed = made.forecaster.forecast(replace(made.panel, covariates=told(price[1])), horizon=horizon)
    as_is, then = (np.maximum(found.mean, 0).astype(np.float64) for found in (made.forecast, changed))
    return as_is, then, made.forecast.timestamps[0]
