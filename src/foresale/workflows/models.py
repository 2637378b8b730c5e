"""Which model a name, a folder or an object means."""

from dataclasses import replace
from pathlib import Path
from typing import Final, TypeGuard

from foresale.core.entry_points import names_in
from foresale.core.errors import ConfigError
from foresale.core.protocols import Learner
from foresale.forecasting.completed import Completed, CompletedForecaster
from foresale.forecasting.effects.forecaster import EffectsLearner
from foresale.forecasting.ensemble.forecaster import NAME as AUTO
from foresale.forecasting.finetuned import FinetuneLearner
from foresale.forecasting.naive import NAME as SEASONAL_NAIVE
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.neural import NetworkLearner
from foresale.forecasting.pretrained import NAME
from foresale.forecasting.ready import Ready, as_learner
from foresale.forecasting.registered import GROUP, registered
from foresale.forecasting.statistical import STATISTICAL, statistical
from foresale.storage.folder import load
from foresale.storage.weights import pretrained
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.options import network_kind
from foresale.workflows.auto import NETWORKS, auto_learner, boosted_learner
from foresale.workflows.model_config import Model, ModelConfig

PRETRAINED: Final = NAME
BOOSTED: Final = "lightgbm"
FINETUNED: Final = "finetuned"
TRAINED: Final = "transformer"
"""The network that is trained where none is named."""
UNTAUGHT: Final = (PRETRAINED, *STATISTICAL, SEASONAL_NAIVE)
"""Models that learn nothing from a shop: groups of items are no stranger to them than items."""
NAMES: Final = (AUTO, FINETUNED, BOOSTED, *NETWORKS, *UNTAUGHT)
"""Every model of the package that has a name of its own; any other name is one of another package, or a folder."""


def learner(config: ModelConfig) -> Learner:
    """What learns the model of a config; what needs no learning is ready.

    Its forecasts hold newcomers, and come in whole units where sales do.

    Raises:
        ConfigError: neither a name nor a folder that exists.
        ModelError: a folder that holds no model.

    >>> learner(ModelConfig("seasonal-naive")).name
    'seasonal-naive'
    """
    found = load(config.model) if is_folder(config.model) else config.model
    if isinstance(found, CompletedForecaster):
        return Ready(replace(found, like={**found.like, **config.like}))
    return Completed(_learner(found, config), config.like, config.countries)


def is_folder(model: object) -> TypeGuard[str | Path]:
    """Whether it is the place of a model: a name is never a folder, ours or of another package."""
    if not isinstance(model, str | Path) or model in NAMES:
        return False
    return Path(model).exists() and model not in names_in(GROUP)


def _learner(model: Model, config: ModelConfig) -> Learner:
    """What stands by itself knows what it does with events; all that has a name sees sales without their effects."""
    if not isinstance(model, str | Path):
        return as_learner(model)
    if model in NAMES:
        return EffectsLearner(_named(str(model), config), config.effects)
    if model in names_in(GROUP):
        return EffectsLearner(registered(str(model)), config.effects)
    known = ", ".join((*NAMES, *names_in(GROUP)))
    raise ConfigError(f"unknown model {str(model)!r}: it is no model folder here, and none of {known}.")


def _named(model: str, config: ModelConfig) -> Learner:
    if model == AUTO:
        return auto_learner(
            budget=config.budget, countries=config.countries, options=config.options, watch=config.on_progress
        )
    if model in NETWORKS:
        return NetworkLearner(network_kind(model), config.options, config.countries, config.on_progress)
    if model == FINETUNED:
        options = FinetuneOptions(seed=config.options.seed)
        return FinetuneLearner(pretrained(), options, config.effects, config.on_progress)
    if model == BOOSTED:
        return boosted_learner(config.budget, config.countries, config.options, config.on_progress)
    if model == PRETRAINED:
        return Ready(pretrained())
    return Ready(SeasonalNaive() if model == SEASONAL_NAIVE else statistical(model))
