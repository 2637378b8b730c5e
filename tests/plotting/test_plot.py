"""One verb draws each kind of result."""

import pytest

import foresale
from foresale.core.errors import ConfigError
from foresale.data.synthetic import ShopConfig, shop
from foresale.inspection.inspection import Inspection
from foresale.inventory.defaults import Defaults
from foresale.plotting.plot import _CHARTS, plot
from foresale.workflows.simulate import SimulateOptions


@pytest.mark.parametrize("result", ["tea", None, 3])
def test_what_is_no_result_is_refused(result: object):
    with pytest.raises(ConfigError, match="cannot be drawn; what can: Forecast, Evaluation"):
        plot(result)


def test_a_strangers_class_of_the_same_name_is_refused():
    with pytest.raises(ConfigError, match="a Forecast cannot be drawn"):
        plot(type("Forecast", (), {})())


def test_every_name_is_that_of_a_class():
    from foresale.core.forecast import Forecast
    from foresale.evaluation.evaluation import Evaluation
    from foresale.explanations.attribution import Attribution
    from foresale.explanations.change import Change
    from foresale.explanations.explanation import Explanation
    from foresale.explanations.lookalikes import Lookalikes
    from foresale.forecasting.neural import NeuralForecaster
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

    kinds = {
        Forecast,
        Evaluation,
        Inspection,
        Trend,
        Plan,
        Replay,
        Explanation,
        Attribution,
        Change,
        Lookalikes,
        NeuralForecaster,
        Elasticities,
        PromotionPlan,
        PriceChoice,
        WhatIf,
        MarkdownPlan,
        Experiment,
        ExperimentResult,
        CampaignEffect,
    }
    assert {kind.__name__ for kind in kinds} == set(_CHARTS)


def test_a_replay_is_drawn_as_cost_against_service():
    days = SimulateOptions("2023-05-01", periods=40, rules=("cover:28",), paths=10)
    garden = shop(items=3, periods=180, seed=2, config=ShopConfig(launches=0))
    replay = foresale.simulate(garden, options=days, defaults=Defaults(lead_days=3), models="seasonal-naive")
    figure = foresale.plot(replay)
    assert figure.layout.title.text == "Cost at each fill rate"
    assert "perfect foresight" in [trace.name for trace in figure.data]
