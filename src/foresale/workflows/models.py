"""Which model a name, a folder or an object means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeGuard

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.completed import Completed, CompletedForecaster
from foresale.forecasting.effects.forecaster import EffectsLearner
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.ensemble.forecaster import NAME as AUTO
from foresale.forecasting.finetuned import FinetuneLearner
from foresale.forecasting.naive import NAME as SEASONAL_NAIVE
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.neural import NetworkLearner
from foresale.forecasting.pretrained import NAME
from foresale.forecasting.ready import Ready
from foresale.forecasting.statistical import STATISTICAL, statistical
from foresale.storage.folder import load
from foresale.storage.weights import pretrained
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.options import TrainOptions, network_kind
from foresale.training.progress import Watcher
from foresale.workflows.auto import NETWORKS, Budget, auto_learner, boosted_learner

PRETRAINED: Final = NAME
BOOSTED: Final = "lightgbm"
FINETUNED: Final = "finetuned"
TRAINED: Final = "transformer"
"""The network that is trained where none is named."""
UNTAUGHT: Final = (PRETRAINED, *STATISTICAL, SEASONAL_NAIVE)
"""Models that learn nothing from a shop: groups of items are no stranger to them than items."""
NAMES: Final = (AUTO, FINETUNED, BOOSTED, *NETWORKS, *UNTAUGHT)
"""Every model that has a name of its own; any other name is a model folder."""


@dataclass(frozen=True)
class Settings:
    """How models are to be learnt, the same for all of them.

    Attributes:
        countries: whose public holidays and festivals count.
        options: settings of a training; whether covariates and the calendar are read counts for every model.
        budget: what the ensemble may spend.
        watch: told about every step.
        like: by the id of an item that was never sold, the ids of the items to forecast it like.
    """

    countries: tuple[str, ...] = ()
    options: TrainOptions = field(default_factory=TrainOptions)
    budget: Budget = field(default_factory=Budget)
    watch: Watcher | None = field(default=None, compare=False, repr=False)
    like: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_types(self)

    @property
    def effects(self) -> EffectOptions:
        """What may have effects on sales, whatever the model."""
        return EffectOptions(self.countries, self.options.calendar, self.options.covariates)


def learner(model: str | Path | Forecaster | Learner, settings: Settings) -> "Completed | Fitted":
    """What learns the model that a name, a folder or an object means; what needs no learning is ready.

    Its forecasts hold newcomers, and come in whole units where sales do.

    Raises:
        ConfigError: neither a name nor a folder that exists.
        ModelError: a folder that holds no model.

    >>> learner("seasonal-naive", Settings()).name
    'seasonal-naive'
    """
    found = load(model) if _is_folder(model) else model
    if isinstance(found, CompletedForecaster):
        return Fitted(replace(found, like={**found.like, **settings.like}))
    return Completed(_learner(found, settings), settings.like, settings.countries)


@dataclass(frozen=True)
class Fitted:
    """A learner of a model that was fitted before: it is the model as it is."""

    forecaster: CompletedForecaster

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return self.forecaster.name

    def fit(self, panel: Panel, *, horizon: int) -> CompletedForecaster:  # noqa: ARG002
        """The model."""
        return self.forecaster


def _is_folder(model: object) -> TypeGuard[str | Path]:
    """Whether it is the place of a model: a name of ours is never a folder."""
    return isinstance(model, str | Path) and model not in NAMES and Path(model).exists()


def _learner(model: str | Path | Forecaster | Learner, settings: Settings) -> Learner:
    """What stands by itself knows what it does with events; all that has a name sees sales without their effects."""
    if not isinstance(model, str | Path):
        return model if isinstance(model, Learner) else Ready(model)
    if model in NAMES:
        return EffectsLearner(_named(str(model), settings), settings.effects)
    raise ConfigError(f"unknown model {str(model)!r}: it is no model folder here, and none of {', '.join(NAMES)}.")


def _named(model: str, settings: Settings) -> Learner:
    if model == AUTO:
        return auto_learner(
            budget=settings.budget, countries=settings.countries, options=settings.options, watch=settings.watch
        )
    if model in NETWORKS:
        return NetworkLearner(network_kind(model), settings.options, settings.countries, settings.watch)
    if model == FINETUNED:
        options = FinetuneOptions(seed=settings.options.seed)
        return FinetuneLearner(pretrained(), options, settings.effects, settings.watch)
    if model == BOOSTED:
        return boosted_learner(settings.budget, settings.countries, settings.options, settings.watch)
    if model == PRETRAINED:
        return Ready(pretrained())
    return Ready(SeasonalNaive() if model == SEASONAL_NAIVE else statistical(model))
