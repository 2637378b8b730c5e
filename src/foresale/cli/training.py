"""The options of a training, and what is said before it starts."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.console import note
from foresale.cli.options import TRAINING
from foresale.core.errors import ConfigError
from foresale.core.text import counted

if TYPE_CHECKING:
    from foresale.core.panel import Panel
    from foresale.training.options import TrainOptions

NETWORKS: Final = ("lstm", "transformer")
STATISTICAL: Final = ("ets", "theta", "mstl", "croston", "tsb", "adida")
MODELS: Final = ("auto", "finetuned", "lightgbm", *NETWORKS, "pretrained", *STATISTICAL, "seasonal-naive")
"""As in `workflows.models`, which is not imported before there is something to do."""


@dataclass(frozen=True)
class Training:
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


def check_models(models: Iterable[str]) -> None:
    """Refuse a name that is no model before anything is read.

    Raises:
        ConfigError: neither a model's name nor a folder that exists.
    """
    for model in models:
        if model not in MODELS and not Path(model).exists():
            names = ", ".join(MODELS)
            raise ConfigError(f"unknown model {model!r}: it is no model folder here, and none of {names}.")


def announce(model: str, panel: "Panel", training: Training, *, then: str) -> None:
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
