"""Effects of prices as tables for the terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from foresale.cli.tables import plain_table, say_left_out

if TYPE_CHECKING:
    from rich.table import Table

    from foresale.pricing.effects.elasticities import Elasticities

_SHOWN: Final = 15


def elasticity_tables(found: "Elasticities") -> "Iterator[Table]":
    """The designs beside each other, the most elastic products, lifts of promotions."""
    band = f"{100 * found.level:.0f} %"
    table = plain_table("Designs that were tried", names=("design", "used"), numbers=("elasticity", band))
    for row in found.designs.iter_rows(named=True):
        table.add_row(row["design"], "yes" if row["used"] else "", f"{row['elasticity']:.2f}", _band(row))
    yield table
    table = plain_table(
        f"Elasticities, {found.design}: {found.verdict}", names=("product",), numbers=("elasticity", band, "by itself")
    )
    for row in found.own.sort("elasticity").head(_SHOWN).iter_rows(named=True):
        own = "–" if row["estimate"] is None else f"{row['estimate']:.2f}"
        table.add_row(str(row["product"]), f"{row['elasticity']:.2f}", _band(row), own)
    say_left_out(table, found.own.height, _SHOWN)
    yield table
    if found.promotions.height:
        table = plain_table("Promotions, × usual", names=("kind", "depth"), numbers=("×", band, "times"))
        for row in found.promotions.iter_rows(named=True):
            table.add_row(row["kind"], row["depth"], f"{row['lift']:.2f}", _band(row), f"{row['times']:,}")
        yield table


def _band(row: dict[str, float]) -> str:
    return f"{row['low']:.2f} to {row['high']:.2f}"
