"""Which model a name, a folder or an object means."""

from dataclasses import replace
from pathlib import Path
from typing import Final, TypeGuard

from foresale.core.entry_points import names_in
from foresale.core.errors import ConfigError
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.effects.forecaster import EffectsLearner
from foresale.forecasting.fitted import Fitted, as_learner
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.names import AUTO, BOOSTED, FINETUNED, NETWORKS, PRETRAINED, SEASONAL_NAIVE
from foresale.forecasting.postprocessing import Postprocessed, PostprocessedForecaster
from foresale.forecasting.registered import GROUP, registered
from foresale.forecasting.statistical import STATISTICAL, statistical
from foresale.workflows.model_config import Model, ModelConfig

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
    found = _loaded(config.model) if is_folder(config.model) else config.model
    if isinstance(found, PostprocessedForecaster):
        return Fitted(replace(found, analogues={**found.analogues, **config.analogues}))
    return Postprocessed(_learner(found, config), config.analogues, config.countries)


def _loaded(folder: str | Path) -> Forecaster:
    from foresale.storage.folder import load

    return load(folder)


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
    """A model of the package; what it is made of is loaded with it, and that of no other."""
    if model == AUTO:
        from foresale.workflows.auto import auto_learner

        return auto_learner(
            budget=config.budget, countries=config.countries, options=config.options, watch=config.on_progress
        )
    if model == BOOSTED:
        from foresale.workflows.auto import boosted_learner

        return boosted_learner(config.budget, config.countries, config.options, config.on_progress)
    if model in NETWORKS:
        from foresale.forecasting.neural import NetworkLearner
        from foresale.training.options import network_kind

        return NetworkLearner(network_kind(model), config.options, config.countries, config.on_progress)
    if model in {PRETRAINED, FINETUNED}:
        return _of_weights(model, config)
    return Fitted(SeasonalNaive() if model == SEASONAL_NAIVE else statistical(model))


def _of_weights(model: str, config: ModelConfig) -> Learner:
    """The pre-trained networks as they are, or tuned."""
    from foresale.storage.weights import pretrained

    if model == PRETRAINED:
        return Fitted(pretrained())
    from foresale.forecasting.finetuned import FinetuneLearner
    from foresale.training.finetune.options import FinetuneOptions

    return FinetuneLearner(pretrained(), FinetuneOptions(seed=config.options.seed), config.effects, config.on_progress)
