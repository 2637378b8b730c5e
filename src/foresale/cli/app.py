"""The commands, put together. Each loads what it needs when it runs, so that `--help` is quick."""

from typing import Annotated, Final

import typer

import foresale
from foresale.cli.command import Command
from foresale.cli.commands.clean import clean
from foresale.cli.commands.demo import demo
from foresale.cli.commands.elasticities import elasticities
from foresale.cli.commands.evaluate import evaluate
from foresale.cli.commands.explain import explain
from foresale.cli.commands.finetune import finetune
from foresale.cli.commands.fit import fit
from foresale.cli.commands.forecast import forecast
from foresale.cli.commands.inspect import inspect
from foresale.cli.commands.plan import plan
from foresale.cli.commands.pretrain import pretrain
from foresale.cli.commands.price import price
from foresale.cli.commands.promote import promote
from foresale.cli.commands.report import report
from foresale.cli.commands.simulate import simulate
from foresale.cli.commands.train import train
from foresale.cli.commands.trend import trend
from foresale.cli.commands.what_if import what_if

BEGIN: Final = f"""Foresale {foresale.__version__}: from the sales of your shop to a forecast, why, and what to order.

Begin with
  foresale demo                                                 all of it in a minute, on a shop that is made up
  foresale inspect sales.csv                                    what is in your sales, and how they were read
  foresale forecast sales.csv --horizon 30 --model pretrained   what will be sold; nothing has to be learnt

sales.csv is what you have: order lines, or totals of days, weeks or months. All commands: foresale --help"""
"""What stands there where no command is given."""

app = typer.Typer(
    name="foresale",
    help="Seasonal demand forecasting for e-commerce: from a sales file to a forecast.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(foresale.__version__)
        raise typer.Exit


@app.callback()
def _foresale(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - the option's own callback answers it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(BEGIN)


for _command in (
    demo,
    inspect,
    clean,
    fit,
    train,
    finetune,
    forecast,
    plan,
    simulate,
    evaluate,
    explain,
    trend,
    elasticities,
    promote,
    price,
    what_if,
    report,
    pretrain,
):
    app.command(cls=Command)(_command)
