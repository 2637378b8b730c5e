"""One verb tells each kind of result."""

import pytest

from foresale.core.errors import ConfigError
from foresale.narrate.sentences import _TELLERS, sentences


def test_what_is_no_result_is_refused():
    with pytest.raises(ConfigError, match="a dict cannot be told; what can: CleaningReport"):
        sentences({})


def test_every_name_is_that_of_a_class():
    from foresale.cleaning.report import CleaningReport
    from foresale.evaluation.evaluation import Evaluation
    from foresale.explanations.change import Change
    from foresale.explanations.explanation import Explanation
    from foresale.inspection.inspection import Inspection
    from foresale.inspection.trend.trend import Trend
    from foresale.inventory.planning.plan import Plan
    from foresale.inventory.simulation.replay import Replay
    from foresale.pricing.effects.campaign import CampaignEffect
    from foresale.pricing.effects.elasticities import Elasticities
    from foresale.pricing.experiments.analyse import ExperimentResult
    from foresale.pricing.experiments.design import Experiment
    from foresale.pricing.markdowns.plan import MarkdownPlan
    from foresale.pricing.prices.choose import PriceChoice
    from foresale.pricing.promotions.plan import PromotionPlan
    from foresale.pricing.what_if import WhatIf
    from foresale.recommending.audience import Audience
    from foresale.recommending.evaluation import RecommendationEvaluation
    from foresale.recommending.lapsing import LapsingCustomers
    from foresale.recommending.recommendations import Recommendations
    from foresale.recommending.related import RelatedItems

    kinds = {
        Audience,
        RecommendationEvaluation,
        LapsingCustomers,
        Recommendations,
        RelatedItems,
        CleaningReport,
        Evaluation,
        Inspection,
        Trend,
        Plan,
        Replay,
        Explanation,
        Change,
        Elasticities,
        PromotionPlan,
        PriceChoice,
        WhatIf,
        MarkdownPlan,
        Experiment,
        ExperimentResult,
        CampaignEffect,
    }
    assert {kind.__name__ for kind in kinds} == set(_TELLERS)
