"""Which model forecasts, and how it may learn: said once, for every wish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types
from foresale.core.protocols import Forecaster, Learner
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.names import AUTO
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.budget import Budget

Model = str | Path | Forecaster | Learner
"""A name, a model folder or an adapter, a forecaster, or a learner."""


@dataclass(frozen=True)
class ModelConfig:
    """A model with all of its settings; every verb takes one in the place of a model.

    Attributes:
        model: "auto", the ensemble of all that the budget allows; "pretrained", which needs no learning; the name of
            any other model, of the package or of another one; a model folder; a forecaster or a learner.
        countries: whose public holidays and festivals count; a model folder has its own.
        options: settings of a training; its covariates, calendar and seed count for every model.
        budget: what may be spent: effort and time of "auto", threads of all.
        analogues: by the id of an item that was never sold, the ids of the items to forecast it like.
        on_progress: told about every step.

    Raises:
        ConfigError: a setting of another type than it has.

    >>> ModelConfig("lightgbm", countries=("CN",)).budget.effort
    'standard'
    """

    model: Model = AUTO
    countries: tuple[str, ...] = ()
    options: TrainOptions = field(default_factory=TrainOptions)
    budget: Budget = field(default_factory=Budget)
    analogues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    on_progress: Watcher | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        check_types(self)
        object.__setattr__(self, "countries", tuple(self.countries))

    @classmethod
    def of(
        cls,
        model: "Model | ModelConfig",
        *,
        countries: Sequence[str] = (),
        options: TrainOptions | None = None,
        budget: Budget | None = None,
        analogues: Mapping[str, Sequence[str]] | None = None,
        on_progress: Watcher | None = None,
    ) -> "ModelConfig":
        """The settings that a verb was told, which come one by one or as a whole.

        Raises:
            ConfigError: both.
        """
        if not isinstance(model, ModelConfig):
            return cls(
                model, tuple(countries), options or TrainOptions(), budget or Budget(), analogues or {}, on_progress
            )
        if countries or options or budget or analogues or on_progress:
            raise ConfigError("a ModelConfig holds all settings of a model: tell them there, and not beside it")
        return model

    @property
    def effects(self) -> EffectOptions:
        """What may have effects on sales, whatever the model."""
        return EffectOptions(self.countries, self.options.calendar, self.options.covariates)
