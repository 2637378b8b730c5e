"""`foresale elasticities`: what prices and promotions do to demand."""

from typing import Annotated, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.console import show
from foresale.cli.options import Countries, Html, Quiet, Reading, Sales
from foresale.cli.output import Output, Writing
from foresale.cli.pricing_options import Learning
from foresale.cli.read_options import read_panel
from foresale.cli.results import finish

Which = Annotated[
    Literal["own", "cross", "promotions", "timing", "designs", "checks"],
    typer.Option("--table", help="Which table --output writes."),
]


@spread
def elasticities(
    sales: Sales,
    reading: Reading,
    learning: Learning,
    writing: Writing,
    table: Which = "own",
    output: Output = None,
    html: Html = None,
    country: Countries = None,
    quiet: Quiet = False,
) -> None:
    """Tell what prices and promotions do to demand, how sure that is, and when it cannot be known."""
    from foresale.cli.options import list_of

    writing.check(output, page=html, inputs=(sales, *reading.files))
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.cli.elasticity_tables import elasticity_tables
    from foresale.workflows.elasticities import elasticities as run

    found = run(panel, options=learning.options(), countries=list_of(country))
    for shown in elasticity_tables(found):
        show(shown)
    finish(found, found.to_frame(table), writing, output=output, html=html, quiet=quiet)
