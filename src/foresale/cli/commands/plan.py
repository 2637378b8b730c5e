"""`foresale plan`: what to order."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.command import spread
from foresale.cli.commands.forecast import Model
from foresale.cli.console import in_options, note, show, width
from foresale.cli.inventory_options import Ordering, SalesReading, Stocking
from foresale.cli.model_options import ModelOptions, announce, check_models
from foresale.cli.options import Countries, Html, Quiet, Reading
from foresale.cli.output import Output, Writing, say_written
from foresale.cli.progress import progress
from foresale.cli.read_options import read_panel
from foresale.core.errors import ConfigError, DataError, Fault

if TYPE_CHECKING:
    from foresale.core.forecast import Forecast
    from foresale.core.panel import Panel
    from foresale.inventory.planning.options import PlanOptions
    from foresale.inventory.planning.plan import Plan
    from foresale.recommending.lift import Lift
    from foresale.workflows.model_config import ModelConfig

DIGITS: Final = 6
"""Of numbers in a text file."""

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
Projected = Annotated[
    Path | None,
    typer.Option(
        "--projection",
        metavar="FILE",
        help="Write the projected stock of every item and period to a .parquet or .csv file.",
    ),
]
Recommended = Annotated[
    str | None,
    typer.Option(
        "--recommendations",
        metavar="FILE",
        help="What `foresale recommend` wrote and customers are sent: what it is expected to add is ordered too.",
    ),
]
Lifted = Annotated[
    float | None,
    typer.Option(
        "--lift",
        min=0,
        metavar="SHARE",
        help="Share of the chances of --recommendations that being told adds; by itself 0.1.",
    ),
]


@spread
def plan(
    stocking: Stocking,
    reading: SalesReading,
    ordering: Ordering,
    learning: ModelOptions,
    writing: Writing,
    sales: Sales = None,
    horizon: Horizon = None,
    model: Model = "auto",
    forecast: Finished = None,
    recommendations: Recommended = None,
    lift: Lifted = None,
    output: Output = None,
    next_orders: Next = None,
    projection: Projected = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Plan what to order today of every item, from whom and how much; what is out of the ordinary comes first."""
    wish = _Wish(reading, stocking, learning.config(model, country=country), _sent(recommendations, lift))
    inputs = (sales, forecast, recommendations, *reading.files, *stocking.files)
    writing.check(output, next_orders, projection, page=html, inputs=inputs)
    check_models([model])
    panel, finished = wish.demand(sales, forecast, horizon=horizon, quiet=quiet)
    if finished is None and panel is not None and not quiet:
        announce(model, panel, learning, then="planning")
    found = wish.plan(
        panel if finished is None else finished,
        history=panel,
        quiet=quiet,
        options=ordering.options(horizon=horizon, seed=learning.seed),
    )
    if not quiet:
        _say(found, panel)
    if output is not None:
        writing.table(found.to_frame(), output, digits=DIGITS)
    if next_orders is not None:
        writing.table(found.next_orders(), next_orders, digits=DIGITS)
    if projection is not None:
        writing.table(found.projections(), projection, digits=DIGITS)
    if html is not None:
        from foresale.pages.page import write_page
        from foresale.pages.plan import plan_page

        write_page(html, plan_page(found, history=panel))
    say_written(output, next_orders, projection, html, quiet=quiet)
    if output is None:
        from foresale.cli.plans import lines_table, totals_table

        show(lines_table(found, width=width()))
        show(totals_table(found))


def _sent(recommendations: str | None, lift: float | None) -> "Lift | None":
    """The recommendations, and what they are taken to add.

    Raises:
        ConfigError: a lift of none.
    """
    if recommendations is None:
        if lift is not None:
            raise ConfigError("--lift is of recommendations: name them with --recommendations FILE")
        return None
    from foresale.recommending.lift import Lift

    return Lift(recommendations) if lift is None else Lift(recommendations, lift)


@dataclass(frozen=True)
class _Wish:
    """What the plan is made of."""

    reading: Reading
    stocking: Stocking
    config: "ModelConfig"
    sent: "Lift | None"

    def demand(
        self, sales: str | None, forecast: str | None, *, horizon: int | None, quiet: bool
    ) -> "tuple[Panel | None, Forecast | None]":
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

    def plan(
        self, demand: "Panel | Forecast | None", *, history: "Panel | None", options: "PlanOptions", quiet: bool
    ) -> "Plan":
        """The plan."""
        from foresale.workflows.plan import plan as run

        assert demand is not None  # one of the two was given
        sources, defaults = self.stocking.sources(self.reading.items), self.stocking.defaults()
        with progress(quiet=quiet) as listener:
            return run(
                demand,
                stock=sources,
                model=replace(self.config, on_progress=listener),
                defaults=defaults,
                options=options,
                history=history,
                recommendations=self.sent,
            )


def _say(found: "Plan", panel: "Panel | None") -> None:
    """What the plan assumed beyond what was read, and what it comes to."""
    from foresale.narrate.plan import plan_sentences

    for sentence in found.notes:
        if panel is None or sentence not in panel.notes:
            note(in_options(sentence))
    for sentence in plan_sentences(found):
        note(in_options(sentence))
