"""The wish: which promotions to run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError
from foresale.core.frequency import Stamps
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.forecasting.names import AUTO
from foresale.pricing.effects.cube import PriceCube
from foresale.pricing.effects.halo import NO_BASKETS, halo, read_baskets
from foresale.pricing.effects.options import ElasticityOptions
from foresale.pricing.market import Market
from foresale.pricing.promotions.options import PromotionOptions
from foresale.pricing.promotions.plan import PromotionPlan, plan_promotions
from foresale.workflows.elasticities import elasticities
from foresale.workflows.market import standing
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import takes_sales
from foresale.workflows.stock import begins_and_ends, of_products, stock_of, units_until


@takes_sales
@checked
def promote(
    panel: Panel,
    *,
    options: PromotionOptions | None = None,
    effects: ElasticityOptions | None = None,
    model: Model | ModelConfig = AUTO,
    stock: Any = None,
    lead_days: float | None = None,
    baskets: Any = None,
    lines: Mapping[str, Sequence[str]] | None = None,
    unknown: Literal["refuse", "plan"] = "refuse",
) -> PromotionPlan:
    """A calendar of promotions that brings the most profit and keeps every rule.

    Args:
        panel: sales with prices: a panel, a path or a data frame; a column `cost` of the items tells what a unit costs.
        options: slots, budget, gaps, festivals, price points, margins.
        effects: how effects of prices are found.
        model: what forecasts demand at regular prices, as in `foresale.forecast`.
        stock: a file or data frame of what is in stock, so that nothing is promoted that will not be there.
        lead_days: lead time of items whose stock file tells none.
        baskets: order lines with a number of the order and a price, a file or a data frame, which tell what else is
            bought with a promoted product.
        lines: price ladders: by a name, products in the order of their prices, the cheapest first.
        unknown: whether to plan by effects that cannot be known.

    Raises:
        ConfigError: no prices, effects that cannot be known, no plan that keeps the rules.

    >>> from foresale.data.synthetic import shop
    >>> rules = PromotionOptions(periods=4, slots=1, caution=0.0)
    >>> promote(shop(items=3, periods=300, seed=1), options=rules, model="seasonal-naive", unknown="plan")
    <PromotionPlan of ... promotion...>
    """
    options = options or PromotionOptions()
    found = elasticities(panel, options=effects)
    now = standing(panel, found, ModelConfig.of(model), periods=options.periods, margin=options.margin, unknown=unknown)
    options = options.in_periods(found.cube.frequency, now.stamps)
    market = now.market
    if stock is not None:
        market = replace(market, supply=_supply(panel, found.cube, stock, lead_days, now.stamps))
    if lines:
        market = replace(market, ladder=_ladder(market.names, lines))
    market, said = _with_halo(market, found.cube, baskets, options)
    return plan_promotions(
        market, options, stamps=now.stamps, wide=now.wide, notes=(*now.notes, *said), currency=panel.currency
    )


def _supply(panel: Panel, cube: PriceCube, stock: Any, lead_days: float | None, stamps: Stamps) -> Numbers:
    """[P, T] units up to each period: stock and what is on order; without end once an order of today has arrived."""
    inventory = stock_of(panel, stock, lead_days=lead_days)
    begins, ends = begins_and_ends(cube, stamps)
    units = units_until(inventory, ends)
    days = (ends - begins[0]).astype(float)
    return of_products(cube, np.where(days[None] > inventory.terms.lead.mean[:, None], np.inf, units))


def _with_halo(
    market: Market, cube: PriceCube, baskets: Any, options: PromotionOptions
) -> tuple[Market, tuple[str, ...]]:
    """The market with the profit that an extra unit brings along in baskets, at the margin of all products."""
    if baskets is None:
        return market, (NO_BASKETS,)
    found = halo(read_baskets(baskets, cube), cube)
    demand = market.demand.sum(axis=1)
    margin = float(((market.price - market.cost) * demand).sum() / max(float((market.price * demand).sum()), 1e-9))
    beside = options.new_baskets * margin * found.cautious(options.caution)
    return replace(market, halo=beside), (
        *found.notes,
        f"{100 * options.new_baskets:.0f} % of the extra baskets count.",
    )


def _ladder(names: pl.Series, lines: Mapping[str, Sequence[str]]) -> tuple[tuple[int, int], ...]:
    pairs = []
    for line, products in lines.items():
        rows = [names.index_of(name) for name in products]
        known = [row for row in rows if row is not None]
        if len(known) < len(rows):
            raise ConfigError(f"the line {line!r} names {products[rows.index(None)]!r}, which is no product")
        pairs += list(pairwise(known))
    return tuple(pairs)
