"""`foresale plan`: what to order."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.commands.forecast import Model
from foresale.cli.console import in_options, note, show, width
from foresale.cli.options import Countries, Html, Quiet, Reading, columns_of, list_of
from foresale.cli.output import Output, check_output, say_written, write_frame
from foresale.cli.progress import progress
from foresale.cli.reading import read_panel
from foresale.cli.spending import Spending
from foresale.cli.training import Training, announce, check_models
from foresale.core.errors import ConfigError, DataError, Fault

if TYPE_CHECKING:
    from foresale.core.forecast import Forecast
    from foresale.core.panel import Panel
    from foresale.inventory.defaults import Defaults
    from foresale.inventory.planning.options import PlanOptions
    from foresale.inventory.planning.plan import Plan
    from foresale.inventory.reading import Sources
    from foresale.workflows.plan import Asking

DIGITS: Final = 6
"""Of numbers in a text file."""
STOCKING: Final = "Stock and terms"
ORDERING: Final = "Ordering"

Sales = Annotated[
    str | None,
    typer.Argument(
        metavar="SALES",
        help="CSV, TSV or Parquet file, a folder or a glob of them, or a database URL (with --query). Not needed with "
        "--forecast; then the page shows its sales.",
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option(
        "--horizon",
        min=1,
        help="How many periods to look ahead; else four weeks of days, a quarter of weeks, or all of --forecast.",
    ),
]
Finished = Annotated[
    str | None,
    typer.Option("--forecast", metavar="FILE", help="A forecast that `foresale forecast` wrote, instead of a new one."),
]
Next = Annotated[
    Path | None,
    typer.Option("--next", metavar="FILE", help="Write the orders of later reviews to a .parquet or .csv file."),
]


@dataclass(frozen=True)
class SalesReading(Reading):
    """How the sales are to be read; the items file is that of the terms."""

    items: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STOCKING,
            help="Terms of the items, one row per item: supplier, lead time, minimum order, pack size, cost, price, "
            "shelf life, service, volume, end of season, elasticity.",
        ),
    ] = None


@dataclass(frozen=True)
class Stocking:
    """Where stock and terms stand, and what holds where they tell nothing."""

    stock: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STOCKING,
            help="What is in stock, one row per item: on hand, perhaps on order, backorders, and any term of --items.",
        ),
    ]
    suppliers: Annotated[
        str | None,
        typer.Option(metavar="FILE", rich_help_panel=STOCKING, help="Lead time and review period of each supplier."),
    ] = None
    deliveries: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STOCKING,
            help="Past deliveries, from which lead times are learnt: supplier, day ordered, day received.",
        ),
    ] = None
    on_order: Annotated[
        str | None,
        typer.Option(metavar="FILE", rich_help_panel=STOCKING, help="Open orders: item, quantity, day due."),
    ] = None
    terms_columns: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=COLUMN",
            rich_help_panel=STOCKING,
            help="Which column of these files is what, where names do not say it: on_hand=Bestand; may be repeated.",
        ),
    ] = None
    lead_time: Annotated[
        float | None,
        typer.Option(metavar="DAYS", rich_help_panel=STOCKING, help="Lead time of items for which no file tells one."),
    ] = None
    review: Annotated[
        float, typer.Option(metavar="DAYS", rich_help_panel=STOCKING, help="Days between orders, where no file tells.")
    ] = 7.0
    service: Annotated[
        float, typer.Option(rich_help_panel=STOCKING, help="Service to reach, where no file tells: 0.95 is 95 %.")
    ] = 0.95
    measure: Annotated[
        Literal["fill", "cycle"],
        typer.Option(
            rich_help_panel=STOCKING,
            help="What service means: the share of demand met, or of order cycles without a stock-out.",
        ),
    ] = "fill"

    def sources(self, items: str | None) -> "Sources":
        """The files."""
        from foresale.inventory.reading import Sources

        columns = {name: found[0] for name, found in columns_of(self.terms_columns).items()}
        return Sources(self.stock, items, self.suppliers, self.on_order, self.deliveries, columns)

    def defaults(self) -> "Defaults":
        """What holds where they tell nothing."""
        from foresale.inventory.defaults import Defaults

        return Defaults(lead_days=self.lead_time, review_days=self.review, service=self.service, measure=self.measure)


@dataclass(frozen=True)
class Ordering:
    """What the orders are to keep to."""

    aim: Annotated[
        Literal["service", "cost"],
        typer.Option(rich_help_panel=ORDERING, help="Reach the service, or weigh a lost sale against a unit too many."),
    ] = "service"
    budget: Annotated[
        float | None,
        typer.Option(min=0, metavar="MONEY", rich_help_panel=ORDERING, help="What today's orders may cost in all."),
    ] = None
    capacity: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="ROOM",
            rich_help_panel=ORDERING,
            help="Room for stock, in the unit of the items' volume, or in units where no volume is told.",
        ),
    ] = None
    inbound: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="ROOM",
            rich_help_panel=ORDERING,
            help="What can arrive in a week at most; before a peak, more is ordered earlier.",
        ),
    ] = None
    backorders: Annotated[
        bool, typer.Option("--backorders", rich_help_panel=ORDERING, help="Customers who find no stock wait.")
    ] = False
    paths: Annotated[
        int, typer.Option(min=2, rich_help_panel=ORDERING, help="Sample paths of demand; more are finer and slower.")
    ] = 200

    def options(self, *, horizon: int | None, seed: int) -> "PlanOptions":
        """The same, as a plan takes it."""
        from foresale.inventory.planning.options import PlanOptions

        return PlanOptions(horizon=horizon, aim=self.aim, lost=not self.backorders, paths=self.paths, seed=seed,
                           budget=self.budget, capacity=self.capacity, inbound=self.inbound)  # fmt: skip


@spread
def plan(
    stocking: Stocking,
    reading: SalesReading,
    ordering: Ordering,
    training: Training,
    spending: Spending,
    sales: Sales = None,
    horizon: Horizon = None,
    model: Model = "auto",
    forecast: Finished = None,
    output: Output = None,
    next_orders: Next = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Plan what to order today of every item, from whom and how much; what is out of the ordinary comes first."""
    wish = _Wish(reading, stocking, model, _asking(model, country, training, spending))
    for path in (output, next_orders):
        check_output(path)
    check_output(html, endings=(".html",))
    check_models([model])
    panel, finished = wish.demand(sales, forecast, horizon=horizon, quiet=quiet)
    if finished is None and panel is not None and not quiet:
        announce(model, panel, training, then="planning")
    found = wish.plan(panel if finished is None else finished, quiet=quiet,
                      options=ordering.options(horizon=horizon, seed=training.seed))  # fmt: skip
    if not quiet:
        _say(found, panel)
    if output is not None:
        write_frame(found.to_frame(), output, digits=DIGITS)
    if next_orders is not None:
        write_frame(found.next_orders(), next_orders, digits=DIGITS)
    if html is not None:
        from foresale.pages.page import write_page
        from foresale.pages.plan import plan_page

        write_page(html, plan_page(found, history=panel))
    say_written(output, next_orders, html, quiet=quiet)
    if output is None:
        from foresale.cli.plans import lines_table, totals_table

        show(lines_table(found, width=width()))
        show(totals_table(found))


