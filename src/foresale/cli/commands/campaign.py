"""`foresale campaign`: what a one-off campaign did."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from foresale.cli.command import spread
from foresale.cli.console import show
from foresale.cli.options import Html, Quiet, Reading, Sales, list_of
from foresale.cli.output import Output, Writing
from foresale.cli.read_options import read_panel
from foresale.cli.results import finish

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.pricing.effects.campaign import CampaignEffect

Items = Annotated[
    list[str] | None,
    typer.Option(
        "--item", metavar="ITEMS", help="Products or item ids that had the campaign: tea,pot; may be repeated."
    ),
]
Places = Annotated[
    list[str] | None,
    typer.Option(
        "--in", metavar="PLACES", help="Stores, regions or channels that had it, where not all did; may be repeated."
    ),
]
Which = Annotated[Literal["periods", "donors", "checks"], typer.Option("--table", help="Which table --output writes.")]


@spread
def campaign(
    sales: Sales,
    reading: Reading,
    writing: Writing,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day of the campaign: 2024-05-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Its last day.")],
    item: Items = None,
    place: Places = None,
    before: Annotated[
        int | None,
        typer.Option(min=1, help="Periods before it that are learnt from; else half a year, or 12 times its length."),
    ] = None,
    after: Annotated[
        int | None,
        typer.Option(min=0, help="Periods after it in which sales may be missing; else as many as it lasted."),
    ] = None,
    level: Annotated[float, typer.Option(min=0.5, max=0.999, help="How often intervals hold the truth.")] = 0.9,
    table: Which = "periods",
    output: Output = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Tell what a one-off campaign sold beyond what would have been sold without it, and whether that can be known."""
    writing.check(output, page=html, inputs=(sales, *reading.files))
    from foresale.pricing.effects.campaign import CampaignOptions

    options = CampaignOptions(before=before, after=after, level=level)
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.workflows.campaign import campaign as run

    found = run(panel, start=first, end=last, items=list_of(item), in_places=list_of(place), options=options)
    show(_table(found))
    finish(found, found.to_frame(table), writing, output=output, html=html, quiet=quiet)


def _table(found: "CampaignEffect") -> "Table":
    from foresale.cli.tables import number, plain_table
    from foresale.core.text import signed

    table = plain_table(
        f"Campaign: {found.verdict}",
        names=("periods",),
        numbers=("effect", f"{100 * found.level:.0f} %", "units", "chance"),
    )
    for name, lift in (("during", found.during), ("after", found.after)):
        if lift is not None:
            table.add_row(
                name,
                signed(lift.effect),
                f"{signed(lift.low)} to {signed(lift.high)}",
                number(lift.units),
                f"{lift.chance:.2f}",
            )
    return table
