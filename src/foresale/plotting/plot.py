"""One verb for every picture."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from foresale.core.kinds import by_kind
from foresale.plotting.campaign import campaign_chart
from foresale.plotting.charts import fan_chart
from foresale.plotting.elasticities import demand_chart, elasticity_chart
from foresale.plotting.evaluation import overview
from foresale.plotting.experiments import experiment_chart, result_chart
from foresale.plotting.explanation import attribution_chart, change_chart, components_chart, lookalikes_chart
from foresale.plotting.figure import Figure
from foresale.plotting.inspection import total_chart
from foresale.plotting.plan import projection_chart
from foresale.plotting.pricing import calendar_chart, markdown_chart, price_chart, what_if_chart
from foresale.plotting.simulation import service_chart
from foresale.plotting.training import training_chart
from foresale.plotting.trend import level_chart

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure


def _elasticities(found: Any, product: object = None, **options: Any) -> Figure:
    """All products beside each other, or demand over the price of one."""
    return elasticity_chart(found) if product is None else demand_chart(found, product, **options)


_CHARTS: Final[Mapping[str, Callable[..., Figure]]] = {
    "Forecast": fan_chart,
    "Evaluation": overview,
    "Elasticities": _elasticities,
    "Inspection": total_chart,
    "Trend": level_chart,
    "Plan": projection_chart,
    "PromotionPlan": calendar_chart,
    "PriceChoice": price_chart,
    "MarkdownPlan": markdown_chart,
    "WhatIf": what_if_chart,
    "CampaignEffect": campaign_chart,
    "Experiment": experiment_chart,
    "ExperimentResult": result_chart,
    "Replay": service_chart,
    "Explanation": components_chart,
    "Attribution": attribution_chart,
    "Change": change_chart,
    "Lookalikes": lookalikes_chart,
    "NeuralForecaster": training_chart,
}


def plot(result: object, item: object = None, **options: Any) -> "PlotlyFigure":
    """The picture of a result, a plotly figure.

    A forecast is drawn as a fan, an explanation, a change, an attribution and look-alikes by what they say of an item,
    a plan as projected stock, a trend as the level of a group, an evaluation as errors and coverage, a replay as cost
    against service, an inspection as the sales of the whole shop, effects of prices as elasticities or as the demand
    for a product over its price, a plan of promotions as a calendar, chosen prices against today's, mark-downs as
    steps, what other prices would sell as bars, a test of prices as its calendar, what it found as elasticities, a
    campaign as sales beside those expected, and a trained network by its losses.

    Args:
        result: one of these.
        item: whose picture, where there is one of each: an item id, or of a trend the name of a group; by default the
            first one, of a trend the total.
        options: of a forecast `history` and `actual`, panels with the sales before it and over its horizon, and
            `events`, stamps with labels; of an explanation the `language`, "en" or "zh".

    Raises:
        ConfigError: nothing that can be drawn, or no such item.
        MissingExtraError: plotly is not installed; pages are drawn without it.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> garden = shop(items=3, periods=120)
    >>> plot(SeasonalNaive().forecast(garden, horizon=14), "item-2", history=garden).layout.title.text
    'item-2'
    """
    chart = by_kind(result, _CHARTS, verb="drawn")
    figure = chart(result, **options) if item is None else chart(result, item, **options)
    return figure.to_plotly()
