"""The wish: demand under other prices and promotions."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.forecasting.names import AUTO
from foresale.pricing.changes import Change, Course, Grid, changed_course, read_changes
from foresale.pricing.demand.model import fit_demand
from foresale.pricing.effects.cube import PRODUCT, PriceCube
from foresale.pricing.effects.options import ElasticityOptions
from foresale.pricing.effects.regular import current_price, usual_level
from foresale.pricing.promotions.plan import PromotionPlan
from foresale.pricing.what_if import PriceChange, WhatIf, course_panel, seen_before, what_if as put_together
from foresale.workflows.elasticities import elasticities
from foresale.workflows.forecast import forecast_made
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def what_if(
    panel: Panel,
    *,
    change: Sequence[str] = (),
    plan: Any = None,
    horizon: int = 13,
    effects: ElasticityOptions | None = None,
    model: Model | ModelConfig = AUTO,
) -> WhatIf:
    """Demand of every product under other prices and promotions, beside demand under today's prices and no promotion.

    Where a product had such a price and such flags before, the forecaster is asked: `model`, who knows the season,
    moved by a demand model of all prices. Where not, what prices and flags do moves it. Both are told.

    Args:
        panel: sales with prices: a panel, a path or a data frame.
        change: "tea=9.99", "tea=-10%", "price=-10%" for all products, "display=1" and "tea:display=1" for promotion
            flags; each for all periods, or with "@2024-01-08" or "@2024-01-08..2024-01-21" for some.
        plan: a file or a data frame of changes, one row per product and period with a price or flags; a plan of
            promotions is one. It comes before `change`.
        horizon: periods ahead; of daily sales, weeks.
        effects: how effects of prices are found.
        model: what forecasts, as in `foresale.forecast`.

    Raises:
        ConfigError: no prices, no change, no such product or flag, a change that cannot be read.
        DataError: a file of changes that cannot be read.

    >>> from foresale.data.synthetic import shop
    >>> what_if(shop(items=3, periods=300), change=["item-1=-10%"], horizon=4, model="seasonal-naive")
    <WhatIf of 3 products: ... units become ...>
    """
    changes = tuple(map(Change.parse, change))
    if not changes and plan is None:
        raise ConfigError("nothing is changed: pass a change, such as tea=-10%, or a plan")
    found = elasticities(panel, options=effects)
    cube = found.cube
    stamps = cube.frequency.timestamps(cube.start + cube.sales.shape[-1] + np.arange(horizon))
    grid = Grid(cube.products[PRODUCT], cube.frequency, stamps)
    now = Course.regular(cube, current_price(cube), horizon=horizon)
    then, notes = (now, ()) if plan is None else read_changes(_frame(plan), now, grid)
    then = changed_course(then, changes, grid)
    seed = (effects or ElasticityOptions()).seed
    *units, said = _forecasts(cube, (now, then), ModelConfig.of(model), seed, horizon)
    told = PriceChange.of(found, (now, then), (units[0], units[1]))
    return put_together(
        grid,
        (now, then),
        told,
        seen=seen_before(cube, now, then),
        level=usual_level(found),
        wide=found.wide,
        notes=(*found.notes, said, *notes),
        currency=panel.currency,
    )


def _frame(plan: Any) -> Any:
    return plan.promotions if isinstance(plan, PromotionPlan) else plan


def _forecasts(
    cube: PriceCube, courses: tuple[Course, Course], config: ModelConfig, seed: int, horizon: int
) -> tuple[Numbers, Numbers, str]:
    """[P, T] mean forecasts of each product, its places added up, under two courses, and how they came about.

    A model forecasts today's prices, with those of the past beside the sales; the demand model, which reads all prices
    of a category at once, moves its forecast to the others.
    """
    panel = course_panel(cube, courses[0])
    made = forecast_made(panel, config, horizon=horizon)
    now = np.maximum(made.forecast.mean, 0).astype(np.float64)
    demand = fit_demand(cube, seed=seed)
    how = "a regression and boosted trees" if demand.trees is not None else "a regression (trees need foresale[trees])"
    said = f"Today's prices are forecast by {made.forecast.model}; {how} on all prices move that to the others."
    return now, now * demand.factor(*courses), said
