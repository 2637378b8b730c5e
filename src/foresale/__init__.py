"""Foresale: seasonal demand forecasting for e-commerce, and the decisions that follow from it.

All that a person needs is a name of this module. The names below load what they need when they are first used, so that
`import foresale` is quick and needs neither torch nor a data frame library.

>>> import foresale
>>> "forecast" in dir(foresale)
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from foresale.core.cores import wait_asleep

if TYPE_CHECKING:
    from foresale import testing
    from foresale.backtesting.split import RollingOrigin, split_by_periods
    from foresale.calendar.features import calendar_features
    from foresale.calendar.occurrences import occurrences
    from foresale.cleaning.clean import CleanOptions
    from foresale.core.errors import ConfigError, DataError, ForesaleError, MissingExtraError, ModelError, TooShortError
    from foresale.core.forecast import LEVELS, Forecast
    from foresale.core.frequency import Frequency
    from foresale.core.hierarchy import Hierarchy
    from foresale.core.panel import Covariate, Panel
    from foresale.core.protocols import Forecaster, Learner
    from foresale.data.forecasts import read_forecast
    from foresale.data.options import ReadOptions
    from foresale.data.read import panel, read, read_with_report
    from foresale.data.synthetic import ShopConfig, order_lines, shop
    from foresale.evaluation.backtest import backtest
    from foresale.evaluation.evaluation import Evaluation
    from foresale.evaluation.metrics import coverage
    from foresale.explanations.attribution import attribute
    from foresale.explanations.change import ForecastSource, compare_forecasts
    from foresale.explanations.lookalikes import lookalikes
    from foresale.explanations.options import ExplainOptions
    from foresale.forecasting.boosted import BoostedLearner, BoostedOptions
    from foresale.forecasting.calibration import Calibration
    from foresale.forecasting.effects.layer import EffectOptions, Effects
    from foresale.forecasting.ensemble.learner import Candidate, EnsembleLearner
    from foresale.forecasting.naive import SeasonalNaive
    from foresale.forecasting.reconcile.reconcile import Reconciled, reconciled
    from foresale.forecasting.statistical import STATISTICAL, statistical
    from foresale.inventory.defaults import Defaults
    from foresale.inventory.gains import Worth, pack_gains
    from foresale.inventory.levels import Ahead, fill_level
    from foresale.inventory.limits import Limit, allocate
    from foresale.inventory.planning.options import PlanOptions
    from foresale.inventory.policies.levels import MinMax
    from foresale.inventory.policies.paths import PathDraw
    from foresale.inventory.policies.registry import policy_named
    from foresale.inventory.policies.situation import Policy, Situation
    from foresale.inventory.policies.terms import ReplenishmentTerms
    from foresale.inventory.reading import Sources, read_inventory
    from foresale.inventory.simulation.engine import simulate as follow_stock
    from foresale.narrate.sentences import sentences
    from foresale.pages.forecast import forecast_page
    from foresale.pages.page import write_page
    from foresale.pages.report import report_page
    from foresale.plotting.plot import plot
    from foresale.pricing.effects.options import ElasticityOptions
    from foresale.pricing.prices.options import PriceOptions
    from foresale.pricing.promotions.options import PromotionOptions
    from foresale.storage.adapters import Shelf, load_adapter, save_adapter
    from foresale.storage.codec import storable
    from foresale.storage.folder import load, save
    from foresale.storage.weights import pretrained
    from foresale.training.finetune.options import FinetuneOptions
    from foresale.training.options import TrainOptions
    from foresale.workflows.auto import Budget
    from foresale.workflows.clean import clean
    from foresale.workflows.elasticities import elasticities
    from foresale.workflows.evaluate import evaluate
    from foresale.workflows.explain import explain, reasons
    from foresale.workflows.finetune import finetune
    from foresale.workflows.fit import fit
    from foresale.workflows.forecast import forecast, forecast_groups
    from foresale.workflows.inspect import inspect
    from foresale.workflows.model_config import ModelConfig
    from foresale.workflows.models import NAMES
    from foresale.workflows.plan import plan
    from foresale.workflows.price import price
    from foresale.workflows.promote import promote
    from foresale.workflows.report import ReportOptions, report
    from foresale.workflows.simulate import SimulateOptions, simulate
    from foresale.workflows.train import train
    from foresale.workflows.trend import trend
    from foresale.workflows.what_if import what_if

wait_asleep()

__version__: Final = "0.1.0"

__all__ = [
    "LEVELS",
    "NAMES",
    "STATISTICAL",
    "Ahead",
    "BoostedLearner",
    "BoostedOptions",
    "Budget",
    "Calibration",
    "Candidate",
    "CleanOptions",
    "ConfigError",
    "Covariate",
    "DataError",
    "Defaults",
    "EffectOptions",
    "Effects",
    "ElasticityOptions",
    "EnsembleLearner",
    "Evaluation",
    "ExplainOptions",
    "FinetuneOptions",
    "Forecast",
    "ForecastSource",
    "Forecaster",
    "ForesaleError",
    "Frequency",
    "Hierarchy",
    "Learner",
    "Limit",
    "MinMax",
    "MissingExtraError",
    "ModelConfig",
    "ModelError",
    "Panel",
    "PathDraw",
    "PlanOptions",
    "Policy",
    "PriceOptions",
    "PromotionOptions",
    "ReadOptions",
    "Reconciled",
    "ReplenishmentTerms",
    "ReportOptions",
    "RollingOrigin",
    "SeasonalNaive",
    "Shelf",
    "ShopConfig",
    "SimulateOptions",
    "Situation",
    "Sources",
    "TooShortError",
    "TrainOptions",
    "Worth",
    "__version__",
    "allocate",
    "attribute",
    "backtest",
    "calendar_features",
    "clean",
    "compare_forecasts",
    "coverage",
    "elasticities",
    "evaluate",
    "explain",
    "fill_level",
    "finetune",
    "fit",
    "follow_stock",
    "forecast",
    "forecast_groups",
    "forecast_page",
    "inspect",
    "load",
    "load_adapter",
    "lookalikes",
    "occurrences",
    "order_lines",
    "pack_gains",
    "panel",
    "plan",
    "plot",
    "policy_named",
    "pretrained",
    "price",
    "promote",
    "read",
    "read_forecast",
    "read_inventory",
    "read_with_report",
    "reasons",
    "reconciled",
    "report",
    "report_page",
    "save",
    "save_adapter",
    "sentences",
    "shop",
    "simulate",
    "split_by_periods",
    "statistical",
    "storable",
    "testing",
    "train",
    "trend",
    "what_if",
    "write_page",
]

_HOMES: Final = {
    "Ahead": "foresale.inventory.levels",
    "BoostedLearner": "foresale.forecasting.boosted",
    "BoostedOptions": "foresale.forecasting.boosted",
    "Budget": "foresale.workflows.auto",
    "Calibration": "foresale.forecasting.calibration",
    "Candidate": "foresale.forecasting.ensemble.learner",
    "CleanOptions": "foresale.cleaning.clean",
    "ConfigError": "foresale.core.errors",
    "Covariate": "foresale.core.panel",
    "DataError": "foresale.core.errors",
    "Defaults": "foresale.inventory.defaults",
    "EffectOptions": "foresale.forecasting.effects.layer",
    "Effects": "foresale.forecasting.effects.layer",
    "ElasticityOptions": "foresale.pricing.effects.options",
    "EnsembleLearner": "foresale.forecasting.ensemble.learner",
    "Evaluation": "foresale.evaluation.evaluation",
    "ExplainOptions": "foresale.explanations.options",
    "FinetuneOptions": "foresale.training.finetune.options",
    "Forecast": "foresale.core.forecast",
    "ForecastSource": "foresale.explanations.change",
    "Forecaster": "foresale.core.protocols",
    "ForesaleError": "foresale.core.errors",
    "Frequency": "foresale.core.frequency",
    "Hierarchy": "foresale.core.hierarchy",
    "LEVELS": "foresale.core.forecast",
    "Learner": "foresale.core.protocols",
    "Limit": "foresale.inventory.limits",
    "MinMax": "foresale.inventory.policies.levels",
    "MissingExtraError": "foresale.core.errors",
    "ModelConfig": "foresale.workflows.model_config",
    "ModelError": "foresale.core.errors",
    "NAMES": "foresale.workflows.models",
    "Panel": "foresale.core.panel",
    "PathDraw": "foresale.inventory.policies.paths",
    "PlanOptions": "foresale.inventory.planning.options",
    "Policy": "foresale.inventory.policies.situation",
    "PriceOptions": "foresale.pricing.prices.options",
    "PromotionOptions": "foresale.pricing.promotions.options",
    "ReadOptions": "foresale.data.options",
    "Reconciled": "foresale.forecasting.reconcile.reconcile",
    "ReplenishmentTerms": "foresale.inventory.policies.terms",
    "ReportOptions": "foresale.workflows.report",
    "RollingOrigin": "foresale.backtesting.split",
    "STATISTICAL": "foresale.forecasting.statistical",
    "SeasonalNaive": "foresale.forecasting.naive",
    "Shelf": "foresale.storage.adapters",
    "ShopConfig": "foresale.data.synthetic",
    "SimulateOptions": "foresale.workflows.simulate",
    "Situation": "foresale.inventory.policies.situation",
    "Sources": "foresale.inventory.reading",
    "TooShortError": "foresale.core.errors",
    "TrainOptions": "foresale.training.options",
    "Worth": "foresale.inventory.gains",
    "allocate": "foresale.inventory.limits",
    "attribute": "foresale.explanations.attribution",
    "backtest": "foresale.evaluation.backtest",
    "calendar_features": "foresale.calendar.features",
    "clean": "foresale.workflows.clean",
    "compare_forecasts": "foresale.explanations.change",
    "coverage": "foresale.evaluation.metrics",
    "elasticities": "foresale.workflows.elasticities",
    "evaluate": "foresale.workflows.evaluate",
    "explain": "foresale.workflows.explain",
    "fill_level": "foresale.inventory.levels",
    "finetune": "foresale.workflows.finetune",
    "fit": "foresale.workflows.fit",
    "follow_stock": "foresale.inventory.simulation.engine:simulate",
    "forecast": "foresale.workflows.forecast",
    "forecast_groups": "foresale.workflows.forecast",
    "forecast_page": "foresale.pages.forecast",
    "inspect": "foresale.workflows.inspect",
    "load": "foresale.storage.folder",
    "load_adapter": "foresale.storage.adapters",
    "lookalikes": "foresale.explanations.lookalikes",
    "occurrences": "foresale.calendar.occurrences",
    "order_lines": "foresale.data.synthetic",
    "pack_gains": "foresale.inventory.gains",
    "panel": "foresale.data.read",
    "plan": "foresale.workflows.plan",
    "plot": "foresale.plotting.plot",
    "sentences": "foresale.narrate.sentences",
    "policy_named": "foresale.inventory.policies.registry",
    "pretrained": "foresale.storage.weights",
    "price": "foresale.workflows.price",
    "promote": "foresale.workflows.promote",
    "read": "foresale.data.read",
    "read_forecast": "foresale.data.forecasts",
    "read_inventory": "foresale.inventory.reading",
    "read_with_report": "foresale.data.read",
    "reasons": "foresale.workflows.explain",
    "reconciled": "foresale.forecasting.reconcile.reconcile",
    "report": "foresale.workflows.report",
    "report_page": "foresale.pages.report",
    "save": "foresale.storage.folder",
    "save_adapter": "foresale.storage.adapters",
    "shop": "foresale.data.synthetic",
    "simulate": "foresale.workflows.simulate",
    "split_by_periods": "foresale.backtesting.split",
    "statistical": "foresale.forecasting.statistical",
    "storable": "foresale.storage.codec",
    "train": "foresale.workflows.train",
    "trend": "foresale.workflows.trend",
    "what_if": "foresale.workflows.what_if",
    "write_page": "foresale.pages.page",
}


def __getattr__(name: str) -> Any:
    if name == "testing":
        return import_module("foresale.testing")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home, _, within = _HOMES[name].partition(":")
    value = getattr(import_module(home), within or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
