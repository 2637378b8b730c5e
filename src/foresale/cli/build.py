"""The command line, put together of commands. Each loads what it needs when it runs, so that `--help` is quick."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated, Final

import typer

import foresale
from foresale.cli.command import Command

COMMANDS: Final = (
    "demo",
    "inspect",
    "clean",
    "fit",
    "train",
    "finetune",
    "forecast",
    "plan",
    "simulate",
    "evaluate",
    "explain",
    "trend",
    "elasticities",
    "promote",
    "price",
    "what_if",
    "experiment",
    "campaign",
    "recommend",
    "report",
    "pretrain",
)
"""In the order of the help. Each is a function of the module of its name in `cli.commands`."""
BEGIN: Final = f"""Foresale {foresale.__version__}: from the sales of your shop to a forecast, why, and what to order.

Begin with
  foresale demo                                                 all of it in a minute, on a shop that is made up
  foresale inspect sales.csv                                    what is in your sales, and how they were read
  foresale forecast sales.csv --horizon 30 --model pretrained   what will be sold; nothing has to be learnt

sales.csv is what you have: order lines, or totals of days, weeks or months. All commands: foresale --help"""
"""What stands there where no command is given."""


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """The command line for some arguments: with the command that they ask for alone, or with all of them.

    The options of all commands take longer to put together than a small forecast does.
    """
    asked = arguments[0].replace("-", "_") if arguments else ""
    return with_commands([asked] if asked in COMMANDS else COMMANDS)


def with_commands(names: Iterable[str]) -> typer.Typer:
    """The command line with some commands."""
    app = typer.Typer(
        name="foresale",
        help="Seasonal demand forecasting for e-commerce: from a sales file to a forecast.",
        invoke_without_command=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_foresale)
    for name in names:
        app.command(cls=Command)(getattr(import_module(f"foresale.cli.commands.{name}"), name))
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(foresale.__version__)
        raise typer.Exit


def _foresale(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - the option's own callback answers it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(BEGIN)
