"""The wish: which prices to ask for."""

from typing import Literal

from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.forecasting.names import AUTO
from foresale.pricing.effects.options import ElasticityOptions
from foresale.pricing.prices.choose import PriceChoice, choose_prices
from foresale.pricing.prices.options import PriceOptions
from foresale.workflows.elasticities import elasticities
from foresale.workflows.market import standing
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def price(
    panel: Panel,
    *,
    options: PriceOptions | None = None,
    effects: ElasticityOptions | None = None,
    model: Model | ModelConfig = AUTO,
    unknown: Literal["refuse", "plan"] = "refuse",
) -> PriceChoice:
    """Regular prices of the most expected profit, each with its reason, its interval and what it may lose.

    Args:
        panel: sales with prices: a panel, a path or a data frame; a column `cost` of the items tells what a unit costs.
        options: bounds, endings, margins, how much may be risked.
        effects: how effects of prices are found.
        model: what forecasts demand at regular prices, as in `foresale.forecast`.
        unknown: whether to choose by effects that cannot be known.

    Raises:
        ConfigError: no prices, or effects that cannot be known.

    >>> from foresale.data.synthetic import shop
    >>> price(shop(items=3, periods=300, seed=1), model="seasonal-naive", unknown="plan")
    <PriceChoice of 3 products, ... changed, gain ...>
    """
    options = options or PriceOptions()
    found = elasticities(panel, options=effects)
    now = standing(panel, found, ModelConfig.of(model), periods=options.periods, margin=options.margin, unknown=unknown)
    return choose_prices(now.market, options, wide=now.wide, notes=now.notes, currency=panel.currency)
