"""The page of a result of pricing or of recommending, whatever kind it is."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from foresale.core.kinds import by_kind
from foresale.pages.campaign import campaign_page
from foresale.pages.elasticities import elasticities_page
from foresale.pages.experiments import experiment_page, result_page
from foresale.pages.pricing import markdowns_page, prices_page, promotions_page, what_if_page
from foresale.pages.recommend import audience_page, judged_page, lapsing_page, recommendations_page, related_page

_PAGES: Final[Mapping[str, Callable[[Any], str]]] = {
    "Elasticities": elasticities_page,
    "PromotionPlan": promotions_page,
    "PriceChoice": prices_page,
    "MarkdownPlan": markdowns_page,
    "WhatIf": what_if_page,
    "CampaignEffect": campaign_page,
    "Experiment": experiment_page,
    "ExperimentResult": result_page,
    "Recommendations": recommendations_page,
    "RelatedItems": related_page,
    "Audience": audience_page,
    "LapsingCustomers": lapsing_page,
    "RecommendationEvaluation": judged_page,
}


def page_of(result: object) -> str:
    """A result of pricing or of recommending as one HTML page.

    Raises:
        ConfigError: another kind of result.

    >>> page_of("tea")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: a str cannot be shown; what can: Elasticities, PromotionPlan, ...
    """
    return by_kind(result, _PAGES, verb="shown")(result)
