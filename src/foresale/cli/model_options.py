"""Which model forecasts and what it may spend, as options of commands; what is said before it starts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from foresale.cli.console import note
from foresale.cli.options import TRAINING, list_of
from foresale.core.errors import ConfigError
from foresale.core.text import counted

if TYPE_CHECKING:
    from foresale.core.panel import Panel
    from foresale.training.options import TrainOptions
    from foresale.workflows.model_config import ModelConfig

SPENDING: Final = "Spending time"
NETWORKS: Final = ("lstm", "transformer")
STATISTICAL: Final = ("ets", "theta", "mstl", "croston", "tsb", "adida")
MODELS: Final = ("auto", "finetuned", "lightgbm", *NETWORKS, "pretrained", *STATISTICAL, "seasonal-naive")
"""As in `workflows.models`, which is not imported before there is something to do."""


@dataclass(frozen=True)
class TrainingOptions:
    """How a network is to be trained."""

    steps: Annotated[
        int | None,
        typer.Option(min=1, rich_help_panel=TRAINING, help="Gradient steps at most; else by the size of the data."),
    ] = None
    members: Annotated[
        int, typer.Option(min=1, rich_help_panel=TRAINING, help="Networks trained from different seeds and averaged.")
    ] = 1
    covariates: Annotated[
        bool, typer.Option(rich_help_panel=TRAINING, help="Whether anything but sales and the calendar is read.")
    ] = True
    calendar: Annotated[bool, typer.Option(rich_help_panel=TRAINING, help="Whether the calendar is read.")] = True
    seed: Annotated[
        int, typer.Option(min=0, rich_help_panel=TRAINING, help="The same seed gives the same network.")
    ] = 0

    def options(self) -> "TrainOptions":
        """The same, as the training takes it."""
        from foresale.training.options import TrainOptions

        return TrainOptions(
            steps=self.steps,
            members=self.members,
            covariates=self.covariates,
            calendar=self.calendar,
            seed=self.seed,
        )


@dataclass(frozen=True)
class ModelOptions(TrainingOptions):
    """The same, and what may be spent on a forecast: effort, time and threads."""

    effort: Annotated[
        Literal["quick", "standard", "best"],
        typer.Option(
            rich_help_panel=SPENDING,
            help="Of auto. quick: pre-trained networks and statistics; standard: also boosted trees and networks tuned "
            "on the sales; best: also networks trained on nothing else.",
        ),
    ] = "standard"
    time_limit: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            rich_help_panel=SPENDING,
            help="Of auto: time for learning, such as 90s, 10m or 1h; what no longer fits in is left out and named.",
        ),
    ] = None
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1, rich_help_panel=SPENDING, help="Threads to compute on; by itself as many as cores are idle."
        ),
    ] = None

    def config(
        self, model: str, *, country: Sequence[str] | None, analogues: Mapping[str, Sequence[str]] | None = None
    ) -> "ModelConfig":
        """The model with all its settings.

        Raises:
            ConfigError: a time limit that is no time.
        """
        from foresale.workflows.budget import Budget, seconds_of
        from foresale.workflows.model_config import ModelConfig

        seconds = None if self.time_limit is None else seconds_of(self.time_limit)
        budget = Budget(self.effort, seconds, self.jobs)
        return ModelConfig(model, list_of(country), self.options(), budget, analogues or {})


def check_models(models: Iterable[str]) -> None:
    """Refuse a name that is no model before anything is read.

    Raises:
        ConfigError: neither a model's name nor a folder that exists.
    """
    others = [model for model in models if model not in MODELS and not Path(model).exists()]
    if not others:
        return
    from foresale.core.entry_points import names_in
    from foresale.forecasting.registered import GROUP

    registered = names_in(GROUP)
    for model in others:
        if model not in registered:
            names = ", ".join((*MODELS, *registered))
            raise ConfigError(f"unknown model {model!r}: it is no model folder here, and none of {names}.")


def announce(model: str, panel: "Panel", training: TrainingOptions, *, then: str) -> None:
    """Say what is about to happen before it happens, since training takes minutes."""
    size = f"{counted(len(panel), 'item')}, {counted(int(panel.history.sum()), 'period')} of sales in all"
    if model in NETWORKS:
        networks = "a network" if training.members == 1 else f"{training.members} networks"
        bound = f", at most {counted(training.steps, 'step')}" if training.steps else ""
        note(f"Training {networks} ({model}) on {size}{bound}, which may take minutes; then {then}.")
    elif model == "auto":
        note(f"Measuring, weighing and fitting models on {size}, which may take minutes; then {then}.")
    else:
        note(f"With {model}, on {size}: {then}.")
