"""Foresale: seasonal demand forecasting for e-commerce, and the decisions that follow from it.

All that a person needs is a name of this module. The names below load what they need when they are first used, so that
`import foresale` is quick and needs neither torch nor a data frame library.

>>> import foresale
>>> "forecast" in dir(foresale)
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from foresale.core.waiting import wait_asleep

if TYPE_CHECKING:
    from foresale import testing as testing
    from foresale.backtesting.split import RollingOrigin as RollingOrigin, split_by_periods as split_by_periods
    from foresale.calendar.features import calendar_features as calendar_features
    from foresale.calendar.occurrences import occurrences as occurrences
    from foresale.cleaning.clean import CleanOptions as CleanOptions
    from foresale.core.errors import (
        ConfigError as ConfigError,
        DataError as DataError,
        ForesaleError as ForesaleError,
        MissingExtraError as MissingExtraError,
        ModelError as ModelError,
        TooShortError as TooShortError,
    )
    from foresale.core.forecast import LEVELS as LEVELS, Forecast as Forecast
    from foresale.core.frequency import Frequency as Frequency
    from foresale.core.hierarchy import Hierarchy as Hierarchy
    from foresale.core.interactions import Interactions as Interactions
    from foresale.core.panel import Covariate as Covariate, Panel as Panel
    from foresale.core.protocols import Forecaster as Forecaster, Learner as Learner
    from foresale.data.forecasts import read_forecast as read_forecast
    from foresale.data.interactions import read_interactions as read_interactions
    from foresale.data.options import ReadOptions as ReadOptions
    from foresale.data.read import panel as panel, read as read, read_with_report as read_with_report
    from foresale.data.synthetic import ShopConfig as ShopConfig, order_lines as order_lines, shop as shop
    from foresale.evaluation.backtest import backtest as backtest
    from foresale.evaluation.evaluation import Evaluation as Evaluation
    from foresale.evaluation.metrics import coverage as coverage
    from foresale.explanations.attribution import attribute as attribute
    from foresale.explanations.change import ForecastSource as ForecastSource, compare_forecasts as compare_forecasts
    from foresale.explanations.lookalikes import lookalikes as lookalikes
    from foresale.explanations.options import ExplainOptions as ExplainOptions
    from foresale.forecasting.boosted import BoostedLearner as BoostedLearner, BoostedOptions as BoostedOptions
    from foresale.forecasting.calibration import Calibration as Calibration
    from foresale.forecasting.effects.layer import EffectOptions as EffectOptions, Effects as Effects
    from foresale.forecasting.ensemble.learner import Candidate as Candidate, EnsembleLearner as EnsembleLearner
    from foresale.forecasting.naive import SeasonalNaive as SeasonalNaive
    from foresale.forecasting.reconcile.reconcile import Reconciled as Reconciled, reconciled as reconciled
    from foresale.forecasting.statistical import STATISTICAL as STATISTICAL, statistical as statistical
    from foresale.inventory.defaults import Defaults as Defaults
    from foresale.inventory.levels import Ahead as Ahead, fill_level as fill_level
    from foresale.inventory.limits import Limit as Limit, allocate as allocate
    from foresale.inventory.marginal_value import Worth as Worth, pack_values as pack_values
    from foresale.inventory.planning.options import PlanOptions as PlanOptions
    from foresale.inventory.policies.levels import MinMax as MinMax
    from foresale.inventory.policies.paths import PathDraw as PathDraw
    from foresale.inventory.policies.registry import policy_named as policy_named
    from foresale.inventory.policies.situation import Policy as Policy, Situation as Situation
    from foresale.inventory.policies.terms import ReplenishmentTerms as ReplenishmentTerms
    from foresale.inventory.read import Sources as Sources, read_inventory as read_inventory
    from foresale.inventory.simulation.engine import follow_stock as follow_stock
    from foresale.narrate.sentences import sentences as sentences
    from foresale.pages.forecast import forecast_page as forecast_page
    from foresale.pages.page import write_page as write_page
    from foresale.pages.report import report_page as report_page
    from foresale.plotting.plot import plot as plot
    from foresale.pricing.effects.campaign import CampaignOptions as CampaignOptions
    from foresale.pricing.effects.options import ElasticityOptions as ElasticityOptions
    from foresale.pricing.experiments.options import ExperimentOptions as ExperimentOptions
    from foresale.pricing.markdowns.options import MarkdownOptions as MarkdownOptions
    from foresale.pricing.prices.options import PriceOptions as PriceOptions
    from foresale.pricing.promotions.options import PromotionOptions as PromotionOptions
    from foresale.recommending.evaluation import Judging as Judging
    from foresale.recommending.free_stock import FreeStock as FreeStock, StockOptions as StockOptions
    from foresale.recommending.lift import Lift as Lift, measured_lift as measured_lift
    from foresale.recommending.offers import ListLimits as ListLimits
    from foresale.recommending.options import RecommendOptions as RecommendOptions
    from foresale.recommending.recommender import Recommender as Recommender
    from foresale.recommending.stock_limiter import StockLimiter as StockLimiter
    from foresale.storage.adapters import Shelf as Shelf, load_adapter as load_adapter, save_adapter as save_adapter
    from foresale.storage.codec import storable as storable
    from foresale.storage.folder import load as load, save as save
    from foresale.storage.recommenders import (
        load_recommender as load_recommender,
        save_recommender as save_recommender,
    )
    from foresale.storage.weights import pretrained as pretrained
    from foresale.training.finetune.options import FinetuneOptions as FinetuneOptions
    from foresale.training.options import TrainOptions as TrainOptions
    from foresale.workflows.budget import Budget as Budget
    from foresale.workflows.campaign import campaign as campaign
    from foresale.workflows.clean import clean as clean
    from foresale.workflows.elasticities import elasticities as elasticities
    from foresale.workflows.evaluate import evaluate as evaluate
    from foresale.workflows.experiment import analyse_experiment as analyse_experiment, experiment as experiment
    from foresale.workflows.explain import explain as explain, reasons as reasons
    from foresale.workflows.finetune import finetune as finetune
    from foresale.workflows.fit import fit as fit
    from foresale.workflows.forecast import forecast as forecast
    from foresale.workflows.forecast_groups import forecast_groups as forecast_groups
    from foresale.workflows.free_stock import free_stock as free_stock
    from foresale.workflows.inspect import inspect as inspect
    from foresale.workflows.mark_down import mark_down as mark_down
    from foresale.workflows.model_config import ModelConfig as ModelConfig
    from foresale.workflows.models import NAMES as NAMES
    from foresale.workflows.outlook import ForecastOutlooks as ForecastOutlooks
    from foresale.workflows.plan import plan as plan
    from foresale.workflows.price import price as price
    from foresale.workflows.promote import promote as promote
    from foresale.workflows.recommend import (
        evaluate_recommendations as evaluate_recommendations,
        recommend as recommend,
    )
    from foresale.workflows.report import ReportOptions as ReportOptions, report as report
    from foresale.workflows.simulate import SimulateOptions as SimulateOptions, simulate as simulate
    from foresale.workflows.train import train as train
    from foresale.workflows.trend import trend as trend
    from foresale.workflows.what_if import what_if as what_if

wait_asleep()

__version__: Final = "0.1.0"

_NAMES: Final = {
    "foresale.backtesting.split": "RollingOrigin split_by_periods",
    "foresale.calendar.features": "calendar_features",
    "foresale.calendar.occurrences": "occurrences",
    "foresale.cleaning.clean": "CleanOptions",
    "foresale.core.errors": "ConfigError DataError ForesaleError MissingExtraError ModelError TooShortError",
    "foresale.core.forecast": "Forecast LEVELS",
    "foresale.core.frequency": "Frequency",
    "foresale.core.hierarchy": "Hierarchy",
    "foresale.core.interactions": "Interactions",
    "foresale.core.panel": "Covariate Panel",
    "foresale.core.protocols": "Forecaster Learner",
    "foresale.data.forecasts": "read_forecast",
    "foresale.data.interactions": "read_interactions",
    "foresale.data.options": "ReadOptions",
    "foresale.data.read": "panel read read_with_report",
    "foresale.data.synthetic": "ShopConfig order_lines shop",
    "foresale.evaluation.backtest": "backtest",
    "foresale.evaluation.evaluation": "Evaluation",
    "foresale.evaluation.metrics": "coverage",
    "foresale.explanations.attribution": "attribute",
    "foresale.explanations.change": "ForecastSource compare_forecasts",
    "foresale.explanations.lookalikes": "lookalikes",
    "foresale.explanations.options": "ExplainOptions",
    "foresale.forecasting.boosted": "BoostedLearner BoostedOptions",
    "foresale.forecasting.calibration": "Calibration",
    "foresale.forecasting.effects.layer": "EffectOptions Effects",
    "foresale.forecasting.ensemble.learner": "Candidate EnsembleLearner",
    "foresale.forecasting.naive": "SeasonalNaive",
    "foresale.forecasting.reconcile.reconcile": "Reconciled reconciled",
    "foresale.forecasting.statistical": "STATISTICAL statistical",
    "foresale.inventory.defaults": "Defaults",
    "foresale.inventory.marginal_value": "Worth pack_values",
    "foresale.inventory.levels": "Ahead fill_level",
    "foresale.inventory.limits": "Limit allocate",
    "foresale.inventory.planning.options": "PlanOptions",
    "foresale.inventory.policies.levels": "MinMax",
    "foresale.inventory.policies.paths": "PathDraw",
    "foresale.inventory.policies.registry": "policy_named",
    "foresale.inventory.policies.situation": "Policy Situation",
    "foresale.inventory.policies.terms": "ReplenishmentTerms",
    "foresale.inventory.read": "Sources read_inventory",
    "foresale.inventory.simulation.engine": "follow_stock",
    "foresale.narrate.sentences": "sentences",
    "foresale.pages.forecast": "forecast_page",
    "foresale.pages.page": "write_page",
    "foresale.pages.report": "report_page",
    "foresale.plotting.plot": "plot",
    "foresale.pricing.effects.campaign": "CampaignOptions",
    "foresale.pricing.effects.options": "ElasticityOptions",
    "foresale.pricing.experiments.options": "ExperimentOptions",
    "foresale.pricing.markdowns.options": "MarkdownOptions",
    "foresale.pricing.prices.options": "PriceOptions",
    "foresale.pricing.promotions.options": "PromotionOptions",
    "foresale.recommending.evaluation": "Judging",
    "foresale.recommending.free_stock": "FreeStock StockOptions",
    "foresale.recommending.lift": "Lift measured_lift",
    "foresale.recommending.offers": "ListLimits",
    "foresale.recommending.options": "RecommendOptions",
    "foresale.recommending.recommender": "Recommender",
    "foresale.recommending.stock_limiter": "StockLimiter",
    "foresale.storage.adapters": "Shelf load_adapter save_adapter",
    "foresale.storage.codec": "storable",
    "foresale.storage.folder": "load save",
    "foresale.storage.recommenders": "load_recommender save_recommender",
    "foresale.storage.weights": "pretrained",
    "foresale.training.finetune.options": "FinetuneOptions",
    "foresale.training.options": "TrainOptions",
    "foresale.workflows.budget": "Budget",
    "foresale.workflows.campaign": "campaign",
    "foresale.workflows.clean": "clean",
    "foresale.workflows.elasticities": "elasticities",
    "foresale.workflows.evaluate": "evaluate",
    "foresale.workflows.experiment": "analyse_experiment experiment",
    "foresale.workflows.explain": "explain reasons",
    "foresale.workflows.finetune": "finetune",
    "foresale.workflows.fit": "fit",
    "foresale.workflows.forecast": "forecast",
    "foresale.workflows.forecast_groups": "forecast_groups",
    "foresale.workflows.free_stock": "free_stock",
    "foresale.workflows.inspect": "inspect",
    "foresale.workflows.mark_down": "mark_down",
    "foresale.workflows.model_config": "ModelConfig",
    "foresale.workflows.models": "NAMES",
    "foresale.workflows.outlook": "ForecastOutlooks",
    "foresale.workflows.plan": "plan",
    "foresale.workflows.price": "price",
    "foresale.workflows.promote": "promote",
    "foresale.workflows.recommend": "evaluate_recommendations recommend",
    "foresale.workflows.report": "ReportOptions report",
    "foresale.workflows.simulate": "SimulateOptions simulate",
    "foresale.workflows.train": "train",
    "foresale.workflows.trend": "trend",
    "foresale.workflows.what_if": "what_if",
}
"""By module, the names that it brings."""
_HOMES: Final = {name: home for home, names in _NAMES.items() for name in names.split()}
__all__ = [*_HOMES, "__version__", "testing"]


def __getattr__(name: str) -> Any:
    if name == "testing":
        return import_module("foresale.testing")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
