"""`foresale what-if`: demand under other prices."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.cli.command import spread
from foresale.cli.commands.forecast import Model
from foresale.cli.console import show
from foresale.cli.options import Html, Quiet, Reading, Sales
from foresale.cli.output import Output, Writing
from foresale.cli.pricing_options import Learning
from foresale.cli.read_options import read_panel
from foresale.cli.results import finish

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.pricing.what_if import WhatIf

_SHOWN: Final = 20


@spread
def what_if(
    sales: Sales,
    reading: Reading,
    learning: Learning,
    writing: Writing,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--change",
            metavar="PRODUCT=PRICE",
            help="A new price: tea=9.99 or tea=-10%; price=-10% for all products; a promotion flag: display=1 for all, "
            "tea:display=1 for one; for some periods with @2024-01-08 or @2024-01-08..2024-01-21; may be repeated.",
        ),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Changes in a file, one row per product and period with a price or flags: what promote wrote, as it "
            "is.",
        ),
    ] = None,
    horizon: Annotated[int, typer.Option("--horizon", min=1, help="Periods ahead: weeks, of daily sales.")] = 13,
    model: Model = "auto",
    output: Output = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Tell what other prices or promotions would sell: by the forecaster where seen before, else by effects."""
    writing.check(output, page=html, inputs=(sales, plan, *reading.files))
    panel = read_panel(sales, reading, quiet=quiet)
    from foresale.workflows.what_if import what_if as run

    found = run(panel, change=change or (), plan=plan, horizon=horizon, effects=learning.options(), model=model)
    show(_table(found))
    show(_components(found))
    finish(found, found.to_frame(), writing, output=output, html=html, quiet=quiet)


def _table(found: "WhatIf") -> "Table":
    from foresale.cli.tables import number, plain_table, say_left_out

    table = plain_table(
        "Demand under other prices",
        names=("product", "by"),
        numbers=("price now", "price", "units now", "units", "forecaster", "effects"),
    )
    rows = found.by_product()
    for row in rows.head(_SHOWN).iter_rows(named=True):
        units = (number(row[name]) for name in ("units_now", "units", "by_forecaster", "by_effects"))
        table.add_row(str(row["product"]), row["by"], f"{row['price_now']:,.2f}", f"{row['price']:,.2f}", *units)
    say_left_out(table, rows.height, _SHOWN)
    return table


def _components(found: "WhatIf") -> "Table":
    from foresale.cli.tables import number, plain_table

    table = plain_table("What demand is made of, units", names=("component",), numbers=("now", "then"))
    for row in found.components().iter_rows(named=True):
        table.add_row(row["component"].replace("_", " "), number(row["now"]), number(row["then"]))
    return table
