"""`foresale experiment`: a planned test of prices, and what one that ran says."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.console import show
from foresale.cli.options import Html, Quiet, Reading, Sales, list_of
from foresale.cli.output import Output, Writing
from foresale.cli.read_options import read_panel
from foresale.cli.results import finish

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.core.panel import Panel
    from foresale.pricing.experiments.analyse import ExperimentResult
    from foresale.pricing.experiments.design import Experiment
    from foresale.pricing.experiments.options import ExperimentOptions

PLANNING: Final = "Planning a test"
_SHOWN: Final = 20


@dataclass(frozen=True)
class Planning:
    """What a test is to tell, and within which bounds."""

    width: Annotated[
        float, typer.Option(min=0.01, rich_help_panel=PLANNING, help="Of the elasticity's interval, end to end.")
    ] = 1.0
    level: Annotated[
        float, typer.Option(min=0.5, max=0.999, rich_help_panel=PLANNING, help="How often intervals hold the truth.")
    ] = 0.9
    product: Annotated[
        list[str] | None,
        typer.Option(
            "--product",
            metavar="PRODUCTS",
            rich_help_panel=PLANNING,
            help="Whose elasticity is asked for: tea,pot; else that of those that tell most for their money.",
        ),
    ] = None
    down: Annotated[
        float, typer.Option(min=0, max=0.9, rich_help_panel=PLANNING, help="Share below today's price at most.")
    ] = 0.2
    up: Annotated[
        float, typer.Option(min=0, max=1, rich_help_panel=PLANNING, help="Share above today's price at most.")
    ] = 0.1
    periods: Annotated[
        int, typer.Option("--horizon", min=2, rich_help_panel=PLANNING, help="How many periods it may last.")
    ] = 13
    most_places: Annotated[
        int | None, typer.Option(min=1, rich_help_panel=PLANNING, help="How many places may take part; else all.")
    ] = None
    washout: Annotated[
        int, typer.Option(min=0, rich_help_panel=PLANNING, help="Periods after a change of prices that do not count.")
    ] = 1
    compare: Annotated[
        Literal["auto", "stores", "weeks"],
        typer.Option(
            rich_help_panel=PLANNING,
            help="Whether alike stores or neighbouring blocks of weeks are compared; else stores, where there are 8.",
        ),
    ] = "auto"
    margin: Annotated[
        float,
        typer.Option(
            min=0.01,
            max=0.99,
            rich_help_panel=PLANNING,
            help="Share of the price that is earned, where no column `cost` of --items tells.",
        ),
    ] = 0.4
    place: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", rich_help_panel=PLANNING, help="The key column that says where an item is sold."
        ),
    ] = None
    seed: Annotated[int, typer.Option(min=0, rich_help_panel=PLANNING, help="The same seed draws the same lots.")] = 0

    def options(self) -> "ExperimentOptions":
        """As Python knows them."""
        from foresale.pricing.experiments.options import ExperimentOptions

        return ExperimentOptions(
            width=self.width,
            level=self.level,
            products=list_of(self.product),
            down=self.down,
            up=self.up,
            periods=self.periods,
            most_places=self.most_places,
            washout=self.washout,
            compare=self.compare,
            margin=self.margin,
            place=self.place,
            seed=self.seed,
        )


@spread
def experiment(
    sales: Sales,
    reading: Reading,
    planning: Planning,
    writing: Writing,
    ran: Annotated[
        str | None,
        typer.Option("--ran", metavar="FILE", help="The calendar of a test that ran: tell what it found instead."),
    ] = None,
    output: Output = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Plan a test of prices that tells what a price does at the least cost; with --ran, tell what it found."""
    writing.check(output, page=html, inputs=(sales, ran, *reading.files))
    options = planning.options()
    panel = read_panel(sales, reading, quiet=quiet)
    if ran is None:
        found: Experiment | ExperimentResult = _planned(panel, options)
    else:
        found = _told(panel, ran, options)
    finish(found, found.to_frame(), writing, output=output, html=html, quiet=quiet)


def _planned(panel: "Panel", options: "ExperimentOptions") -> "Experiment":
    from foresale.workflows.experiment import experiment as run

    found = run(panel, options=options)
    show(_choices(found))
    return found


def _told(panel: "Panel", ran: str, options: "ExperimentOptions") -> "ExperimentResult":
    from foresale.workflows.experiment import analyse_experiment

    found = analyse_experiment(panel, ran=ran, options=options)
    show(_products(found))
    return found


def _choices(found: "Experiment") -> "Table":
    from foresale.cli.tables import number, plain_table

    table = plain_table(
        "Tests that could be run", names=(), numbers=("width", "cost", "products", "places", "periods", "prices")
    )
    step = -(-found.choices.height // _SHOWN)
    for row in found.choices[::step].iter_rows(named=True):
        counts = (str(row[name]) for name in ("products", "places", "periods"))
        table.add_row(f"{row['width']:.2f}", number(row["cost"]), *counts, f"{row['low']:.2f} to {row['high']:.2f}")
    return table


def _products(found: "ExperimentResult") -> "Table":
    from foresale.cli.tables import plain_table, say_left_out

    table = plain_table(
        f"Elasticities by the test: {found.verdict}",
        names=("product",),
        numbers=("elasticity", f"{100 * found.level:.0f} %", "contrasts"),
    )
    for row in found.products.head(_SHOWN).iter_rows(named=True):
        band = "–" if row["low"] is None else f"{row['low']:.2f} to {row['high']:.2f}"
        own = "–" if row["elasticity"] is None else f"{row['elasticity']:.2f}"
        table.add_row(str(row["product"]), own, band, str(row["contrasts"]))
    say_left_out(table, found.products.height, _SHOWN)
    return table
