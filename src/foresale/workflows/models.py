"""Which forecaster a name, a folder or an object means."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from foresale.core.errors import ConfigError
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.forecasting.naive import NAME as SEASONAL_NAIVE
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.neural import NeuralForecaster
from foresale.forecasting.pretrained import NAME as PRETRAINED
from foresale.storage.folder import load
from foresale.storage.weights import pretrained
from foresale.training.options import TrainOptions, network_kind
from foresale.training.progress import Watcher
from foresale.training.train import train_networks

NETWORKS: Final = ("lstm", "transformer")
TRAINED: Final = "transformer"
"""The network that is trained where none is named."""


def is_trained_here(model: object) -> bool:
    """Whether a model is a network to be trained on the sales first."""
    return model in NETWORKS


def ready_forecaster(model: str | Path | Forecaster, *, countries: Sequence[str] = (),
                     options: TrainOptions | None = None) -> Forecaster:  # fmt: skip
    """The forecaster that needs no training: an object as it is, a model folder, or one of those in the package.

    The countries, and whether the options let covariates and the calendar be read, concern the pre-trained networks.

    Raises:
        ConfigError: neither a name nor a folder that exists.
        ModelError: a folder that holds no model.
    """
    if not isinstance(model, str | Path):
        return model
    if model == SEASONAL_NAIVE:
        return SeasonalNaive()
    if model == PRETRAINED:
        chosen = options or TrainOptions()
        return pretrained(countries=tuple(countries), covariates=chosen.covariates, calendar=chosen.calendar)
    if isinstance(model, str) and not Path(model).exists():
        names = ", ".join((PRETRAINED, *NETWORKS, SEASONAL_NAIVE))
        raise ConfigError(f"unknown model {model!r}: it is no model folder here, and none of {names}.")
    return load(model)


def trained_forecaster(panel: Panel, model: str, *, horizon: int, countries: Sequence[str],
                       options: TrainOptions | None, watch: Watcher | None,
                       checkpoints: Path | None = None) -> NeuralForecaster:  # fmt: skip
    """A network of one's own, trained on the history of a panel."""
    trained = train_networks(
        panel,
        backbone=network_kind(model),
        horizon=horizon,
        countries=countries,
        options=options,
        watch=watch,
        checkpoints=checkpoints,
    )
    return NeuralForecaster(
        model, trained.networks, trained.windows.spec, trained.windows.context, horizon, trained.losses
    )
