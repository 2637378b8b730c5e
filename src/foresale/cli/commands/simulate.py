"""`foresale simulate`: what orders would have done."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.console import in_options, note, show, show_lines
from foresale.cli.inventory_options import (
    STOCKING,
    Deliveries,
    LeadTime,
    Measure,
    Policy,
    Review,
    SalesReading,
    Suppliers,
    TermsColumns,
)
from foresale.cli.model_options import ModelOptions, check_models
from foresale.cli.options import Countries, Html, Quiet, Sales, columns_of, list_of
from foresale.cli.output import Output, Writing, say_written
from foresale.cli.progress import progress
from foresale.cli.read_options import read_panel
from foresale.core.errors import ConfigError
from foresale.core.text import counted

if TYPE_CHECKING:
    from foresale.core.panel import Panel
    from foresale.inventory.defaults import Defaults
    from foresale.inventory.read import Sources
    from foresale.inventory.simulation.replay import Replay
    from foresale.workflows.model_config import ModelConfig
    from foresale.workflows.simulate import SimulateOptions

REPLAYING = "Living the past again"

Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model", "--models", metavar="MODELS", help="What plans: names as in forecast, or folders; a,b or repeated."
    ),
]


@dataclass(frozen=True)
class Beginning:
    """Stock on the first day and terms, and what holds where no file tells."""

    stock: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STOCKING,
            help="Stock on the first day, one row per item, and any term of --items; else all begin with the average "
            "sales of lead time and review.",
        ),
    ] = None
    suppliers: Suppliers = None
    deliveries: Deliveries = None
    terms_columns: TermsColumns = None
    lead_time: LeadTime = None
    review: Review = 7.0
    measure: Measure = "fill"

    @property
    def files(self) -> tuple[str | None, ...]:
        """What is read beside the sales and the items."""
        return self.stock, self.suppliers, self.deliveries

    def sources(self, items: str | None) -> "Sources":
        """The files."""
        from foresale.inventory.read import Sources

        columns = {name: found[0] for name, found in columns_of(self.terms_columns).items()}
        return Sources(self.stock, items, self.suppliers, deliveries=self.deliveries, columns=columns)

    def defaults(self) -> "Defaults":
        """What holds where they tell nothing."""
        from foresale.inventory.defaults import Defaults

        return Defaults(lead_days=self.lead_time, review_days=self.review, measure=self.measure)


@dataclass(frozen=True)
class Replaying:
    """Which days, and who orders how."""

    start: Annotated[
        str, typer.Option("--from", metavar="DATE", rich_help_panel=REPLAYING, help="The first day to live again.")
    ]
    days: Annotated[
        int | None,
        typer.Option(min=1, rich_help_panel=REPLAYING, help="How many periods; else all until the sales end."),
    ] = None
    policy: Policy = "base-stock"
    service: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SHARES",
            rich_help_panel=REPLAYING,
            help="Targets to try for all items: 0.90,0.95,0.98; else those of the files, or 0.95.",
        ),
    ] = None
    rule: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            rich_help_panel=REPLAYING,
            help="A rule of thumb to compare with: cover:28, minmax:10,40 or average:28+safety:7; may be repeated.",
        ),
    ] = None
    every: Annotated[
        int, typer.Option(min=1, rich_help_panel=REPLAYING, help="Periods from one forecast to the next.")
    ] = 7
    demand: Annotated[
        Literal["recovered", "as-sold"],
        typer.Option(
            rich_help_panel=REPLAYING,
            help="What customers wanted: with what an empty shelf kept from being sold, or the sales as they were.",
        ),
    ] = "recovered"
    refit: Annotated[
        bool,
        typer.Option(
            "--refit/--refit-once", rich_help_panel=REPLAYING, help="Train at every forecast, or before the first day."
        ),
    ] = False
    equal_service: Annotated[
        bool,
        typer.Option(
            "--equal-service/--as-told",
            rich_help_panel=REPLAYING,
            help="Compare plan and rule at equal service too, each tuned to the other's fill rate, or only as told.",
        ),
    ] = True
    backorders: Annotated[
        bool, typer.Option("--backorders", rich_help_panel=REPLAYING, help="Customers who find no stock wait.")
    ] = False
    paths: Annotated[
        int, typer.Option(min=2, rich_help_panel=REPLAYING, help="Sample paths of a forecast; more are finer, slower.")
    ] = 4_096

    def options(self, *, seed: int) -> "SimulateOptions":
        """The same, as a replay takes it.

        Raises:
            ConfigError: what is no date, or settings that cannot be.
        """
        from datetime import date

        from foresale.workflows.simulate import SimulateOptions, services

        try:
            start = date.fromisoformat(self.start)
        except ValueError as error:
            raise ConfigError(f"--from takes a date such as 2024-03-01, not {self.start!r}") from error
        targets, rules = services(list_of(self.service)), tuple(self.rule or ())
        return SimulateOptions(
            start,
            self.days,
            (self.policy,),
            targets,
            rules,
            self.every,
            self.demand,
            not self.backorders,
            self.refit,
            self.paths,
            seed,
            self.equal_service,
        )


@spread
def simulate(
    sales: Sales,
    replaying: Replaying,
    beginning: Beginning,
    reading: SalesReading,
    learning: ModelOptions,
    writing: Writing,
    model: Models = None,
    output: Output = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Live past days again with rolling forecasts and orders: service and money, beside your own rule and foresight."""
    options = replaying.options(seed=learning.seed)
    writing.check(output, page=html, inputs=(sales, *reading.files, *beginning.files))
    models = list_of(model) or ("pretrained",)
    check_models(models)
    configs = [learning.config(name, country=country) for name in models]
    panel = read_panel(sales, replace(reading, items=None), quiet=quiet)
    if not quiet:
        note(f"Living {counted(len(panel), 'item')} through again from {replaying.start}, with {', '.join(models)}.")
    done = _simulate(panel, options, configs, beginning, reading.items, quiet=quiet)
    if not quiet:
        for sentence in done.notes:
            note(in_options(sentence))
    if output is not None:
        writing.table(done.to_frame(), output)
    if html is not None:
        from foresale.pages.page import write_page
        from foresale.pages.simulation import simulation_page

        write_page(html, simulation_page(done))
    say_written(output, html, quiet=quiet)
    _show(done)


def _simulate(
    panel: "Panel",
    options: "SimulateOptions",
    configs: "list[ModelConfig]",
    beginning: Beginning,
    items: str | None,
    *,
    quiet: bool,
) -> "Replay":
    from foresale.workflows.simulate import simulate as run

    with progress(quiet=quiet) as listener:
        models = [replace(config, on_progress=listener) for config in configs]
        return run(panel, options=options, stock=beginning.sources(items), models=models, defaults=beginning.defaults())


def _show(done: "Replay") -> None:
    from foresale.cli.tables import number, plain_table
    from foresale.narrate.simulation import replay_sentences

    numbers = ("fill rate", "stock-out", "stock", "turns", "lost", "holding", "waste", "ordering", "total cost")
    table = plain_table(
        f"{done.currency or 'Money'} and service, all items together", names=("who orders",), numbers=numbers
    )
    for row in done.table().iter_rows(named=True):
        shares = (f"{row[name]:.1%}" for name in ("fill_rate", "stock_out_share"))
        money = ("stock_value", "turns", "lost_cost", "holding_cost", "waste_cost", "ordering_cost", "total_cost")
        table.add_row(row["contender"], *shares, *("–" if row[name] is None else number(row[name]) for name in money))
    show(table)
    show_lines(replay_sentences(done))
