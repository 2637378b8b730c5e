"""One verb for everything that is told in words."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from foresale.core.kinds import by_kind
from foresale.narrate.campaign import campaign_sentences
from foresale.narrate.cleaning import cleaning_sentences
from foresale.narrate.elasticities import elasticity_sentences
from foresale.narrate.evaluation import evaluation_sentences
from foresale.narrate.experiments import experiment_sentences, result_sentences
from foresale.narrate.explanation import change_sentences, explanation_sentences
from foresale.narrate.inspection import inspection_sentences
from foresale.narrate.plan import plan_sentences
from foresale.narrate.pricing import markdown_sentences, price_sentences, promotion_sentences, what_if_sentences
from foresale.narrate.recommend import (
    audience_sentences,
    judged_sentences,
    lapsing_sentences,
    recommendation_sentences,
    related_sentences,
)
from foresale.narrate.simulation import replay_sentences
from foresale.narrate.trend import trend_sentences

_TELLERS: Final[Mapping[str, Callable[..., tuple[str, ...]]]] = {
    "CleaningReport": cleaning_sentences,
    "Elasticities": elasticity_sentences,
    "Evaluation": evaluation_sentences,
    "Inspection": inspection_sentences,
    "Trend": trend_sentences,
    "Plan": plan_sentences,
    "PromotionPlan": promotion_sentences,
    "PriceChoice": price_sentences,
    "MarkdownPlan": markdown_sentences,
    "WhatIf": what_if_sentences,
    "CampaignEffect": campaign_sentences,
    "Experiment": experiment_sentences,
    "ExperimentResult": result_sentences,
    "Replay": replay_sentences,
    "Explanation": explanation_sentences,
    "Change": change_sentences,
    "Recommendations": recommendation_sentences,
    "RelatedItems": related_sentences,
    "Audience": audience_sentences,
    "LapsingCustomers": lapsing_sentences,
    "RecommendationEvaluation": judged_sentences,
}


def sentences(result: object, item: object = None, **options: Any) -> tuple[str, ...]:
    """What a result says, in sentences made from its numbers alone, the most important first.

    Args:
        result: an evaluation, an inspection, a trend, a plan, a replay, a report of cleaning, effects of prices, a
            plan of promotions, chosen prices, mark-downs, a test of prices, its result, a campaign, an explanation,
            a change, or what is recommended.
        item: of an explanation or a change, whose: an item id, the first one by default.
        options: of an explanation or a change the `language`, "en" or "zh"; of an evaluation the `metric` to rank by.

    Raises:
        ConfigError: nothing that can be told, no such item, language or metric.

    >>> from foresale.cleaning.clean import clean
    >>> from foresale.data.synthetic import shop
    >>> sentences(clean(shop(items=2, periods=60))[1])
    ('Nothing to clean.',)
    """
    tell = by_kind(result, _TELLERS, verb="told")
    return tell(result, **options) if item is None else tell(result, item, **options)
