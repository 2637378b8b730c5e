"""`foresale promote`: which promotions to run."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.command import spread
from foresale.cli.commands.forecast import Model
from foresale.cli.console import show
from foresale.cli.options import Html, Quiet, Reading, Sales, assigned
from foresale.cli.output import Output, Writing
from foresale.cli.pricing_options import Choosing, Learning, Rules
from foresale.cli.read_options import read_panel
from foresale.cli.results import finish

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.pricing.promotions.plan import PromotionPlan

_SHOWN: Final = 20
Stock = Annotated[
    str | None,
    typer.Option(
        "--stock",
        metavar="FILE",
        help="What is in stock and when more can come, so that nothing is promoted that will not be there.",
    ),
]
LeadTime = Annotated[
    float | None, typer.Option("--lead-time", metavar="DAYS", help="Lead time of items for which no file tells one.")
]
Baskets = Annotated[
    str | None,
    typer.Option(
        "--baskets",
        metavar="FILE",
        help="Order lines with a number of the order and a price, which tell what promoted products bring along.",
    ),
]
Line = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="NAME=PRODUCTS",
        help="A price ladder, the cheapest first: tea=small,middle,large; no promotion turns it; may be repeated.",
    ),
]


@spread
def promote(
    sales: Sales,
    reading: Reading,
    learning: Learning,
    rules: Rules,
    choosing: Choosing,
    writing: Writing,
    model: Model = "auto",
    stock: Stock = None,
    lead_time: LeadTime = None,
    baskets: Baskets = None,
    line: Line = None,
    output: Output = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Plan promotions: which products, when and how deep, for the most profit within your rules."""
    options = rules.options(choosing)
    writing.check(output, page=html, inputs=(sales, stock, baskets, *reading.files))
    lines = assigned(line, option="--line", form="NAME=PRODUCTS, the cheapest first")
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.workflows.promote import promote as run

    found = run(
        panel,
        options=options,
        effects=learning.options(),
        model=model,
        stock=stock,
        lead_days=lead_time,
        baskets=baskets,
        lines=lines or None,
        unknown=choosing.unknown,
    )
    show(_table(found))
    finish(found, found.to_frame(), writing, output=output, html=html, quiet=quiet)


def _table(plan: "PromotionPlan") -> "Table":
    from foresale.cli.tables import number, plain_table, say_left_out
    from foresale.core.text import day

    table = plain_table(
        "Promotions", names=("product", "from"), numbers=("price", "off", "extra units", "profit", "interval")
    )
    for row in plan.promotions.head(_SHOWN).iter_rows(named=True):
        table.add_row(
            str(row["product"]),
            day(row["timestamp"])[:10],
            f"{row['price']:,.2f}",
            f"{row['depth']:.0%}",
            number(row["extra"]),
            number(row["profit"]),
            f"{number(row['low'])} to {number(row['high'])}",
        )
    say_left_out(table, plan.promotions.height, _SHOWN)
    return table