def _asking(model: str, country: list[str] | None, training: Training, spending: Spending) -> "Asking":
    from foresale.workflows.plan import Asking

    return Asking(model, list_of(country), training.options(), spending.budget())


@dataclass(frozen=True)
class _Wish:
    """What the plan is made of."""

    reading: Reading
    stocking: Stocking
    model: str
    asking: "Asking"

    def demand(self, sales: str | None, forecast: str | None, *, horizon: int | None,
               quiet: bool) -> "tuple[Panel | None, Forecast | None]":  # fmt: skip
        """The sales and the finished forecast, where they are given; what is wrong with any file is told at once.

        Raises:
            ConfigError: neither is given.
            DataError: they cannot be used; the faults of stock and terms stand beside theirs.
        """
        from foresale.data.forecasts import read_forecast
        from foresale.workflows.plan import faults_beside

        if sales is None and forecast is None:
            raise ConfigError("a plan needs sales to forecast, or a finished forecast (--forecast FILE)")
        faults: list[Fault] = []
        panel = finished = None
        try:
            if sales is not None:
                ahead = horizon if forecast is None else None
                panel = read_panel(sales, replace(self.reading, items=None), quiet=quiet, horizon=ahead)
        except DataError as error:
            faults += [replace(fault, what=f"sales: {fault.what}") for fault in error.faults]
        try:
            if forecast is not None:
                finished = read_forecast(forecast, frequency=self.reading.frequency)
        except DataError as error:
            faults += [replace(fault, what=f"forecast: {fault.what}") for fault in error.faults]
        if faults:
            beside = faults_beside(self.stocking.sources(self.reading.items), defaults=self.stocking.defaults())
            raise DataError([*faults, *beside])
        return panel, finished

    def plan(self, demand: "Panel | Forecast | None", *, options: "PlanOptions", quiet: bool) -> "Plan":
        """The plan."""
        from foresale.workflows.plan import plan as run

        assert demand is not None  # one of the two was given
        sources, defaults = self.stocking.sources(self.reading.items), self.stocking.defaults()
        with progress(quiet=quiet) as listener:
            asking = replace(self.asking, on_progress=listener)
            return run(demand, stock=sources, model=asking, defaults=defaults, options=options)


def _say(found: "Plan", panel: "Panel | None") -> None:
    """What the plan assumed beyond what was read, and what it comes to."""
    for sentence in found.notes:
        if panel is None or sentence not in panel.notes:
            note(in_options(sentence))
    for sentence in found.summary():
        note(sentence)
