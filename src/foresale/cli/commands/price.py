"""`foresale price`: which regular prices to ask for."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.command import spread
from foresale.cli.commands.forecast import Model
from foresale.cli.console import show, show_lines
from foresale.cli.options import Html, Quiet, Reading, Sales
from foresale.cli.output import Output, Writing, say_written
from foresale.cli.pricing_options import Choosing, Learning
from foresale.cli.read_options import read_panel

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.pricing.prices.choose import PriceChoice

_SHOWN: Final = 20


@spread
def price(
    sales: Sales,
    reading: Reading,
    learning: Learning,
    choosing: Choosing,
    writing: Writing,
    down: Annotated[float, typer.Option(min=0, max=0.9, help="Share below today's price that may be asked for.")] = 0.2,
    up: Annotated[float, typer.Option(min=0, help="Share above today's price that may be asked for.")] = 0.2,
    risk: Annotated[
        float,
        typer.Option(min=0, help="Share of a product's profit that may be lost where its effect is at its worse end."),
    ] = 0.01,
    model: Model = "auto",
    output: Output = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Choose regular prices, each with its reason, its interval and what it loses where the effect is at its worst."""
    from foresale.pricing.prices.options import PriceOptions

    options = PriceOptions(choosing.periods, down, up, ending=choosing.ending, least_margin=choosing.least_margin,
                           risk=risk, margin=choosing.margin)  # fmt: skip
    writing.check(output, page=html, inputs=(sales, *reading.files))
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.narrate.pricing import price_sentences
    from foresale.workflows.price import price as run

    found = run(panel, options=options, effects=learning.options(), model=model, unknown=choosing.unknown)
    show(_table(found))
    show_lines(price_sentences(found))
    if output is not None:
        writing.table(found.to_frame(), output)
    if html is not None:
        from foresale.pages.page import write_page
        from foresale.pages.pricing import prices_page

        write_page(html, prices_page(found))
    say_written(output, html, quiet=quiet)


def _table(choice: "PriceChoice") -> "Table":
    from foresale.cli.tables import number, plain_table, say_left_out

    rows = choice.prices.sort(choice.prices["profit"] - choice.prices["profit_now"], descending=True)
    table = plain_table("Prices", names=("product",), numbers=("now", "price", "best between", "gain", "at worst"))
    for row in rows.head(_SHOWN).iter_rows(named=True):
        table.add_row(str(row["product"]), f"{row['now']:,.2f}", f"{row['price']:,.2f}",
                      f"{row['lowest']:,.2f} to {row['highest']:,.2f}", number(row["profit"] - row["profit_now"]),
                      number(row["worst"]))  # fmt: skip
    say_left_out(table, rows.height, _SHOWN)
    return table
