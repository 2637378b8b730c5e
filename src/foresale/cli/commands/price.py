"""`foresale price`: which regular prices to ask for."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.command import spread
from foresale.cli.commands.forecast import Model
from foresale.cli.console import show
from foresale.cli.options import Html, Quiet, Reading, Sales
from foresale.cli.output import Output, Writing
from foresale.cli.pricing_options import Choosing, Clearing, Learning
from foresale.cli.read_options import read_panel
from foresale.cli.results import finish

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.core.panel import Panel
    from foresale.pricing.markdowns.plan import MarkdownPlan
    from foresale.pricing.prices.choose import PriceChoice

_SHOWN: Final = 20


@spread
def price(
    sales: Sales,
    reading: Reading,
    learning: Learning,
    choosing: Choosing,
    clearing: Clearing,
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
    """Choose regular prices, or with --stock the mark-downs of an end of season, each with what it may lose."""
    writing.check(output, page=html, inputs=(sales, clearing.stock, *reading.files))
    marked = clearing.asked
    panel = read_panel(sales, reading, quiet=quiet)
    if marked:
        found: MarkdownPlan | PriceChoice = _marked_down(panel, learning, clearing, choosing, risk=risk, model=model)
    else:
        found = _chosen(panel, learning, choosing, (down, up, risk), model=model)
    finish(found, found.to_frame(), writing, output=output, html=html, quiet=quiet)


def _chosen(
    panel: "Panel", learning: Learning, choosing: Choosing, bounds: tuple[float, float, float], *, model: str
) -> "PriceChoice":
    from foresale.pricing.prices.options import PriceOptions
    from foresale.workflows.price import price as run

    down, up, risk = bounds
    options = PriceOptions(
        choosing.periods,
        down,
        up,
        ending=choosing.ending,
        least_margin=choosing.least_margin,
        risk=risk,
        margin=choosing.margin,
    )
    found = run(panel, options=options, effects=learning.options(), model=model, unknown=choosing.unknown)
    show(_table(found))
    return found


def _marked_down(
    panel: "Panel", learning: Learning, clearing: Clearing, choosing: Choosing, *, risk: float, model: str
) -> "MarkdownPlan":
    from foresale.workflows.mark_down import mark_down as run

    found = run(
        panel,
        stock=clearing.stock,
        end=clearing.end,
        effects=learning.options(),
        model=model,
        options=clearing.options(ending=choosing.ending, risk=risk),
        unknown=choosing.unknown,
    )
    show(_markdowns(found))
    return found


def _markdowns(plan: "MarkdownPlan") -> "Table":
    from foresale.cli.tables import number, plain_table, say_left_out
    from foresale.core.text import day

    table = plain_table("Mark-downs", names=("product", "from"), numbers=("price", "off", "left by then"))
    for row in plan.steps.head(_SHOWN).iter_rows(named=True):
        table.add_row(
            str(row["product"]),
            day(row["timestamp"])[:10],
            f"{row['price']:,.2f}",
            f"{row['depth']:.0%}",
            number(row["left"]),
        )
    say_left_out(table, plan.steps.height, _SHOWN)
    return table


def _table(choice: "PriceChoice") -> "Table":
    from foresale.cli.tables import number, plain_table, say_left_out

    rows = choice.prices.sort(choice.prices["profit"] - choice.prices["profit_now"], descending=True)
    table = plain_table("Prices", names=("product",), numbers=("now", "price", "best between", "gain", "at worst"))
    for row in rows.head(_SHOWN).iter_rows(named=True):
        table.add_row(
            str(row["product"]),
            f"{row['now']:,.2f}",
            f"{row['price']:,.2f}",
            f"{row['lowest']:,.2f} to {row['highest']:,.2f}",
            number(row["profit"] - row["profit_now"]),
            number(row["worst"]),
        )
    say_left_out(table, rows.height, _SHOWN)
    return table
