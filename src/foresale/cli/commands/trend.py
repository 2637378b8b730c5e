"""`foresale trend`: where demand comes from and where it goes."""

from typing import Annotated, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.console import show, show_lines
from foresale.cli.options import Countries, Html, Quiet, Reading, Sales, list_of
from foresale.cli.output import Output, Writing, say_written
from foresale.cli.read_options import read_panel

By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="COLUMNS",
        help="Columns of --items or keys whose values make groups: category,store; category/store combines two.",
    ),
]
Ahead = Annotated[
    int | None,
    typer.Option("--horizon", min=1, help="For how many periods ahead peaks are told; by itself a year."),
]
Which = Annotated[
    Literal["series", "growth", "seasons", "peaks", "changepoints", "items", "outlook"],
    typer.Option("--table", help="Which table --output writes."),
]


@spread
def trend(
    sales: Sales,
    reading: Reading,
    writing: Writing,
    by: By = None,
    horizon: Ahead = None,
    table: Which = "growth",
    output: Output = None,
    html: Html = None,
    country: Countries = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same turning points.")] = 0,
    quiet: Quiet = False,
) -> None:
    """Show the trend: growth like for like, seasons, peaks ahead, turning points, items rising and falling."""
    writing.check(output, page=html, inputs=(sales, *reading.files))
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.cli.trends import trend_tables
    from foresale.narrate.trend import trend_sentences
    from foresale.workflows.trend import trend as run

    found = run(panel, by=list_of(by), horizon=horizon, countries=list_of(country), seed=seed)
    for shown in trend_tables(found):
        show(shown)
    show_lines(trend_sentences(found))
    if output is not None:
        writing.table(found.to_frame(table), output)
    if html is not None:
        from foresale.pages.page import write_page
        from foresale.pages.trend import trend_page

        write_page(html, trend_page(found))
    say_written(output, html, quiet=quiet)
