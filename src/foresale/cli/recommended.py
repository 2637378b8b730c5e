"""Recommendations, and what is asked for beside them, as tables for the terminal."""

import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

_SHOWN: Final = 40
_OWN: Final = frozenset({"customer", "of", "place", "score", "chance", "reason"})
"""Columns that are not those of an item."""
_TITLES: Final = {
    "Recommendations": "Recommendations",
    "RelatedItems": "Items that go with them",
    "Audience": "Whom to write to",
    "LapsingCustomers": "Customers who may not come again",
    "RecommendationEvaluation": "Recommendations at days of the past, judged by what customers came for",
}


def result_table(found: Any) -> "Table":
    """The first rows of a result: its text first and the reason last, and whose rows they are said once."""
    from foresale.cli.tables import plain_table, say_left_out

    kind = type(found).__name__
    frame = found.to_frame()
    shown = _readable(frame.head(_SHOWN)) if kind in {"Recommendations", "RelatedItems"} else frame.head(_SHOWN)
    shown = shown.drop([name for name in ("score",) if name in shown.columns])
    numbers = tuple(name for name in shown.columns if shown[name].dtype.is_numeric() and shown.columns[0] != name)
    table = plain_table(_TITLES[kind], names=(shown.columns[0],))
    for name in shown.columns[1:]:
        table.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    said = ""
    for row in shown.rows():
        first = str(row[0]) if str(row[0]) != said else ""
        said = str(row[0])
        table.add_row(first, *(_cell(cell) for cell in row[1:]))
    say_left_out(table, frame.height, _SHOWN)
    return table


def _readable(frame: "pl.DataFrame") -> "pl.DataFrame":
    """The columns of an item as one label."""
    import polars as pl

    from foresale.core.columns import ITEM, NAME
    from foresale.core.labels import item_labels

    keys = [name for name in frame.columns if name not in _OWN and name != NAME]
    code = pl.concat_str([pl.col(name).cast(pl.String) for name in keys], separator="|").alias(ITEM)
    names = [NAME] if NAME in frame.columns else []
    item = item_labels(frame.select(code, *names)).alias("item")
    return frame.select(
        frame.columns[0], "place", item, *(name for name in ("chance",) if name in frame.columns), "reason"
    )


def _cell(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}" if math.isfinite(cell) else "–"
    return "–" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell)
