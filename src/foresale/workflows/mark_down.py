"""The wish: how to sell what is left until the end of the season."""

from typing import Any, Literal

import numpy as np

from foresale.core.caller_time import told_day
from foresale.core.errors import ConfigError
from foresale.core.frequency import Stamps
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.forecasting.names import AUTO
from foresale.inventory.planning.options import Seasons
from foresale.inventory.terms import Inventory
from foresale.pricing.effects.cube import PriceCube
from foresale.pricing.effects.options import ElasticityOptions
from foresale.pricing.markdowns.options import MarkdownOptions
from foresale.pricing.markdowns.plan import Closing, MarkdownPlan, plan_markdowns
from foresale.workflows.elasticities import elasticities
from foresale.workflows.market import Standing, standing
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import takes_sales
from foresale.workflows.stock import begins_and_ends, of_products, stock_that_ends, units_until


@takes_sales
@checked
def mark_down(
    panel: Panel,
    *,
    stock: Any,
    end: str | None = None,
    options: MarkdownOptions | None = None,
    effects: ElasticityOptions | None = None,
    model: Model | ModelConfig = AUTO,
    unknown: Literal["refuse", "plan"] = "refuse",
) -> MarkdownPlan:
    """Mark-downs in several steps that bring the most money for what is left, until the season ends.

    Args:
        panel: sales with prices: a panel, a path or a data frame.
        stock: a file or data frame of what is in stock; or `Sources`, which names a file of the items too. Columns such
            as `season_end` and `salvage_value` tell the end of an item and what a unit brings then.
        end: the last day of sale of items for which no file tells one, such as "2026-01-31".
        options: steps, price points, how much may be risked.
        effects: how effects of prices are found.
        model: what forecasts demand at regular prices, as in `foresale.forecast`.
        unknown: whether to plan by effects that cannot be known.

    Raises:
        DataError: every fault of the file of stock.
        ConfigError: no prices, no end that is still to come, or effects that cannot be known.

    >>> import polars as pl
    >>> from foresale.data.synthetic import shop
    >>> sales = shop(items=3, periods=300, seed=1)
    >>> stock = pl.DataFrame({"sku": sales.items["item_id"], "on_hand": [900, 10, 2000]})
    >>> mark_down(sales, stock=stock, end="2023-12-31", model="seasonal-naive", unknown="plan")
    <MarkdownPlan of 3 products, ... marked down, gain ...>
    """
    options = options or MarkdownOptions()
    found = elasticities(panel, options=effects)
    inventory, seasons = stock_that_ends(panel, stock, salvage=options.salvage)
    last = _ends(found.cube, seasons, end)
    now = standing(
        panel, found, ModelConfig.of(model), periods=_periods(found.cube, last), margin=None, unknown=unknown
    )
    closing = _closing(now, found.cube, inventory, last, options)
    return plan_markdowns(now.market, closing, options, wide=now.wide, notes=now.notes, currency=panel.currency)


def _ends(cube: PriceCube, seasons: Seasons, end: str | None) -> Stamps:
    """[P] the last day of sale of each product, NaT where nobody tells."""
    try:
        usual = np.datetime64("NaT", "D") if end is None else told_day(end).astype("datetime64[D]")
    except ValueError:
        raise ConfigError(f"the end of the season is a day such as 2026-01-31, not {end!r}") from None
    ends = np.where(np.isnat(seasons.end), usual, seasons.end).astype("datetime64[D]")
    own = np.where(cube.items >= 0, ends[cube.items], np.datetime64("NaT", "D"))
    return np.asarray(np.fmax.reduce(own, axis=1))


def _periods(cube: PriceCube, last: Stamps) -> int:
    """Periods from the first one to come until the last end."""
    if np.isnat(last).all():
        raise ConfigError("no file tells when the season ends (a column season_end): pass --end, its last day")
    first = cube.start + cube.sales.shape[-1]
    periods = int(cube.frequency.index(np.array([np.fmax.reduce(last)]))[0]) - first + 1
    if periods < 1:
        raise ConfigError(f"the season ended on {np.fmax.reduce(last)}, before the periods to come")
    return int(periods)


def _closing(now: Standing, cube: PriceCube, inventory: Inventory, last: Stamps, options: MarkdownOptions) -> Closing:
    """What is left of each product: stock and what comes before its end; demand until then."""
    begins, ends = begins_and_ends(cube, now.stamps)
    share = (last[:, None] + 1 - begins) / (ends - begins)
    share = np.clip(np.where(np.isnat(last)[:, None], 0.0, share), 0.0, 1.0)
    paths = now.base.paths(options.paths, seed=options.seed) * share
    days = np.unique(last[~np.isnat(last)])
    coming = np.maximum(units_until(inventory, days + 1), 0)
    at = np.arange(last.size), np.minimum(np.searchsorted(days, last), days.size - 1)
    units = np.where(share[:, 0] > 0, of_products(cube, coming)[at], 0.0)
    weight = np.maximum(coming[:, -1], 1e-9)
    salvage = of_products(cube, weight * inventory.terms.salvage) / of_products(cube, weight)
    return Closing(units, paths, salvage, now.stamps)
