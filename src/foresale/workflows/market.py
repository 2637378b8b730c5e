"""Products as they stand before their prices are chosen: effects, demand at regular prices, costs, supply."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from scipy import sparse

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Stamps
from foresale.core.panel import Panel
from foresale.core.text import counted
from foresale.inventory.names import TERMS
from foresale.inventory.sheet import columns_of
from foresale.pricing.effects.cube import PRODUCT, PriceCube, known_mean
from foresale.pricing.effects.elasticities import Elasticities
from foresale.pricing.effects.regular import base_panel, current_price, periods_since_promotion
from foresale.pricing.market import Market
from foresale.workflows.forecast import forecast_made
from foresale.workflows.model_config import ModelConfig


@dataclass(frozen=True)
class Standing:
    """The market as it stands.

    Attributes:
        market: the products.
        base: the forecast of demand at regular prices.
        stamps: [T] of the periods to come.
        wide: standard errors to either end of an interval.
        notes: what was assumed.
    """

    market: Market
    base: Forecast = field(repr=False)
    stamps: Stamps = field(repr=False)
    wide: float
    notes: tuple[str, ...]


def standing(
    panel: Panel, found: Elasticities, config: ModelConfig, *, periods: int, margin: float | None, unknown: str
) -> Standing:
    """The market of a panel whose effects of prices were found.

    Demand at regular prices is what was sold without what prices and flags did, forecast by a model.

    Args:
        panel: the sales.
        found: the effects.
        config: what forecasts.
        periods: to come.
        margin: of products whose cost nobody tells; None where what was paid is spent, so that no unit costs anything.
        unknown: "refuse" or "plan".

    Raises:
        ConfigError: effects that cannot be known, where they are to be refused.
    """
    if found.verdict == "unknown" and unknown == "refuse":
        raise ConfigError(
            "no price is chosen by effects that cannot be known: prices follow demand in these sales "
            "(see foresale elasticities). Pass unknown='plan' to choose all the same"
        )
    made = forecast_made(base_panel(found), config, horizon=periods).forecast
    price = current_price(found.cube)
    cost, said = (np.zeros(price.size), []) if margin is None else unit_costs(panel, found.cube, price, margin)
    after = tuple(max(found.estimates.lags.get(lag, (0.0, 0.0))[0], 0.0) for lag in (1, 2))
    market = Market(
        found.cube.products[PRODUCT],
        price,
        cost,
        np.maximum(made.mean, 0).astype(np.float64),
        found.values,
        found.errors,
        sparse.csc_array(found.estimates.cross),
        after,
        since=periods_since_promotion(found.cube),
    )
    notes = (*found.notes, *said, f"Demand at regular prices is forecast by {made.model}.")
    return Standing(market, made, made.timestamps[0], found.wide, notes)


def unit_costs(panel: Panel, cube: PriceCube, price: Numbers, margin: float) -> tuple[Numbers, list[str]]:
    """[P] what a unit costs: a column of the items, else the newest beside the sales, else by the margin."""
    cost = np.full(price.size, np.nan)
    named = columns_of([own.name for own in panel.items if own.dtype.is_numeric()], {"cost": TERMS["cost"]}, {})
    if named:
        values = panel.items[named["cost"]].cast(pl.Float64).fill_null(np.nan).to_numpy()
        cost = known_mean(np.where(cube.items >= 0, values[cube.items], np.nan))
    elif cube.cost is not None and not (cube.cost <= 0).any():
        cost = known_mean(cube.cost[..., -1])
    unknown = ~np.isfinite(cost)
    if not unknown.any():
        return cost, []
    whom = "all products" if unknown.all() else counted(int(unknown.sum()), "product")
    said = f"Not told, so assumed: a margin of {100 * margin:.0f} % for {whom} (a column cost of the items would tell)."
    return np.where(unknown, (1 - margin) * price, cost), [said]
