"""A plan as tables for the terminal: exceptions first, then the largest orders."""

from typing import TYPE_CHECKING

from foresale.cli.tables import number, plain_table, say_left_out
from foresale.core.columns import ITEM
from foresale.core.labels import labelled
from foresale.core.money import in_currency
from foresale.core.text import counted, day

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.inventory.planning.plan import Plan

LINES_SHOWN = 20  # rows, a screen
SUPPLIERS_SHOWN = 20  # rows, a screen
WIDE = 110
"""Characters from which on all columns are shown."""


def lines_table(plan: "Plan", *, width: int, shown: int = LINES_SHOWN) -> "Table":
    """The lines with the most money at stake: exceptions first, then what the orders save.

    Where there are fewer than `WIDE` characters, the columns that the reason tells too are left out.
    """
    frame = plan.to_frame()
    stake, cost = (in_currency(name, plan.inventory.currency) for name in ("at stake", "cost"))
    numbers = [stake, "order", "arrives", *([cost, "on hand", "stock-out"] if width >= WIDE else [])]
    table = plain_table(
        f"Orders of {plan.day}: {counted(frame.height, 'item')}, {counted(plan.horizon, 'period')} ahead",
        names=("item", "exception"),
        numbers=tuple(numbers),
    )
    table.add_column("reason", overflow="fold", ratio=1)
    for row in labelled(frame.head(shown)).iter_rows(named=True):
        cells = {
            stake: number(row["at_stake"]) if row["exception"] else "",
            "order": number(row["order"]),
            "arrives": day(row["arrives"]),
            cost: number(row["cost"]),
            "on hand": number(row["on_hand"]),
            "stock-out": day(row["stock_out"]),
        }
        table.add_row(str(row[ITEM]), row["exception"] or "", *(cells[name] for name in numbers), row["reason"])
    say_left_out(table, frame.height, shown)
    return table


def totals_table(plan: "Plan") -> "Table":
    """What today's orders bring, by supplier and day of arrival."""
    frame = plan.arrivals()
    table = plain_table(
        "By supplier and day of arrival",
        names=("supplier", "arrives"),
        numbers=("items", "units", in_currency("cost", plan.inventory.currency)),
    )
    for row in frame.head(SUPPLIERS_SHOWN).iter_rows(named=True):
        table.add_row(
            row["supplier"] or "–", day(row["arrives"]), f"{row['items']:,}", number(row["units"]), number(row["cost"])
        )
    if frame.height > SUPPLIERS_SHOWN:
        table.caption = f"and {frame.height - SUPPLIERS_SHOWN:,} more"
    return table
